"""Many rows at once, through the driver itself.

SQLAlchemy's insert costs 4 to 14 times as much a row.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, Final

from sqlalchemy import Connection, Dialect, Table

from ledger.store.sql import (
    Question,
    Statement,
    cursor_of,
    driver_of,
    execute_all,
    fetch_all,
    in_dialect,
    is_sqlite,
    placeholders,
)

_COPY_FROM: Final = 64
"""From so many rows on COPY pays."""
_IN_STATEMENT: Final = 50
"""So many rows one INSERT takes at once: SQLite keeps what a statement changes until it ends, page by page."""


def fetched(connection: Connection, asked: Question) -> Sequence[Any]:
    """The rows of a long answer, on PostgreSQL in binary: as text bytes are twice as long.

    sqlalchemy.exc.DBAPIError as Core raises it.
    """
    statement, values = asked
    if is_sqlite(connection):
        return fetch_all(connection, statement, *values)
    with driver_of(connection, statement) as driver, driver.cursor(binary=True) as cursor:
        return cursor.execute(in_dialect(connection, statement), values).fetchall()  # type: ignore[no-any-return]


def insert_rows(
    connection: Connection,
    table: Table,
    names: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    twice: bool = False,
) -> None:
    """Inserts rows whose values stand in the order of the column names. sqlalchemy.exc.DBAPIError as Core raises it.

    `twice`: a row whose key is there already is left as it is.
    """
    if not rows:
        return
    columns = _columns(connection.dialect, table, tuple(names))
    if not is_sqlite(connection) and len(rows) >= _COPY_FROM and not twice:
        _copy(connection, f"COPY {columns} FROM STDIN", rows)
    else:
        grouped = len(rows) - len(rows) % _IN_STATEMENT
        said: list[Statement] = []
        if grouped:
            starts = range(0, grouped, _IN_STATEMENT)
            values = [tuple(chain.from_iterable(rows[at : at + _IN_STATEMENT])) for at in starts]
            said.append((_insert(columns, len(names), twice, _IN_STATEMENT), values))
        said.append((_insert(columns, len(names), twice), rows[grouped:]))
        execute_all(connection, said)


def are_few(rows: int) -> bool:
    """Whether so many rows of each table can be sent together: many are copied, which is done by itself."""
    return rows < _COPY_FROM


@lru_cache(maxsize=100)
def _insert(columns: str, width: int, twice: bool, rows: int = 1) -> str:
    """What inserts so many rows of so many values each."""
    row, leaving = f"({placeholders(width)})", " ON CONFLICT DO NOTHING" if twice else ""
    return f"INSERT INTO {columns} VALUES {', '.join([row] * rows)}{leaving}"


@lru_cache(maxsize=100)
def _columns(dialect: Dialect, table: Table, names: tuple[str, ...]) -> str:
    quoted = dialect.identifier_preparer.quote
    return f"{quoted(table.name)} ({', '.join(map(quoted, names))})"


def _copy(connection: Connection, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    with cursor_of(connection, statement) as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
