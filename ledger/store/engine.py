"""Opening a database for the log: SQLite with its durable settings, or PostgreSQL.

A write transaction takes its lock before it reads anything (law 8): `BEGIN IMMEDIATE` behind an advisory file
lock on SQLite, the head row `FOR UPDATE` on PostgreSQL. Never read-then-write inside a deferred transaction.
"""

import hashlib
import logging
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from ledger.errors import StoreError
from ledger.store import locks
from ledger.store.address import file_of, shown
from ledger.store.file_locks import alone
from ledger.store.sql import Question, driver_of, fetch_each, is_sqlite, pipeline

T = TypeVar("T")

BUSY_TIMEOUT_S: Final = 60

_UTF8: Final = {"client_encoding": "utf8"}
"""What a server's database is asked for: from one of no encoding (SQL_ASCII) psycopg would take bytes for texts."""

_MAY_STAND: Final = ("08", "57", "40003")
"""What PostgreSQL says of a COMMIT, by SQLSTATE, when the transaction may have been committed all the same."""

_OWN_TRANSACTIONS: Final[dict[str, Any]] = {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True}
"""SQLAlchemy begins and ends none, which would take longer than a short question: `reading` and `writing` do.

So a connection that goes back to the pool is not rolled back there.
"""

_JOURNAL: Final = "kaoji_journal"
"""Where a connection's journal stands until it has been set."""
_COMMITTED: Final = "kaoji_committed"
"""What stands with a connection whose transaction was committed with what was written last."""

_BEGIN_WRITING: Final = "BEGIN IMMEDIATE"
_BEGIN_COMMITTED: Final = "BEGIN ISOLATION LEVEL READ COMMITTED"
_COMMIT: Final = "COMMIT"
_FAILED: Final = 3
"""libpq's status of a transaction that goes on and in which something failed: it was not committed."""


class CommitUnanswered(OperationalError):
    """The connection was lost after COMMIT was sent and before it was answered: what was written stands, or does not."""


def make_engine(
    url: URL,
    journal: str = "WAL",
    secure_delete: bool = False,
    schema: str | None = None,
    durable: bool = True,
    apart: Sequence[Path] = (),
) -> Engine:
    """An engine with kaoji's settings; the journal and the overwriting of what is deleted are SQLite's, the schema
    in which tables are looked for and made is PostgreSQL's.

    `apart`: files that this one must not be, by whatever link.

    Without `durable` a commit does not wait for the disk: a crash can take the last ones back, and nothing else.
    """
    file = file_of(url)
    if file is None:
        logging.getLogger("psycopg").addHandler(logging.NullHandler())  # what fails is said by our errors
        return _server_engine(url, schema, durable)
    as_it_lies = _is_laid_away(file)
    options: dict[str, Any] = {"connect_args": {"timeout": BUSY_TIMEOUT_S}}
    if as_it_lies:
        options = {"creator": lambda: _connect_as_it_lies(file)}
    engine = create_engine(url, **_OWN_TRANSACTIONS, **options)

    @event.listens_for(engine, "do_connect")
    def _look(*_: object) -> None:
        _require_regular(file)
        if any(_is_same(file, other) for other in apart):
            raise sqlite3.OperationalError(f"{file} is a link to another file of the ledger")

    @event.listens_for(engine, "connect")
    def _settings(connection: Any, record: ConnectionPoolEntry) -> None:
        if as_it_lies:
            return
        record.info[_JOURNAL] = journal
        cursor = connection.cursor()
        try:
            cursor.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
        except UnicodeDecodeError:  # SQLite quotes what it cannot read, and the driver cannot read that
            raise sqlite3.DatabaseError("malformed database schema") from None
        cursor.execute("PRAGMA foreign_keys=ON")
        if durable:
            # what a statement may have to take back, and VACUUM's copy of keys, never lie in a folder for everybody;
            # sheets may sort more than memory holds
            cursor.execute("PRAGMA temp_store=MEMORY")
        if secure_delete:
            cursor.execute("PRAGMA secure_delete=ON")
        cursor.close()

    return engine


