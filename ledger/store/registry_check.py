"""The registries against the log they are drawn from: each rebuilt from the events and compared row by row.

Those by which something is decided that cannot be taken back, erasures and closes, are held against their events by
every `verify`, all others by `verify --deep`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import blake2b
from typing import Any, Final

from sqlalchemy import Table, or_, select

from ledger.events import Recorded
from ledger.events.months import MonthClosed, month_stream
from ledger.store import registry_rows
from ledger.store.log import Log
from ledger.store.schema import closes, commands, heads, metadata, supervised, things
from ledger.subjects import ERASURE

_TABLES: Final = (commands, things, closes, supervised)
_DIGEST_SIZE: Final = 16
_MONTH, _BEHIND_MONTH = "month/", "month0"
_MONTHS: Final = "SELECT stream FROM events WHERE ledger = ? AND stream > ? AND stream < ? AND version = 1"


class Rebuilt:
    """The registries as the events make them. It keeps sixteen bytes a row, nothing of the rows themselves."""

    def __init__(self) -> None:
        self._wanted: dict[Table, set[bytes]] = {table: set() for table in _TABLES}

    def take(self, command: Sequence[Recorded]) -> None:
        """The events of one more command."""
        for name, rows in registry_rows.rows(command).items():
            self._add(metadata.tables[name], rows)

    def faults(self, log: Log, as_of: int) -> Iterator[tuple[str, int]]:
        """Each registry that is not what the events up to a position make it, and how many rows are too many or missing.

        Rows of what was recorded since are left alone, those beyond the log's end are not.
        """
        with log.usable(), log.recorder.snapshot() as connection:
            end = connection.execute(
                select(heads.c.position).where(heads.c.ledger == log.ledger)
            ).scalar_one()
            for table, wanted in self._wanted.items():
                position = table.c.first_position if table is commands else table.c.position
                query = select(*(table.c[name] for name in _names(table))).where(
                    table.c.ledger == log.ledger, or_(position <= as_of, position > end)
                )
                missing, too_many = set(wanted), 0
                for row in connection.execute(query):
                    digest = _digest(tuple(row))
                    if digest in missing:
                        missing.remove(digest)
                    else:
                        too_many += 1
                if missing or too_many:
                    yield table.name, too_many + len(missing)

    def _add(self, table: Table, rows: Iterable[registry_rows.Row]) -> None:
        names = _names(table)
        self._wanted[table].update(_digest(tuple(row[name] for name in names)) for row in rows)


def decisive(log: Log) -> Iterator[tuple[str, int]]:
    """The registries of erasures and closes: each that is not what its events make it, and how many rows are wrong.

    A row whose event is not there is wrong, and a close without its row. That an erasure lacks its row shows as a key
    that is missing.
    """
    erased = select(things).where(things.c.ledger == log.ledger, things.c.kind == ERASURE)
    wrong = _without_event(log, log.rows(erased), registry_rows.thing_row)
    if wrong:
        yield things.name, wrong
    rows = log.rows(select(closes).where(closes.c.ledger == log.ledger))
    known = {month_stream(row.site, row.month) for row in rows}
    begun = {stream for (stream,) in log.fetch_all(_MONTHS, log.ledger, _MONTH, _BEHIND_MONTH)}
    closed = (log.stream(stream) for stream in sorted(begun - known))
    lacking = sum(any(isinstance(each.event, MonthClosed) for each in stream) for stream in closed)
    wrong = _without_event(log, rows, registry_rows.close_row) + lacking
    if wrong:
        yield closes.name, wrong


def _without_event(
    log: Log, rows: Sequence[Any], row_of: Callable[[Recorded], registry_rows.Row | None]
) -> int:
    """How many rows of a registry are not made by the event at their position."""
    made = {recorded.position: row_of(recorded) for recorded in log.at(row.position for row in rows)}
    wanted = [{**(made.get(row.position) or {}), "ledger": log.ledger} for row in rows]
    return sum(dict(row._mapping) != one for row, one in zip(rows, wanted, strict=True))


def _names(table: Table) -> tuple[str, ...]:
    """What is compared: of who may bear a share for whom only the pair, which is told again and again."""
    if table is supervised:
        return "supervisor", "employee"
    return tuple(sorted(column.name for column in table.columns if column.name != "ledger"))


def _digest(row: tuple[Any, ...]) -> bytes:
    return blake2b(repr(row).encode(), digest_size=_DIGEST_SIZE).digest()
