"""Inserting many rows at once, past SQLAlchemy's constructs: the driver's executemany, or COPY on PostgreSQL.

Core's insert costs 4 to 14 times as much a row; the table and the transaction are SQLAlchemy's all the same.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, Table
from sqlalchemy.exc import DBAPIError

_COPY_FROM: Final = 64
"""From so many rows on COPY pays."""


def insert_rows(
    connection: Connection, table: Table, names: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Inserts rows whose values stand in the order of the column names. sqlalchemy.exc.DBAPIError as Core raises it."""
    if not rows:
        return
    quoted = connection.dialect.identifier_preparer.quote
    columns = f"{quoted(table.name)} ({', '.join(map(quoted, names))})"
    if connection.dialect.name == "postgresql" and len(rows) >= _COPY_FROM:
        _copy(connection, f"COPY {columns} FROM STDIN", rows)
        return
    blank = "?" if connection.dialect.name == "sqlite" else "%s"
    connection.exec_driver_sql(
        f"INSERT INTO {columns} VALUES ({', '.join([blank] * len(names))})", list(rows)
    )


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