def _require_regular(file: Path) -> None:
    """sqlite3.OperationalError where a pipe or the like is in the place of a file, which SQLite would wait for."""
    for end in ("", "-journal", "-wal"):
        path = file.with_name(f"{file.name}{end}")
        if path.exists() and not path.is_file():
            raise sqlite3.OperationalError(f"{path} is no regular file")


def _is_same(file: Path, other: Path) -> bool:
    try:
        return file.samefile(other)
    except OSError:  # one of them is not there
        return False


def memory_engine() -> Engine:
    """An engine on one SQLite database in memory, which goes with it."""
    return create_engine("sqlite://", poolclass=StaticPool, **_OWN_TRANSACTIONS)


def _server_engine(url: URL, schema: str | None, durable: bool) -> Engine:
    try:
        engine = create_engine(url, **_OWN_TRANSACTIONS)
    except (ArgumentError, ValueError):  # ports and hosts among the options
        raise StoreError("ledger_url_wrong", url=shown(url)) from None

    @event.listens_for(engine, "do_connect")
    def _connect(dialect: Any, _record: object, arguments: list[Any], named: dict[str, Any]) -> Any:
        """StoreError `ledger_url_wrong` for options that the driver does not know, or that are no number."""
        try:
            return dialect.connect(*arguments, **_of_driver(named))
        except (ValueError, dialect.dbapi.ProgrammingError):
            raise StoreError("ledger_url_wrong", url=shown(url)) from None

    @event.listens_for(engine, "connect")
    def _settings(connection: Any, _record: object) -> None:
        connection.execute(f"SET lock_timeout TO '{locks.LIMIT_S}s'")
        if not durable:
            connection.execute("SET synchronous_commit TO off")
        if schema is not None:
            connection.execute(f'SET search_path TO "{schema}"')

    return engine


def _of_driver(named: Mapping[str, Any]) -> dict[str, Any]:
    """What psycopg takes of what a URL says, where everything is text. ValueError."""
    prepares = {name: int(value) for name, value in named.items() if name == "prepare_threshold"}
    return {**named, **prepares, **_UTF8}


def _is_laid_away(file: Path) -> bool:
    """Whether a file lies where nothing can be written, such as an auditor's copy.

    SQLite reads a file in WAL mode only if it may put two files beside it, unless it is told that nobody writes.
    Where such a file with content is there already, somebody was writing, and it is not told so.
    """
    try:
        wal = file.with_name(f"{file.name}-wal")
        written_to = wal.exists() and wal.stat().st_size > 0
        return file.is_file() and not written_to and not _writable(file.parent)
    except OSError:
        return False


def may_write(file: Path) -> bool:
    """Whether a database in this file takes anything: it needs the file and the folder."""
    return _writable(file) and _writable(file.resolve().parent)


