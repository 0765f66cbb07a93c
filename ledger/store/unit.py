"""An open write unit: what it is going to append, and writing all of it at once.

A unit (law 8; `Log.unit` opens it) goes so, and stopped anywhere before 5 it leaves nothing:

1. Lock: `BEGIN IMMEDIATE` and the file lock on SQLite, the ledger's head row `FOR UPDATE` on PostgreSQL.
2. Read the head: its position, its instant, the frontier of the tree. `check_head` holds it against the last event.
3. Decide every command against the log and what the unit made before it; `append` takes each event.
4. `flush` writes: keys of new people, events with their leaves, registries, tiles, the head.
5. Commit, sent with what is written where that is little. Where its answer is lost nobody knows; the same file applied
   again skips what stands.
6. Destroy the keys of those whose erasure stands in the log now; left undone by a crash, the next unit does it. Where
   one was recorded, the turn to erase is held from before 4 until here.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any, Final, cast

from eventsourcing.domain import DomainEventProtocol
from sqlalchemy import Connection

from ledger.events import Recorded
from ledger.events.employees import EmployeeErased
from ledger.store import registry_rows
from ledger.store.bulk import are_few, insert_rows
from ledger.store.connection import LedgerConnection
from ledger.store.personal import owners_of
from ledger.store.recorder import REFUSING_TWICE
from ledger.store.schema import metadata, supervised
from ledger.store.sql import bytes_of, larger_cache, pipeline
from ledger.store.transactions import committing
from ledger.store.tree import read_leaves
from ledger.store.verified import Row
from ledger.terms import format_recorded

_LONG: Final = 5_000
_ROOM_KIB: Final = 128 * 1024
_IN_BATCH: Final = 5_000
"""So many events are held as rows at once: a long file's would take as much memory again as the file."""


class Unit:
    """An open write unit: where it stands, and what it is going to append."""

    def __init__(self, log: LedgerConnection, connection: Connection, last: Sequence[Any]) -> None:
        """`last`: what `tree.LAST` found behind the lock. StoreError `ledger_head_wrong`."""
        self._log = log
        self.connection = connection
        head = log.recorder.head()
        log.check_head(head, last)
        self.position: int = head.position
        self.recorded_at = datetime.fromisoformat(head.recorded_at)
        self.erased: list[str] = []
        """Everybody whose erasure is recorded, in this unit too."""
        self.streams: dict[tuple[str, str], str | None] = {}
        """Of the things that were looked for with the lock, the streams on which they live; None: not recorded."""
        self.missed: tuple[int, list[Row]] | None = None
        """A position that was known, and the rows of the events behind it, where they were read with the lock."""
        self._leaves = {row[0]: bytes_of(row[1]) for row in last}
        self._pending: list[Recorded] = []

    def append(self, recorded: Recorded) -> None:
        """Takes an event for the log; its position must be the next."""
        if recorded.position != self.position + 1:
            raise ValueError(f"position {recorded.position} does not follow {self.position}")
        self._pending.append(recorded)
        self.position = recorded.position
        self.recorded_at = recorded.recorded_at
        if recorded.event.kind == EmployeeErased.kind:
            self.erased.append(cast(EmployeeErased, recorded.event).employee)

    def leaf_at(self, position: int) -> bytes:
        """The leaf of an event, as it lies behind the lock or was appended here; empty where there is none."""
        if position not in self._leaves:
            self._leaves[position] = read_leaves(self.connection, self._log.ledger, position - 1, position)
        return self._leaves[position]

    def flush(self, commits: bool = False) -> None:
        """Writes what was taken: the keys of new people, then events through the library's recorder, and registries.

        `commits`: nothing comes behind it, so that COMMIT may go with the last of it.
        """
        if not self._pending:
            return
        sealing = self._log.sealing
        erased = [each.event.employee for each in self._pending if isinstance(each.event, EmployeeErased)]
        sealing.load_keys(self.connection, {*owners_of(self._pending), *erased})
        for employee in filter(sealing.is_wrong, erased):
            raise sealing.lacking(employee)  # somebody else's key would be destroyed
        if erased:
            sealing.keyring.require_own()  # else its key would not go, or not alone
        sealing.persist_new_keys(self.connection)
        is_long = len(self._pending) >= _LONG
        with larger_cache(self.connection, _ROOM_KIB) if is_long else nullcontext():
            for batch in _batches(self._pending):
                ends = commits and batch[-1] is self._pending[-1]
                with REFUSING_TWICE, self._together(len(batch), ends):
                    self._write(batch)
        self._leaves[self.position] = self._log.recorder.head().leaf
        self._pending = []

    def _together(self, count: int, commits: bool) -> AbstractContextManager[None]:
        """How so many events are written; no registry has more rows than events."""
        if not are_few(count):
            return nullcontext()
        return committing(self.connection) if commits else pipeline(self.connection)

    def _write(self, log: Sequence[Recorded]) -> None:
        """Whole commands. Not the library's `put`, which makes a notification of each event for whoever follows it."""
        mapper = self._log.event_store.mapper
        self._log.recorder.insert_events(
            [mapper.to_stored_event(each) for each in cast("Sequence[DomainEventProtocol[str]]", log)],
            recorded_at=format_recorded(self.recorded_at),
            schemas=[each.event.schema_version for each in log],
            subject_of=self._log.sealing.subject_of,
        )
        for name, rows in registry_rows.rows(log).items():
            self._insert(name, rows)

    def _insert(self, name: str, rows: Sequence[registry_rows.Row]) -> None:
        """A registry's rows; who is supervised by whom may stand there already."""
        if rows:
            table, names = metadata.tables[name], ("ledger", *rows[0])
            values = [(self._log.ledger, *row.values()) for row in rows]
            insert_rows(self.connection, table, names, values, twice=table is supervised)


def _batches(log: Sequence[Recorded]) -> Iterator[Sequence[Recorded]]:
    """Events in pieces, each of whole commands."""
    start = 0
    while start < len(log):
        end = start + _IN_BATCH
        while end < len(log) and log[end].step > 0:
            end += 1
        yield log[start:end]
        start = end
