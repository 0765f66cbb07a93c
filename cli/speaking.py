"""Commands whose help is in the reader's language.

English helps are the docstrings (or, for a form, its command model's); the other languages' stand in
`ledger/labels` under the command's path. An option's help `field:x` is the label of the field x.
"""

import re
from collections.abc import Sequence
from typing import Any

import click

from cli.settings import settings

_FIELD = re.compile(r"\bfield:(\w+)")


class _Speaking(click.Command):
    """What commands and groups share: translated sections, and examples at the end."""

    def __init__(self, *args: Any, help_key: str = "", examples: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.help_key = help_key
        self.examples = tuple(examples)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The usage line."""
        pieces = self.collect_usage_pieces(ctx)
        formatter.write_usage(
            ctx.command_path, " ".join(pieces), prefix=f"{settings().labels().say('usage')}: "
        )

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What the command is for."""
        with formatter.indentation():
            formatter.write_paragraph()
            formatter.write_text(click.unstyle(self.help_in_language()))

    def help_in_language(self) -> str:
        """The whole help text."""
        return settings().labels().help(self.help_key) or (self.help or "")

    def get_short_help_str(self, limit: int = 80) -> str:
        """The first sentence of the help."""
        return re.split(r"(?<=\.)\s|(?<=。)|\n\n", self.help_in_language().strip())[0].replace("\n", " ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, and for a group its commands."""
        labels = settings().labels()
        records = [r for p in self.get_params(ctx) if (r := p.get_help_record(ctx)) is not None]
        spoken = [(names, _FIELD.sub(lambda m: labels.field(m.group(1)), text)) for names, text in records]
        if spoken:
            with formatter.section(labels.say("options")):
                formatter.write_dl(spoken)
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The examples."""
        if self.examples:
            with formatter.section(settings().labels().say("examples")):
                for example in self.examples:
                    formatter.write(f"{'':>{formatter.current_indent}}{example}\n")


class SpeakingCommand(_Speaking):
    """A command with help in the reader's language."""


class SpeakingGroup(_Speaking, click.Group):
    """A group with help in the reader's language."""

    command_class = SpeakingCommand

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The group's commands, each with its first sentence."""
        rows = [
            (name, command.get_short_help_str())
            for name in self.list_commands(ctx)
            if (command := self.get_command(ctx, name)) is not None
        ]
        with formatter.section(settings().labels().say("commands")):
            formatter.write_dl(rows)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command named; InputError `command_unknown` where there is none."""
        from ledger.errors import InputError

        if self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            known = ", ".join(self.list_commands(ctx))
            raise InputError("command_unknown", name=args[0], known=known, path=ctx.command_path)
        return super().resolve_command(ctx, args)
