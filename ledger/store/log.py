"""The log of one ledger: opened or created, read by stream or by position, written in units.

Law 8: a unit locks the head row first; what is decided in it sees the log plus the unit's own events.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import date, datetime
from operator import itemgetter
from typing import Any, Final, cast

from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import EventStore, MapperDeserialisationError
from sqlalchemy import Column, ColumnElement, Connection, Select, Table, func, inspect, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import DBAPIError

from ledger.errors import StoreError
from ledger.events import EmployeeErased, EmployeeReassigned, EmployeeRegistered, Recorded, employee_stream
from ledger.store import guards, registries
from ledger.store.bulk import ask, blanks, insert_rows
from ledger.store.engine import (
    CommitUnanswered,
    file_of,
    make_engine,
    may_write,
    parse_address,
    shown,
    writing,
)
from ledger.store.keyring import Keyring
from ledger.store.mapper import EventMapper, decode
from ledger.store.places import keyring_url
from ledger.store.recorder import LogRecorder
from ledger.store.schema import LAYOUT, closes, commands, events, heads, metadata, supervised, things
from ledger.store.sealing import Sealing, has_personal, is_personal, owners_of
from ledger.store.tree import Head, head_stands, read_head
from ledger.terms import format_recorded

NAMING: Final = (EmployeeRegistered.kind, EmployeeReassigned.kind)
"""The kinds of events that can say somebody's name."""
_EVENTS: Final = "SELECT position, stream, version, kind, state FROM events WHERE ledger = ?"
_END: Final = "SELECT position, state FROM events WHERE ledger = ? ORDER BY position DESC LIMIT 1"
_NO_END: Final = 2**63 - 1
_NAMES: Final = frozenset({"name"})
_READ_BATCH = 5_000
_IN_CHUNK = 500


