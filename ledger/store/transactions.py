"""Transactions on a database: reading one state of it, or writing under a lock that is taken before anything is read.

A write transaction takes its lock before it reads anything (law 8): `BEGIN IMMEDIATE` behind an advisory file
lock on SQLite, the head row `FOR UPDATE` on PostgreSQL. Never read-then-write inside a deferred transaction.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError

from ledger.store import locks
from ledger.store.engine import JOURNAL
from ledger.store.file_locks import alone
from ledger.store.sql import Question, driver_of, fetch_each, is_sqlite, pipeline

T = TypeVar("T")

_MAY_STAND: Final = ("08", "57", "40003")
"""What PostgreSQL says of a COMMIT, by SQLSTATE, when the transaction may have been committed all the same."""

_COMMITTED: Final = "kaoji_committed"
"""What stands with a connection whose transaction was committed with what was written last."""

_BEGIN_WRITING: Final = "BEGIN IMMEDIATE"
_BEGIN_COMMITTED: Final = "BEGIN ISOLATION LEVEL READ COMMITTED"
_COMMIT: Final = "COMMIT"
_FAILED: Final = 3
"""libpq's status of a transaction that goes on and in which something failed: it was not committed."""


class CommitUnanswered(OperationalError):
    """The connection was lost after COMMIT was sent and before it was answered: what was written stands, or does not."""


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one snapshot of the database for as long as it is open."""
    is_server = engine.dialect.name == "postgresql"
    begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if is_server else "BEGIN"
    with engine.connect() as connection:
        try:
            _run(connection, begin)
            yield connection
            if is_server and not connection.invalidated:
                with suppress(DBAPIError), driver_of(connection, _COMMIT) as driver:
                    driver.commit()  # what is taken back has the driver forget every statement that it prepared
        finally:
            _take_back(connection)


@contextmanager
def query_connection(engine: Engine) -> Iterator[Connection]:
    """A connection whose every question sees what is there by then, without a transaction around it."""
    with engine.connect() as connection:
        try:
            yield connection
        except DBAPIError:
            _take_back(connection)
            raise


def writing(engine: Engine, turn: str | None = "sheets") -> AbstractContextManager[Connection]:
    """A transaction for writing. On SQLite nobody else writes to the file meanwhile; on PostgreSQL nobody
    else who waits for the same turn does. None: the caller locks a row of its own before it reads.
    CommitUnanswered where nobody knows whether it stands; StoreError `database_blocked` where somebody else on
    PostgreSQL kept a lock for too long.
    """
    begin = _BEGIN_WRITING
    if engine.dialect.name == "postgresql":
        begin = _BEGIN_COMMITTED if turn is None else _begin_in(turn)

    def opened(connection: Connection) -> Connection:
        _run(connection, begin)
        return connection

    return _transaction(engine, opened)


@contextmanager
def turn_on_server(engine: Engine, turn: str) -> Iterator[None]:
    """Nobody else has this turn on PostgreSQL meanwhile; nothing is written with it. DBAPIError; StoreError
    `database_blocked`, as for `writing`.

    Nothing is raised at its end, though the server let go of it before: what was done meanwhile stands.
    """
    with engine.connect() as connection, locks.named(connection):
        try:
            _run(connection, _begin_in(turn))
            yield
        finally:
            _take_back(connection)


def locking(
    engine: Engine, *asked: Question
) -> AbstractContextManager[tuple[Connection, list[Sequence[Any]]]]:
    """The same begun with questions, of which the first locks a row, and their answers: one exchange with PostgreSQL."""

    def opened(connection: Connection) -> tuple[Connection, list[Sequence[Any]]]:
        if is_sqlite(connection):
            _run(connection, _BEGIN_WRITING)
            return connection, fetch_each(connection, asked)
        return connection, fetch_each(connection, asked, _BEGIN_COMMITTED)

    return _transaction(engine, opened)


def committing(connection: Connection) -> AbstractContextManager[None]:
    """What is written last in a transaction, and its COMMIT: one exchange with PostgreSQL. CommitUnanswered.

    SQLite is told COMMIT at the transaction's end: no way is saved to a server.
    """
    return nullcontext() if is_sqlite(connection) else _sent_with_commit(connection)


@contextmanager
def _sent_with_commit(connection: Connection) -> Iterator[None]:
    with _told_whether_it_stands(connection), pipeline(connection):
        yield
        _run(connection, _COMMIT)
    connection.info[_COMMITTED] = True


@contextmanager
def _transaction(engine: Engine, opened: Callable[[Connection], T]) -> Iterator[T]:
    """What is made of a connection that begins a transaction, which is committed at the end if it was not before."""
    is_server = engine.dialect.name == "postgresql"
    with (
        alone(None if is_server else engine.url.database),
        engine.connect() as connection,
        locks.named(connection) if is_server else nullcontext(),
    ):
        info = connection.info  # a connection that is not used again has none
        try:
            yield opened(connection)
            if _COMMITTED not in info:
                _commit(connection)
        except BaseException:
            _take_back(connection)
            raise
        finally:
            info.pop(_COMMITTED, None)


def _run(connection: Connection, told: str) -> None:
    with driver_of(connection, told) as driver:
        if told == _BEGIN_WRITING and JOURNAL in connection.info:
            # the mode stays with the file; two who switch it at once would lock each other out
            driver.execute(f"PRAGMA journal_mode={connection.info[JOURNAL]}")
            del connection.info[JOURNAL]
        driver.execute(told)


def _commit(connection: Connection) -> None:
    if is_sqlite(connection):
        _run(connection, _COMMIT)
        return
    with _told_whether_it_stands(connection):
        _run(connection, _COMMIT)


@contextmanager
def _told_whether_it_stands(connection: Connection) -> Iterator[None]:
    """A COMMIT is sent to a server meanwhile. CommitUnanswered where nobody knows what became of it."""
    try:
        yield
    except DBAPIError as error:
        if _may_stand(connection, error):
            raise CommitUnanswered(_COMMIT, None, error.orig or error) from error
        raise


def _take_back(connection: Connection) -> None:
    """Nothing of the transaction stays; a connection that cannot even say so is not used again."""
    if connection.invalidated:
        return
    try:
        with driver_of(connection, "ROLLBACK") as driver:
            driver.rollback()
    except BaseException as error:
        connection.invalidate()
        if not isinstance(error, DBAPIError):
            raise


def _may_stand(connection: Connection, error: DBAPIError) -> bool:
    driver: Any = connection.connection.driver_connection
    if driver.info.transaction_status == _FAILED:
        return False
    state = getattr(error.orig, "sqlstate", None)
    return state is None or state.startswith(_MAY_STAND)


def _begin_in(turn: str) -> str:
    """What begins a transaction on PostgreSQL that waits for a turn, and has it to its end."""
    return f"{_BEGIN_COMMITTED}; SELECT pg_advisory_xact_lock({_number_of(turn)})"


def _number_of(turn: str) -> int:
    """PostgreSQL's advisory locks are numbers: 64 bits of a digest, so that two turns are hardly ever one."""
    digest = hashlib.sha256(f"kaoji {turn}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
