"""What is wrong with a command line, as one of our refusals: with place, words in three languages and a hint."""

import difflib

import click

from ledger.errors import InputError

A_FINDING = 1
"""The exit status where a check found something."""


def usage_error(error: click.UsageError) -> InputError:
    """A click usage error as an InputError (exit status 2)."""
    path = error.ctx.command_path if error.ctx is not None else "kaoji"
    match error:
        case click.NoSuchOption():
            meant = ", ".join(_meant(error))
            return InputError("option_unknown", option=error.option_name, path=path, meant=meant or None)
        case click.MissingParameter() if error.param is not None:
            name = error.param.opts[-1] if isinstance(error.param, click.Option) else _metavar(error)
            return InputError("argument_missing", name=name, path=path)
        case click.BadParameter() if error.param is not None:
            name = error.param.opts[-1] if isinstance(error.param, click.Option) else _metavar(error)
            if isinstance(error.param.type, click.Choice):
                choices = ", ".join(map(str, error.param.type.choices))
                return InputError("choice_wrong", name=name, choices=choices, path=path)
            return InputError("value_wrong", name=name, reason=error.message, path=path)
    return InputError("usage_wrong", reason=error.format_message(), path=path)


def _meant(error: click.NoSuchOption) -> list[str]:
    """The options that may have been meant: whose name holds the word (--by: --issued-by), or is spelt nearly so."""
    context, typed = _context(error), error.option_name.lstrip("-")
    names = [
        name
        for param in context.command.get_params(context)
        for name in param.opts
        if isinstance(param, click.Option) and name.startswith("--")
    ]
    inside = [name for name in names if typed in name.removeprefix("--").split("-")]
    if inside:
        return inside
    near = difflib.get_close_matches(typed, [name.removeprefix("--") for name in names])
    return [f"--{name}" for name in near]


def _context(error: click.UsageError) -> click.Context:
    return error.ctx or click.get_current_context()


def _metavar(error: click.BadParameter) -> str:
    return error.param.make_metavar(_context(error)) if error.param is not None else ""
