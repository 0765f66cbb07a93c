"""Opening a database for the log: SQLite with its durable settings, or PostgreSQL.

A write transaction takes its lock before it reads anything (law 8): `BEGIN IMMEDIATE` behind an advisory file
lock on SQLite, the head row `FOR UPDATE` on PostgreSQL. Never read-then-write inside a deferred transaction.
"""

import os
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final
from zlib import crc32

from sqlalchemy import Connection, Engine, create_engine, event, func, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from ledger.errors import StoreError

try:
    import fcntl
except ImportError:  # Windows has no flock: BEGIN IMMEDIATE and the busy timeout stand alone there
    fcntl = None  # type: ignore[assignment]

BUSY_TIMEOUT_S: Final = 60

_thread_locks: defaultdict[str, threading.RLock] = defaultdict(threading.RLock)


def parse_url(url: str) -> URL:
    """An SQLAlchemy URL for SQLite (a file) or PostgreSQL. StoreError `ledger_url_wrong` for anything else."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StoreError("ledger_url_wrong", url=url.partition("://")[0] + "://…") from None
    backend = parsed.get_backend_name()
    if backend == "sqlite" and parsed.database and parsed.database != ":memory:":
        return parsed.set(drivername="sqlite")
    if backend == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    raise StoreError("ledger_url_wrong", url=parsed.render_as_string(hide_password=True))


def file_of(url: URL) -> Path | None:
    """The file of an SQLite URL, None for PostgreSQL."""
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def make_engine(url: URL, journal: str = "WAL", secure_delete: bool = False) -> Engine:
    """An engine with kaoji's settings; the journal and the overwriting of what is deleted are SQLite's."""
    file = file_of(url)
    if file is None:
        return create_engine(url, isolation_level="READ COMMITTED")
    as_it_lies = _is_laid_away(file)
    if as_it_lies:
        engine = create_engine(url, creator=lambda: _connect_as_it_lies(file))
    else:
        engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_S})

    @event.listens_for(engine, "connect")
    def _settings(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        if as_it_lies:
            return
        cursor = connection.cursor()
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        if secure_delete:
            cursor.execute("PRAGMA secure_delete=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("kaoji_writes", False)
        if writes:  # the mode stays with the file; two who switch it at once would lock each other out
            connection.exec_driver_sql(f"PRAGMA journal_mode={journal}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _is_laid_away(file: Path) -> bool:
    """Whether a file lies where nothing can be written, such as an auditor's copy.

    SQLite reads a file in WAL mode only if it may put two files beside it, unless it is told that nobody writes.
    Where such a file with content is there already, somebody was writing, and it is not told so.
    """
    try:
        wal = file.with_name(f"{file.name}-wal")
        written_to = wal.exists() and wal.stat().st_size > 0
        effective = os.access in os.supports_effective_ids
        writable = os.access(file.parent, os.W_OK, effective_ids=effective)
        return file.is_file() and not written_to and not writable
    except OSError:
        return False


def _connect_as_it_lies(file: Path) -> sqlite3.Connection:
    uri = f"{file.resolve().as_uri()}?mode=ro&immutable=1"
    return sqlite3.connect(uri, uri=True, check_same_thread=False)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one snapshot of the database for as long as it is open."""
    options = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine, turn: str | None = "sheets") -> Iterator[Connection]:
    """A transaction for writing. On SQLite nobody else writes to the file meanwhile; on PostgreSQL nobody
    else who waits for the same turn does. None: the caller locks a row of its own before it reads.
    """
    with (
        _advisory_lock(engine),
        engine.connect().execution_options(kaoji_writes=True) as connection,
        connection.begin(),
    ):
        if turn is not None and connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(crc32(f"kaoji {turn}".encode()))))
        yield connection


@contextmanager
def _advisory_lock(engine: Engine) -> Iterator[None]:
    file = file_of(engine.url)
    if file is None:
        yield
        return
    path = str(file.resolve())
    with _thread_locks[path], locked_file(Path(f"{path}.lock")):
        yield


@contextmanager
def locked_file(path: Path) -> Iterator[None]:
    """Nobody else who locks this file goes on meanwhile."""
    with _lock_file(path) as handle:
        if fcntl is not None:
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _lock_file(path: Path) -> IO[bytes]:
    try:
        return path.open("ab")
    except OSError as error:  # as SQLite itself would say it of a folder that cannot be written to
        raise OperationalError(f"open {path}", None, error) from error
