"""Somebody who may do anything to the database, on SQLite and PostgreSQL: what they change in it, each way by its name."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import orjson
from sqlalchemy import Connection, create_engine

from ledger.proofs.entry import leaf_writer

POINTS: Final = 9
"""What the false notice says instead of 3."""
Attack = Callable[[str], None]
"""What is done to the ledger of a URL."""

COLUMNS: Final = "ledger, position, stream, version, kind, schema, state, leaf"
_NOTICE: Final = (
    "SELECT position, stream, version, kind, schema, state FROM events WHERE kind = 'notice_issued'"
)


@contextmanager
def owning(url: str) -> Iterator[Connection]:
    """A connection of the database's owner, in a transaction, past every guard."""
    engine = create_engine(url)
    with engine.begin() as connection:
        drop_guards(connection)
        yield connection
    engine.dispose()


def drop_guards(connection: Connection) -> None:
    """Nothing keeps the log's tables append-only any more."""
    if connection.dialect.name == "sqlite":
        names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").all()
        for (name,) in names:
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        return
    for table in ("events", "heads", "tiles", "things", "commands", "closes", "subjects", "supervised"):
        connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")


def false_notice(connection: Connection, employee: str) -> tuple[Any, ...]:
    """The row of an employee's first notice as it would be had it been of other points, its leaf computed for it."""
    rows = connection.exec_driver_sql(f"{_NOTICE} AND stream = 'employee/{employee}'").all()
    position, stream, version, kind, schema, state = rows[0]
    stored = orjson.loads(state)
    stored["fact"]["points"] = POINTS
    made = orjson.dumps(stored)
    identity = connection.exec_driver_sql("SELECT identity FROM heads").scalar_one()
    who = f"SELECT subject FROM subjects WHERE stream = '{stream}'"
    subject = connection.exec_driver_sql(who).scalar_one()
    leaf = leaf_writer(identity)(position, stream, version, kind, schema, subject, made)
    return "main", position, stream, version, kind, schema, made, leaf


def _set(connection: Connection, row: tuple[Any, ...], leaf: bool) -> None:
    blank = "?" if connection.dialect.name == "sqlite" else "%s"
    both = f", leaf = {blank}" if leaf else ""
    values = (row[6], *((row[7],) if leaf else ()), row[1])
    connection.exec_driver_sql(f"UPDATE events SET state = {blank}{both} WHERE position = {blank}", values)


def bytes_changed(url: str) -> None:
    """Other bytes, and the old leaf beside them."""
    with owning(url) as connection:
        _set(connection, false_notice(connection, "E002"), leaf=False)


def bytes_and_leaf_changed(url: str) -> None:
    """Other bytes, and the leaf that they have."""
    with owning(url) as connection:
        _set(connection, false_notice(connection, "E002"), leaf=True)


def bytes_and_leaf_of_a_name_changed(url: str) -> None:
    """The first event that says somebody's name has other bytes, and the leaf that they have."""
    with owning(url) as connection:
        connection.exec_driver_sql(
            "UPDATE events SET state = replace(CAST(state AS TEXT), 'tester', 'tezter'), leaf = zeroblob(32)"
            " WHERE kind = 'employee_registered'"
        )
        connection.exec_driver_sql("UPDATE events SET state = CAST(state AS BLOB)")


def event_deleted(url: str) -> None:
    """One in the middle of a stream is not there any more."""
    with owning(url) as connection:
        position = false_notice(connection, "E002")[1]
        connection.exec_driver_sql(f"DELETE FROM events WHERE position = {position}")


def stream_deleted(url: str) -> None:
    """Of somebody nothing at all is there any more, but who they are in the registries."""
    with owning(url) as connection:
        connection.exec_driver_sql("DELETE FROM events WHERE stream = 'employee/E002'")


ASKED_BY_STREAM: Final = "current_query() LIKE '%%stream IN%%'"
"""What is so of whoever reads as reports do, by stream."""


def behind_a_view(connection: Connection, told: str) -> None:
    """The table stands under another name, and a view tells of it what is told (PostgreSQL)."""
    connection.exec_driver_sql("ALTER TABLE events RENAME TO events_kept")
    connection.exec_driver_sql(f"CREATE VIEW events AS {told}")


