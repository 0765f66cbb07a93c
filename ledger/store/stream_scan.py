"""The log read in bulk, stream after stream: rows through the driver's own cursor, verified, decoded without validating.

For whoever folds everything and needs each event once. What turns out to be damaged is read again by the log,
whose checking says where and why.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from ledger.errors import StoreError
from ledger.events import Event
from ledger.store.bulk import fetched
from ledger.store.log import Log
from ledger.store.mapper import stored_event
from ledger.store.sql import Question, chunks, placeholders
from ledger.store.stream_statements import EVENTS

Placed = tuple[Event, int]
"""An event and its position."""

_SETTINGS: Final = {
    "sqlite": "PRAGMA cache_size = -16384",
    "postgresql": (
        "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off;"
        " SET LOCAL max_parallel_workers_per_gather = 0"
    ),
}
"""A slice is to be walked along the index of streams, whatever is known of the table; its events lie scattered."""
_UNTIL: Final = "AND position + 0 <= ?"
"""The sum keeps databases from walking along all positions up to it."""
_IN_ORDER: Final = "ORDER BY stream, version"
_STREAM: Final = itemgetter(1)
_PLACE: Final = itemgetter(1, 2)


@dataclass(frozen=True, slots=True)
class Slice:
    """The streams of a family (their names begin with `prefix`) after one name, up to another (None: to the end)."""

    prefix: str
    after: str
    as_of: str | None


@contextmanager
def walking(log: Log) -> Iterator[None]:
    """One state of the log for all that is read here meanwhile, and the settings for it; without them it may take long."""
    with log.holding():
        with log.usable(), log.recorder.snapshot() as connection:
            connection.exec_driver_sql(_SETTINGS[connection.dialect.name])
        yield


def held(url: str, ledger: str) -> Log:
    """A log whose one state a worker sees for as long as it lives."""
    log = Log(url, ledger)
    _held.enter_context(walking(log))
    return log


_held: Final = ExitStack()


def slices(log: Log, prefix: str, size: int) -> Iterator[Slice]:
    """The streams of a family in slices of about `size` events; found one after another, no list is kept."""
    after = ""
    while True:
        where, values = _of(log, Slice(prefix, after, None))
        asked = f"SELECT stream FROM events WHERE ledger = ?{where} {_IN_ORDER} LIMIT 1 OFFSET ?"
        end = _fetched(log, (asked, (*values, size)))
        as_of = end[0][0] if end else None
        yield Slice(prefix, after, as_of)
        if as_of is None:
            return
        after = as_of


def streams_of(log: Log, wanted: Slice, position: int) -> Iterator[tuple[str, list[Placed]]]:
    """The streams of a slice up to a position, each whole and in order. StoreError `ledger_damaged`."""
    where, values = _of(log, wanted)
    asked = f"{EVENTS}{where} {_UNTIL} {_IN_ORDER}"
    return _decoded(log, _fetched(log, (asked, (*values, position))), position)


def named_streams(
    log: Log, names: Iterable[str], position: int, *only: str
) -> Iterator[tuple[str, list[Placed]]]:
    """Some streams up to a position, only events of some kinds where any are given; streams without any are left out."""
    for chunk in chunks(names):
        of_kinds = f" AND kind IN ({placeholders(len(only))})" if only else ""
        # without an order, else servers walk the whole index
        asked = f"{EVENTS} AND stream IN ({placeholders(len(chunk))}){of_kinds} {_UNTIL}"
        rows = sorted(_fetched(log, (asked, (log.ledger, *chunk, *only, position))), key=_PLACE)
        yield from _decoded(log, rows, position, whole=not only)


@contextmanager
def checked(log: Log, stream: str, position: int) -> Iterator[None]:
    """What a damaged stream raises when it is folded, as the StoreError with which its checked reading ends."""
    try:
        yield
    except StoreError:
        raise
    except Exception:
        log.stream(stream, position)
        raise


def _of(log: Log, wanted: Slice) -> Question:
    """That an event is of a slice, and the values, the ledger before them.

    Every condition is on the index of streams; comparing names is left to the database, which has its own order.
    """
    where = f" AND substr(stream, 1, {len(wanted.prefix)}) = ? AND stream > ?"
    values = log.ledger, wanted.prefix, wanted.after
    return (where, values) if wanted.as_of is None else (f"{where} AND stream <= ?", (*values, wanted.as_of))


def _decoded(
    log: Log, rows: Sequence[Any], position: int, whole: bool = True
) -> Iterator[tuple[str, list[Placed]]]:
    (log.verified.check_streams if whole else log.verified.check)(rows)
    for stream, group in groupby(rows, _STREAM):
        placed: list[Placed] = []
        with checked(log, stream, position):
            placed = [(stored_event(kind, state), at) for at, _, _, kind, _, state in group]
        yield stream, placed


def _fetched(log: Log, asked: Question) -> Sequence[Any]:
    with log.usable(), log.recorder.snapshot() as connection:
        return fetched(connection, asked)
