"""What one notice asks of a database: counted, since a count is the same on every machine."""

import contextlib
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path
from threading import Thread
from types import FrameType
from typing import Any

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent
from sqlalchemy import Connection, Engine

from ledger.application.ledger import Ledger
from ledger.application.recording.command_reader import parse_command
from ledger.errors import Taken
from ledger.events import Recorded
from ledger.state.ledger_state import LedgerState
from ledger.store import catalogue, guards, index_check
from ledger.store.mapper import decode
from ledger.store.sql import Question, fetch_each
from ledger.store.stream_statements import WHOLE_AT_ONCE
from ledger.store.transactions import reading
from tests.support import office
from tests.support.story import NOW, open_ledger

STATEMENTS = 9
"""Lock, head, its last event and leaf, erasures and whether the id is taken; event, head, two registries, commit."""
EXCHANGES = 2
"""Beginning, lock, head, last event, erasures and whether the id is taken; all that is written, and commit."""

GENERATORS = 4
"""Recording, the unit, the lock and the transaction: each takes three times as long as an object."""
CONTEXT = contextlib._GeneratorContextManagerBase.__init__.__code__
"""What is called where a generator becomes a context."""


def one_notice(ledger: Ledger, number: int) -> None:
    at = f"{office.MONTH}-10T{10 + number}:00:00+08:00"
    ledger.record.execute(parse_command(office.issue_notice(f"N{number}", "E002", occurred_at=at)))


def some_notices(ledger: Ledger) -> None:
    """So that whom the next one is about, and in whose line they stand, has been read."""
    ledger.record.apply(office.lines(office.office()))
    for number in range(3):
        one_notice(ledger, number)


def sent(engine: Engine, work: Callable[[], object]) -> list[bytes]:
    """The kinds of the messages that are sent to the server meanwhile."""
    engine.dispose()  # who waited long has asked for whom over a connection of its own, which may come first
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
    with tempfile.TemporaryFile("w+b") as trace:
        driver.pgconn.trace(trace.fileno())
        driver.pgconn.set_trace_flags(psycopg.pq.Trace.SUPPRESS_TIMESTAMPS)
        work()
        driver.pgconn.untrace()
        trace.seek(0)
        said = [line.split(b"\t") for line in trace.read().splitlines() if line.startswith(b"F\t")]
    return [parts[2] for parts in said if len(parts) > 2]


def exchanges(engine: Engine, work: Callable[[], object]) -> int:
    """How often the server is waited for meanwhile: whatever ends what is sent together is answered by itself."""
    kinds = sent(engine, work)
    asked = [
        kind
        for kind, before in zip(kinds, [b"", *kinds], strict=False)
        if (before, kind) != (b"Sync", b"Flush")
    ]
    return sum(kind in (b"Query", b"Sync", b"Flush") for kind in asked)


def told_to(engine: Engine) -> list[str]:
    """The statements that SQLite is told from now on."""
    said: list[str] = []
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.set_trace_callback(said.append)
    return said


def test_a_notice_takes_no_more_statements_than_it_did(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "kaoji.db") as ledger:
        some_notices(ledger)
        said = told_to(ledger.log.engine)
        one_notice(ledger, 3)
        told = [statement for statement, _ in groupby(said)]  # a guard repeats what it looks at
        assert told[0].startswith("BEGIN")
        assert told[-1] == "COMMIT"
        assert len(told) <= STATEMENTS, "\n".join(told)