def view_before_events(url: str) -> None:
    """Whoever asks by stream is given the false row, whoever asks by position the true one (PostgreSQL)."""
    with owning(url) as connection:
        _, position, *_, state, leaf = false_notice(connection, "E002")
        words = ("stream IN", "ORDER BY stream", "stream = wanted.name")
        told = " OR ".join(f"current_query() LIKE '%%{each}%%'" for each in words)
        here = f"position = {position} AND ({told})"
        behind_a_view(
            connection,
            "SELECT ledger, position, stream, version, kind, schema,"
            f" CASE WHEN {here} THEN '\\x{state.hex()}'::bytea ELSE state END AS state,"
            f" CASE WHEN {here} THEN '\\x{leaf.hex()}'::bytea ELSE leaf END AS leaf FROM events_kept",
        )


def view_that_repeats(url: str) -> None:
    """Whoever asks by stream is given a notice twice, as it was recorded; whoever asks by position once (PostgreSQL)."""
    _give_besides(url, "state")


def view_that_adds(url: str) -> None:
    """Whoever asks by stream is given a row more, which is no event (PostgreSQL)."""
    _give_besides(url, "NULL")


def _give_besides(url: str, state: str) -> None:
    with owning(url) as connection:
        _, position, *_ = false_notice(connection, "E002")
        behind_a_view(
            connection,
            "SELECT * FROM events_kept UNION ALL SELECT ledger, position, stream, version, kind, schema,"
            f" {state}, leaf FROM events_kept WHERE position = {position} AND {ASKED_BY_STREAM}",
        )


def view_that_fails_readers(url: str) -> None:
    """Whoever asks by stream is given an error (PostgreSQL)."""
    failing = "1 / (length(stream) - length(stream))"
    given_everybody(url, "version", f"CASE WHEN {ASKED_BY_STREAM} THEN {failing} ELSE version END")


def view_that_swaps(url: str) -> None:
    """Whoever asks by stream is given two events at each other's positions (PostgreSQL)."""
    swapped = f"position IN (20, 21) AND {ASKED_BY_STREAM}"
    given_everybody(url, "position", f"CASE WHEN {swapped} THEN 41 - position ELSE position END")


def given_readers(url: str, column: str, otherwise: str, position: int) -> None:
    """Whoever asks by stream is given something else in one column of one event (PostgreSQL)."""
    lied_to = f"position = {position} AND {ASKED_BY_STREAM}"
    given_everybody(url, column, f"CASE WHEN {lied_to} THEN {otherwise} ELSE {column} END")


def given_everybody(url: str, column: str, otherwise: str, of: str = "events_kept") -> None:
    """Whoever asks is given something else in one column of the rows there are, as they lie or in an order (PostgreSQL)."""
    given = (f"{otherwise} AS {column}" if each == column else each for each in COLUMNS.split(", "))
    with owning(url) as connection:
        behind_a_view(connection, f"SELECT {', '.join(given)} FROM {of}")


def index_against_table(url: str) -> None:
    """A true row under the index of positions, a false one under that of streams (SQLite)."""
    with _schema_open(url) as redo:
        events = redo.tables("events")
        with redo.without("sqlite_autoindex_events_1", events.replace(_PRIMARY, "")) as connection:
            row = false_notice(connection, "E002")
            where = f"position = {row[1]}"
            (rowid,) = connection.exec_driver_sql(f"SELECT rowid FROM events WHERE {where}").one()
            true = connection.exec_driver_sql(f"SELECT {COLUMNS} FROM events WHERE {where}").one()
            connection.exec_driver_sql(f"DELETE FROM events WHERE {where}")
            blanks = ", ".join("?" * 8)
            connection.exec_driver_sql(f"INSERT INTO events ({COLUMNS}) VALUES ({blanks})", row)
        bare = events.replace(_PRIMARY, "").replace(_UNIQUE, "")
        with redo.without("sqlite_autoindex_events_%", bare) as connection:
            connection.exec_driver_sql(
                f"INSERT INTO events (rowid, {COLUMNS}) VALUES ({rowid}, {blanks})", tuple(true)
            )