class Log:
    """One ledger's events and registries."""

    def __init__(self, url: str, ledger: str | None = None) -> None:
        self.url, self.ledger = parse_address(url, ledger)
        self.engine = make_engine(self.url)
        self.recorder = LogRecorder(self.engine, self.ledger)
        self.keyring = Keyring(keyring_url(self.url))
        self._identity = ""
        self._in_unit = False
        self._was_there = False
        self._heeded: ContextVar[list[bool] | None] = ContextVar("heeded", default=None)
        self.sealing = Sealing(self.ledger, self.keyring, self.identity)
        self.event_store: EventStore[str] = EventStore(EventMapper(self.sealing), self.recorder)

    # --- opening ------------------------------------------------------------------------------------

    def exists(self) -> bool:
        """Whether this ledger has been created. StoreError where the database cannot be used."""
        return self._found() is not None

    def _found(self, standing: bool = False) -> Head | None:
        """The head row, None where there is none; it must stand if so asked (and says anything at all).

        Once it was there, only the file's being there is looked at again.
        """
        file = file_of(self.url)
        if not (self._was_there and (file is None or file.exists())) and not self._has_tables():
            return None
        with self.usable(), self.recorder.snapshot() as connection:
            head = read_head(connection, self.ledger)
            if standing and head is not None and head.layout == LAYOUT and head.position > 0:
                self.check_head(connection, head)
        self._was_there = head is not None
        if head is None:
            return None
        if head.layout > LAYOUT:
            raise StoreError("ledger_too_new", url=self.shown_url())
        if head.layout < LAYOUT:
            raise StoreError("ledger_too_old", url=self.shown_url())
        return head

    def identity(self) -> str:
        """The random id of this ledger, empty before it is created; its keys and proofs are bound to it."""
        if not self._identity:
            self._identity = self._scalar(select(heads.c.identity).where(heads.c.ledger == self.ledger)) or ""
        return self._identity

    def _has_tables(self) -> bool:
        file = file_of(self.url)
        with self.usable():
            return (file is None or file.exists()) and inspect(self.engine).has_table(heads.name)

    def ledgers(self) -> list[tuple[str, int, str]]:
        """Every ledger of the database in which something was recorded: id, last position, instant of its recording."""
        if not self._has_tables():
            return []
        query = select(heads.c.ledger, heads.c.position, heads.c.recorded_at).where(heads.c.position > 0)
        return sorted((row[0], row[1], row[2]) for row in self._rows(query))

    def require(self, standing: bool = True) -> None:
        """StoreError `ledger_missing` where there is none yet; one in which nothing was ever recorded is none.

        `ledger_head_wrong` where its head does not stand, unless it is going to be looked at for that.
        """
        head = self._found(standing)
        if head is not None and head.position != 0:
            return
        if not self._holds_events():
            raise StoreError("ledger_missing", url=self.shown_url())
        if standing:
            raise StoreError("ledger_head_wrong", url=self.shown_url())

    def _holds_events(self) -> bool:
        """Whether there are events of this ledger, whatever its head says."""
        query = select(events.c.position).where(events.c.ledger == self.ledger).limit(1)
        return self._has_tables() and bool(self._rows(query))

    def check_head(self, connection: Connection, head: Head) -> None:
        """StoreError `ledger_head_wrong` where head row, last event and the tree's frontier do not agree."""
        if not head_stands(connection, self.ledger, head):
            raise StoreError("ledger_head_wrong", url=self.shown_url())

    def create(self) -> None:
        """The tables and the head row; does nothing where they are there already."""
        self._require_folder()
        if self.exists():
            if self.keyring.secret(self.identity()) is None:
                raise StoreError("keyring_missing", url=shown(self.keyring.url))
            return
        self._refuse_others()
        with self.usable(), writing(self.engine, "create") as connection:
            metadata.create_all(connection)
            guards.install(connection)
            known = connection.execute(
                select(heads.c.ledger).where(heads.c.ledger == self.ledger)
            ).one_or_none()
            if known is None:
                self.keyring.create(self.recorder.create_head(connection))

    def _require_folder(self) -> None:
        file = file_of(self.url)
        with self.usable():
            if file is not None and not file.resolve().parent.is_dir():
                folder = str(file.resolve().parent)
                raise StoreError("ledger_no_folder", url=self.shown_url(), folder=folder)

    def lay_out(self) -> None:
        """The tables, without a head row: a ledger is going to be copied into them."""
        self._require_folder()
        self._refuse_others()
        with self.usable(), writing(self.engine, "create") as connection:
            metadata.create_all(connection)

    def _refuse_others(self) -> None:
        """StoreError `not_a_ledger` where an SQLite file holds something else's tables: it is left as it is."""
        file = file_of(self.url)
        with self.usable():
            if file is None or not file.exists():
                return
            there = set(inspect(self.engine).get_table_names())
        if there and heads.name not in there:
            raise StoreError("not_a_ledger", url=self.shown_url())

    def close(self) -> None:
        """Lets go of the databases."""
        self.engine.dispose()
        self.keyring.close()

    @contextmanager
    def usable(self) -> Iterator[None]:
        """What a database or its bytes refuse, as one of our errors. StoreError."""
        try:
            yield
        except CommitUnanswered as error:
            raise StoreError("outcome_unknown", url=self.shown_url(), reason=_told(error)) from None
        except DBAPIError as error:
            raise StoreError("ledger_unusable", url=self.shown_url(), reason=_told(error)) from None
        except OSError as error:
            raise StoreError("ledger_unusable", url=self.shown_url(), reason=str(error.strerror)) from None
        except MapperDeserialisationError as error:
            raise StoreError("ledger_damaged", url=self.shown_url(), reason=str(error)) from None

    def shown_url(self) -> str:
        """The URL as it may be told, without a password."""
        return shown(self.url, self.ledger)

    # --- writing ------------------------------------------------------------------------------------

    @contextmanager
    def unit(self, keep: bool = True) -> Iterator["Unit"]:
        """One write unit: locked on entry, committed on a clean exit, nothing kept after an error or without `keep`.

        After it the keys of those whose erasure is recorded are destroyed. StoreError `erasure_unfinished`.
        """
        committed = False
        try:
            with self.usable(), self.recorder.unit() as connection:
                unit = Unit(self, connection)
                unit.erased = self._heed_erasures()
                self._in_unit = True  # nobody else can record an erasure meanwhile
                yield unit
                if keep:
                    unit.flush()
            committed = keep
        finally:
            self._in_unit = False
            self.sealing.settle(committed)
        if committed:
            self._destroy_keys(unit.erased)

    @contextmanager
    def holding(self) -> Iterator[None]:
        """One state of the log for everything that is asked of it meanwhile, in one transaction. Not for writing."""
        if self._in_unit or self._heeded.get() is not None:
            yield
            return
        with ExitStack() as stack:
            with self.usable():
                stack.enter_context(self.recorder.holding())
            token = self._heeded.set([])
            try:
                yield
            finally:
                self._heeded.reset(token)

    # --- persons ------------------------------------------------------------------------------------

    def finish_erasures(self) -> list[str]:
        """Destroys the keys that are still there of people whose erasure is recorded; returns whose these were.

        The event is committed first: whoever is interrupted between the two leaves this to be done.
        """
        return self._destroy_keys(self._heed_erasures())

    def _destroy_keys(self, erased: Sequence[str]) -> list[str]:
        self.sealing.heed(erased)
        self._learn(erased)
        try:
            return [employee for employee in erased if self.sealing.destroy_key(employee)]
        except (DBAPIError, OSError, StoreError) as error:
            url, reason = shown(self.keyring.url), _reason(error)
            raise StoreError("erasure_unfinished", url=url, reason=reason) from None

    def note_handout(
        self,
        employees: Iterable[str],
        what: str,
        file: str,
        operator: str,
        at: datetime,
        since: int | None = None,
    ) -> None:
        """Keeps that a file with these people's words left the ledger.

        `since` is the position at which the words began to be read: StoreError `person_erased` where somebody was
        erased after it, `handout_not_noted`.
        """
        wanted = sorted(set(employees))
        self._heed_erasures()
        self._learn(wanted)
        try:
            self.sealing.note_handout(wanted, what, file, operator, at)
        except (DBAPIError, OSError, StoreError) as error:
            url, reason = shown(self.keyring.url), _reason(error)
            raise StoreError("handout_not_noted", url=url, reason=reason) from None
        if since is not None:
            erased = set(wanted) & (
                set(self._heed_erasures()) - set(self.ids(registries.ERASURE, None, since))
            )
            for employee in sorted(erased):
                raise StoreError("person_erased", employee=employee)

    def note_keyring_copy(self, file: str, operator: str, at: datetime) -> None:
        """Keeps that the keyring is copied to a file. StoreError `keyring_missing`, `handout_not_noted`.

        Of a copy of the ledger that nobody can write to nothing is kept.
        """
        if self.keyring.secret(self.identity()) is None:
            raise StoreError("keyring_missing", url=shown(self.keyring.url))
        if self.is_laid_away():
            return
        try:
            self.keyring.note_copy(self.identity(), file, operator, at)
        except (DBAPIError, OSError, StoreError) as error:
            url, reason = shown(self.keyring.url), _reason(error)
            raise StoreError("handout_not_noted", url=url, reason=reason) from None

    def is_laid_away(self) -> bool:
        """Whether this is a copy that takes nothing, such as an auditor's files or a server that follows another."""
        file = file_of(self.url)
        if file is not None:
            return not may_write(file)
        return bool(self._scalar(select(func.pg_is_in_recovery())))

    def handouts(self, employee: str) -> list[dict[str, str]]:
        """The files with a person's words that left the ledger, in order: recorded_at, what, operator, file.

        The copies of the keyring that hold the person's key are among them.
        """
        self._heed_erasures()
        self._learn([employee])
        position = self.position_of("employee", employee)
        copies = self.keyring.handouts_of(self.identity())
        if position is not None and copies:
            since = format_recorded(self.at([position])[0].recorded_at)
            copies = [row for row in copies if row["recorded_at"] >= since]
        return sorted([*self.sealing.handouts(employee), *copies], key=itemgetter("recorded_at"))

    def unfinished_erasures(self) -> list[str]:
        """Those whose erasure is recorded and whose key is still there."""
        erased = self._heed_erasures()
        self._learn(erased)
        return [employee for employee in erased if self.sealing.keeps_key(employee)]

    def _heed_once(self) -> None:
        """As often as there may be something new: once in one state of the log."""
        heeded = self._heeded.get()
        if not heeded:
            self._heed_erasures()
        if heeded is not None:
            heeded.append(True)

    def _heed_erasures(self) -> list[str]:
        erased = self.ids(registries.ERASURE)
        self.sealing.heed(erased)
        return erased

    # --- reading ------------------------------------------------------------------------------------

    def position(self) -> int:
        """The last position; 0 in an empty ledger."""
        rows = self._ask("SELECT position FROM heads WHERE ledger = ?", self.ledger)
        return rows[0][0] if rows else 0

    def end(self) -> tuple[int, str]:
        """The last position, and SHA-256 (hex) of the bytes stored there; (0, "") in an empty ledger."""
        rows = self._ask(_END, self.ledger)
        return (rows[0][0], _sha256(rows[0])) if rows else (0, "")

    def since(self, position: int) -> tuple[str, list[Recorded], tuple[int, str]]:
        """What a refresh needs in one question: SHA-256 (hex) of the bytes at a position, the events after it, the end.

        The events are as they lie, names sealed. The hash is empty where nothing is at that position.
        """
        rows = self._ask(f"{_EVENTS} AND position >= ? ORDER BY position", self.ledger, position)
        mark = _sha256(rows[0]) if rows and rows[0][0] == position else ""
        with self.usable():
            new = [decode(*row) for row in rows if row[0] > position]
        return mark, new, (rows[-1][0], _sha256(rows[-1])) if rows else (0, "")

    def names(self, employees: Iterable[str], upto: int | None = None) -> dict[str, str]:
        """The names of employees up to a position, opened; left out is who has none there yet.

        Only the events that can hold a name are read, as the fold of a stream takes them: the latest day wins, and of
        one day what was recorded last.
        """
        latest: dict[str, tuple[date, str]] = {}
        for recorded in self._of_streams(map(employee_stream, employees), upto, NAMING):
            event = recorded.event
            if isinstance(event, EmployeeRegistered | EmployeeReassigned) and event.name is not None:
                day, _ = latest.get(event.employee, (event.effective_from, ""))
                if event.effective_from >= day:
                    latest[event.employee] = (event.effective_from, event.name)
        return {employee: name for employee, (_, name) in latest.items()}

    def stream(self, stream: str, upto: int | None = None) -> list[Recorded]:
        """A stream's events in order, up to a position."""
        return self.streams([stream], upto).get(stream, [])

    def streams(self, names: Iterable[str], upto: int | None = None) -> dict[str, list[Recorded]]:
        """Several streams' events, each in order, up to a position."""
        found: dict[str, list[Recorded]] = {}
        for recorded in self._of_streams(names, upto):
            found.setdefault(recorded.stream, []).append(recorded)
        return found

    def _of_streams(
        self, names: Iterable[str], upto: int | None, only: Sequence[str] = ()
    ) -> Iterator[Recorded]:
        """The events of some streams, stream after stream, each in order; only those of some kinds where given."""
        wanted = sorted(set(names))
        for start in range(0, len(wanted), _IN_CHUNK):
            chunk = wanted[start : start + _IN_CHUNK]
            statement = f"{_EVENTS} AND stream IN ({blanks(len(chunk))})"
            values: list[Any] = [self.ledger, *chunk]
            if only:
                statement += f" AND kind IN ({blanks(len(only))})"
                values += only
            if upto is not None:  # the sum keeps databases from walking along all positions up to it
                statement += " AND position + 0 <= ?"
                values.append(upto)
            yield from self._decoded(self._ask(f"{statement} ORDER BY stream, version", *values))

    def events(self, after: int = 0, upto: int | None = None) -> Iterator[Recorded]:
        """The ledger's events in order, after a position and up to another, read in batches."""
        while True:
            end = _NO_END if upto is None else upto
            statement = f"{_EVENTS} AND position > ? AND position <= ? ORDER BY position LIMIT ?"
            batch = self._decoded(self._ask(statement, self.ledger, after, end, _READ_BATCH))
            yield from batch
            if len(batch) < _READ_BATCH:
                return
            after = batch[-1].position

    def of_kind(self, kind: str, upto: int | None = None) -> list[Recorded]:
        """All events of a kind, in order."""
        return self._read(self._events(upto).where(events.c.kind == kind).order_by(events.c.position))

    def closed_months(self, site: str, upto: int | None = None) -> list[str]:
        """The months of a site that have a close of their own, sorted."""
        query = select(closes.c.month).where(closes.c.ledger == self.ledger, closes.c.site == site)
        if upto is not None:
            query = query.where(closes.c.position <= upto)
        return [row[0] for row in self._rows(query.order_by(closes.c.month))]

    def stream_of(self, kind: str, name: str, upto: int | None = None) -> str | None:
        """The stream on which the thing of this kind and id lives, None if there is none."""
        statement = "SELECT stream FROM things WHERE ledger = ? AND kind = ? AND id = ? AND position <= ?"
        rows = self._ask(statement, self.ledger, kind, name, _NO_END if upto is None else upto)
        return rows[0][0] if rows else None

    def position_of(self, kind: str, name: str) -> int | None:
        """The position of the event that introduced a thing, None if there is none."""
        query = select(things.c.position).where(
            things.c.ledger == self.ledger, things.c.kind == kind, things.c.id == name
        )
        position: int | None = self._scalar(query)
        return position

    def ids(self, kind: str, site: str | None = None, upto: int | None = None) -> list[str]:
        """The ids of a kind, of one site where given, sorted."""
        statement = "SELECT id FROM things WHERE ledger = ? AND kind = ?"
        values: list[Any] = [self.ledger, kind]
        if site is not None:
            statement += " AND site = ?"
            values.append(site)
        if upto is not None:
            statement += " AND position <= ?"
            values.append(upto)
        return sorted(row[0] for row in self._ask(statement, *values))

    def ids_starting(self, kind: str, prefix: str, limit: int | None, upto: int | None = None) -> list[str]:
        """The ids of a kind that begin so, sorted; at most `limit`."""
        query = select(things.c.id).where(
            things.c.ledger == self.ledger,
            things.c.kind == kind,
            _begins(things.c.id, prefix),
        )
        if upto is not None:
            query = query.where(things.c.position <= upto)
        return [row[0] for row in self._rows(query.order_by(things.c.id).limit(limit))]

    def supervised_by(self, supervisors: Iterable[str]) -> dict[str, set[str]]:
        """Supervisor to everybody for whom they may ever have borne a share (a superset)."""
        found: dict[str, set[str]] = {}
        wanted = sorted(set(supervisors))
        for start in range(0, len(wanted), _IN_CHUNK):
            chunk = wanted[start : start + _IN_CHUNK]
            statement = "SELECT supervisor, employee FROM supervised WHERE ledger = ? AND supervisor IN"
            for supervisor, employee in self._ask(f"{statement} ({blanks(len(chunk))})", self.ledger, *chunk):
                found.setdefault(supervisor, set()).add(employee)
        return found

    def last_close(self, site: str, upto: int | None = None) -> tuple[str, int] | None:
        """The latest closed month of a site and the position of its close."""
        query = (
            select(closes.c.month, closes.c.position)
            .where(closes.c.ledger == self.ledger, closes.c.site == site)
            .order_by(closes.c.month.desc())
            .limit(1)
        )
        if upto is not None:
            query = query.where(closes.c.position <= upto)
        rows = self._rows(query)
        return (rows[0][0], rows[0][1]) if rows else None

    def equal_command(self, digest: str) -> int | None:
        """The last position of the first command of this digest, None if there is none."""
        query = select(func.min(commands.c.last_position)).where(
            commands.c.ledger == self.ledger, commands.c.digest == digest
        )
        position: int | None = self._scalar(query)
        return position

    def last_on_subject(self, subject: str) -> int | None:
        """The last position of the latest command about a subject."""
        query = select(func.max(commands.c.last_position)).where(
            commands.c.ledger == self.ledger, commands.c.subject == subject
        )
        position: int | None = self._scalar(query)
        return position

    def command_end(self, position: int | None = None, recorded_by: datetime | None = None) -> int:
        """The end of the last command that lies whole within a position or was recorded by an instant."""
        query = select(func.max(commands.c.last_position)).where(commands.c.ledger == self.ledger)
        if position is not None:
            query = query.where(commands.c.last_position <= position)
        if recorded_by is not None:
            query = query.where(commands.c.recorded_at <= format_recorded(recorded_by))
        return self._scalar(query) or 0

    def at(self, positions: Iterable[int]) -> list[Recorded]:
        """The events at some positions, in order."""
        found: list[Recorded] = []
        wanted = sorted(set(positions))
        for start in range(0, len(wanted), _IN_CHUNK):
            query = self._events(None).where(events.c.position.in_(wanted[start : start + _IN_CHUNK]))
            found += self._read(query.order_by(events.c.position))
        return found

    def hashes(self, positions: Iterable[int]) -> dict[int, str]:
        """SHA-256 (hex) of the exact stored bytes of events, by position."""
        found: dict[int, str] = {}
        wanted = sorted(set(positions))
        for start in range(0, len(wanted), _IN_CHUNK):
            query = select(events.c.position, events.c.state).where(
                events.c.ledger == self.ledger,
                events.c.position.in_(wanted[start : start + _IN_CHUNK]),
            )
            found.update((row[0], hashlib.sha256(row[1]).hexdigest()) for row in self._rows(query))
        return found

    def _events(self, upto: int | None) -> Select[Any]:
        query = select(
            events.c.position, events.c.stream, events.c.version, events.c.kind, events.c.state
        ).where(events.c.ledger == self.ledger)
        return query if upto is None else query.where(events.c.position <= upto)

    def _read(self, query: Select[Any]) -> list[Recorded]:
        return self._decoded(self._rows(query))

    def _decoded(self, rows: Sequence[Any]) -> list[Recorded]:
        with self.usable():
            found = [decode(*row) for row in rows]
        if not self._in_unit and any(is_personal(each.event.kind) for each in found):
            self._heed_once()
        return self._named(found)

    def _named(self, log: list[Recorded]) -> list[Recorded]:
        """The same events with people's names opened."""
        return [
            replace(each, event=self.opened(each, _NAMES).event)
            if has_personal(each.event.kind, _NAMES)
            else each
            for each in log
        ]

    def digest(self, content: str, employee: str | None) -> str | None:
        """A command's digest as it is kept: under a key of the person it is about, else the ledger's.

        None where the person is not known, or erased.
        """
        if employee is not None:
            self._learn([employee])
        kept = self.sealing.digest(content, employee)
        if kept is None and self.keyring.secret(self.identity()) is None:
            raise StoreError("keyring_missing", url=shown(self.keyring.url))
        return kept

    def admit(self, employee: str) -> None:
        """A new person of the open unit: gets a random id and a key, which are kept when the unit is."""
        self._learn([employee])
        self.sealing.admit(employee)

    def opened(
        self, recorded: Recorded, only: frozenset[str] | None = None, whose: str | None = None
    ) -> Recorded:
        """An event with its personal texts opened, or only these fields, or only the words of one person."""
        self._learn(owners_of([recorded]))
        return replace(recorded, event=self.sealing.opened(recorded, only, whose))

    def event_keys(self, recorded: Recorded) -> dict[str, bytes]:
        """Employee → the key that opens their words in an event, of those whose key is there."""
        self._learn(owners_of([recorded]))
        return self.sealing.event_keys(recorded)

    def _learn(self, employees: Collection[str]) -> None:
        if self.sealing.knows(employees):
            return
        with self.usable(), self.recorder.snapshot() as connection:
            self.sealing.learn(connection, employees)

    def _ask(self, statement: str, *values: Any) -> Sequence[Any]:
        with self.usable(), self.recorder.glance() as connection:
            return ask(connection, statement, *values)

    def _rows(self, query: Select[Any]) -> Sequence[Any]:
        with self.usable(), self.recorder.snapshot() as connection:
            return connection.execute(query).all()

    def _scalar(self, query: Select[Any]) -> Any:
        with self.usable(), self.recorder.snapshot() as connection:
            return connection.execute(query).scalar_one_or_none()


