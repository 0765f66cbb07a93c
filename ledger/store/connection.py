"""A ledger's place: opened, created, looked for, refused in words where it cannot be used."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Final

from eventsourcing.persistence import EventStore, IntegrityError, MapperDeserialisationError
from sqlalchemy import URL, Select, func, inspect, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateIndex

from ledger.errors import StoreError
from ledger.proofs import key_check, new_subject_key
from ledger.store import ddl, guards, month_index
from ledger.store.address import file_of, parse_address, shown
from ledger.store.database_errors import told, trouble
from ledger.store.engine import make_engine, may_write
from ledger.store.key_locations import keyring_url
from ledger.store.keyring import Keyring
from ledger.store.mapper import EventMapper
from ledger.store.recorder import LogRecorder
from ledger.store.schema import LAYOUT, OLDEST, events, heads, metadata
from ledger.store.sealing import Sealing
from ledger.store.sql import fetch_all
from ledger.store.transactions import CommitUnanswered, reading, writing
from ledger.store.tree import LAST, Head, head_stands, read_head

_NOT_THE_OWNER: Final = "42501"
"""What PostgreSQL says, by SQLSTATE, where somebody else owns a table."""


class _Usable(AbstractContextManager[None]):
    """Raises what `refused` makes of an error. A class, since there is one for each question: a generator takes longer."""

    __slots__ = ("_refused",)

    def __init__(self, refused: Callable[[BaseException], StoreError | None]) -> None:
        self._refused = refused

    def __exit__(self, kind: object, error: BaseException | None, where: object) -> None:
        refused = None if error is None else self._refused(error)
        if refused is not None:
            raise refused from None


class LedgerConnection:
    """One ledger in a database: its head, its keyring, its recorder."""

    def __init__(self, url: str, ledger: str | None = None, keyring: URL | None = None) -> None:
        self.url, self.ledger = parse_address(url, ledger)
        self.engine = make_engine(self.url)
        self._usable = _Usable(self._refused)
        self.recorder = LogRecorder(self.engine, self.ledger)
        self.keyring = Keyring(keyring or keyring_url(self.url))
        self._identity = ""
        self._was_there = self._has_months = False
        self.sealing = Sealing(self.ledger, self.keyring, self.identity)
        self.event_store: EventStore[str] = EventStore(EventMapper(self.sealing), self.recorder)

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
        with self._ours(), self.recorder.snapshot() as connection:
            head = read_head(connection, self.ledger)
            if standing and head is not None and OLDEST <= head.layout <= LAYOUT and head.position:
                self.check_head(head, fetch_all(connection, LAST, self.ledger))
        self._was_there = head is not None
        if head is None:
            return None
        if head.layout > LAYOUT:
            raise StoreError("ledger_too_new", url=self.shown_url())
        if head.layout < OLDEST:
            raise StoreError("ledger_too_old", url=self.shown_url())
        return head

    def identity(self) -> str:
        """The random id of this ledger, empty before it is created; its keys and proofs are bound to it."""
        if not self._identity:
            self._identity = self.scalar(select(heads.c.identity).where(heads.c.ledger == self.ledger)) or ""
        return self._identity

    def _has_tables(self) -> bool:
        file = file_of(self.url)
        with self.usable():
            return (file is None or file.exists()) and inspect(self.engine).has_table(heads.name)

    def ledgers(self) -> list[tuple[str, int, str, str]]:
        """Every ledger of the database in which something was recorded: id, last position, its instant, identity."""
        if not self._has_tables():
            return []
        asked = (heads.c.ledger, heads.c.position, heads.c.recorded_at, heads.c.identity)
        query = select(*asked).where(heads.c.position > 0)
        return sorted((row[0], row[1], row[2], row[3]) for row in self.rows(query))

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
        return self._has_tables() and bool(self.rows(query))

    def check_head(self, head: Head, last: Sequence[Any]) -> None:
        """StoreError `ledger_head_wrong` where head row, last event (`tree.LAST`) and the tree's frontier do not agree."""
        if not head_stands(head, last):
            raise StoreError("ledger_head_wrong", url=self.shown_url())

    def create(self) -> None:
        """The tables and the head row; where they are there already, the index of a later kaoji."""
        self.require_folder()
        if self.exists():
            self.keyring.require(self.identity())
            self._index_months()
            return
        self.refuse_others()
        with self.usable(), writing(self.engine, "create") as connection:
            ddl.make(connection, metadata)
            guards.install(connection)
            if read_head(connection, self.ledger) is None:
                # its check value is what the ledger is called: another ledger is known as another
                secret = new_subject_key()
                self.keyring.create(self.recorder.create_head(connection, key_check(secret)), secret)

    def _index_months(self) -> None:
        """The index of streams by month, where an earlier kaoji made the tables; only their owner can put it there."""
        if self._has_months:
            return
        with self.usable(), reading(self.engine) as connection:
            self._has_months = month_index.is_there(connection)
        if not self._has_months and not self.is_laid_away():
            try:
                with writing(self.engine, "create") as connection:
                    connection.execute(CreateIndex(month_index.of(events), if_not_exists=True))
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) != _NOT_THE_OWNER:
                    with self.usable():
                        raise
            self._has_months = True  # or it cannot be made by whoever asks

    def require_folder(self) -> None:
        """StoreError `ledger_no_folder` where a file has no folder to lie in."""
        file = file_of(self.url)
        with self.usable():
            if file is not None and not file.resolve().parent.is_dir():
                folder = str(file.resolve().parent)
                raise StoreError("ledger_no_folder", url=self.shown_url(), folder=folder)

    def lay_out(self) -> None:
        """The tables, without a head row: a ledger is going to be copied into them."""
        self.require_folder()
        self.refuse_others()
        with self.usable(), writing(self.engine, "create") as connection:
            ddl.make(connection, metadata)

    def refuse_others(self) -> None:
        """StoreError `not_a_ledger` where a file holds something else's tables, or a server's schema some called as ours.

        Everything is left as it is.
        """
        file = file_of(self.url)
        if file is not None and not file.exists():
            return
        with self.usable():
            there = inspect(self.engine).get_table_names()
        if file is None:
            there = [name for name in there if name in metadata.tables]
        if there and (heads.name not in there or not self._has_head_columns()):
            raise StoreError("not_a_ledger", url=self.shown_url())

    def _has_head_columns(self) -> bool:
        with self.usable():
            there = {column["name"] for column in inspect(self.engine).get_columns(heads.name)}
        return there >= {column.name for column in heads.columns}

    @contextmanager
    def _ours(self) -> Iterator[None]:
        """As `usable`; what cannot be read because it is another program's is said so. StoreError `not_a_ledger`."""
        try:
            with self.usable():
                yield
        except StoreError as error:
            if error.code == "ledger_unusable" and not self._has_head_columns():
                raise StoreError("not_a_ledger", url=self.shown_url()) from None
            raise

    def close(self) -> None:
        """Lets go of the databases."""
        self.engine.dispose()
        self.keyring.close()

    def usable(self) -> AbstractContextManager[None]:
        """What a database or its bytes refuse, as one of our errors. StoreError."""
        return self._usable

    def _refused(self, error: BaseException) -> StoreError | None:
        """What is said instead of an error of the database or of what it holds; None for any other."""
        match error:
            case CommitUnanswered():
                return StoreError("outcome_unknown", url=self.shown_url(), reason=told(error))
            case DBAPIError():
                return trouble(error, StoreError("ledger_unusable", url=self.shown_url(), reason=told(error)))
            case OSError():
                return StoreError("ledger_unusable", url=self.shown_url(), reason=str(error.strerror))
            case IntegrityError():
                return self._in_the_way(str(error))
            case MapperDeserialisationError():
                return StoreError("ledger_damaged", url=self.shown_url(), reason=str(error))
        return None

    def _in_the_way(self, reason: str) -> StoreError:
        """What is said where a row stands already that was going to be written: whoever records is alone here."""
        table = next((name for name in metadata.tables if name in reason), events.name)
        return StoreError("registry_unproven", url=self.shown_url(), table=table)

    def shown_url(self) -> str:
        """The URL as it may be told, without a password."""
        return shown(self.url, self.ledger)

    def position(self) -> int:
        """The last position; 0 in an empty ledger. StoreError `ledger_head_wrong` where it is no number."""
        rows = self.fetch_all("SELECT position FROM heads WHERE ledger = ?", self.ledger)
        position = rows[0][0] if rows else 0
        if not isinstance(position, int):
            raise StoreError("ledger_head_wrong", url=self.shown_url())
        return position

    def is_laid_away(self) -> bool:
        """Whether this is a copy that takes nothing, such as an auditor's files or a server that follows another."""
        file = file_of(self.url)
        if file is not None:
            return not may_write(file)
        return bool(self.scalar(select(func.pg_is_in_recovery())))

    def fetch_all(self, statement: str, *values: Any) -> Sequence[Any]:
        """The rows of a question to the driver: in the open unit, in the snapshot that is held, or in one of its own."""
        with self.usable(), self.recorder.query() as connection:
            return fetch_all(connection, statement, *values)

    def rows(self, query: Select[Any]) -> Sequence[Any]:
        """The same for a query of SQLAlchemy's."""
        with self.usable(), self.recorder.snapshot() as connection:
            return connection.execute(query).all()

    def scalar(self, query: Select[Any]) -> Any:
        """The one value of a query, None where there is no row."""
        with self.usable(), self.recorder.snapshot() as connection:
            return connection.execute(query).scalar_one_or_none()
