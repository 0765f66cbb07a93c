"""Of which months people's streams are read before commands about them are decided: those that the commands speak of.

What is decided does not rest on it. Whoever asks for another month of somebody has all of their stream read
(`ledger/state/in_part.py`), so that a wrong guess costs time alone.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from ledger.commands import Command
from ledger.formats import month_before
from ledger.state.named import Thing
from ledger.store import registry_batch
from ledger.store.log import Log
from ledger.subjects import OWNED
from ledger.terms import next_month

MOST: Final = 24
"""Commands that speak of more months are about people's years."""


def months_asked(log: Log, commands: Iterable[Command], things: Iterable[Thing]) -> frozenset[str] | None:
    """The months of the days and things that commands name, and those beside them; None where these are too many.

    `things` are those that the commands name, be they recorded or not.
    """
    found: set[str] = set()
    for command in commands:
        found.update(_days_in(command))
        if len(found) > MOST:
            return None
    found.update(_of_things(log, things))
    beside = {each for month in found for each in (month_before(month), month, next_month(month))}
    return frozenset(beside) if len(beside) <= MOST else None


def _days_in(command: Command) -> Iterator[str]:
    """The months of its days and instants, and the month it names itself."""
    for name, value in command.__dict__.items():
        if isinstance(value, date):
            yield value.isoformat()[:7]
        elif name == "month" and value is not None:
            yield value


def _of_things(log: Log, things: Iterable[Thing]) -> Iterator[str]:
    """The months of things that live on people's streams, as the events say that introduced them."""
    names: dict[str, set[str]] = {}
    for kind, name in things:
        if kind in OWNED:
            names.setdefault(kind, set()).add(name)
    at = {place for kind, ids in names.items() for place in registry_batch.introduced_at(log, kind, ids)}
    for recorded in log.at(at):
        month = getattr(recorded.event, "month", None)
        if month is not None:
            yield month
