"""`verify` against an attacker who may do anything: what readers are told otherwise, and what is not ours."""

import json
from collections.abc import Collection
from multiprocessing import active_children

import pytest

from ledger.application.ledger import Ledger
from ledger.store import catalogue
from ledger.store.key_check import KeysChecked, check_keys
from ledger.store.log import Log
from tests.support import office
from tests.tamper import attacker
from tests.tamper.attacker import statements

GUARDS = {"guards_missing"}
"""Whoever edits rows takes these away first, which is told as well."""
EXTRA = {
    "an index": "CREATE INDEX mine ON events (kind)",
    "a view": "CREATE VIEW heads_seen AS SELECT * FROM heads",
    "a column": "ALTER TABLE things ADD COLUMN remark TEXT",
}
"""On SQLite a file is all ours; a server's schema may hold other tables, and only ours are looked at."""
ON_SQLITE = {
    **EXTRA,
    "a table": "CREATE TABLE more (a)",
    "a trigger": "CREATE TRIGGER more AFTER INSERT ON events BEGIN DELETE FROM tiles; END",
}
ON_POSTGRESQL = {
    **{name: EXTRA[name] for name in ("an index", "a column")},
    "row security": "ALTER TABLE events ENABLE ROW LEVEL SECURITY",
    "a policy": "CREATE POLICY mine ON tiles USING (current_query() NOT LIKE '%%number IN%%')",
    "a rule": "CREATE RULE mine AS ON INSERT TO things DO ALSO NOTHING",
    "a default": "ALTER TABLE events ALTER COLUMN kind SET DEFAULT 'x'",
    "no key": "ALTER TABLE events DROP CONSTRAINT one_event_a_version",
    "an heir": "CREATE TABLE more () INHERITS (closes)",
    "an owner": "CREATE ROLE somebody; ALTER TABLE things OWNER TO somebody",
    "a trigger": "CREATE TRIGGER more BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION kaoji_in_order()",
    "an operator": "CREATE FUNCTION same(varchar, varchar) RETURNS boolean LANGUAGE sql RETURN $1::text = $2::text;"
    " CREATE OPERATOR = (LEFTARG = varchar, RIGHTARG = varchar, FUNCTION = same)",
    "a function": "CREATE FUNCTION substr(varchar, integer, integer) RETURNS text LANGUAGE sql RETURN ''",
    "another order": "DROP INDEX things_by_site;"
    " CREATE INDEX things_by_site ON things (ledger, kind varchar_pattern_ops, site)",
    "what is alike": "CREATE COLLATION alike (provider = icu, locale = 'und-u-ks-level2', deterministic = false);"
    " ALTER TABLE supervised ALTER COLUMN employee TYPE varchar(64) COLLATE alike",
    "no log of its own": "ALTER TABLE supervised SET UNLOGGED",
    "a condition": "ALTER TABLE things ADD CONSTRAINT mine CHECK (length(id) < 99)",
}
BOTH = dict.fromkeys(("an operator", "a function"), ("keyring_differs",))
"""What stands in the way of the keyring, too, which is in the same database."""


def record_a_month(url: str) -> None:
    """The office's busy month."""
    with Ledger(url, now=office.now) as ledger:
        ledger.record.apply(office.lines(office.a_busy_month()))


def codes(url: str) -> set[str]:
    with Ledger(url, now=office.now) as ledger:
        return {fault.code for fault in ledger.proofs.verify(deep=False).faults}


def test_nothing_is_found_where_nothing_was_done(url: str) -> None:
    assert codes(url) == set()


@pytest.mark.parametrize("what", ON_SQLITE)
def test_what_is_not_ours_is_told_on_sqlite(what: str, sqlite_url: str) -> None:
    _is_told(sqlite_url, ON_SQLITE[what])


@pytest.mark.parametrize("what", ON_POSTGRESQL)
def test_what_is_not_ours_is_told_on_postgresql(what: str, pg_url: str) -> None:
    _is_told(pg_url, ON_POSTGRESQL[what], BOTH.get(what, ()))
    statements("DROP TABLE IF EXISTS more", "ALTER TABLE things OWNER TO CURRENT_USER")(pg_url)
    statements("DROP ROLE IF EXISTS somebody")(pg_url)


