"""Opening a database for the log: SQLite with its durable settings, or PostgreSQL."""

import logging
import os
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from ledger.errors import StoreError
from ledger.store import locks
from ledger.store.address import file_of, shown
from ledger.store.file_check import require_database_file

BUSY_TIMEOUT_S: Final = 60

_UTF8: Final = {"client_encoding": "utf8"}
"""What a server's database is asked for: from one of no encoding (SQL_ASCII) psycopg would take bytes for texts."""

_OWN_TRANSACTIONS: Final[dict[str, Any]] = {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True}
"""SQLAlchemy begins and ends none, which would take longer than a short question: `transactions` do.

So a connection that goes back to the pool is not rolled back there.
"""

JOURNAL: Final = "kaoji_journal"
"""Where a connection's journal stands until it has been set."""


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
        require_database_file(file)
        if any(_is_same(file, other) for other in apart):
            raise sqlite3.OperationalError(f"{file} is a link to another file of the ledger")

    @event.listens_for(engine, "connect")
    def _settings(connection: Any, record: ConnectionPoolEntry) -> None:
        _require_utf8(connection, file)
        if as_it_lies:
            return
        record.info[JOURNAL] = journal
        _set_up(connection, durable, secure_delete)

    return engine


def _require_utf8(connection: Any, file: Path) -> None:
    """sqlite3.DatabaseError where texts stand otherwise in a file than we write them: months would not be found in it."""
    try:
        ((encoding,),) = connection.execute("PRAGMA encoding").fetchall()
    except UnicodeDecodeError:  # SQLite quotes what it cannot read, and the driver cannot read that
        raise sqlite3.DatabaseError("malformed database schema") from None
    if encoding != "UTF-8":
        raise sqlite3.DatabaseError(f"{file.name} is written in {encoding}, and not in UTF-8")


def _set_up(connection: Any, durable: bool, secure_delete: bool) -> None:
    """The settings of a new connection to an SQLite file. sqlite3.DatabaseError."""
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
    cursor.execute("PRAGMA foreign_keys=ON")
    if durable:
        # what a statement may have to take back, and VACUUM's copy of keys, never lie in a folder for everybody;
        # projections may sort more than memory holds
        cursor.execute("PRAGMA temp_store=MEMORY")
    if secure_delete:
        cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()


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
        # the one that was used last goes first: its server has prepared what is asked again and again
        engine = create_engine(url, pool_use_lifo=True, **_OWN_TRANSACTIONS)
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
