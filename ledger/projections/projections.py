"""Where the projections are kept and how they are caught up: `kaoji.sheets.db` beside `kaoji.db`, or the same server.

A projection is caught up before it is read. Where it cannot be written it is drawn in memory instead.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Final, TypeVar

from sqlalchemy import Connection, Engine, inspect, select
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError, ProgrammingError

from ledger.errors import StoreError
from ledger.events import Recorded
from ledger.projections.anew import Progress, draw_all, draw_month, mark_at
from ledger.projections.creation import SCHEMA, make_tables
from ledger.projections.incremental import refresh
from ledger.projections.schema import drawn, metadata
from ledger.projections.stand import drawn_at
from ledger.state.state_cache import StateCache
from ledger.store.address import file_of, shown
from ledger.store.database_errors import told, trouble
from ledger.store.engine import make_engine, memory_engine
from ledger.store.log import Log
from ledger.store.transactions import query_connection, reading, writing

T = TypeVar("T")


_MUCH: Final = 5_000


class Projections:
    """The projections of one ledger."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.kept = StateCache(log)
        self._has_tables = False
        file = file_of(log.url)
        if file is None:
            self.engine = make_engine(log.url, schema=SCHEMA, durable=False)
        else:
            beside = file.with_name(f"{file.stem}.sheets.db")
            others = [file, *filter(None, [file_of(log.keyring.url)])]
            self.engine = make_engine(log.url.set(database=str(beside)), durable=False, apart=others)

    @contextmanager
    def current(self) -> Iterator[Connection]:
        """A connection to projections that are drawn at the log's end. StoreError where it is lost."""
        engine = self.engine
        try:
            self._mended(lambda: self._catch_up(self.engine))
        except DBAPIError:
            engine = memory_engine()
        try:
            if engine is not self.engine:
                self._catch_up(engine)
            with reading(engine) as connection:
                yield connection
        except DBAPIError as error:
            raise self._unwritable(error) from None
        finally:
            if engine is not self.engine:
                engine.dispose()

    def catch_up(self) -> tuple[int, int]:
        """Takes in what was recorded since: from where and to which position. StoreError `sheets_unwritable`."""
        return self._written(lambda: self._catch_up(self.engine))

    def rebuild(self, progress: Progress | None = None, helpers: int | None = None) -> int:
        """Draws every projection anew from the log; returns the position it is drawn at. StoreError `sheets_unwritable`.

        `helpers`: how many other processes help; None: as many as pay.
        """

        def draw() -> int:
            make_tables(self.engine)
            with self._turn(self.engine) as connection:
                end = self.log.position()  # after the turn: whoever had it before has not drawn beyond it
                draw_all(self.log, connection, end, progress, helpers)
                return end

        return self._written(draw)

    def rebuild_month(self, month: str, sites: Sequence[str]) -> int:
        """Draws one month of some sites anew; returns the position the projections are drawn at. StoreError.

        The docket of appeals has no months and stays as it is.
        """
        _, least = self._written(lambda: self._catch_up(self.engine))

        def draw() -> int:
            with self._turn(self.engine) as connection:
                stand = self._valid(drawn_at(connection, self.log.ledger))
                if stand >= least:
                    draw_month(self.log, connection, month, sites)
                    return stand
                end = self.log.position()
                draw_all(self.log, connection, end)  # somebody threw the projections away meanwhile
                return end

        return self._written(draw)

    def _written(self, draw: Callable[[], T]) -> T:
        try:
            return self._mended(draw)
        except DBAPIError as error:
            raise self._unwritable(error) from None

    def _unwritable(self, error: DBAPIError) -> StoreError:
        url = shown(self.engine.url)
        return trouble(error, StoreError("sheets_unwritable", url=url, reason=told(error)))

    def _mended(self, draw: Callable[[], T]) -> T:
        """Draws; where the projections' file is no database any more it is thrown away first (law 7)."""
        try:
            return draw()
        except OperationalError:
            raise
        except DatabaseError:
            file = file_of(self.engine.url)
            if file is None:
                raise
            self.engine.dispose()
            for suffix in ("", "-wal", "-shm"):
                file.with_name(file.name + suffix).unlink(missing_ok=True)
            return draw()

    def differing(self) -> list[tuple[str, int]] | None:
        """Each projection that is not what the log makes it, and how many of its rows are too many or missing.

        They are looked at as they are kept, at the position they are drawn at, and nothing is written. None where
        there are none that can be read, or where they are of another log or layout: they are drawn anew before use.
        """
        file = file_of(self.engine.url)
        if file is not None and not file.exists():
            return None
        fresh = memory_engine()
        try:
            with reading(self.engine) as kept:
                position = self._valid(drawn_at(kept, self.log.ledger))
                if position == 0:
                    return None
                make_tables(fresh)
                with self._turn(fresh) as connection:
                    draw_all(self.log, connection, position)
                with reading(fresh) as anew:
                    return list(self._compared(kept, anew))
        except DBAPIError:
            return None
        finally:
            fresh.dispose()

    def _compared(self, kept: Connection, anew: Connection) -> Iterator[tuple[str, int]]:
        for table in metadata.sorted_tables:
            query = select(table).where(table.c.ledger == self.log.ledger)
            there, wanted = (Counter(map(tuple, each.execute(query))) for each in (kept, anew))
            if there != wanted:  # a row that stands there twice is one too many
                yield table.name, ((there - wanted) + (wanted - there)).total()

    def close(self) -> None:
        """Lets go of the database."""
        self.engine.dispose()

    def _catch_up(self, engine: Engine) -> tuple[int, int]:
        """From which position and to which; the tables, once they were found, are looked for again where one is missing."""
        if engine is self.engine and self._has_tables:
            try:
                return self._caught_up(engine)
            except ProgrammingError:
                pass  # PostgreSQL's word for a missing table
            except OperationalError as error:
                if "no such table" not in str(error.orig):
                    raise
        self._has_tables = False
        if inspect(engine).has_table(drawn.name):
            with reading(engine) as connection:
                stand, end = drawn_at(connection, self.log.ledger), self.log.end()
            if stand == end:
                return end[0], end[0]
        make_tables(engine)
        self._has_tables = engine is self.engine
        return self._caught_up(engine)

    def _caught_up(self, engine: Engine) -> tuple[int, int]:
        """What is new is read before the turn, and holds if nobody else had one since."""
        with self.log.holding():
            with query_connection(engine) as connection:
                stand = drawn_at(connection, self.log.ledger)
            found = self._new(stand)
            if found is not None:
                new, start, end = found
                if not new:
                    return start, start
                with self._turn(engine) as connection:
                    if drawn_at(connection, self.log.ledger) == stand:
                        self._refresh(connection, new, end)
                        return start, end[0]
        return self._caught_up_anew(engine)

    def _caught_up_anew(self, engine: Engine) -> tuple[int, int]:
        """With the turn taken first: what is read after it nobody can have drawn beyond."""
        with self._turn(engine) as connection:
            stand = drawn_at(connection, self.log.ledger)
            with self.log.holding():
                found = self._new(stand)
                if found is not None:
                    new, start, end = found
                    self._refresh(connection, new, end)
                    return start, end[0]
            start, position = self._valid(stand), self.log.position()
            draw_all(self.log, connection, position)
        return start, position

    def _new(self, stand: tuple[int, str] | None) -> tuple[list[Recorded], int, tuple[int, str]] | None:
        """The events after a stand, its position, and the log's end, while one state of the log is held.

        None where the stand is none of this log, or so much is new that all is better drawn anew.
        """
        if stand is None:
            return None
        mark, new, end = self.log.since(stand[0], _MUCH + 1, is_bare=True)
        if len(new) > _MUCH:
            position = self.log.position()
            if _is_much(position - stand[0], position):
                return None
            mark, new, end = self.log.since(stand[0], is_bare=True)
        return (new, stand[0], end) if mark == stand[1] else None

    def _refresh(self, connection: Connection, new: list[Recorded], end: tuple[int, str]) -> None:
        """Takes in what is new, while one state of the log is held."""
        leaf_at = self.log.verified.leaf_at
        state = self.kept.take(end[0], leaf_at)
        refresh(connection, self.log.ledger, state, new, end)
        self.kept.put(state, end[0], leaf_at(end[0]))

    def _turn(self, engine: Engine) -> AbstractContextManager[Connection]:
        """A transaction for drawing: one draws a ledger's projections at a time; on a server it waits for no other's."""
        return writing(engine, f"sheets of {self.log.ledger}")

    def _valid(self, stand: tuple[int, str] | None) -> int:
        """The position of a stand that belongs to this log, else 0: the projections must be drawn anew."""
        if stand is None:
            return 0
        position, mark = stand
        return position if mark_at(self.log, position) == mark else 0


def _is_much(new: int, end: int) -> bool:
    """Whether drawing all of it anew is faster than taking in what is new."""
    return new > _MUCH and new * 10 > end
