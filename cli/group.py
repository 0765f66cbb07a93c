"""What is asked of a group of ledgers: of each in turn; who is away or refuses is told on stderr, and the others answer."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

import click

from cli.progress import progress
from cli.render import print_error, print_title, talk
from cli.settings import settings
from ledger.errors import InputError, Refusal, StoreError

if TYPE_CHECKING:
    from ledger.application.desk.desk import Desk
    from ledger.application.group.ledgers import Group, Member
    from ledger.errors import LedgerError

Ask = Callable[[str, "Desk"], None]
"""Asks one ledger, by what it is called in the group."""


def told_away(group: "Group") -> int:
    """Tells which of a catalogue could not be asked; the exit status."""
    for error in group.away:
        print_error(error)
    return max((error.exit_status for error in group.away), default=0)


def ask_all(ask: Ask, as_of: str | None = None) -> int:
    """Asks every ledger, sorted by name, and says at which position each was read; the exit status.

    InputError `as_of_needs_instant`; what a ledger refuses is told.
    """
    from ledger.application.group.ledgers import require_instant, stand

    require_instant(as_of)
    group = settings().whereabouts().group()
    status = told_away(group)
    for member in group.members:
        try:
            with member.open() as ledger:
                read = stand(ledger, as_of)
                ask(member.name, ledger)
        except (Refusal, StoreError) as error:
            status = max(status, _told(member.name, error))
        else:
            tell_stand(member.name, read)
    return status


ONE: Final = "1"
"""How many workers there are where nothing is said: this process."""
workers_option = click.option("--workers", default=ONE, metavar="N", help="field:workers")


def visit_all(
    what: str, given: Mapping[str, Any], workers: str, as_of: str | None = None
) -> tuple[list[dict[str, Any]], int]:
    """What comes of visiting every ledger, sorted by name, and the exit status; what a ledger refuses is told.

    InputError `as_of_needs_instant`, and what `visits.sharing` raises.
    """
    from ledger.application.group import visits
    from ledger.application.group.ledgers import require_instant

    require_instant(as_of)
    group = settings().whereabouts().group()
    status = told_away(group)
    asked: list[tuple[Member, int]] = []
    for member, upto in visits.positions(group.members, as_of):
        if isinstance(upto, int):
            asked.append((member, upto))
        else:
            status = max(status, _told(member.name, upto))
    with visits.sharing(workers, [member for member, _ in asked]) as shared, progress() as told:
        answers = visits.visit_all(asked, what, given, shared, told)
    for answer in answers:
        if answer.lost:
            labels = settings().labels()
            talk(labels.pair(answer.name, labels.say("done_here")))
        if answer.error is not None:
            status = max(status, _told(answer.name, answer.error))
    return [answer.found for answer in answers if answer.found is not None], status


def _told(name: str, error: "LedgerError") -> int:
    print_error(error.at(ledger=name))
    return error.exit_status


def print_stand(found: dict[str, Any]) -> None:
    """A title for what comes of one ledger: its name, and at which position it was read."""
    labels = settings().labels()
    read = labels.say("read_at", position=found["position"], mark=found["mark"][:16] or "–")
    print_title(labels.pair(found["ledger"], read))


def require_all(workers: str) -> None:
    """InputError `option_needs` where workers are named for one ledger."""
    if workers != ONE:
        raise InputError("option_needs", option="--workers", needed="--all-ledgers")


def require_here(workers: str, option: str) -> None:
    """InputError `options_exclude` where workers are named for what is done here."""
    if workers != ONE:
        raise InputError("options_exclude", first="--workers", second=option)


def require_alone(options: Iterable[tuple[str, Any]]) -> None:
    """InputError `options_exclude` for an option that is about one ledger, beside --all-ledgers."""
    for option, value in options:
        if value:
            raise InputError("options_exclude", first="--all-ledgers", second=option)


def tell_stand(name: str, read: dict[str, Any]) -> None:
    """At which position a ledger was read, and what its mark is, so that an answer can be asked for again."""
    labels = settings().labels()
    talk(labels.pair(name, labels.say("read_at", position=read["position"], mark=read["mark"][:16])))