def _writable(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def _connect_as_it_lies(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(_uri_as_it_lies(file), uri=True, check_same_thread=False)


def _uri_as_it_lies(file: Path) -> str:
    return f"{file.resolve().as_uri()}?mode=ro&immutable=1"


def connect_arguments(engine: Engine) -> tuple[list[Any], dict[str, Any]]:
    """What the driver's own `connect` takes, for another process that reads the same database."""
    file = file_of(engine.url)
    if file is not None and _is_laid_away(file):
        return [_uri_as_it_lies(file)], {"uri": True}
    arguments, named = engine.dialect.create_connect_args(engine.url)
    named.pop("context", None)  # SQLAlchemy's own adapters, which no other process can be sent
    return list(arguments), (_of_driver(named) if file is None else {**named, "timeout": BUSY_TIMEOUT_S})


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one snapshot of the database for as long as it is open."""
    is_server = engine.dialect.name == "postgresql"
    begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if is_server else "BEGIN"
    with engine.connect() as connection:
        try:
            _run(connection, begin)
            yield connection
        finally:
            _take_back(connection)


@contextmanager
def query_connection(engine: Engine) -> Iterator[Connection]:
    """A connection whose every question sees what is there by then, without a transaction around it."""
    with engine.connect() as connection:
        try:
            yield connection
        except DBAPIError:
            _take_back(connection)
            raise


def writing(engine: Engine, turn: str | None = "sheets") -> AbstractContextManager[Connection]:
    """A transaction for writing. On SQLite nobody else writes to the file meanwhile; on PostgreSQL nobody
    else who waits for the same turn does. None: the caller locks a row of its own before it reads.
    CommitUnanswered where nobody knows whether it stands; StoreError `database_blocked` where somebody else on
    PostgreSQL kept a lock for too long.
    """
    begin = _BEGIN_WRITING
    if engine.dialect.name == "postgresql":
        waits = "" if turn is None else f"; SELECT pg_advisory_xact_lock({_number_of(turn)})"
        begin = f"{_BEGIN_COMMITTED}{waits}"

    def opened(connection: Connection) -> Connection:
        _run(connection, begin)
        return connection

    return _transaction(engine, opened)


def locking(
    engine: Engine, *asked: Question
) -> AbstractContextManager[tuple[Connection, list[Sequence[Any]]]]:
    """The same begun with questions, of which the first locks a row, and their answers: one exchange with PostgreSQL."""

    def opened(connection: Connection) -> tuple[Connection, list[Sequence[Any]]]:
        if is_sqlite(connection):
            _run(connection, _BEGIN_WRITING)
            return connection, fetch_each(connection, asked)
        return connection, fetch_each(connection, asked, _BEGIN_COMMITTED)

    return _transaction(engine, opened)


@contextmanager
def committing(connection: Connection) -> Iterator[None]:
    """What is written last in a transaction, and its COMMIT: one exchange with PostgreSQL. CommitUnanswered."""
    with _told_whether_it_stands(connection), pipeline(connection):
        yield
        _run(connection, _COMMIT)
    connection.info[_COMMITTED] = True


@contextmanager
def _transaction(engine: Engine, opened: Callable[[Connection], T]) -> Iterator[T]:
    """What is made of a connection that begins a transaction, which is committed at the end if it was not before."""
    is_server = engine.dialect.name == "postgresql"
    with (
        alone(file_of(engine.url)),
        engine.connect() as connection,
        locks.named(connection) if is_server else nullcontext(),
    ):
        info = connection.info  # a connection that is not used again has none
        try:
            yield opened(connection)
            if _COMMITTED not in info:
                _commit(connection)
        except BaseException:
            _take_back(connection)
            raise
        finally:
            info.pop(_COMMITTED, None)


def _run(connection: Connection, told: str) -> None:
    with driver_of(connection, told) as driver:
        journal = connection.info.get(_JOURNAL)
        if journal is not None and told == _BEGIN_WRITING:
            # the mode stays with the file; two who switch it at once would lock each other out
            driver.execute(f"PRAGMA journal_mode={journal}")
            del connection.info[_JOURNAL]
        driver.execute(told)


def _commit(connection: Connection) -> None:
    with _told_whether_it_stands(connection):
        _run(connection, _COMMIT)


@contextmanager
def _told_whether_it_stands(connection: Connection) -> Iterator[None]:
    """A COMMIT is sent meanwhile. CommitUnanswered where nobody knows what became of it."""
    try:
        yield
    except DBAPIError as error:
        if not is_sqlite(connection) and _may_stand(connection, error):
            raise CommitUnanswered(_COMMIT, None, error.orig or error) from error
        raise


def _take_back(connection: Connection) -> None:
    """Nothing of the transaction stays; a connection that cannot even say so is not used again."""
    if connection.invalidated:
        return
    try:
        with driver_of(connection, "ROLLBACK") as driver:
            driver.rollback()
    except BaseException as error:
        connection.invalidate()
        if not isinstance(error, DBAPIError):
            raise


def _may_stand(connection: Connection, error: DBAPIError) -> bool:
    driver: Any = connection.connection.driver_connection
    if driver.info.transaction_status == _FAILED:
        return False
    state = getattr(error.orig, "sqlstate", None)
    return state is None or state.startswith(_MAY_STAND)


def _number_of(turn: str) -> int:
    """PostgreSQL's advisory locks are numbers: 64 bits of a digest, so that two turns are hardly ever one."""
    digest = hashlib.sha256(f"kaoji {turn}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
