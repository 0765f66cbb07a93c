"""Where an audit reads a log: a driver's connection in a snapshot, here or in another process.

It needs the driver alone, and no SQLAlchemy: another process is ready in a fifth of a second.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from ledger.proofs.tiles import TILE_WIDTH

_BATCH: Final = {True: TILE_WIDTH, False: 2_000}
"""So many rows are read at once: of SQLite what the processor keeps at hand, of a server what an exchange is worth."""


@dataclass(frozen=True, slots=True)
class Source:
    """A driver's connection, in an open snapshot, and the ledger that is meant; `sqlite` or psycopg."""

    driver: Any
    sqlite: bool
    ledger: str

    def rows(self, statement: str, *values: object) -> list[Any]:
        """All rows of a statement; its first blank is the ledger, and `?` stands for a blank.

        A server answers in binary: as text bytes are twice as long.
        """
        cursor = self.driver.cursor() if self.sqlite else self.driver.cursor(binary=True)
        text = statement if self.sqlite else statement.replace("?", "%s")
        found: list[Any] = cursor.execute(text, (self.ledger, *values)).fetchall()
        cursor.close()
        return found

    def batches(self, statement: str, name: str = "audit") -> Iterator[Sequence[Any]]:
        """The rows of a statement, which may be many; `name` tells apart what is read at the same time."""
        most = _BATCH[self.sqlite]
        cursor = self.driver.cursor() if self.sqlite else self.driver.cursor(name, binary=True)
        try:
            cursor.execute(statement if self.sqlite else statement.replace("?", "%s"), (self.ledger,))
            while batch := cursor.fetchmany(most):
                yield batch
                if len(batch) < most:  # a server need not be asked once more
                    break
        finally:
            cursor.close()


def end_of(source: Source) -> int:
    """The position of the last event there is, whatever the head says."""
    ((position,),) = source.rows("SELECT max(position) FROM events WHERE ledger = ?")
    return position or 0


def people_of(source: Source) -> dict[str, str]:
    """The random id of each person by their stream."""
    return dict(source.rows("SELECT stream, subject FROM subjects WHERE ledger = ?"))


@dataclass(frozen=True, slots=True)
class Place:
    """Where another process finds the log: what the driver connects with, which ledger, and its random id."""

    sqlite: bool
    arguments: tuple[Any, ...] = field(repr=False)
    named: dict[str, Any] = field(repr=False)
    ledger: str
    identity: str

    @contextmanager
    def opened(self) -> Iterator[Source]:
        """The log in a snapshot of its own; whatever the driver raises."""
        connect = _sqlite if self.sqlite else _postgresql
        with closing(connect(self.arguments, self.named)) as driver:
            yield Source(driver, self.sqlite, self.ledger)


def _sqlite(arguments: Sequence[Any], named: dict[str, Any]) -> Any:
    import sqlite3

    driver = sqlite3.connect(*arguments, **named)
    driver.isolation_level = None
    driver.execute("BEGIN")
    return driver


def _postgresql(arguments: Sequence[Any], named: dict[str, Any]) -> Any:
    import psycopg

    driver = psycopg.connect(*arguments, **named)
    driver.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    return driver
