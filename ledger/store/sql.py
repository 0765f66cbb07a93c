"""Past SQLAlchemy's constructs: what is asked of the driver as it is written, with a `?` for each value.

To make a SELECT of it takes longer than a database needs to answer; tables and connections are SQLAlchemy's all the
same, and so is what is raised: `sqlalchemy.exc.DBAPIError`.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from sqlalchemy import Connection

T = TypeVar("T", int, str, tuple[str, int])

Statement = tuple[str, Sequence[tuple[Any, ...]]]
"""A statement, and the rows of values it is run for."""
Question = tuple[str, tuple[Any, ...]]
"""A statement that has an answer, and its values."""

_IN_CHUNK: Final = 500
_TOGETHER: Final = 4
"""From so many statements on it pays to send them together."""


def fetch_all(connection: "Connection", statement: str, *values: Any) -> Sequence[Any]:
    """The rows of a question."""
    try:
        return _driver(connection).execute(in_dialect(connection, statement), values).fetchall()  # type: ignore[no-any-return]
    except connection.dialect.loaded_dbapi.Error as error:
        raise _told(connection, statement, error) from error


def fetch_each(connection: "Connection", asked: Sequence[Question], begin: str = "") -> list[Sequence[Any]]:
    """The rows of several questions, answered one after another; PostgreSQL is sent them in one exchange.

    What one of them waits for, the next ones see: at READ COMMITTED each has a snapshot of its own. `begin`: what
    PostgreSQL is told before them.
    """
    if is_sqlite(connection):
        with driver_of(connection, "; ".join([statement for statement, _ in asked])) as driver:
            return [driver.execute(statement, values).fetchall() for statement, values in asked]
    with driver_of(connection, "; ".join(statement for statement, _ in asked)) as driver:
        with driver.pipeline():
            if begin:
                driver.execute(begin)
            cursors = [driver.execute(_with_percents(statement), values) for statement, values in asked]
        return [cursor.fetchall() for cursor in cursors]


def execute(connection: "Connection", statement: str, *values: Any) -> None:
    """Runs a statement."""
    try:
        _driver(connection).execute(in_dialect(connection, statement), values)
    except connection.dialect.loaded_dbapi.Error as error:
        raise _told(connection, statement, error) from error


def execute_all(connection: "Connection", said: Sequence[Statement]) -> None:
    """Runs several statements in their order; on PostgreSQL many are sent together."""
    if is_sqlite(connection):
        for statement, rows in said:
            if rows:
                _execute_many(connection, statement, rows)
        return
    told = "; ".join(statement for statement, rows in said if rows)
    many = sum(len(rows) for _, rows in said) >= _TOGETHER
    with pipeline(connection) if many else nullcontext(), driver_of(connection, told) as driver:
        cursor = driver.cursor()
        for statement, rows in said:
            for row in rows:
                cursor.execute(_with_percents(statement), row)


def _execute_many(connection: "Connection", statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    try:
        _driver(connection).executemany(statement, rows)
    except connection.dialect.loaded_dbapi.Error as error:
        raise _told(connection, statement, error) from error


def bytes_of(value: object) -> bytes:
    """A column of bytes; whatever else stands there is none of ours, and shorter than any of them."""
    return bytes(value) if isinstance(value, bytes | bytearray | memoryview) else b""


def pipeline(connection: "Connection") -> AbstractContextManager[None]:
    """What is told meanwhile is sent together on PostgreSQL: what fails may be raised at the end of it.

    Inside another one it is a part of that one. Only this module's functions ask and tell meanwhile: SQLAlchemy takes
    what has no answer yet for no answer.
    """
    return nullcontext() if is_sqlite(connection) else _sent_together(connection)


@contextmanager
def _sent_together(connection: "Connection") -> Iterator[None]:
    with driver_of(connection, "") as driver:
        is_open = bool(driver.pgconn.pipeline_status)
        with nullcontext() if is_open else driver.pipeline():
            yield


def driver_of(connection: "Connection", statement: str) -> AbstractContextManager[Any]:
    """The driver's own connection, in the transaction that is open; what it raises is told of the statement."""
    return _Driver(connection, statement)


class _Driver(AbstractContextManager[Any]):
    """A class, since a generator takes three times as long; one statement alone has no need of either."""

    __slots__ = ("_connection", "_statement")

    def __init__(self, connection: "Connection", statement: str) -> None:
        self._connection, self._statement = connection, statement

    def __enter__(self) -> Any:
        return _driver(self._connection)

    def __exit__(self, kind: object, error: BaseException | None, where: object) -> None:
        if isinstance(error, self._connection.dialect.loaded_dbapi.Error):
            raise _told(self._connection, self._statement, error) from error


def _driver(connection: "Connection") -> Any:
    """The driver's own connection; both are their own adapters, so that SQLAlchemy need not be asked for another one."""
    return connection.connection.dbapi_connection


def _told(connection: "Connection", statement: str, error: BaseException) -> BaseException:
    """What SQLAlchemy would raise of an error of the driver's."""
    from sqlalchemy.exc import DBAPIError  # another process, which only reads, starts without it

    dialect = connection.dialect
    return DBAPIError.instance(statement, None, error, dialect.loaded_dbapi.Error, dialect=dialect)


@contextmanager
def cursor_of(connection: "Connection", told: str) -> Iterator[Any]:
    """A cursor of the driver's own; `told`: what is done with it, for whoever is told that it failed."""
    with driver_of(connection, told) as driver:
        cursor = driver.cursor()
        try:
            yield cursor
        finally:
            cursor.close()


@contextmanager
def larger_cache(connection: "Connection", kib: int) -> Iterator[None]:
    """Room for the pages that very many rows touch: in SQLite's usual 2 MB, those of an index go to disk row by row."""
    if not is_sqlite(connection):
        yield
        return
    usual = fetch_all(connection, "PRAGMA cache_size")[0][0]
    execute(connection, f"PRAGMA cache_size = -{kib}")
    try:
        yield
    finally:
        execute(connection, f"PRAGMA cache_size = {usual}")


def chunks(names: Iterable[T], most: int = _IN_CHUNK) -> Iterator[Sequence[T]]:
    """What is asked for, each once and sorted, in pieces that one question can name, of so many at most."""
    wanted = sorted(set(names))
    for start in range(0, len(wanted), most):
        yield wanted[start : start + most]


def placeholders(count: int) -> str:
    """The place of so many values in a question: `?, ?, ?`."""
    return ", ".join("?" * count)


def together(asked: Sequence[Question]) -> Question:
    """Several questions as one, each row behind the number of its question."""
    return _union(tuple(each for each, _ in asked)), tuple(chain.from_iterable(values for _, values in asked))


@lru_cache(maxsize=20)
def _union(asked: tuple[str, ...]) -> str:
    return " UNION ALL ".join(f"SELECT {n}, asked.* FROM ({each}) AS asked" for n, each in enumerate(asked))


def is_sqlite(connection: "Connection") -> bool:
    """Whether the database is SQLite, where a question costs no way to a server."""
    return connection.dialect.name == "sqlite"


def in_dialect(connection: "Connection", statement: str) -> str:
    """The statement with the blanks of its database."""
    return statement if is_sqlite(connection) else _with_percents(statement)


@lru_cache(maxsize=1_000)
def _with_percents(statement: str) -> str:
    return statement.replace("?", "%s")
