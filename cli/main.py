"""`kaoji`: the entry point. Exit status 0 done, 1 a finding, 2 input that cannot be read, 3 refused."""

import importlib
import os
import sys
from typing import Any

import click

from cli.settings import common_options

_COMMANDS = {
    "apply": ("cli.record:apply", "Record a file of commands (JSON Lines), all of it or nothing."),
    "demo": ("cli.demo:demo", "Run the sample office and show what the ledger makes of it."),
    "log": ("cli.trace:log", "Show the history of one person or thing, in order."),
    "rebuild": ("cli.keep:rebuild", "Draw every sheet anew from the log."),
    "report": ("cli.report:report", "Show monthly summaries, lists, shares, payroll, appeals."),
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called; `--help` needs none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands' names."""
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command, imported now."""
        if cmd_name not in _COMMANDS:
            return None
        module, _, attribute = _COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands with their short helps."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, _COMMANDS[name][1]) for name in self.list_commands(ctx)])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@common_options
@click.version_option(package_name="kaoji", prog_name="kaoji")
def kaoji() -> None:
    """考績: an audit ledger for staff discipline and appraisal.

    Commands go in (apply), figures come out (report), and every figure can be traced (log).
    """


def main(arguments: list[str] | None = None) -> None:
    """Runs a command line and exits with its status."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Any = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """Runs a command line; returns its exit status."""
    context: click.Context | None = None
    try:
        context = kaoji.make_context("kaoji", list(sys.argv[1:] if arguments is None else arguments))
        with context:
            result = kaoji.invoke(context)
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo(err=True)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        from ledger.errors import LedgerError

        if not isinstance(error, LedgerError) or context is None:
            raise
        from cli.render import print_error

        with context.scope(cleanup=False):
            print_error(error)
        return error.exit_status


if __name__ == "__main__":
    main()
