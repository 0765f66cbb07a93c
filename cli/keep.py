"""Keeping the sheets: `kaoji rebuild` draws every one anew, `kaoji project` takes in what is new."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from typing import TYPE_CHECKING, Any

import click

from cli.asking import Month
from cli.render import talk
from cli.settings import common_options, settings
from cli.speaking import SpeakingCommand

if TYPE_CHECKING:
    from ledger.application.ledger import Ledger


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


@click.command(
    cls=SpeakingCommand,
    help_key="project",
    examples=["kaoji project", "kaoji project --follow --interval 5"],
)
@click.option("--follow", is_flag=True, help="field:follow")
@click.option(
    "--interval",
    type=click.FloatRange(min=0.01, max=86_400),
    default=1.0,
    metavar="S",
    help="field:interval",
)
@common_options
def project(follow: bool, interval: float) -> None:
    """Take into the sheets what was recorded since they were drawn, so that the next report need not.

    With --follow it goes on doing so until it is interrupted or terminated, and then ends what it has begun. Where a
    server goes away meanwhile, it goes on once that is back.
    """
    with settings().open() as ledger:
        if not follow:
            _draw(ledger)
            return
        with _until_told() as told:
            _draw(ledger)
            away = False
            while not told.wait(interval):
                away = _draw_if_there(ledger, away)


def _draw_if_there(ledger: "Ledger", was_away: bool) -> bool:
    """Catches up; whether the server is away, which is said once, and once that it is back."""
    from ledger.errors import StoreError

    labels = settings().labels()
    try:
        _draw(ledger, quietly=True)
    except StoreError as error:
        if error.code != "database_away":
            raise
        if not was_away:
            talk(labels.say("follow_waits", away=labels.message(error.code, error.fields)))
        return True
    if was_away:
        talk(labels.say("follow_goes_on"))
    return False


def _draw(ledger: "Ledger", quietly: bool = False) -> None:
    """Catches up, and says on stderr what was drawn; quietly: only where something was."""
    since, position = ledger.project()
    if position > since or not quietly:
        talk(settings().labels().say("projected", position=position, count=position - since))


@contextmanager
def _until_told() -> Iterator[Event]:
    """Set by SIGINT or SIGTERM; a second one does not wait for what was begun."""
    told = Event()

    def tell(_signal: int, _frame: Any) -> None:
        if told.is_set():
            raise KeyboardInterrupt
        told.set()

    before = {number: signal.signal(number, tell) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield told
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
