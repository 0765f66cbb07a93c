"""An open write unit: what it is going to append, and writing all of it at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, cast

from eventsourcing.domain import DomainEventProtocol
from sqlalchemy import Connection

from ledger.events import EmployeeErased, Recorded
from ledger.store import registries
from ledger.store.bulk import insert_rows, together_if_few
from ledger.store.schema import metadata, supervised
from ledger.store.sealing import owners_of
from ledger.terms import format_recorded

if TYPE_CHECKING:
    from ledger.store.log import Log


class Unit:
    """An open write unit: where it stands, and what it is going to append."""

    def __init__(self, log: "Log", connection: Connection) -> None:
        self._log = log
        self._connection = connection
        head = log.recorder.head()
        log.check_head(connection, head)
        self.position: int = head.position
        self.recorded_at = datetime.fromisoformat(head.recorded_at)
        self.erased: list[str] = []
        """Everybody whose erasure is recorded, in this unit too."""
        self._pending: list[Recorded] = []

    def append(self, recorded: Recorded) -> None:
        """Takes an event for the log; its position must be the next."""
        if recorded.position != self.position + 1:
            raise ValueError(f"position {recorded.position} does not follow {self.position}")
        self._pending.append(recorded)
        self.position = recorded.position
        self.recorded_at = recorded.recorded_at
        if isinstance(recorded.event, EmployeeErased):
            self.erased.append(recorded.event.employee)

    def flush(self) -> None:
        """Writes what was taken: events through the library's event store, then the registries' rows."""
        if not self._pending:
            return
        log, sealing = self._pending, self._log.sealing
        sealing.learn(self._connection, owners_of(log))
        sealing.keep(self._connection)
        with together_if_few(self._connection, len(log)):
            self._log.event_store.put(
                cast("list[DomainEventProtocol[str]]", log),
                recorded_at=format_recorded(self.recorded_at),
                schemas=[each.event.schema_version for each in log],
                subject_of=sealing.subject_of,
            )
            for name, rows in registries.rows(log).items():
                self._insert(name, rows)
        self._pending = []

    def _insert(self, name: str, rows: Sequence[registries.Row]) -> None:
        """A registry's rows; who is supervised by whom may stand there already."""
        if rows:
            table, names = metadata.tables[name], ("ledger", *rows[0])
            values = [(self._log.ledger, *row.values()) for row in rows]
            insert_rows(self._connection, table, names, values, twice=table is supervised)
