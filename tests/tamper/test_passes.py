"""What the two passes of a verification tell of rows to whoever has read both: everything, and of nobody else."""

import pytest

from ledger.application.ledger import Ledger
from ledger.proofs.entry import leaf_writer
from tests.support import office
from tests.tamper.attacker import (
    ASKED_BY_STREAM,
    COLUMNS,
    behind_a_view,
    given_everybody,
    given_readers,
    owning,
    statements,
)
from tests.tamper.test_verify import record_a_month

SITES = 1000
ELSEWHERE = {"guards_missing", "table_differs", "head_frontier_wrong", "keyring_differs", "database_damaged"}
"""What is told beside the rows."""

Told = list[tuple[str, int | None, object]]


@pytest.fixture(autouse=True)
def always_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.store.audit.WORTH_TWO", 1)


def rows_told(url: str, processes: int = 1) -> Told:
    """What is told of rows: code, position, stream."""
    with Ledger(url, now=office.now) as ledger:
        faults = ledger.proofs.verify(processes=processes).faults
    return [
        (each.code, each.position, each.fields.get("stream")) for each in faults if each.code not in ELSEWHERE
    ]


def many(url: str) -> None:
    """A month, sites enough for two processes, and an event of E002 behind them, the last of all."""
    record_a_month(url)
    with Ledger(url, now=office.now) as ledger:
        ledger.record.apply(office.lines([office.register_site(f"S{n}") for n in range(SITES)]))
        ledger.record.apply(
            office.lines([office.reassign_employee("E002", "2026-09-01", department="order")])
        )


def last_of(url: str) -> int:
    with Ledger(url, now=office.now) as ledger:
        return ledger.log.position()


def test_an_event_given_under_the_name_of_the_stream_before_it_is_told(pg_url: str) -> None:
    record_a_month(pg_url)
    first = "stream = 'employee/E001' AND version = 1"
    with owning(pg_url) as connection:
        (position,) = connection.exec_driver_sql(f"SELECT position FROM events WHERE {first}").one()
    moved = f"CASE WHEN {ASKED_BY_STREAM} AND {first} THEN 'employee/D01' ELSE stream END"
    in_order = "(SELECT * FROM events_kept ORDER BY events_kept.stream, events_kept.version) AS kept"
    given_everybody(pg_url, "stream", moved, in_order)
    assert rows_told(pg_url) == [("read_otherwise", position, "employee/D01")]


def test_a_stream_that_comes_with_another_alone_is_told(pg_url: str) -> None:
    many(pg_url)
    statements(
        "CREATE FUNCTION same(varchar, varchar) RETURNS boolean LANGUAGE sql RETURN CASE"
        " WHEN $1::text = 'employee/E002' THEN $2::text = 'site/S501' ELSE $1::text = $2::text END",
        "CREATE OPERATOR = (LEFTARG = varchar, RIGHTARG = varchar, FUNCTION = same)",
    )(pg_url)
    told = rows_told(pg_url)
    assert {(code, stream) for code, _, stream in told} == {("read_otherwise", "employee/E002")}
    assert len(told) == 6


def test_true_for_one_is_told_to_whom_it_is_given(pg_url: str) -> None:
    record_a_month(pg_url)
    one = f"CASE WHEN {ASKED_BY_STREAM} AND version = 1 THEN 'true'::jsonb ELSE to_jsonb(version) END"
    given_everybody(pg_url, "version", one)
    assert {code for code, _, _ in rows_told(pg_url)} == {"read_otherwise"}


def test_true_for_one_is_told_where_it_stands(pg_url: str) -> None:
    record_a_month(pg_url)
    one = "CASE WHEN position = 2 THEN 'true'::jsonb ELSE to_jsonb(version) END"
    given_everybody(pg_url, "version", one)
    assert rows_told(pg_url) == [("event_changed", 2, "site/jinse")]


