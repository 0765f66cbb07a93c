"""Reading is recorded before anything is shown: who read whose record, chained so that a cut shows."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ledger.application.desk import Desk, Person
from ledger.application.ledger import Ledger
from ledger.errors import StoreError
from ledger.store.readings import Readings
from tests.support import office
from tests.support.office import lines
from tests.support.story import open_ledger

AT = datetime(2026, 9, 2, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / "kaoji.db", office.NOW) as opened:
        opened.record.apply(lines([*office.office(), office.issue_notice("N1", "E001")]))
        yield opened


@pytest.fixture
def readings(tmp_path: Path) -> Readings:
    return Readings(tmp_path / "kaoji.desk.db")


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


def test_where_it_cannot_be_kept_nothing_is_shown(ledger: Ledger, tmp_path: Path) -> None:
    nowhere = Readings(tmp_path / "no such folder" / "kaoji.desk.db")

    with (
        Desk.at(ledger, Person("D01"), readings=nowhere).look() as look,
        pytest.raises(StoreError, match="reading_not_noted"),
    ):
        look.card("notice", "N1")


def filled(readings: Readings) -> Path:
    for number in range(5):
        readings.note(AT, "D01", "fact", "E001", f"notice N{number}", None, number)
    return readings.file


@pytest.mark.parametrize("statement", ["UPDATE readings SET viewer = 'X'", "DELETE FROM readings"])
def test_the_file_takes_insert_only(statement: str, readings: Readings) -> None:
    with sqlite3.connect(filled(readings)) as connection, pytest.raises(sqlite3.Error, match="INSERT only"):
        connection.execute(statement)


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
    statement: str, broken: int, readings: Readings
) -> None:
    with sqlite3.connect(filled(readings)) as connection:
        assert readings.first_broken() is None
        connection.execute("DROP TRIGGER readings_stay")
        connection.execute("DROP TRIGGER readings_are_kept")
        connection.execute(statement)

    assert readings.first_broken() == broken
    readings.note(AT, "D01", "fact", "E001", "notice N9", None, 9)
    assert readings.first_broken() == broken


def test_a_log_without_an_end_of_its_own_gets_one_and_is_whole(readings: Readings) -> None:
    with sqlite3.connect(filled(readings)) as connection:
        connection.execute("DROP TABLE readings_end")
    assert readings.end()[0] == 5
    readings.note(AT, "D01", "fact", "E001", "notice N9", None, 9)
    assert (readings.first_broken(), readings.end()[0]) == (None, 6)
