"""`cli.md`: the command line as it is."""

from collections.abc import Iterator
from typing import Any

import click

from cli.localized_help import SpeakingCommand, SpeakingGroup
from cli.main import kaoji
from cli.settings import Settings
from docs.pages.shared import MADE

Speaking = SpeakingCommand | SpeakingGroup
Rows = list[tuple[str, str]]


def commands(language: str = "en") -> Iterator[tuple[Speaking, click.Context]]:
    """Every command and group in the order of their helps, each in a context as if it were being called."""
    chosen = Settings(language=language)
    yield from _below(kaoji, kaoji.make_context("kaoji", [], obj=chosen, resilient_parsing=True))


def _below(command: click.Command, context: click.Context) -> Iterator[tuple[Speaking, click.Context]]:
    assert isinstance(command, Speaking)
    yield command, context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            under = command.get_command(context, name)
            assert under is not None
            yield from _below(under, under.make_context(name, [], parent=context, resilient_parsing=True))


def cli() -> str:
    """The page."""
    shared = _shared_options()
    parts = [
        "# The command line",
        MADE,
        "Every command shows the same with `--help`, in the language of `--lang`, `KAOJI_LANG` or the system.",
        "The exit status is 0 when done, 1 where something was found (an error in a policy file), 2 for input that"
        "\ncannot be read, 3 for what the ledger refuses, 74 where the answer could not be written (such as to a full"
        "\ndisk; what was asked may be recorded), 130 when interrupted.",
        "Options of every command:",
        _list(shared),
    ]
    for command, context in commands():
        parts += _command(command, context, shared)
    return "\n\n".join(parts) + "\n"


def _shared_options() -> Rows:
    """The options that every command has."""
    found = []
    for command, context in commands():
        with context:
            found.append(command.options_told(context))
    return [row for row in found[0] if all(row in rows for rows in found)]


def _command(command: Speaking, context: click.Context, shared: Rows) -> list[str]:
    depth = len(context.command_path.split())
    with context:
        usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
        rows = command.arguments_told(context) + command.options_told(context)
        parts = [f"{'#' * min(depth + 1, 3)} {context.command_path}", command.help_in_language()]
    parts.append(_code([usage]))
    own = [row for row in rows if row not in shared]
    if own:
        parts.append(_list(own))
    if isinstance(command, click.Group):
        parts.append("Commands: " + ", ".join(f"`{name}`" for name in command.list_commands(context)) + ".")
    if command.examples:
        parts.append(_code(command.examples))
    return parts


def _list(rows: Rows) -> str:
    return "\n".join(f"- `{term}`: {' '.join(text.split())}" for term, text in rows)


def _code(lines: Any) -> str:
    return "\n".join(["```", *lines, "```"])