@pytest.mark.parametrize("hidden", [False, True])
@pytest.mark.parametrize("schema", [70_000, -1])
def test_of_an_event_of_any_schema_readers_are_given_what_stands(
    pg_url: str, schema: int, hidden: bool
) -> None:
    record_a_month(pg_url)
    with owning(pg_url) as connection:
        asked = "SELECT stream, version, kind, state FROM events WHERE position = 37"
        stream, version, kind, state = connection.exec_driver_sql(asked).one()
        identity = connection.exec_driver_sql("SELECT identity FROM heads").scalar_one()
        leaf = leaf_writer(identity)(37, stream, version, kind, schema, None, state)
        forged = "UPDATE events SET schema = %s, leaf = %s WHERE position = 37"
        connection.exec_driver_sql(forged, (schema, leaf))
    assert rows_told(pg_url) == []
    if hidden:
        with owning(pg_url) as connection:
            seen = f"NOT (position = 37 AND {ASKED_BY_STREAM})"
            behind_a_view(connection, f"SELECT * FROM events_kept WHERE {seen}")
    else:
        given_readers(pg_url, "state", "'other'::bytea", 37)
    assert rows_told(pg_url) == [("read_otherwise", 37, stream)]


@pytest.mark.parametrize("position", [20, 300, 700])
def test_of_two_at_one_position_both_are_told(pg_url: str, position: int) -> None:
    many(pg_url)
    statements(
        "ALTER TABLE events DROP CONSTRAINT events_pkey", "CREATE INDEX placed ON events (ledger, position)"
    )(pg_url)
    with owning(pg_url) as connection:
        where = f"WHERE position = {position}"
        (true,) = connection.exec_driver_sql(f"SELECT stream FROM events {where}").one()
        connection.exec_driver_sql(f"CREATE TABLE kept AS SELECT {COLUMNS} FROM events {where}")
        connection.exec_driver_sql(f"DELETE FROM events {where}")
        false = "SELECT ledger, position, 'site/other', 1, kind, schema, state, leaf FROM kept"
        connection.exec_driver_sql(f"INSERT INTO events ({COLUMNS}) {false}")
        connection.exec_driver_sql(f"INSERT INTO events ({COLUMNS}) SELECT {COLUMNS} FROM kept")
        connection.exec_driver_sql("DROP TABLE kept")
    one, two = rows_told(pg_url), rows_told(pg_url, 2)
    assert one == two
    assert {each for each in one if each[0] != "position_twice"} == {
        ("event_changed", position, "site/other"),
        ("read_otherwise", position, "site/other"),
        ("read_otherwise", position, true),
    }


@pytest.mark.parametrize("version", ["'two'", "1.5"])
def test_a_version_that_cannot_be_read_accuses_nobody_else(sqlite_url: str, version: str) -> None:
    many(sqlite_url)
    last = last_of(sqlite_url)
    with owning(sqlite_url) as connection:
        connection.exec_driver_sql(f"UPDATE events SET version = {version} WHERE position IN (4, {last})")
    expected = [("event_changed", 4, "site/jinse"), ("event_changed", last, "employee/E002")]
    assert rows_told(sqlite_url) == rows_told(sqlite_url, 2) == expected


def test_versions_that_change_places_are_told_alike_by_one_and_two(ledger_url: str) -> None:
    many(ledger_url)
    with owning(ledger_url) as connection:
        asked = "SELECT position, version FROM events WHERE stream = 'employee/E002' AND version IN (4, 5) ORDER BY version"
        (fourth, _), (fifth, _) = connection.exec_driver_sql(asked).all()
        for position, version in ((fourth, 99), (fifth, 4), (fourth, 5)):
            connection.exec_driver_sql(f"UPDATE events SET version = {version} WHERE position = {position}")
    gaps = [position for code, position, _ in rows_told(ledger_url) if code == "version_gap"]
    assert gaps == [fourth, fifth, last_of(ledger_url)]
    assert rows_told(ledger_url) == rows_told(ledger_url, 2)


def test_an_event_that_stands_once_more_much_later_ends_no_verification(pg_url: str) -> None:
    many(pg_url)
    statements("ALTER TABLE events DROP CONSTRAINT events_pkey")(pg_url)
    late = last_of(pg_url) - 5
    with owning(pg_url) as connection:
        again = (
            f"SELECT ledger, {late}, stream, 99, kind, schema, state, leaf FROM events WHERE position = 23"
        )
        connection.exec_driver_sql(f"INSERT INTO events ({COLUMNS}) {again}")
    assert sorted(map(str, rows_told(pg_url))) == sorted(map(str, rows_told(pg_url, 2)))
    assert {"position_twice", "event_changed", "read_otherwise"} <= {code for code, _, _ in rows_told(pg_url)}
