"""Keeping the sheets: `kaoji rebuild` draws every one anew, `kaoji project` takes in what is new."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any

import click

from cli.group import require_all, require_alone, tell_stand, visit_all, workers_option
from cli.localized_help import SpeakingCommand
from cli.progress import progress
from cli.render import print_error, shown, talk
from cli.report_options import Month
from cli.settings import common_options, settings


@click.command(
    cls=SpeakingCommand,
    help_key="rebuild",
    examples=[
        "kaoji rebuild",
        "kaoji rebuild --month 2026-08 --site hq",
        "kaoji rebuild --all-ledgers --workers 4",
    ],
)
@click.option("--month", type=Month(), metavar="MONTH", help="field:rebuild_month")
@click.option("--site", metavar="SITE", help="field:rebuild_site")
@click.option("--all-ledgers", is_flag=True, help="field:every_ledger")
@workers_option
@common_options
def rebuild(month: str | None, site: str | None, all_ledgers: bool, workers: str) -> int:
    """Draw every sheet anew from the log, whatever stands in it; with --month that month only, of all sites or of one."""
    from ledger.errors import InputError

    if all_ledgers:
        return _rebuild_all(month, site, workers)
    require_all(workers)
    if site is not None and month is None:
        raise InputError("rebuild_of_what")
    labels = settings().labels()
    with settings().open() as ledger:
        if month is not None:
            position = ledger.rebuild_month(month, site)
        else:
            with progress() as shown:
                position = ledger.rebuild(shown)
    click.echo(labels.say("rebuilt", position=position))
    return 0


def _rebuild_all(month: str | None, site: str | None, workers: str) -> int:
    """Those of every ledger."""
    require_alone((("--month", month), ("--site", site)))
    found, status = visit_all("rebuild", {}, workers)
    labels = settings().labels()
    for one in found:
        told = labels.say("rebuilt", position=one["position"])
        click.echo(shown(labels.pair(one["ledger"], told)))
        tell_stand(one["ledger"], one)
    return status


class _Seconds(click.FloatRange):
    """A span of seconds. `nan` lies in every range, and is refused."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number; BadParameter."""
        number = super().convert(value, param, ctx)
        return number if number == number else self.fail(f"{value!r} is not a valid {self.name}.", param, ctx)


@click.command(
    cls=SpeakingCommand,
    help_key="project",
    examples=["kaoji project", "kaoji project --follow --interval 5", "kaoji project --follow --all-ledgers"],
)
@click.option("--follow", is_flag=True, help="field:follow")
@click.option(
    "--interval",
    type=_Seconds(min=0.01, max=86_400),
    default=1.0,
    metavar="S",
    help="field:interval",
)
@click.option("--all-ledgers", is_flag=True, help="field:every_ledger")
@common_options
def project(follow: bool, interval: float, all_ledgers: bool) -> int:
    """Take into the sheets what was recorded since they were drawn, so that the next report need not.

    With --follow it goes on doing so until it is interrupted or terminated, and then ends what it has begun. Where a
    server goes away meanwhile, it goes on once that is back.
    """
    with _projecting(all_ledgers) as draw:
        if not follow:
            return draw(False)
        with _until_told() as told:
            draw(False)
            away = False
            while not told.wait(interval):
                away = _draw_if_there(draw, away)
    return 0


Draw = Callable[[bool], int]
"""Catches up, and says on stderr what was drawn; where true is given, only where something was. The exit status."""


@contextmanager
def _projecting(all_ledgers: bool) -> Iterator[Draw]:
    if all_ledgers:
        from ledger.application.group.ledgers import Projecting

        projecting = Projecting(settings().whereabouts())

        def draw_all(quietly: bool) -> int:
            status = 0
            for name, outcome in projecting.project():
                if isinstance(outcome, tuple):
                    _tell(*outcome, quietly, name)
                else:
                    print_error(outcome.at(ledger=name) if name else outcome)
                    status = outcome.exit_status
            return status

        yield draw_all
        return
    with settings().open() as ledger:

        def draw_one(quietly: bool) -> int:
            _tell(*ledger.project(), quietly)
            return 0

        yield draw_one


def _tell(since: int, position: int, quietly: bool, whose: str = "") -> None:
    if position > since or not quietly:
        labels = settings().labels()
        told = labels.say("projected", position=position, count=position - since)
        talk(labels.pair(whose, told) if whose else told)


def _draw_if_there(draw: Draw, was_away: bool) -> bool:
    """Catches up; whether the server is away, which is said once, and once that it is back."""
    from ledger.errors import StoreError

    labels = settings().labels()
    try:
        draw(True)
    except StoreError as error:
        if error.code != "database_away":
            raise
        if not was_away:
            talk(labels.say("follow_waits", away=labels.message(error.code, error.fields)))
        return True
    if was_away:
        talk(labels.say("follow_goes_on"))
    return False


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