def hidden_from_streams(url: str) -> None:
    """An event stands in the table and under its position, and under its stream it does not (SQLite)."""
    with _schema_open(url) as redo:
        events = redo.tables("events")
        with redo.without("sqlite_autoindex_events_1", events.replace(_PRIMARY, "")) as connection:
            where = f"position = {false_notice(connection, 'E002')[1]}"
            (rowid,) = connection.exec_driver_sql(f"SELECT rowid FROM events WHERE {where}").one()
            true = connection.exec_driver_sql(f"SELECT {COLUMNS} FROM events WHERE {where}").one()
            connection.exec_driver_sql(f"DELETE FROM events WHERE {where}")
        bare = events.replace(_PRIMARY, "").replace(_UNIQUE, "")
        with redo.without("sqlite_autoindex_events_%", bare) as connection:
            blanks = ", ".join("?" * 8)
            connection.exec_driver_sql(
                f"INSERT INTO events (rowid, {COLUMNS}) VALUES ({rowid}, {blanks})", tuple(true)
            )


def hidden_from_months(url: str) -> None:
    """An event stands in the table, under its position and its stream; the index of months does not know it (SQLite)."""
    with _schema_open(url) as redo:
        events = redo.tables("events")
        with owning(url) as connection:
            where = f"position = {false_notice(connection, 'E002')[1]}"
            (rowid,) = connection.exec_driver_sql(f"SELECT rowid FROM events WHERE {where}").one()
            true = connection.exec_driver_sql(f"SELECT {COLUMNS} FROM events WHERE {where}").one()
            connection.exec_driver_sql(f"DELETE FROM events WHERE {where}")
        with redo.without("events_by_month", events) as connection:
            blanks = ", ".join("?" * 8)
            connection.exec_driver_sql(
                f"INSERT INTO events (rowid, {COLUMNS}) VALUES ({rowid}, {blanks})", tuple(true)
            )


def month_changed(url: str) -> None:
    """An event says that it is of another month, so that nobody looks for it in its own."""
    with owning(url) as connection:
        position, *_, made, _ = false_notice(connection, "E002")[1:]
        stored = orjson.loads(made)
        stored["fact"]["month"] = "2020-01"
        row = ("main", position, "", 0, "", 0, orjson.dumps(stored), b"")
        _set(connection, row, leaf=False)


def two_for_one_position(url: str) -> None:
    """Two events stand at one position, each the only one of its version in its stream."""
    twice = (
        "SELECT ledger, position, 'site/other', 1, kind, schema, state, leaf FROM events WHERE position = 20"
    )
    if url.startswith("sqlite"):
        with _schema_open(url) as redo:
            made = redo.tables("events").replace(_PRIMARY, "")
            with redo.without("sqlite_autoindex_events_1", made) as connection:
                connection.exec_driver_sql(f"INSERT INTO events ({COLUMNS}) {twice}")
        return
    with owning(url) as connection:
        connection.exec_driver_sql("ALTER TABLE events DROP CONSTRAINT events_pkey")
        connection.exec_driver_sql(f"INSERT INTO events ({COLUMNS}) {twice}")


def unindexed(url: str, index: str, where: str) -> None:
    """A row stands in its table, and one index does not know it (PostgreSQL)."""
    ready = "UPDATE pg_index SET indisready = {0}, indisvalid = {0} WHERE indexrelid = '{1}'::regclass"
    with owning(url) as connection:
        connection.exec_driver_sql(ready.format("false", index))
    table = index.partition("_")[0]
    table = {"one": "events"}.get(table, table)
    with owning(url) as connection:
        connection.exec_driver_sql(f"CREATE TEMP TABLE kept AS SELECT * FROM {table} WHERE {where}")
        connection.exec_driver_sql(f"DELETE FROM {table} WHERE {where}")
        connection.exec_driver_sql(f"INSERT INTO {table} SELECT * FROM kept")
        connection.exec_driver_sql("DROP TABLE kept")
    with owning(url) as connection:
        connection.exec_driver_sql(ready.format("true", index))