def _is_told(url: str, statement: str, more: Collection[str] = ()) -> None:
    with Ledger(url, now=office.now) as ledger:
        ledger.record.apply(office.lines(office.office()))
    attacker.statements(statement)(url)
    assert codes(url) == {"table_differs", *more}


def test_what_statistics_an_owner_has_taken_is_let_be(ledger_url: str) -> None:
    with Ledger(ledger_url, now=office.now) as ledger:
        ledger.record.apply(office.lines(office.office()))
    statements("ANALYZE")(ledger_url)
    assert codes(ledger_url) == set()


def test_what_the_file_says_of_itself_is_found_by_the_other_process(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_a_month(sqlite_url)
    attacker.index_against_table(sqlite_url)
    monkeypatch.setattr("ledger.store.audit.WORTH_TWO", 1)
    monkeypatch.setattr(catalogue, "inconsistencies", lambda *_, **__: [])
    with Ledger(sqlite_url, now=office.now) as ledger:
        faults = ledger.proofs.verify(processes=2).faults
    assert {fault.code for fault in faults} - GUARDS == {"read_otherwise", "database_damaged"}


def test_while_the_other_process_looks_at_the_file_this_one_does_all_else(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_a_month(sqlite_url)
    monkeypatch.setattr("ledger.store.audit.WORTH_TWO", 1)
    others: list[int] = []

    def checked(log: Log) -> KeysChecked:
        others.append(len(active_children()))
        return check_keys(log)

    monkeypatch.setattr("ledger.application.proving.verifying.check_keys", checked)
    with Ledger(sqlite_url, now=office.now) as ledger:
        for processes in (1, 2):
            assert ledger.proofs.verify(processes=processes).faults == []
    assert others == [0, 1]


@pytest.mark.parametrize("attack", [attacker.index_against_table, attacker.hidden_from_streams])
def test_what_an_index_answers_otherwise_is_found_twice(
    attack: attacker.Attack, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_a_month(sqlite_url)
    attack(sqlite_url)
    assert codes(sqlite_url) - GUARDS == {"read_otherwise", "database_damaged"}
    monkeypatch.setattr(catalogue, "inconsistencies", lambda *_, **__: [])
    assert codes(sqlite_url) - GUARDS == {"read_otherwise"}


def test_what_a_view_gives_readers_alone_is_found(pg_url: str) -> None:
    record_a_month(pg_url)
    attacker.view_before_events(pg_url)
    assert codes(pg_url) == {"read_otherwise", "table_differs", "guards_missing"}


def given_otherwise(url: str, processes: int = 1) -> list[tuple[int | None, object]]:
    """Which events readers are given otherwise, and in the name of which stream."""
    with Ledger(url, now=office.now) as ledger:
        faults = ledger.proofs.verify(processes=processes).faults
    return [(each.position, each.fields["stream"]) for each in faults if each.code == "read_otherwise"]


@pytest.mark.parametrize("attack", [attacker.view_that_repeats, attacker.view_that_adds])
def test_what_readers_are_given_besides_is_found_and_named(attack: attacker.Attack, pg_url: str) -> None:
    record_a_month(pg_url)
    attack(pg_url)
    assert [stream for _, stream in given_otherwise(pg_url)] == ["employee/E002"]


@pytest.mark.parametrize("processes", [1, 2])
def test_what_is_given_otherwise_is_named_as_readers_are_given_it(
    processes: int, pg_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_a_month(pg_url)
    with Ledger(pg_url, now=office.now) as ledger:
        streams = {each.position: each.stream for each in ledger.log.events()}
    attacker.view_that_swaps(pg_url)
    monkeypatch.setattr("ledger.store.audit.WORTH_TWO", 1)
    assert streams[20] != streams[21]
    assert given_otherwise(pg_url, processes) == [(20, streams[21]), (21, streams[20])]


OTHERWISE = [
    ("position", "position - 1"),
    ("version", "version + 1"),
    ("kind", "'EmployeeErased'"),
    ("schema", "schema + 1"),
    ("schema", "schema + 70000"),
    ("state", "leaf"),
    ("state", "NULL"),
    ("stream", "NULL"),
]


@pytest.mark.parametrize(("column", "otherwise"), OTHERWISE)
def test_each_column_that_readers_are_given_otherwise_is_found(
    column: str, otherwise: str, pg_url: str
) -> None:
    record_a_month(pg_url)
    attacker.given_readers(pg_url, column, otherwise, 20)
    told = 2 if column == "position" else 1  # which is given once too often, and once not
    assert len(given_otherwise(pg_url)) == told


OF_ANOTHER_TYPE = [
    ("position", "position::numeric"),
    ("position", "position::float8"),
    ("position", "position + 0.5"),
    ("stream", "ARRAY[stream]"),
    ("stream", "convert_to(stream, 'UTF8')"),
    ("version", "version::text"),
    ("version", "version::float8"),
    ("kind", "ARRAY[kind]"),
    ("schema", "schema::numeric"),
    ("state", "encode(state, 'escape')"),
    ("leaf", "encode(leaf, 'hex')"),
]


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize(("column", "otherwise"), OF_ANOTHER_TYPE)
def test_a_view_that_gives_values_of_another_type_is_told(
    column: str, otherwise: str, processes: int, pg_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_a_month(pg_url)
    monkeypatch.setattr("ledger.store.audit.WORTH_TWO", 1)
    attacker.given_everybody(pg_url, column, otherwise)
    with Ledger(pg_url, now=office.now) as ledger:
        told = ledger.proofs.verify(processes=processes).values()
    assert json.loads(json.dumps(told))["ok"] is False
    assert {fault["code"] for fault in told["faults"]} - {"table_differs", "guards_missing"}, (
        "the rows themselves"
    )


NO_EVENTS = ["version = 'two'", "version = 1.5", "kind = X'42'", "schema = 1.5", "state = 'text'"]


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("what", NO_EVENTS)
def test_what_is_no_event_is_told_of_itself_and_of_nothing_else(
    what: str, processes: int, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_a_month(sqlite_url)
    monkeypatch.setattr("ledger.store.audit.WORTH_TWO", 1)
    with attacker.owning(sqlite_url) as connection:
        connection.exec_driver_sql(f"UPDATE events SET {what} WHERE position = 20")
    with Ledger(sqlite_url, now=office.now) as ledger:
        faults = ledger.proofs.verify(processes=processes).faults
    assert {(each.code, each.position) for each in faults if each.code not in GUARDS} == {
        ("event_changed", 20)
    }


@pytest.mark.parametrize("processes", [1, 2])
def test_a_log_that_fails_readers_is_told_whoever_reads_it(
    processes: int, pg_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_a_month(pg_url)
    attacker.view_that_fails_readers(pg_url)
    monkeypatch.setattr("ledger.store.audit.WORTH_TWO", 1)
    with Ledger(pg_url, now=office.now) as ledger:
        (fault,) = ledger.proofs.verify(processes=processes).faults
    assert fault.code == "unreadable" and "division by zero" in str(fault.fields["reason"])


def test_a_stream_whose_name_is_no_text_is_told_as_json_has_it(sqlite_url: str) -> None:
    record_a_month(sqlite_url)
    with attacker.owning(sqlite_url) as connection:
        connection.exec_driver_sql("UPDATE events SET stream = X'41FF', version = X'42' WHERE position = 20")
    for processes in (1, 2):
        with Ledger(sqlite_url, now=office.now) as ledger:
            told = ledger.proofs.verify(processes=processes).values()
        assert json.loads(json.dumps(told))["ok"] is False


def test_two_events_at_one_position_are_found(url: str) -> None:
    attacker.two_for_one_position(url)
    found = codes(url)
    assert "read_otherwise" in found
    assert ("position_twice" in found) is not url.startswith(
        "sqlite"
    )  # there no index of positions knows the second
    assert "site/other" in [stream for _, stream in given_otherwise(url)]


def test_an_index_of_a_registry_against_its_table_is_found(sqlite_url: str) -> None:
    with Ledger(sqlite_url, now=office.now) as ledger:
        ledger.record.apply(office.lines(office.office()))
    attacker.index_emptied(sqlite_url, "things_by_site")
    assert codes(sqlite_url) - GUARDS == {"database_damaged", "registry_wrong"}
