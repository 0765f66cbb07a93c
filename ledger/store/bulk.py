"""Past SQLAlchemy's constructs: many rows inserted by the driver's executemany or COPY, questions asked as written.

Core's insert costs 4 to 14 times as much a row, and making a SELECT more than SQLite takes to answer it; the table,
the connection and the transaction are SQLAlchemy's all the same.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Dialect, Select, Table
from sqlalchemy.exc import DBAPIError

T = TypeVar("T", int, str)

_IN_CHUNK: Final = 500
_COPY_FROM: Final = 64
"""From so many rows on COPY pays."""


def ask(connection: Connection, statement: str, *values: Any) -> Sequence[Any]:
    """The rows of a question in SQL with a `?` for each value. sqlalchemy.exc.DBAPIError as Core raises it."""
    if connection.dialect.name == "sqlite":
        with _sqlite(connection, statement) as driver:
            return driver.execute(statement, values).fetchall()  # type: ignore[no-any-return]
    return connection.exec_driver_sql(_spelt(statement), values).all()


def fetched(connection: Connection, query: Select[Any]) -> list[Any]:
    """The rows of a long answer as the driver gives them, on PostgreSQL in binary: as text bytes are twice as long.

    sqlalchemy.exc.DBAPIError as Core raises it.
    """
    if connection.dialect.name == "sqlite":
        cursor = connection.execute(query).cursor
        return [] if cursor is None else list(cursor.fetchall())
    import psycopg

    spelt = query.compile(connection, compile_kwargs={"render_postcompile": True})
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor(binary=True) as cursor:
            return cursor.execute(str(spelt), spelt.params).fetchall()  # type: ignore[no-any-return]
    except psycopg.Error as error:
        raise DBAPIError.instance(
            str(spelt), None, error, psycopg.Error, dialect=connection.dialect
        ) from error


def tell(connection: Connection, statement: str, *values: Any) -> None:
    """Runs a statement in SQL with a `?` for each value. sqlalchemy.exc.DBAPIError as Core raises it."""
    if connection.dialect.name == "sqlite":
        with _sqlite(connection, statement) as driver:
            driver.execute(statement, values)
    else:
        connection.exec_driver_sql(_spelt(statement), values)


def chunks(names: Iterable[T]) -> Iterator[Sequence[T]]:
    """What is asked for, each once and sorted, in pieces that one question can name."""
    wanted = sorted(set(names))
    for start in range(0, len(wanted), _IN_CHUNK):
        yield wanted[start : start + _IN_CHUNK]


def blanks(count: int) -> str:
    """The place of so many values in a question: `?, ?, ?`."""
    return ", ".join("?" * count)


@lru_cache(maxsize=1_000)
def _spelt(statement: str) -> str:
    return statement.replace("?", "%s")


@contextmanager
def _sqlite(connection: Connection, statement: str) -> Iterator[Any]:
    """SQLite's own connection: it answers in less time than SQLAlchemy needs to ask."""
    try:
        yield connection.connection.driver_connection
    except sqlite3.Error as error:
        raise DBAPIError.instance(
            statement, None, error, sqlite3.Error, dialect=connection.dialect
        ) from error


def insert_rows(
    connection: Connection, table: Table, names: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Inserts rows whose values stand in the order of the column names. sqlalchemy.exc.DBAPIError as Core raises it."""
    if not rows:
        return
    columns = _columns(connection.dialect, table, tuple(names))
    if connection.dialect.name == "postgresql" and len(rows) >= _COPY_FROM:
        _copy(connection, f"COPY {columns} FROM STDIN", rows)
        return
    statement = f"INSERT INTO {columns} VALUES ({blanks(len(names))})"
    if connection.dialect.name == "sqlite":
        with _sqlite(connection, statement) as driver:
            driver.executemany(statement, rows)
    else:
        connection.exec_driver_sql(_spelt(statement), list(rows))


@lru_cache(maxsize=100)
def _columns(dialect: Dialect, table: Table, names: tuple[str, ...]) -> str:
    quoted = dialect.identifier_preparer.quote
    return f"{quoted(table.name)} ({', '.join(map(quoted, names))})"


def _copy(connection: Connection, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    import psycopg

    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.Error as error:
        raise DBAPIError.instance(
            statement, None, error, psycopg.Error, dialect=connection.dialect
        ) from error
