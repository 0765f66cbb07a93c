"""The tables of the log take INSERT only, whoever writes to them and by whatever statement."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Table, delete, insert, text, update

from ledger.application.ledger import Ledger
from ledger.store import guards
from ledger.store.log import Log
from ledger.store.schema import events, heads, metadata, supervised
from ledger.store.transactions import writing
from tests.support import office
from tests.support.units import a_site
from tests.support.whole import everything_in

ALL = [*guards.GROWING, heads]
every_table = pytest.mark.parametrize("table", ALL, ids=[table.name for table in ALL])
every_growing_table = pytest.mark.parametrize(
    "table", guards.GROWING, ids=[table.name for table in guards.GROWING]
)


@pytest.fixture
def full(ledger: Ledger) -> Log:
    """A log with a row in every table."""
    return filled(ledger)


def filled(ledger: Ledger) -> Log:
    ledger.record.apply(office.lines(office.a_busy_month()))
    with writing(ledger.log.engine, None) as connection:
        for name, rows in everything_in(ledger.log).items():
            if not rows:
                connection.execute(insert(metadata.tables[name]).values(made_up(metadata.tables[name])))
    return ledger.log


def made_up(table: Table) -> dict[str, Any]:
    """A row of a table that nothing has been written to yet."""
    values = {str: "x", int: 1, bytes: b"x"}
    return {column.name: values[column.type.python_type] for column in table.columns} | {"ledger": "main"}


@contextmanager
def refused(log: Log, words: str) -> Iterator[None]:
    """The database says no in these words, and nothing has changed."""
    before = everything_in(log)
    with pytest.raises(Exception, match=words):
        yield
    assert everything_in(log) == before


def execute(log: Log, *statements: Any) -> None:
    """Runs statements as somebody who knows the database and nothing of kaoji."""
    with writing(log.engine, None) as connection:
        for statement in statements:
            connection.execute(text(statement) if isinstance(statement, str) else statement)


def a_row(log: Log, table: Table) -> dict[str, Any]:
    return dict(everything_in(log)[table.name][0])


# --- UPDATE, DELETE, TRUNCATE -----------------------------------------------------------------------


@every_growing_table
def test_no_row_is_updated(full: Log, table: Table) -> None:
    with refused(full, f"{table.name} takes INSERT only: no UPDATE"):
        execute(full, update(table).values(ledger="elsewhere"))


@every_growing_table
def test_no_row_is_deleted(full: Log, table: Table) -> None:
    with refused(full, f"{table.name} takes INSERT only: no DELETE"):
        execute(full, delete(table))


def test_no_head_is_deleted(full: Log) -> None:
    with refused(full, "heads are never deleted"):
        execute(full, delete(heads))


@pytest.mark.parametrize(
    "back",
    [{"position": 1}, {"recorded_at": "2000-01-01T00:00:00.000000Z"}, {"ledger": "elsewhere"}],
    ids=["its position", "its instant", "its ledger"],
)
def test_a_head_never_goes_back(full: Log, back: dict[str, Any]) -> None:
    with refused(full, "heads never go back"):
        execute(full, update(heads).values(**back))


def test_a_head_stands_at_the_last_event(full: Log) -> None:
    for position in (heads.c.position + 1, 10**18):
        with refused(full, "a head stands at the last event"):
            execute(full, update(heads).values(position=position))
    execute(full, update(heads).values(position=heads.c.position))


def test_on_postgresql_events_follow_each_other(pg_log: Log) -> None:
    copied = (
        "INSERT INTO events SELECT ledger, {}, stream, version + 1000, kind, schema, state, leaf"
        " FROM events WHERE position = 1"
    )
    for position in ("0", "1000", "1000000000000000000"):
        with refused(pg_log, "not the next"):
            execute(pg_log, copied.format(position))


def test_on_postgresql_nothing_is_recorded_far_ahead_of_the_clock(pg_log: Log) -> None:
    with refused(pg_log, "400 days ahead"):
        execute(pg_log, update(heads).values(recorded_at="2999-01-01T00:00:00.000000Z"))


@every_table
def test_on_postgresql_no_table_is_truncated(pg_log: Log, table: Table) -> None:
    words = "heads are never deleted" if table is heads else f"{table.name} takes INSERT only: no TRUNCATE"
    with refused(pg_log, words):
        execute(pg_log, f"TRUNCATE {table.name}")


def test_on_postgresql_a_session_that_calls_itself_a_replica_is_refused_too(pg_log: Log) -> None:
    for statement in ("DELETE FROM events", "UPDATE events SET kind = ''", "TRUNCATE events, heads"):
        with refused(pg_log, "takes INSERT only|never deleted"):
            execute(pg_log, "SET LOCAL session_replication_role = replica", statement)


@pytest.fixture
def pg_log(pg_url: str) -> Iterator[Log]:
    with open_at(pg_url) as log:
        yield log


@contextmanager
def open_at(url: str) -> Iterator[Log]:
    log = Log(url)
    log.create()
    with log.unit() as unit:
        unit.append(a_site(1))
    yield log
    log.close()


# --- replacing on SQLite ----------------------------------------------------------------------------


@pytest.fixture
def file_log(sqlite_url: str) -> Iterator[Log]:
    """The same in a file."""
    with Ledger(sqlite_url, now=office.now, operator=lambda: "typist") as ledger:
        yield filled(ledger)


@pytest.fixture
def outsider(file_log: Log) -> Iterator[sqlite3.Connection]:
    """Somebody at the file with a tool of their own."""
    connection = sqlite3.connect(str(file_log.url.database), isolation_level=None)
    yield connection
    connection.close()


def replace_row(
    connection: sqlite3.Connection, table: Table, row: dict[str, Any], how: str = "REPLACE"
) -> None:
    columns, blanks = ", ".join(row), ", ".join(f":{name}" for name in row)
    connection.execute(f"INSERT OR {how} INTO {table.name} ({columns}) VALUES ({blanks})", row)


@every_table
def test_no_row_is_replaced_by_its_primary_key(
    file_log: Log, outsider: sqlite3.Connection, table: Table
) -> None:
    before = everything_in(file_log)
    row = a_row(file_log, table)
    if table is supervised:
        replace_row(outsider, table, row | {"position": 99})
    else:
        with pytest.raises(sqlite3.IntegrityError, match="unique"):
            replace_row(outsider, table, row)
    assert everything_in(file_log) == before


@every_table
def test_no_row_is_replaced_by_its_rowid(file_log: Log, outsider: sqlite3.Connection, table: Table) -> None:
    before = everything_in(file_log)
    (rowid,) = outsider.execute(f"SELECT rowid FROM {table.name}").fetchone()
    row = a_row(file_log, table) | {"ledger": "elsewhere", "rowid": rowid}
    if table is events:
        row |= {"position": 1}
    with_reason = pytest.raises(sqlite3.IntegrityError, match="unique")
    if table is supervised:
        replace_row(outsider, table, row)
    else:
        with with_reason:
            replace_row(outsider, table, row)
    assert everything_in(file_log) == before


def test_no_event_is_replaced_by_one_of_the_next_position_and_its_stream_and_version(
    file_log: Log, outsider: sqlite3.Connection
) -> None:
    with refused(file_log, "unique"):
        replace_row(outsider, events, a_row(file_log, events) | {"position": file_log.position() + 1})


@pytest.mark.parametrize("position", [0, -1, 2, 10**6, None], ids=str)
@pytest.mark.parametrize("how", ["REPLACE", "ABORT", "FAIL", "ROLLBACK"])
def test_only_the_next_position_is_taken(
    file_log: Log, outsider: sqlite3.Connection, position: int | None, how: str
) -> None:
    row = a_row(file_log, events) | {"stream": "site/new", "position": position}
    with refused(file_log, "unique, or not the next|NOT NULL"):
        replace_row(outsider, events, row, how)


def test_an_upsert_updates_nothing(file_log: Log, outsider: sqlite3.Connection) -> None:
    with refused(file_log, "unique"):
        outsider.execute(
            "INSERT INTO things SELECT * FROM things WHERE true ON CONFLICT DO UPDATE SET stream = 'elsewhere'"
        )


# --- putting them in place --------------------------------------------------------------------------


def test_guards_are_in_place_once_a_ledger_is_created_and_a_second_ledger_changes_nothing(
    ledger_url: str,
) -> None:
    for name in ("main", "other"):
        log = Log(ledger_url, name)
        log.create()
        with log.recorder.snapshot() as connection:
            assert guards.missing(connection) == []
        log.close()


LOOSENED: dict[str, list[str]] = {
    "sqlite": ["DROP TRIGGER events_no_delete", "DROP TRIGGER heads_no_way_back"],
    "postgresql": [
        "DROP TRIGGER kaoji_rows ON events",
        "ALTER TABLE things DISABLE TRIGGER kaoji_rows",
        "ALTER TABLE heads ENABLE TRIGGER kaoji_truncate",
    ],
}


def test_a_guard_that_was_taken_away_is_missed_and_put_back_with_the_next_ledger(ledger_url: str) -> None:
    with open_at(ledger_url) as log:
        statements = LOOSENED[log.engine.dialect.name]
        execute(log, *statements)
        with log.recorder.snapshot() as connection:
            gone = guards.missing(connection)
        assert len(gone) == len(statements)
        Log(ledger_url, "other").create()
        with log.recorder.snapshot() as connection:
            assert guards.missing(connection) == []
        with refused(log, "takes INSERT only"):
            execute(log, delete(events))


def test_a_guard_that_reads_otherwise_is_missed_and_put_right(sqlite_url: str) -> None:
    with open_at(sqlite_url) as log:
        execute(
            log,
            "DROP TRIGGER events_no_delete",
            "CREATE TRIGGER events_no_delete BEFORE DELETE ON events BEGIN SELECT 1; END",
        )
        with log.recorder.snapshot() as connection:
            assert guards.missing(connection) == ["events.events_no_delete"]
        Log(sqlite_url, "other").create()
        with refused(log, "takes INSERT only"):
            execute(log, delete(events))


_NOTHING = "RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$"
DISARMED: dict[str, list[str]] = {
    "the function": [f"CREATE OR REPLACE FUNCTION kaoji_insert_only() {_NOTHING}"],
    "another function": [
        f"CREATE FUNCTION nothing() {_NOTHING}",
        "CREATE OR REPLACE TRIGGER kaoji_rows BEFORE UPDATE OR DELETE ON events"
        " FOR EACH ROW EXECUTE FUNCTION nothing()",
        "ALTER TABLE events ENABLE ALWAYS TRIGGER kaoji_rows",
    ],
    "a condition": [
        "CREATE OR REPLACE TRIGGER kaoji_rows BEFORE UPDATE OR DELETE ON events"
        " FOR EACH ROW WHEN (false) EXECUTE FUNCTION kaoji_insert_only()",
        "ALTER TABLE events ENABLE ALWAYS TRIGGER kaoji_rows",
    ],
    "another moment": [
        "CREATE OR REPLACE TRIGGER kaoji_rows BEFORE UPDATE ON events"
        " FOR EACH ROW EXECUTE FUNCTION kaoji_insert_only()",
        "ALTER TABLE events ENABLE ALWAYS TRIGGER kaoji_rows",
    ],
}


@pytest.mark.parametrize("disarmed", DISARMED)
def test_on_postgresql_a_guard_that_was_disarmed_is_missed_and_put_right(pg_log: Log, disarmed: str) -> None:
    execute(pg_log, *DISARMED[disarmed])
    with writing(pg_log.engine, None) as connection:
        assert "events.kaoji_rows" in guards.missing(connection)
        guards.install(connection)
        assert guards.missing(connection) == []
    with refused(pg_log, "takes INSERT only"):
        execute(pg_log, delete(events))


def test_partitions_are_guarded_like_their_table(pg_url: str) -> None:
    with open_at(pg_url) as log:
        execute(
            log,
            "ALTER TABLE things RENAME TO things_before",
            "CREATE TABLE things (LIKE things_before INCLUDING ALL) PARTITION BY LIST (ledger)",
            "CREATE TABLE things_main PARTITION OF things FOR VALUES IN ('main')",
            "INSERT INTO things SELECT * FROM things_before",
        )
        with writing(log.engine, None) as connection:
            assert guards.missing(connection) == [
                "things.kaoji_rows",
                "things.kaoji_truncate",
                "things_main.kaoji_rows",
                "things_main.kaoji_truncate",
            ]
            guards.install(connection)
            assert guards.missing(connection) == []
        for statement in ("DELETE FROM things", "DELETE FROM things_main", "TRUNCATE things_main"):
            with refused(log, "takes INSERT only"):
                execute(log, statement)
        with refused(log, "takes INSERT only"):
            execute(log, "SET LOCAL session_replication_role = replica", "UPDATE things_main SET site = ''")
