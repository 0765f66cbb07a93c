"""Many rows and many names at once: rows by the driver's executemany or COPY, names cut to what one question takes.

SQLAlchemy's insert costs 4 to 14 times as much a row.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import lru_cache
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Dialect, Table

from ledger.driver import ask, driver_of, is_sqlite, tell, tell_all, together

T = TypeVar("T", int, str)

_IN_CHUNK: Final = 500
_COPY_FROM: Final = 64
"""From so many rows on COPY pays."""
_ROOM_FROM: Final = 5_000
_ROOM_KIB: Final = 128 * 1024


def chunks(names: Iterable[T]) -> Iterator[Sequence[T]]:
    """What is asked for, each once and sorted, in pieces that one question can name."""
    wanted = sorted(set(names))
    for start in range(0, len(wanted), _IN_CHUNK):
        yield wanted[start : start + _IN_CHUNK]


def blanks(count: int) -> str:
    """The place of so many values in a question: `?, ?, ?`."""
    return ", ".join("?" * count)


@contextmanager
def roomy(connection: Connection, rows: int) -> Iterator[None]:
    """Room for the pages that very many rows touch: in SQLite's usual 2 MB, those of an index go to disk row by row."""
    if rows < _ROOM_FROM or not is_sqlite(connection):
        yield
        return
    usual = ask(connection, "PRAGMA cache_size")[0][0]
    tell(connection, f"PRAGMA cache_size = -{_ROOM_KIB}")
    try:
        yield
    finally:
        tell(connection, f"PRAGMA cache_size = {usual}")


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
        leaving = " ON CONFLICT DO NOTHING" if twice else ""
        tell_all(connection, [(f"INSERT INTO {columns} VALUES ({blanks(len(names))}){leaving}", rows)])


def together_if_few(connection: Connection, rows: int) -> AbstractContextManager[None]:
    """`driver.together` for so many rows of a table: many are copied, which is done apart."""
    return together(connection) if rows < _COPY_FROM else nullcontext()


@lru_cache(maxsize=100)
def _columns(dialect: Dialect, table: Table, names: tuple[str, ...]) -> str:
    quoted = dialect.identifier_preparer.quote
    return f"{quoted(table.name)} ({', '.join(map(quoted, names))})"


def _copy(connection: Connection, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    with (
        driver_of(connection, statement) as driver,
        driver.cursor() as cursor,
        cursor.copy(statement) as copy,
    ):
        for row in rows:
            copy.write_row(row)
