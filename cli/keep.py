"""Keeping the ledger: `kaoji rebuild` draws the sheets anew from the log."""

import sys

import click

from cli.report import Month
from cli.settings import common_options, settings
from cli.speaking import SpeakingCommand


@click.command(
    cls=SpeakingCommand,
    help_key="rebuild",
    examples=["kaoji rebuild", "kaoji rebuild --month 2026-08 --site hq"],
)
@click.option("--month", type=Month(), metavar="MONTH", help="field:rebuild_month")
@click.option("--site", metavar="SITE", help="field:rebuild_site")
@common_options
def rebuild(month: str | None, site: str | None) -> None:
    """Delete every sheet and draw it anew from the log; with --month that month only, of all sites or of one."""
    from ledger.errors import InputError

    if site is not None and month is None:
        raise InputError("rebuild_of_what")
    labels = settings().labels()
    with settings().open() as ledger:
        if month is not None:
            position = ledger.rebuild_month(month, site)
        elif sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import Progress

            with Progress(console=Console(stderr=True)) as bar:
                task = bar.add_task("", total=None)
                position = ledger.rebuild(lambda done, all_: bar.update(task, completed=done, total=all_))
        else:
            position = ledger.rebuild()
    click.echo(labels.say("rebuilt", position=position))
