"""Commands whose help is in the reader's language.

English helps are the docstrings (or, for a form, its command model's); the other languages' stand in
`ledger/labels` under the command's path. An option's help `field:x` is the label of the field x; an argument's
is that of its name.
"""

import inspect
import os
import re
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import click
from click import formatting
from click.shell_completion import CompletionItem

from cli.choices import shown_in_words
from cli.settings import settings
from cli.widths import columns_taken, folded_text

_FIELD = re.compile(r"\bfield:([\w.]+)")
_REMARK = re.compile(r"\b(default|required)\b(?=[^\[\]]*\]$)")
"""What click itself adds to an option's help, in square brackets at the end."""


class WideFormatter(click.HelpFormatter):
    """Wraps by the columns that characters take: an ideograph takes two, and a line may end behind it."""

    def __init__(
        self, indent_increment: int = 2, width: int | None = None, max_width: int | None = None
    ) -> None:
        """As click has it, which imports `shutil` to ask how wide the terminal is: that takes longer than asking."""
        found = width or formatting.FORCED_WIDTH or max(min(_terminal_columns(), max_width or 80) - 2, 50)
        super().__init__(indent_increment, found, max_width)

    def write_heading(self, heading: str) -> None:
        """The name of a section, with the colon of the language."""
        told = settings().labels().pair(heading, "").rstrip()
        self.write(f"{'':>{self.current_indent}}{told}\n")

    def write_text(self, text: str) -> None:
        """Paragraphs, indented."""
        width = self.width - self.current_indent
        super().write_text("\n\n".join(_filled(paragraph, width) for paragraph in text.split("\n\n")))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Terms, each with its text beside it."""
        rows = list(rows)
        terms = min(max((columns_taken(term) for term, _ in rows), default=0), col_max)
        width = max(self.width - terms - col_spacing - 2, 10)
        margin = " " * (self.current_indent + terms + col_spacing)
        for term, text in rows:
            room = terms + col_spacing - columns_taken(term)
            gap = " " * room if room >= col_spacing else f"\n{margin}"
            told = f"\n{margin}".join(folded_text(" ".join(text.split()), width))
            self.write(f"{'':>{self.current_indent}}{term}{gap}{told}".rstrip() + "\n")


def _terminal_columns() -> int:
    """The columns that COLUMNS says, else those of the terminal, else 80."""
    said = os.environ.get("COLUMNS", "")
    if said.isdecimal() and int(said):
        return int(said)
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or 80  # type: ignore[union-attr]
    except (AttributeError, ValueError, OSError):
        return 80


def _filled(paragraph: str, width: int) -> str:
    """A paragraph in lines of so many columns, marked so that click leaves them alone."""
    return "\n".join(["\b", *folded_text(" ".join(paragraph.split()), width)])


class _SpeakingContext(click.Context):
    formatter_class = WideFormatter


class _Speaking(click.Command):
    """What commands and groups share: translated sections, and examples at the end."""

    context_class = _SpeakingContext

    def __init__(self, *args: Any, help_key: str = "", examples: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.help_key = help_key
        self.examples = tuple(examples)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The usage line."""
        pieces = self.collect_usage_pieces(ctx)
        formatter.write_usage(
            ctx.command_path,
            " ".join(pieces),
            prefix=settings().labels().pair(settings().labels().say("usage"), ""),
        )

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What the command is for."""
        with formatter.indentation():
            formatter.write_paragraph()
            formatter.write_text(click.unstyle(self.help_in_language()))

    def help_in_language(self) -> str:
        """The whole help text."""
        return settings().labels().help(self.help_key) or inspect.cleandoc(self.help or "")

    def get_short_help_str(self, limit: int = 80) -> str:
        """The first sentence of the help."""
        return re.split(r"(?<=\.)\s|(?<=。)|\n\n", self.help_in_language().strip())[0].replace("\n", " ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The arguments and options, and for a group its commands."""
        for section, rows in (("arguments", self.arguments_told(ctx)), ("options", self.options_told(ctx))):
            if rows:
                with formatter.section(settings().labels().say(section)):
                    formatter.write_dl(rows)
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)

    def arguments_told(self, ctx: click.Context) -> list[tuple[str, str]]:
        """What is given by place: as usage shows it, and what to write there."""
        labels, rows = settings().labels(), []
        for shown, field in self.fields_given(ctx).items():
            text = labels.field(field)
            numbered = shown.startswith("[") and shown.endswith("]")
            rows.append((shown, labels.remarked(text, labels.say("numbered")) if numbered else text))
        return rows

    def fields_given(self, ctx: click.Context) -> dict[str, str]:
        """The fields given by place: as usage shows them, and their names."""
        found = {}
        for argument in self.get_params(ctx):
            if isinstance(argument, click.Argument):
                shown = argument.make_metavar(ctx)
                name = shown.lower() if argument.name == "name" else str(argument.name)
                found[shown] = "id" if name == "site" or "|" in name else name
        return found

    def options_told(self, ctx: click.Context) -> list[tuple[str, str]]:
        """The options: as they are written, and what to write there."""
        labels, rows = settings().labels(), []
        for option in self.get_params(ctx):
            record = option.get_help_record(ctx) if isinstance(option, click.Option) else None
            if record is not None:
                text = _FIELD.sub(lambda found: labels.field(found.group(1)), record[1])
                rows.append(
                    (shown_in_words(record[0]), _REMARK.sub(lambda found: labels.say(found.group(1)), text))
                )
        return rows

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """`--help`, in the reader's language too."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "field:help"
        return option

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """What the shell offers; helps beside it need to know the language asked for."""
        with ctx.scope(cleanup=False):
            return super().shell_complete(ctx, incomplete)

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

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """A group called by itself shows its help, and says by its exit status that a command was missing."""
        if not args and self.no_args_is_help and not ctx.resilient_parsing:
            click.echo(ctx.get_help(), err=True)
            ctx.exit(2)
        return super().parse_args(ctx, args)

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
