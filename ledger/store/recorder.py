"""The library's application recorder on SQLAlchemy Core: explicit, gapless positions on SQLite and PostgreSQL.

It passes `eventsourcing.tests.persistence.ApplicationRecorderTestCase`. The head row carries the last
position and the tree's frontier and is the write lock; events, leaves, tiles and whatever else belongs to them commit in
one transaction.
"""

import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any, Final
from uuid import UUID

from eventsourcing.persistence import (
    ApplicationRecorder,
    IntegrityError,
    Notification,
    StoredEvent,
    Subscription,
)
from sqlalchemy import Connection, Engine, func, insert, select
from sqlalchemy import exc as sqlalchemy_exc
from sqlalchemy.exc import NoResultFound

from ledger.proofs import Frontier
from ledger.proofs.entry import leaf_writer
from ledger.store.bulk import insert_rows
from ledger.store.schema import LAYOUT, events, heads
from ledger.store.sql import Question, execute
from ledger.store.transactions import locking, query_connection, reading
from ledger.store.tree import Head, grow, head_in, head_locked

_COLUMNS: Final = ("ledger", "position", "stream", "version", "kind", "schema", "state", "leaf")
_MOVE: Final = "UPDATE heads SET position = ?, recorded_at = ?, frontier = ? WHERE ledger = ?"
_BEGINNING = "0001-01-01T00:00:00.000000Z"


class _RefusingTwice(AbstractContextManager[None]):
    """The library's IntegrityError for what a database refuses since it is there already; in a pipeline, at its end."""

    def __exit__(self, kind: object, error: BaseException | None, where: object) -> None:
        if isinstance(error, sqlalchemy_exc.IntegrityError):
            raise IntegrityError(str(error.orig)) from error


REFUSING_TWICE: Final = _RefusingTwice()
"""It keeps nothing, so that there need be no more of it."""