def test_what_is_around_a_notice_is_hardly_a_generator(tmp_path: Path) -> None:
    made: list[str] = []

    def noted(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code is CONTEXT:
            made.append(frame.f_locals["func"].__qualname__)

    with open_ledger(tmp_path / "kaoji.db") as ledger:
        some_notices(ledger)
        before = sys.getprofile()
        sys.setprofile(noted)
        try:
            one_notice(ledger, 3)
        finally:
            sys.setprofile(before)
    assert 0 < len(made) <= GENERATORS, made


def test_whole_streams_are_read_a_few_at_a_time(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "kaoji.db") as ledger:
        ledger.record.apply(office.lines(office.office(staff=25)))
        streams = [f"employee/E{number:03}" for number in range(1, 26)]
        said = told_to(ledger.log.engine)
        assert len(ledger.log.streams(streams)) == len(streams)
        named = [told.count("'employee/") for told in said if "ORDER BY stream, version" in told]
        assert sum(named) == len(streams)
        assert max(named) == WHOLE_AT_ONCE[True]


def test_a_notice_takes_no_more_exchanges_with_a_server_than_it_did(pg_url: str) -> None:
    with Ledger(pg_url, now=lambda: NOW, operator=lambda: "tester") as ledger:
        some_notices(ledger)
        engine = ledger.log.engine
        assert exchanges(engine, lambda: ledger.log.position()) == 1
        assert 1 < exchanges(engine, lambda: one_notice(ledger, 3)) <= EXCHANGES


def test_what_a_typed_command_names_is_looked_for_with_the_lock(pg_url: str) -> None:
    with Ledger(pg_url, now=lambda: NOW, operator=lambda: "tester") as ledger:
        some_notices(ledger)
        ledger.record.typed(office.grant_reward("R0", "E002"))

        def typed() -> None:
            ledger.record.typed(office.grant_reward("R1", "E002"))

        assert exchanges(ledger.log.engine, typed) <= EXCHANGES


def test_what_others_recorded_is_read_with_the_lock(pg_url: str) -> None:
    with (
        Ledger(pg_url, now=lambda: NOW, operator=lambda: "tester") as ledger,
        Ledger(pg_url, now=lambda: NOW, operator=lambda: "tester") as other,
    ):
        some_notices(ledger)
        for number in range(3, 7):
            one_notice(other, number)
            one_notice(ledger, number + 4)
        one_notice(other, 7 + 4)
        assert exchanges(ledger.log.engine, lambda: one_notice(ledger, 12)) <= EXCHANGES
        assert list(
            ledger.projections.kept.take(ledger.log.position(), ledger.log.verified.leaf_at)
            .employee("E002")
            .notices
        ) == [notice.notice for notice in LedgerState(other.log).employee("E002").notices.values()]
        with pytest.raises(Taken):
            one_notice(ledger, 11)


def test_what_others_recorded_of_somebody_nobody_asked_about_is_read_as_figures_need_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, read = tmp_path / "kaoji.db", list[int]()

    def decoded(position: int, *rest: Any) -> Recorded:
        read.append(position)
        return decode(position, *rest)

    with open_ledger(file) as ledger, open_ledger(file) as other:
        some_notices(ledger)
        one_notice(other, 3)
        one_notice(ledger, 4)  # which missed one, so that the next one asks for what it missed with the lock
        for number in range(3):
            other.record.execute(
                parse_command(office.issue_notice(f"M{number}", "E003", distinct_because="x"))
            )
        one_notice(other, 5)
        one_notice(other, 6)
        other.record.execute(parse_command(office.acknowledge_notice("M0")))
        monkeypatch.setattr("ledger.store.missed.decode", decoded)
        end = ledger.position()
        one_notice(ledger, 7)
        assert read == [end - 2, end - 1, end], "those of E002, whose stream is kept, and the last one"
        with pytest.raises(Taken):
            ledger.record.execute(parse_command(office.issue_notice("M1", "E003", distinct_because="x")))
        with pytest.raises(Taken):
            ledger.record.execute(parse_command(office.issue_notice("M3", "E003")))
        ledger.record.execute(parse_command(office.acknowledge_notice("M1")))
        served = LedgerState(ledger.log).employee("E003").notices
        assert [served[name].acknowledged_on is None for name in ("M0", "M1", "M2")] == [False, False, True]


def test_sheets_are_caught_up_with_what_figures_need_of_a_month(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []

    def decoded(position: int, *rest: Any) -> Recorded:
        read.append(position)
        return decode(position, *rest)

    with open_ledger(tmp_path / "kaoji.db") as ledger:
        some_notices(ledger)
        ledger.projections.catch_up()
        for number in range(3, 6):
            one_notice(ledger, number)
        ledger.record.execute(parse_command(office.file_appeal("A1", "E002", {"notice": "N3"})))
        one_notice(ledger, 6)
        monkeypatch.setattr("ledger.store.missed.decode", decoded)
        assert ledger.projections.catch_up()[1] == ledger.position()
        assert read == [ledger.position()]
        assert ledger.projections.differing() == []


def test_a_log_put_in_the_place_of_one_that_others_record_in_is_read_anew(tmp_path: Path) -> None:
    file = tmp_path / "kaoji.db"
    with open_ledger(file) as ledger, open_ledger(file) as other:
        some_notices(ledger)
        one_notice(other, 3)
        with sqlite3.connect(file) as source, sqlite3.connect(tmp_path / "older.db") as older:
            source.backup(older)
        one_notice(ledger, 4)  # which missed one, so that the next one asks for what it missed with the lock
        with sqlite3.connect(tmp_path / "older.db") as older, sqlite3.connect(file) as target:
            older.backup(target)
        one_notice(ledger, 6)
        assert set(LedgerState(ledger.log).employee("E002").notices) == {"N0", "N1", "N2", "N3", "N6"}


def test_a_server_is_told_many_rows_of_a_sheet_at_once(pg_url: str) -> None:
    with Ledger(pg_url, now=lambda: NOW, operator=lambda: "tester") as ledger:
        some_notices(ledger)
        ledger.projections.catch_up()
        engine, told = ledger.projections.engine, []
        for notices in (range(3, 4), range(4, 10)):
            for number in notices:
                one_notice(ledger, number)
            told.append(sent(engine, ledger.projections.catch_up).count(b"Bind"))
        assert told[1] <= told[0], "six notices of a month for one"


def test_what_stands_of_three_people_is_asked_in_the_words_of_four(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def noted(connection: Connection, questions: Sequence[Question]) -> list[Sequence[Any]]:
        asked.extend(statement for statement, _ in questions)
        return fetch_each(connection, questions)

    with open_ledger(tmp_path / "kaoji.db") as ledger:
        ledger.record.apply(office.lines(office.office(staff=9)))
        ledger.projections.catch_up()
        monkeypatch.setattr("ledger.projections.incremental.fetch_each", noted)
        told = []
        for people in (range(2, 5), range(5, 9)):
            for number in people:
                ledger.record.execute(parse_command(office.issue_notice(f"N{number}", f"E{number:03}")))
            ledger.projections.catch_up()
            told.append(asked[:])
            asked.clear()
        assert told[0] == told[1]
        assert ledger.projections.differing() == []


def test_a_row_of_a_sheet_is_written_over_the_one_of_its_key(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "kaoji.db") as ledger:
        some_notices(ledger)
        ledger.projections.catch_up()
        said = told_to(ledger.projections.engine)
        one_notice(ledger, 3)
        ledger.projections.catch_up()
        assert any(statement.startswith("INSERT INTO sheet_monthly") for statement in said)
        assert not [statement for statement in said if statement.startswith("DELETE FROM sheet_")]


def test_the_catalogue_of_a_server_is_asked_of_all_tables_at_once(pg_url: str) -> None:
    with Ledger(pg_url, now=lambda: NOW, operator=lambda: "tester") as ledger:
        some_notices(ledger)

        def look() -> None:
            with reading(ledger.log.engine) as connection:
                assert guards.missing(connection) == []
                assert catalogue.differing(connection) == []

        # beginning, triggers, layouts, whose words are looked for first, tables and words, commit
        assert exchanges(ledger.log.engine, look) == 6


def test_the_indexes_of_a_server_are_looked_at_in_one_exchange(pg_url: str) -> None:
    with Ledger(pg_url, now=lambda: NOW, operator=lambda: "tester") as ledger:
        some_notices(ledger)

        def look() -> None:
            with reading(ledger.log.engine) as connection:
                before = settings(connection)
                assert list(index_check.lacking(connection, "main")) == []
                assert settings(connection) == before

        # beginning, the settings, whether there is an index of months, all indexes, the settings, commit
        assert exchanges(ledger.log.engine, look) == 6


def settings(connection: Connection) -> list[Any]:
    """What a server's planner may do."""
    asked = "SELECT name, setting FROM pg_settings WHERE name LIKE 'enable%%' OR name = 'jit' ORDER BY name"
    return list(connection.exec_driver_sql(asked).all())


def test_what_is_asked_with_the_lock_sees_what_was_recorded_while_it_was_waited_for(pg_url: str) -> None:
    with (
        Ledger(pg_url, now=lambda: NOW, operator=lambda: "tester") as ledger,
        Ledger(pg_url, now=lambda: NOW, operator=lambda: "tester") as other,
    ):
        some_notices(ledger)
        other.log.position()
        found: list[list[int]] = []

        def ask() -> None:
            asked = "SELECT max(position) FROM events WHERE ledger = ?", ("main",)
            with other.log.recorder.locked(asked) as (_, ((row,),)):
                found.append([other.log.recorder.head().position, row[0]])

        recorder, position = ledger.log.recorder, ledger.log.position()
        waiting = Thread(target=ask)
        with recorder.unit():
            waiting.start()
            waiting.join(0.5)
            assert waiting.is_alive()
            recorder.insert_events([StoredEvent("anywhere", 1, "said", b"{}")])
        waiting.join(30)
        assert found == [[position + 1, position + 1]]