def index_emptied(url: str, index: str) -> None:
    """An index that knows none of its table's rows (SQLite)."""
    with owning(url) as connection:
        connection.exec_driver_sql("CREATE TABLE empty_one (ledger, kind, site)")
        connection.exec_driver_sql("CREATE INDEX empty_index ON empty_one (ledger, kind, site)")
        root = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        empty = connection.exec_driver_sql(root, ("empty_index",)).scalar_one()
        full = connection.exec_driver_sql(root, (index,)).scalar_one()
    with _catalogue(url) as connection:
        swap = "UPDATE sqlite_master SET rootpage = ? WHERE name = ?"
        connection.exec_driver_sql(swap, (empty, index))
        connection.exec_driver_sql(swap, (full, "empty_index"))
    with owning(url) as connection:
        connection.exec_driver_sql("DROP TABLE empty_one")


def statements(*said: str) -> Attack:
    """Whatever is said, by the owner, with the guards left in place."""

    def act(url: str) -> None:
        engine = create_engine(url)
        with engine.begin() as connection:
            for statement in said:
                connection.exec_driver_sql(statement)
        engine.dispose()

    return act


_PRIMARY: Final = ", \n\tPRIMARY KEY (ledger, position)"
_UNIQUE: Final = ", \n\tCONSTRAINT one_event_a_version UNIQUE (ledger, stream, version)"


class _Redo:
    """The catalogue of an SQLite file, rewritten for a while: what is written meanwhile is in no index that is left out."""

    def __init__(self, url: str) -> None:
        self.url = url

    def tables(self, name: str) -> str:
        """The text that makes a table."""
        with owning(self.url) as connection:
            text = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = ?", (name,))
            made: str = text.scalar_one()
        assert _PRIMARY in made and _UNIQUE in made
        return made

    @contextmanager
    def without(self, index: str, made: str) -> Iterator[Connection]:
        """A connection for which these indexes do not exist, and the table is made without them."""
        with owning(self.url) as connection:
            kept = connection.exec_driver_sql(
                "SELECT type, name, tbl_name, rootpage, sql FROM sqlite_master WHERE name LIKE ?", (index,)
            ).all()
            (true,) = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'events'").one()
            left = connection.exec_driver_sql(
                "SELECT name, rootpage FROM sqlite_master WHERE tbl_name = 'events' AND sql IS NULL"
                " AND name NOT LIKE ?",
                (index,),
            ).all()
        self._rewrite(made, drop=index)
        self._renumbered([(f"sqlite_autoindex_events_{n}", root) for n, (_, root) in enumerate(left, 1)])
        with owning(self.url) as connection:
            yield connection
        self._renumbered([(name, root) for name, root in left])
        self._rewrite(true, add=[tuple(row) for row in kept])

    def _renumbered(self, names: list[tuple[str, int]]) -> None:
        with _catalogue(self.url) as connection:
            for name, root in names:
                connection.exec_driver_sql(
                    "UPDATE sqlite_master SET name = ? WHERE rootpage = ? AND type = 'index'", (name, root)
                )

    def _rewrite(self, made: str, drop: str = "", add: list[tuple[Any, ...]] | None = None) -> None:
        with _catalogue(self.url) as connection:
            if drop:
                connection.exec_driver_sql("DELETE FROM sqlite_master WHERE name LIKE ?", (drop,))
            connection.exec_driver_sql("UPDATE sqlite_master SET sql = ? WHERE name = 'events'", (made,))
            for row in add or ():
                connection.exec_driver_sql("INSERT INTO sqlite_master VALUES (?, ?, ?, ?, ?)", row)


@contextmanager
def _catalogue(url: str) -> Iterator[Connection]:
    engine = create_engine(url)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA writable_schema = ON")
        yield connection
        version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
        connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
        connection.commit()
    engine.dispose()


@contextmanager
def _schema_open(url: str) -> Iterator[_Redo]:
    yield _Redo(url)


EVERYWHERE: Final[tuple[Attack, ...]] = (bytes_changed, bytes_and_leaf_changed, event_deleted)
ON_SQLITE: Final[tuple[Attack, ...]] = (index_against_table,)
ON_POSTGRESQL: Final[tuple[Attack, ...]] = (view_before_events,)
