"""Reading is recorded before anything is shown: who read whose record, chained so that a cut shows."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import make_url

from ledger.application.desk.desk import Desk, Person
from ledger.application.ledger import Ledger
from ledger.errors import StoreError
from ledger.store.beside import Beside
from ledger.store.readings import Readings, _end
from tests.support import office
from tests.support.office import lines
from tests.support.story import open_ledger

AT = datetime(2026, 9, 2, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / "kaoji.db", office.NOW) as opened:
        opened.record.apply(lines([*office.office(), office.issue_notice("N1", "E001")]))
        yield opened


def done_past_us(place: Path | str, *statements: str) -> None:
    """Whoever has the file, or the server, does what they like."""
    if isinstance(place, Path):
        with sqlite3.connect(place) as connection:
            for statement in statements:
                connection.execute(statement)
        return
    with psycopg.connect(place.replace("+psycopg", ""), autocommit=True) as server:
        server.execute("SET search_path TO kaoji_desk")
        for statement in statements:
            server.execute(statement.encode())


def without_triggers(place: Path | str) -> list[str]:
    if isinstance(place, Path):
        return ["DROP TRIGGER readings_stay", "DROP TRIGGER readings_are_kept"]
    return [f"DROP TRIGGER {name} ON readings" for name in ("readings_stay", "readings_are_kept")]


def test_reading_somebody_elses_notice_is_kept_with_its_purpose(ledger: Ledger, readings: Readings) -> None:
    with Desk.at(ledger, Person("C01"), purpose="覆核", readings=readings).look() as look:
        look.card("notice", "N1")

    (kept,) = readings.of("E001")
    assert (kept["viewer"], kept["class"], kept["what"], kept["purpose"]) == (
        *("C01", "fact", "notice N1", "覆核"),
    )


def test_reading_ones_own_is_nobodys_business(ledger: Ledger, readings: Readings) -> None:
    with Desk.at(ledger, Person("E001"), readings=readings).look() as look:
        look.card("notice", "N1")
        look.history("employee:E001")
        look.explain("E001", office.MONTH)

    assert readings.of() == []


def test_a_list_is_one_reading(ledger: Ledger, readings: Readings) -> None:
    with Desk.at(ledger, Person("D01"), readings=readings).look() as look:
        look.notices()
        look.notices()

    assert [kept["subject"] for kept in readings.of()] == [f"site:{office.SITE}"]


def test_lists_of_appeals_and_of_what_waits_are_readings_where_others_stand_in_them(
    ledger: Ledger, readings: Readings
) -> None:
    ledger.record.apply(lines([office.file_appeal("A1", "E001", {"notice": "N1"})]))
    for person in ("D01", "E001"):
        desk = Desk.at(ledger, Person(person), readings=readings)
        with desk.look() as look:
            assert look.appeals() and look.due()
    told = [(row["viewer"], row["class"], row["subject"], row["what"]) for row in readings.of()]

    assert sorted(told) == [
        ("D01", "case", f"site:{office.SITE}", "appeals"),
        ("D01", "fact", f"site:{office.SITE}", "due"),
    ]


def test_where_it_cannot_be_kept_nothing_is_shown(ledger: Ledger, tmp_path: Path) -> None:
    nowhere = Readings(tmp_path / "no such folder" / "kaoji.desk.db")

    with (
        Desk.at(ledger, Person("D01"), readings=nowhere).look() as look,
        pytest.raises(StoreError, match="reading_not_noted"),
    ):
        look.card("notice", "N1")


def fill(readings: Readings) -> None:
    for number in range(5):
        readings.note(AT, "D01", "fact", "E001", f"notice N{number}", None, number)


@pytest.mark.parametrize("statement", ["UPDATE readings SET viewer = 'X'", "DELETE FROM readings"])
def test_the_log_takes_insert_only(statement: str, place: Path | str, readings: Readings) -> None:
    fill(readings)
    with pytest.raises((sqlite3.Error, psycopg.Error), match="INSERT only"):
        done_past_us(place, statement)


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE readings SET viewer = 'X' WHERE number = 3", 3),
        ("DELETE FROM readings WHERE number = 2", 2),
        ("DELETE FROM readings WHERE number > 3", 4),
        ("DELETE FROM readings", 1),
    ],
)
def test_what_is_changed_past_its_triggers_breaks_the_chain(
    statement: str, broken: int, place: Path | str, readings: Readings
) -> None:
    fill(readings)
    assert readings.first_broken() is None
    done_past_us(place, *without_triggers(place), statement)

    assert readings.first_broken() == broken
    readings.note(AT, "D01", "fact", "E001", "notice N9", None, 9)
    assert readings.first_broken() == broken


def test_a_log_without_an_end_of_its_own_gets_one_and_is_whole(place: Path | str, readings: Readings) -> None:
    fill(readings)
    done_past_us(place, "DROP TABLE readings_end")
    assert readings.end()[0] == 5
    readings.note(AT, "D01", "fact", "E001", "notice N9", None, 9)
    assert (readings.first_broken(), readings.end()[0]) == (None, 6)


def test_readings_noted_at_once_are_one_after_another(readings: Readings) -> None:
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(fill, readings) for _ in range(4)]:
            done.result()

    assert (readings.first_broken(), readings.end()[0]) == (None, 20)


def test_what_is_read_together_is_noted_at_its_end_in_one_piece(ledger: Ledger, readings: Readings) -> None:
    desk = Desk.at(ledger, Person("D01"), readings=readings)
    with desk.look_at_log() as look:
        with look.noting_together():  # type: ignore[attr-defined]
            look.card("notice", "N1")
            look.history("notice:N1")
            assert readings.of() == []
        noted = [row["what"] for row in readings.of()]
        assert len(noted) == 2 and "notice N1" in noted

        with pytest.raises(LookupError), look.noting_together():  # type: ignore[attr-defined]
            look.history("employee:E001")
            raise LookupError
    assert len(readings.of()) == 3, "what was read before something failed, too"
    assert readings.first_broken() is None


def test_what_is_read_together_within_more_that_is_is_noted_with_that(
    ledger: Ledger, readings: Readings
) -> None:
    with (
        Desk.at(ledger, Person("D01"), readings=readings).look_at_log() as look,
        look.noting_together(),  # type: ignore[attr-defined]
    ):
        look.card("notice", "N1")
        with look.noting_together():  # type: ignore[attr-defined]
            look.history("notice:N1")
            look.card("notice", "N1")
        look.history("employee:E001")
        assert readings.of() == []

    noted = [row["what"] for row in reversed(readings.of())]
    assert noted == ["notice N1", "log notice N1", "log employee E001"]


def test_what_could_not_be_noted_is_not_shown_the_second_time_either(
    ledger: Ledger, readings: Readings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise StoreError("reading_not_noted", file="x", reason="x")

    with Desk.at(ledger, Person("D01"), readings=readings).look_at_log() as look:
        with monkeypatch.context() as patch:
            patch.setattr(Readings, "note_each", away)
            with pytest.raises(StoreError), look.noting_together():  # type: ignore[attr-defined]
                look.card("notice", "N1")
            with pytest.raises(StoreError):
                look.card("notice", "N1")
        look.card("notice", "N1")

    assert [row["what"] for row in readings.of()] == ["notice N1"]


def test_what_is_noted_while_the_chain_is_looked_through_does_not_break_it(
    pg_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    readings, plain = Readings(pg_url), _end
    fill(readings)

    def late(connection: Any) -> tuple[int, str]:
        monkeypatch.setattr("ledger.store.readings._end", plain)
        fill(Readings(pg_url))  # another process
        return plain(connection)

    monkeypatch.setattr("ledger.store.readings._end", late)
    assert readings.first_broken() is None
    assert readings.end()[0] == 10


def test_the_chain_is_looked_through_in_pieces(
    place: Path | str, readings: Readings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.store.readings_chain.AT_ONCE", 2)
    fill(readings)
    assert readings.first_broken() is None
    readings.note(AT, "D01", "fact", "E001", "notice N9", None, 9)
    assert readings.first_broken() is None, "the last piece is full"
    done_past_us(place, *without_triggers(place), "UPDATE readings SET number = -1 WHERE number = 6")
    assert readings.first_broken() == 1
    done_past_us(place, "UPDATE readings SET number = 6, what = 'x' WHERE number = -1")
    assert readings.first_broken() == 6


def test_the_log_keeps_its_connection_as_long_as_its_file_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, opened, connect = tmp_path / "kaoji.desk.db", [], sqlite3.connect

    def counted(*given: Any, **more: Any) -> sqlite3.Connection:
        opened.append(given)
        return connect(*given, **more)

    monkeypatch.setattr(sqlite3, "connect", counted)
    readings = Readings(file)
    for number in range(1, 4):
        readings.note(AT, "D01", "fact", "E001", f"notice N{number}", None, number)
    assert len(opened) == 1

    file.unlink()
    readings.note(AT, "D01", "fact", "E001", "notice N4", None, 4)
    assert [row["what"] for row in Readings(file).of()] == ["notice N4"]


def test_a_connection_on_which_something_failed_is_not_used_again(tmp_path: Path) -> None:
    beside = Beside(tmp_path / "kaoji.desk.db")
    beside.make("CREATE TABLE found (name TEXT) STRICT;")
    with pytest.raises(LookupError), beside.open() as told:
        told.execute("INSERT INTO found VALUES ('lost')")
        raise LookupError

    with beside.open() as told:
        assert told.execute("SELECT name FROM found").fetchall() == []


def test_each_ledger_of_a_server_has_readings_of_its_own(pg_url: str) -> None:
    fill(Readings(pg_url))
    other = Readings(make_url(pg_url).update_query_dict({"ledger": "other"}).render_as_string(False))

    assert other.end()[0] == 0
    assert Readings(pg_url).end()[0] == 5


def test_of_no_rows_at_all_only_the_end_is_looked_at(readings: Readings) -> None:
    assert readings.broken_among(readings.of()) is None


def test_a_log_without_its_youngest_index_gets_it(place: Path | str, readings: Readings) -> None:
    readings.note(AT, "C01", "fact", "E001", "notice N1", None, 1)
    done_past_us(place, "DROP INDEX readings_of_both")
    assert len(readings.of("E001", viewer="C01")) == 1
    done_past_us(place, "DROP INDEX readings_of_both")
