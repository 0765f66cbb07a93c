"""What lies beside a ledger and is none of it: in a file, or on the ledger's server in a schema of its own.

The same statements go to both, with a `?` for each value; rows are read by name or by place. Transactions that write come
one after another on either.
"""

import hashlib
import sqlite3
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from ledger.store.address import MAIN, parse_address
from ledger.store.engine import make_engine
from ledger.store.file_check import require_database_file

SCHEMA: Final = "kaoji_desk"
_PATIENCE_S: Final = 10
_ON_SERVER: Final = (
    (") STRICT", ")"),
    (" TEXT", ' TEXT COLLATE "C"'),
    (" INTEGER", " BIGINT"),
    (" BLOB", " BYTEA"),
)
"""What a table is made of on PostgreSQL: text in the order of its bytes, as in SQLite."""


class Row(tuple[Any, ...]):
    """A row of PostgreSQL's that is read as one of SQLite's is."""

    places: dict[str, int]

    def __getitem__(self, key: Any) -> Any:
        return super().__getitem__(self.places[key] if isinstance(key, str) else key)

    def keys(self) -> list[str]:
        """The names of its columns."""
        return list(self.places)


@dataclass(frozen=True, slots=True)
class _Kept:
    """A connection between two transactions, and which file it is to."""

    connection: sqlite3.Connection
    file: tuple[int, int]


def _which(file: Path) -> tuple[int, int]:
    found = file.stat()
    return found.st_dev, found.st_ino


def _close(idle: list[_Kept]) -> None:
    for kept in idle:
        kept.connection.close()


class Beside:
    """A place beside a ledger: the path of a file, or the URL of a ledger on PostgreSQL. Threads and processes may share it.

    OSError where it cannot be reached.
    """

    def __init__(self, place: Path | str) -> None:
        self.place = place
        self.file = place if isinstance(place, Path) else None
        self._idle: list[_Kept] = []
        weakref.finalize(self, _close, self._idle)

    @property
    def shown(self) -> str:
        """The place as people may read it."""
        return str(self.file) if self.file is not None else _schema_of(str(self.place))

    @contextmanager
    def open(self, writes: bool = True) -> Iterator["Transaction"]:
        """A transaction: what it writes is committed at its end, or not at all."""
        with self._in_file(writes) if self.file is not None else self._on_server(writes) as told:
            yield told

    @contextmanager
    def _in_file(self, writes: bool) -> Iterator["Transaction"]:
        assert self.file is not None
        try:
            self.file.touch(mode=0o600)
            kept = self._opened(self.file)
            try:
                kept.connection.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
                yield Transaction(kept.connection, False)
                kept.connection.execute("COMMIT")
            except BaseException:
                kept.connection.close()
                raise
            self._idle.append(kept)
        except sqlite3.Error as error:
            raise OSError(str(error)) from error

    def _opened(self, file: Path) -> "_Kept":
        """A connection that nobody uses, to the file that lies there now."""
        there = _which(file)
        while self._idle:
            with suppress(IndexError):  # another thread was quicker
                kept = self._idle.pop()
                if kept.file == there:
                    return kept
                kept.connection.close()
        require_database_file(file)
        connection = sqlite3.connect(file, timeout=_PATIENCE_S, isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA secure_delete = ON")  # what is deleted leaves no words in the file
        return _Kept(connection, there)

    @contextmanager
    def _on_server(self, writes: bool) -> Iterator["Transaction"]:
        import psycopg

        place = str(self.place)
        try:
            kept = _connected(place)
            try:
                driver: Any = kept.driver_connection
                with driver.transaction():
                    if writes:  # one after another, as in a file
                        driver.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", (_schema_of(place),))
                    else:  # of one state, as in a file
                        driver.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                    yield Transaction(driver, True)
            finally:
                kept.close()
        except (psycopg.Error, SQLAlchemyError) as error:
            raise OSError(str(error).strip()) from error

    def make(self, tables: str, *more: str) -> None:
        """Makes tables and what goes with them, where they are missing; statements end with a semicolon.

        `more` statements of the place's own database follow as they are. All of it is made, or nothing.
        """
        with self.open() as told:
            if told.is_server and not told.execute(_HAS_SCHEMA, (_schema_of(str(self.place)),)).fetchone():
                told.execute(f'CREATE SCHEMA "{_schema_of(str(self.place))}"')
            for statement in filter(str.strip, tables.split(";")):
                told.execute(_on_server(statement) if told.is_server else statement)
            for statement in more:
                told.execute(statement)


_HAS_SCHEMA: Final = "SELECT 1 FROM pg_namespace WHERE nspname = ?"


class Transaction:
    """An open transaction."""

    def __init__(self, driver: Any, is_server: bool) -> None:
        self._driver = driver
        self.is_server = is_server

    def execute(self, statement: str, values: Sequence[Any] = ()) -> Any:
        """What the driver answers: `fetchone`, `fetchall`, or row after row."""
        if not self.is_server:
            return self._driver.execute(statement, values)
        cursor = self._driver.cursor(row_factory=_rows)
        return cursor.execute(statement.replace("%", "%%").replace("?", "%s"), values)


def _rows(cursor: Any) -> Any:
    places = {column.name: place for place, column in enumerate(cursor.description or ())}

    def made(values: Sequence[Any]) -> Row:
        row = Row(values)
        row.places = places
        return row

    return made


def _on_server(statement: str) -> str:
    for ours, theirs in _ON_SERVER:
        statement = statement.replace(ours, theirs)
    return statement


def _schema_of(url: str) -> str:
    """The schema beside a ledger: each of several in a database has its own."""
    _, ledger = parse_address(url)
    return SCHEMA if ledger == MAIN else f"{SCHEMA}_{hashlib.sha256(ledger.encode()).hexdigest()[:12]}"


def _connected(url: str) -> Any:
    """A connection that answers: those that a server has dropped meanwhile are given up."""
    import psycopg

    engine = _engine(url)
    while True:
        kept = engine.raw_connection()
        driver: Any = kept.driver_connection
        try:
            driver.execute("SELECT 1")
            return kept
        except psycopg.OperationalError:
            kept.invalidate()


@lru_cache(maxsize=8)
def _engine(url: str) -> Engine:
    return make_engine(parse_address(url)[0], schema=_schema_of(url))
