"""`kaoji`: the entry point. Exit status 0 done, 1 a finding, 2 input that cannot be read, 3 refused,
74 the answer could not be written, 130 interrupted."""

import errno
import importlib
import os
import sys
from contextlib import suppress
from itertools import pairwise
from typing import TYPE_CHECKING

import click

from cli import streams
from cli.localized_help import SpeakingGroup
from cli.settings import LANGUAGES, Settings, common_options, settings
from cli.usage import usage_error
from ledger.subjects import OWNED

if TYPE_CHECKING:
    from ledger.errors import LedgerError

_COMMANDS = {
    **{kind: f"cli.cases:{kind}" for kind in OWNED},
    "appraisal": "cli.appraisal:appraisal",
    "action": "cli.actions:action",
    "analysis": "cli.actions:analysis",
    "apply": "cli.apply:apply",
    "backup": "cli.backup:backup",
    "bonus": "cli.appraisal:bonus",
    "checklist": "cli.checklist:checklist",
    "checkpoint": "cli.proofs:checkpoint",
    "compare": "cli.explain:compare",
    "demo": "cli.demo:demo",
    "due": "cli.due:due",
    "employee": "cli.organisation:employee",
    "evidence": "cli.evidence:evidence",
    "exam": "cli.exam:exam",
    "explain": "cli.explain:explain",
    "export": "cli.export:export",
    "finding": "cli.cases:finding",
    "inspection": "cli.rounds:inspection",
    "grant": "cli.server:grant",
    "import": "cli.importing:import_",
    "key": "cli.proofs:key",
    "ledgers": "cli.server:ledgers",
    "log": "cli.log:log",
    "map": "cli.maps:map_",
    "month": "cli.organisation:month",
    "office": "cli.organisation:office",
    "payroll": "cli.pay:payroll",
    "print": "cli.print:print_forms",
    "policy": "cli.policy:policy",
    "project": "cli.projections:project",
    "rebuild": "cli.projections:rebuild",
    "receipt": "cli.proofs:receipt",
    "report": "cli.report:report",
    "restore": "cli.backup:restore",
    "sheet": "cli.appraisal:sheet",
    "serve": "cli.serve:serve",
    "site": "cli.organisation:site",
    "sitting": "cli.sittings:sitting",
    "upgrade": "cli.backup:upgrade",
    "verify": "cli.verify:verify",
    "wage": "cli.organisation:wage",
    "what-if": "cli.what_if:what_if",
    "witness": "cli.witness:witness",
}


_OUTPUT_LOST = (errno.EBADF, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EPIPE)


_OF_FILES = ("apply", "exam", "policy")
"""The commands whose input is a file with fields of its own: what is refused names them as the file does."""


class LazyGroup(SpeakingGroup):
    """A group whose commands are imported when they are called; its own `--help` needs none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands' names."""
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command, imported now."""
        if cmd_name not in _COMMANDS:
            return None
        module, _, attribute = _COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands with their short helps."""
        labels = settings().labels()
        with formatter.section(labels.say("commands")):
            formatter.write_dl([(name, labels.short(name)) for name in self.list_commands(ctx)])


@click.group(
    cls=LazyGroup,
    help_key="kaoji",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@common_options
@click.version_option(package_name="kaoji", prog_name="kaoji", help="field:version")
def kaoji() -> None:
    """考績: an audit ledger for staff discipline and appraisal.

    Commands go in (apply, or typed by hand), figures come out (report), and every figure can be traced (log).
    """


def main(arguments: list[str] | None = None) -> None:
    """Runs a command line and exits with its status."""
    streams.prepare()
    complete = os.environ.get("_KAOJI_COMPLETE")
    if complete is not None:
        from click.shell_completion import shell_complete

        sys.exit(shell_complete(kaoji, {}, "kaoji", "_KAOJI_COMPLETE", complete))
    status = run(arguments)
    try:
        sys.stdout.flush()
    except OSError as error:
        status = _output_lost(error, Settings(language=_language(sys.argv[1:])))
    sys.exit(status)


def _colour() -> bool | None:
    """False where the reader wants none or the terminal has none; None leaves it to what stdout is."""
    return False if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" else None


def run(arguments: list[str] | None = None) -> int:
    """Runs a command line; returns its exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    chosen = Settings(language=_language(words))
    try:
        chosen.by_hand = next((word for word in words if word in _COMMANDS), None) not in _OF_FILES
        _require_text(words)
        _require_folder()
        context = kaoji.make_context("kaoji", words, obj=chosen, color=_colour())
        with context:
            result = kaoji.invoke(context)
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.UsageError as error:
        return _refuse(chosen, usage_error(error))
    except click.ClickException as error:
        return _refuse(chosen, usage_error(click.UsageError(error.format_message())))
    except click.Abort:  # given up at a prompt, before anything is recorded
        _tell_nothing_recorded(chosen)
        return 130
    except KeyboardInterrupt:
        click.echo(err=True)
        return 130
    except OSError as error:
        if error.filename is not None or error.errno not in _OUTPUT_LOST:
            raise
        return _output_lost(error, chosen)
    except Exception as error:
        from ledger.errors import LedgerError

        if not isinstance(error, LedgerError):
            raise
        return _refuse(chosen, error)


def _require_text(words: list[str]) -> None:
    """InputError `not_text` for an argument, or an operator, whose bytes are no text here."""
    for word in (*words, os.environ.get("KAOJI_OPERATOR", "")):
        if any("\ud800" <= character <= "\udfff" for character in word):
            from ledger.errors import InputError

            raise InputError("not_text", given=word)


def _require_folder() -> None:
    """StoreError `folder_unusable` where the current folder is there no more: files are looked for from it."""
    try:
        os.getcwd()  # noqa: PTH109 - every call asks it, and pathlib costs more than that
    except OSError as error:
        from ledger.errors import StoreError

        raise StoreError("folder_unusable", folder=os.curdir, reason=str(error.strerror)) from None


def _language(words: list[str]) -> str | None:
    """The language asked for anywhere on the command line: helps and refusals need it before it is parsed."""
    given = [word.removeprefix("--lang=") for word in words if word.startswith("--lang=")]
    given += [after for word, after in pairwise(words) if word == "--lang"]
    return next((value for value in given if value in LANGUAGES), None)


def _output_lost(error: OSError, chosen: Settings) -> int:
    """The exit status where the answer cannot be written."""
    from ledger.errors import AnswerError

    with suppress(OSError, ValueError):  # what is still waiting goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return _refuse(chosen, AnswerError("answer_unwritten", reason=error.strerror or str(error)))


def _tell_nothing_recorded(chosen: Settings) -> None:
    from cli.asking import told_nothing_recorded

    with suppress(OSError), click.Context(kaoji, obj=chosen, color=_colour()).scope(cleanup=False):
        told_nothing_recorded()


def _refuse(chosen: Settings, error: "LedgerError") -> int:
    from cli.render import print_error

    with (
        suppress(OSError),
        click.Context(kaoji, obj=chosen, color=_colour()).scope(cleanup=False),
    ):  # stderr may be full too
        print_error(error)
    return error.exit_status
