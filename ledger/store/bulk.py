"""Many rows and many names at once: rows through the driver itself, names cut to what one question takes.

SQLAlchemy's insert costs 4 to 14 times as much a row.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import lru_cache
from itertools import chain
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Dialect, Select, Table

from ledger.driver import Said, ask, cursor_of, driver_of, is_sqlite, tell, tell_all, together

T = TypeVar("T", int, str)

_IN_CHUNK: Final = 500
_COPY_FROM: Final = 64
"""From so many rows on COPY pays."""
_IN_STATEMENT: Final = 50
"""So many rows one INSERT takes at once: SQLite keeps what a statement changes until it ends, page by page."""
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


def fetched(connection: Connection, query: Select[Any]) -> list[Any]:
    """The rows of a long answer as the driver gives them, on PostgreSQL in binary: as text bytes are twice as long.

    sqlalchemy.exc.DBAPIError as Core raises it.
    """
    if is_sqlite(connection):
        cursor = connection.execute(query).cursor
        return [] if cursor is None else list(cursor.fetchall())
    compiled = query.compile(connection, compile_kwargs={"render_postcompile": True})
    with driver_of(connection, str(compiled)) as driver, driver.cursor(binary=True) as cursor:
        return cursor.execute(str(compiled), compiled.params).fetchall()  # type: ignore[no-any-return]


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
        row, leaving = f"({blanks(len(names))})", " ON CONFLICT DO NOTHING" if twice else ""
        grouped = len(rows) - len(rows) % _IN_STATEMENT
        said: list[Said] = []
        if grouped:
            starts = range(0, grouped, _IN_STATEMENT)
            values = [tuple(chain.from_iterable(rows[at : at + _IN_STATEMENT])) for at in starts]
            said.append((f"INSERT INTO {columns} VALUES {', '.join([row] * _IN_STATEMENT)}{leaving}", values))
        said.append((f"INSERT INTO {columns} VALUES {row}{leaving}", rows[grouped:]))
        tell_all(connection, said)


def together_if_few(connection: Connection, rows: int) -> AbstractContextManager[None]:
    """`driver.together` for so many rows of each table: many are copied, which cannot be done together."""
    return together(connection) if rows < _COPY_FROM else nullcontext()


@lru_cache(maxsize=100)
def _columns(dialect: Dialect, table: Table, names: tuple[str, ...]) -> str:
    quoted = dialect.identifier_preparer.quote
    return f"{quoted(table.name)} ({', '.join(map(quoted, names))})"


def _copy(connection: Connection, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    with cursor_of(connection, statement) as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
