"""What all sheets share: their tables' home, and the row that says at which position they are drawn.

A sheet's primary key begins with what is rewritten at once (a cell, a close). A sheet with further indices keeps its
rowids on SQLite: without them it walks the primary key rather than use such an index.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import BigInteger, Column, Connection, MetaData, String, Table
from sqlalchemy.exc import DBAPIError

LAYOUT: Final = 2
"""The version of the sheets; sheets of another layout are drawn anew."""

Row = dict[str, Any]

metadata = MetaData()

drawn = Table(
    "sheets_drawn",
    metadata,
    Column("ledger", String(64), primary_key=True),
    Column("layout", BigInteger, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("mark", String(64), nullable=False),
)


def key(name: str, length: int = 64) -> Column[Any]:
    """A text column of a sheet's primary key."""
    return Column(name, String(length), primary_key=True)


def text(name: str, length: int = 64) -> Column[Any]:
    """A text column that may be empty."""
    return Column(name, String(length))


def number(name: str) -> Column[Any]:
    """A whole number: points, fen, a position, or 0 and 1 for no and yes."""
    return Column(name, BigInteger, nullable=False)


# Catching up after one event says a dozen short things to the database: to make each of them with SQLAlchemy's
# constructs would take longer than the rest.


def ask(connection: Connection, statement: str, *values: Any) -> Sequence[Any]:
    """The rows of a question in SQL with a `?` for each value. sqlalchemy.exc.DBAPIError as Core raises it."""
    if connection.dialect.name != "sqlite":
        return connection.exec_driver_sql(statement.replace("?", "%s"), values).all()
    with _driver(connection, statement, sqlite3.Error) as driver:
        return driver.execute(statement, values).fetchall()  # type: ignore[no-any-return]


Said = tuple[str, Sequence[tuple[Any, ...]]]
"""A statement in SQL with a `?` for each value, and the rows it is run for."""


def tell_all(connection: Connection, said: Sequence[Said]) -> None:
    """Runs several statements in their order; on PostgreSQL they are sent together. sqlalchemy.exc.DBAPIError."""
    told = "; ".join(statement for statement, rows in said if rows)
    if connection.dialect.name == "sqlite":
        with _driver(connection, told, sqlite3.Error) as driver:
            for statement, rows in said:
                driver.executemany(statement, rows)
        return
    import psycopg

    with _driver(connection, told, psycopg.Error) as driver, driver.pipeline():
        for statement, rows in said:
            for row in rows:
                driver.execute(statement.replace("?", "%s"), row)


@contextmanager
def _driver(connection: Connection, told: str, errors: type[Exception]) -> Iterator[Any]:
    """The driver's own connection, in the transaction that is open."""
    try:
        yield connection.connection.driver_connection
    except errors as error:
        raise DBAPIError.instance(told, None, error, errors, dialect=connection.dialect) from error