def _sha256(row: Sequence[Any]) -> str:
    return hashlib.sha256(row[-1]).hexdigest()


def _told(error: DBAPIError) -> str:
    """What a database says, on one line."""
    return " ".join(str(error.orig).split())


def _reason(error: DBAPIError | OSError | StoreError) -> str:
    """What a keyring's database says."""
    if isinstance(error, StoreError):
        return str(error.fields.get("reason", error.code))
    return str(getattr(error, "orig", error))


def _begins(column: Column[str], prefix: str) -> ColumnElement[bool]:
    """Not LIKE: there `_` stands for any letter, and on SQLite `a` for `A`."""
    return func.substr(column, 1, len(prefix)) == prefix


class Unit:
    """An open write unit: where it stands, and what it is going to append."""

    def __init__(self, log: Log, connection: Connection) -> None:
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
        self._log.event_store.put(
            cast("list[DomainEventProtocol[str]]", log),
            recorded_at=format_recorded(self.recorded_at),
            schemas=[each.event.schema_version for each in log],
            subject_of=sealing.subject_of,
        )
        self._insert(commands, registries.command_rows(log))
        self._insert(things, filter(None, map(registries.thing_row, log)))
        self._insert(closes, filter(None, map(registries.close_row, log)))
        self._insert(supervised, filter(None, map(registries.supervised_row, log)))
        self._pending = []

    def _insert(self, table: Table, rows: Iterable[registries.Row]) -> None:
        values = [{"ledger": self._log.ledger, **row} for row in rows]
        if not values:
            return
        if table is supervised:
            dialect = self._connection.dialect.name
            make = sqlite_insert if dialect == "sqlite" else postgresql_insert
            self._connection.execute(make(table).on_conflict_do_nothing(), values)
        else:
            names = tuple(values[0])
            insert_rows(self._connection, table, names, [tuple(row.values()) for row in values])