class LogRecorder(ApplicationRecorder):
    """Events of one ledger. Positions count from 1 without gaps; a stream's versions are unique."""

    def __init__(self, engine: Engine, ledger: str) -> None:
        self.engine = engine
        self.ledger = ledger
        self._unit: ContextVar[Connection | None] = ContextVar("unit", default=None)
        self._head: ContextVar[Head | None] = ContextVar("head", default=None)
        self._held: ContextVar[Connection | None] = ContextVar("held", default=None)

    # --- writing ------------------------------------------------------------------------------------

    @contextmanager
    def unit(self) -> Iterator[Connection]:
        """One write unit: the head row is locked from here to the commit. Not re-entrant."""
        with self.locked() as (connection, _):
            yield connection

    @contextmanager
    def locked(self, *asked: Question) -> Iterator[tuple[Connection, list[Sequence[Any]]]]:
        """The same, with the answers to what is asked right behind the lock; PostgreSQL gives them in one exchange."""
        locked = head_locked(self.ledger, self.engine.dialect.name)
        with locking(self.engine, locked, *asked) as (connection, (rows, *answers)):
            head = head_in(rows)
            if head is None:
                raise NoResultFound(f"no head row of {self.ledger}")
            token, head_token = self._unit.set(connection), self._head.set(head)
            try:
                yield connection, answers
            finally:
                self._unit.reset(token)
                self._head.reset(head_token)

    def head(self) -> Head:
        """The head of the open unit: as it was locked, and since then appended to."""
        head = self._head.get()
        if head is None:
            raise AssertionError("no unit is open")
        return head

    def create_head(self, connection: Connection, identity: str = "") -> str:
        """The head row of a new ledger; returns its identity, under which it signs and is signed for, by itself random."""
        identity = identity or secrets.token_hex(16)
        connection.execute(
            insert(heads).values(
                ledger=self.ledger,
                layout=LAYOUT,
                position=0,
                recorded_at=_BEGINNING,
                identity=identity,
                frontier=Frontier().pack(),
            )
        )
        return identity

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """Appends events, in the open unit or in one of their own; returns their positions.

        IntegrityError where a stream's version is taken already.
        """
        if not stored_events:
            return None
        connection = self._unit.get()
        if connection is not None:
            return self._append(connection, stored_events, **kwargs)
        with self.unit() as connection:
            return self._append(connection, stored_events, **kwargs)

    def _append(
        self,
        connection: Connection,
        stored_events: Sequence[StoredEvent],
        recorded_at: str | None = None,
        schemas: Sequence[int] = (),
        subject_of: Callable[[str], str | None] = lambda stream: None,
    ) -> list[int]:
        head = self.head()
        positions = list(range(head.position + 1, head.position + 1 + len(stored_events)))
        leaf_of, rows, leaves = leaf_writer(head.identity), [], []
        for n, (position, stored) in enumerate(zip(positions, stored_events, strict=True)):
            stream, version, kind = str(stored.originator_id), stored.originator_version, stored.topic
            schema = schemas[n] if schemas else 1
            leaf = leaf_of(position, stream, version, kind, schema, subject_of(stream), stored.state)
            leaves.append(leaf)
            rows.append((self.ledger, position, stream, version, kind, schema, stored.state, leaf))
        with REFUSING_TWICE:
            insert_rows(connection, events, _COLUMNS, rows)
        frontier = grow(connection, self.ledger, Frontier.unpack(head.position, head.frontier), leaves)
        instant = recorded_at or head.recorded_at
        head = Head(head.layout, positions[-1], instant, head.identity, frontier.pack(), leaves[-1])
        execute(connection, _MOVE, head.position, head.recorded_at, head.frontier, self.ledger)
        self._head.set(head)
        return positions

    # --- reading ------------------------------------------------------------------------------------

    @contextmanager
    def holding(self) -> Iterator[Connection]:
        """One snapshot for everything that is read meanwhile: many questions, one state of the log, one transaction."""
        with self.snapshot() as connection:
            token = self._held.set(connection)
            try:
                yield connection
            finally:
                self._held.reset(token)

    def snapshot(self) -> AbstractContextManager[Connection]:
        """The open unit's connection, the held one, or a reading one."""
        return self._at_hand(reading)

    def query(self) -> AbstractContextManager[Connection]:
        """The same for a single question."""
        return self._at_hand(query_connection)

    def _at_hand(
        self, otherwise: Callable[[Engine], AbstractContextManager[Connection]]
    ) -> AbstractContextManager[Connection]:
        connection = self._unit.get() or self._held.get()
        return otherwise(self.engine) if connection is None else nullcontext(connection)

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> list[StoredEvent]:
        """Events of one stream, in the order of their versions."""
        query = select(events.c.stream, events.c.version, events.c.kind, events.c.state).where(
            events.c.ledger == self.ledger, events.c.stream == str(originator_id)
        )
        if gt is not None:
            query = query.where(events.c.version > gt)
        if lte is not None:
            query = query.where(events.c.version <= lte)
        query = query.order_by(events.c.version.desc() if desc else events.c.version).limit(limit)
        with self.snapshot() as connection:
            return [StoredEvent(*row) for row in connection.execute(query)]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> list[Notification]:
        """Events of the ledger, in the order of their positions."""
        query = select(
            events.c.stream, events.c.version, events.c.kind, events.c.state, events.c.position
        ).where(events.c.ledger == self.ledger)
        if start is not None:
            query = query.where(
                events.c.position >= start if inclusive_of_start else events.c.position > start
            )
        if stop is not None:
            query = query.where(events.c.position <= stop)
        if topics:
            query = query.where(events.c.kind.in_(topics))
        query = query.order_by(events.c.position).limit(limit)
        with self.snapshot() as connection:
            return [Notification(*row) for row in connection.execute(query)]

    def max_notification_id(self) -> int | None:
        """The last position, None in an empty ledger."""
        query = select(func.max(events.c.position)).where(events.c.ledger == self.ledger)
        with self.snapshot() as connection:
            position: int | None = connection.execute(query).scalar_one()
        return position

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> Subscription[ApplicationRecorder]:
        """Events after `gt` as they come; the subscription polls, since other processes write too."""
        return PollingSubscription(self, gt, topics)


class PollingSubscription(Subscription[LogRecorder]):
    """A subscription that looks again a few times a second, since other processes write too."""

    interval_s = 0.05
    batch = 500

    def __init__(self, recorder: LogRecorder, gt: int | None, topics: Sequence[str]) -> None:
        super().__init__(recorder, gt, topics)
        self._waiting: list[Notification] = []
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Ends the iteration, also while it waits."""
        super().stop()
        self._stopped.set()

    def __next__(self) -> Notification:
        while not self._stopped.is_set():
            if self._waiting:
                return self._waiting.pop()
            found = self._recorder.select_notifications(
                self._last_notification_id, self.batch, topics=self._topics, inclusive_of_start=False
            )
            if found:
                self._last_notification_id = found[-1].id
                self._waiting = found[::-1]
            else:
                self._stopped.wait(self.interval_s)
        raise StopIteration
