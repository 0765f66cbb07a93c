"""Readings older than 24 months go, by whole days and all or nothing, and the chain goes on behind what is kept of them."""

import sqlite3
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import make_url

from ledger.errors import StoreError
from ledger.store import readings_chain
from ledger.store.beside import Beside, Transaction
from ledger.store.readings import Readings
from tests.access.test_readings import done_past_us, without_triggers
from tests.application.test_roles import execute

LONG_AGO = datetime(2020, 1, 31, 12, tzinfo=UTC)
YESTERDAY = datetime.now(UTC) - timedelta(days=1)
_REFUSED = (sqlite3.Error, psycopg.Error)


def note(readings: Readings, *instants: datetime) -> None:
    for at in instants:
        readings.note(at, "D01", "fact", "E001", f"notice {at:%y%m%d}", None, 1)


def numbers(readings: Readings) -> list[int]:
    return [row["number"] for row in reversed(readings.of())]


@pytest.fixture
def aged(readings: Readings) -> Readings:
    """Three rows of long ago, and two of yesterday."""
    note(readings, LONG_AGO, LONG_AGO, LONG_AGO + timedelta(days=1), YESTERDAY, YESTERDAY)
    return readings


def assert_whole(readings: Readings) -> None:
    assert readings.first_broken() is None
    assert readings.broken_among(readings.of()) is None


def test_what_is_old_goes_and_the_chain_goes_on_behind_it(aged: Readings) -> None:
    end, (_, _, third, *_) = aged.end(), leaves(aged)
    gone = aged.prune()

    assert gone is not None and gone == aged.pruned()
    assert (gone.number, gone.until, gone.leaf, gone.count) == (3, "2020-02-01", third, 3)
    assert (numbers(aged), aged.end()) == ([4, 5], end)
    assert_whole(aged)
    note(aged, YESTERDAY)
    assert numbers(aged) == [4, 5, 6]
    assert_whole(aged)
    assert aged.prune() is None


def leaves(readings: Readings) -> list[str]:
    with readings._open() as told:
        return [row[0] for row in told.execute("SELECT leaf FROM readings ORDER BY number").fetchall()]


def test_all_of_it_may_be_old(readings: Readings) -> None:
    note(readings, LONG_AGO, LONG_AGO)
    assert readings.prune() is not None
    assert readings.of() == []
    assert_whole(readings)
    note(readings, LONG_AGO)
    assert numbers(readings) == [3]
    assert_whole(readings)
    gone = readings.prune()
    assert gone is not None and gone.count == 1
    total = readings.pruned()
    assert total is not None and (total.number, total.count) == (3, 3)
    assert_whole(readings)


def test_it_goes_with_the_end_of_the_day_two_years_after_it(readings: Readings) -> None:
    now = datetime.now(UTC)
    note(readings, now - timedelta(days=732), now - timedelta(days=730))
    readings.prune()
    assert numbers(readings) == [2]


def test_what_is_dated_too_late_stays_with_what_comes_behind_it(readings: Readings) -> None:
    note(readings, LONG_AGO, YESTERDAY, LONG_AGO)
    gone = readings.prune()
    assert gone is not None and gone.number == 1
    assert numbers(readings) == [2, 3]
    assert_whole(readings)


def test_where_nothing_is_old_nothing_goes(readings: Readings) -> None:
    assert readings.prune() is None
    note(readings, YESTERDAY)
    assert (readings.prune(), readings.pruned(), numbers(readings)) == (None, None, [1])


def test_it_is_done_in_pieces(aged: Readings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readings_chain, "AT_ONCE", 2)
    gone = aged.prune()
    assert gone is not None and gone.number == 3
    assert_whole(aged)


def test_what_goes_while_the_chain_is_looked_through_does_not_break_it(
    aged: Readings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readings_chain, "AT_ONCE", 2)
    pieces: list[int] = []

    def watch(done: int, total: int) -> None:
        pieces.append(done)
        if len(pieces) == 1:
            assert Readings(aged._beside).prune() is not None

    assert aged.first_broken(watch) is None
    assert pieces == [2, 5, 5]


def test_what_went_since_a_page_asked_for_it_does_not_break_it(aged: Readings) -> None:
    rows = aged.of()
    aged.prune()
    assert aged.broken_among(rows) is None


@pytest.mark.parametrize("statement", ["INSERT INTO readings_pruned", "DELETE FROM readings"])
def test_where_it_is_interrupted_nothing_has_gone(
    statement: str, aged: Readings, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = Transaction.execute

    def cut_off(self: Transaction, asked: str, values: Sequence[Any] = ()) -> Any:
        found = plain(self, asked, values)
        if asked.startswith(statement):
            raise OSError("cut off")
        return found

    with monkeypatch.context() as patch:
        patch.setattr(Transaction, "execute", cut_off)
        with pytest.raises(StoreError, match="readings_not_pruned"):
            aged.prune()
    assert (aged.pruned(), numbers(aged)) == (None, [1, 2, 3, 4, 5])
    assert_whole(aged)
    assert aged.prune() is not None
    assert_whole(aged)


# --- the guards -----------------------------------------------------------------------------------------

COVER = "INSERT INTO readings_pruned VALUES ({}, '{}', 'x', {}, '2026-01-01T00:00:00Z')"


def test_a_row_goes_only_when_it_is_old_and_something_says_so(place: Path | str, readings: Readings) -> None:
    note(readings, LONG_AGO, LONG_AGO, YESTERDAY)
    refused = [
        "DELETE FROM readings WHERE number = 1",
        "DELETE FROM readings WHERE number = 3",
        "UPDATE readings SET viewer = 'X' WHERE number = 1",
        COVER.format(2, "2999-01-01", 2),
        COVER.format(3, "2020-02-01", 3),
    ]
    for statement in refused:
        with pytest.raises(_REFUSED, match="INSERT only"):
            done_past_us(place, statement)
    done_past_us(place, COVER.format(1, "2020-02-01", 1))
    refused = [
        "DELETE FROM readings WHERE number = 2",
        "DELETE FROM readings",
        "UPDATE readings SET viewer = 'X' WHERE number = 1",
        "UPDATE readings_pruned SET number = 3",
        "DELETE FROM readings_pruned",
        *([] if isinstance(place, Path) else ["TRUNCATE readings", "TRUNCATE readings_pruned"]),
    ]
    for statement in refused:
        with pytest.raises(_REFUSED, match="INSERT only"):
            done_past_us(place, statement)
    done_past_us(place, "DELETE FROM readings WHERE number = 1")
    assert numbers(readings) == [2, 3]


def test_what_covers_more_numbers_does_not_let_young_rows_go(place: Path | str, readings: Readings) -> None:
    note(readings, LONG_AGO, YESTERDAY)
    done_past_us(place, COVER.format(1, "2020-02-01", 1))
    done_past_us(place, *_without_those_of_what_went(place), COVER.format(9, "2020-02-01", 8))
    with pytest.raises(_REFUSED, match="24 months"):
        done_past_us(place, "DELETE FROM readings WHERE number = 2")
    assert readings.first_broken() is not None


def _without_those_of_what_went(place: Path | str) -> list[str]:
    if isinstance(place, Path):
        names = ("readings_pruned_are_old", "readings_pruned_stay", "readings_pruned_are_kept")
        return [f"DROP TRIGGER {name}" for name in names]
    names = ("readings_pruned_are_old", "readings_pruned_stay")
    return [f"DROP TRIGGER {name} ON readings_pruned" for name in names]


@pytest.mark.parametrize(
    ("statements", "broken"),
    [
        (["DELETE FROM readings WHERE number = 4"], 4),
        (["DELETE FROM readings WHERE number >= 4"], 4),
        (["DELETE FROM readings"], 4),
        (["UPDATE readings_pruned SET until = '2999-01-01'"], 1),
        (["UPDATE readings_pruned SET at = '2021-12-31T00:00:00Z'"], 1),
        (["UPDATE readings_pruned SET at = 'never'"], 1),
        (["UPDATE readings_pruned SET count = 2"], 1),
        (["UPDATE readings_pruned SET leaf = 'x'"], 4),
        (["UPDATE readings_pruned SET number = 4, count = 4"], 5),
        (["DELETE FROM readings_pruned"], 1),
        (["DELETE FROM readings WHERE number = 4", COVER.format(4, "2020-02-01", 1)], 5),
        (["DELETE FROM readings WHERE number = 4", COVER.format(4, "2020-01-01", 1)], 4),
        (["DELETE FROM readings", COVER.format(5, "2020-02-01", 2)], 6),
    ],
)
def test_what_is_done_past_the_guards_breaks_the_chain(
    statements: list[str], broken: int, place: Path | str, aged: Readings
) -> None:
    aged.prune()
    done_past_us(place, *without_triggers(place), *_without_those_of_what_went(place), *statements)
    assert aged.first_broken() == broken
    note(aged, YESTERDAY)
    assert aged.first_broken() == broken


def test_a_row_that_is_there_though_it_went_is_told_where_it_is_shown(
    place: Path | str, aged: Readings
) -> None:
    done_past_us(place, COVER.format(3, "2020-02-01", 3))
    assert aged.broken_among(aged.of()) is not None
    assert aged.first_broken() == 4


def test_what_its_chain_does_not_hold_stays(place: Path | str, aged: Readings) -> None:
    done_past_us(place, *without_triggers(place), "UPDATE readings SET viewer = 'X' WHERE number = 2")
    with pytest.raises(StoreError) as refused:
        aged.prune()
    assert (refused.value.code, refused.value.fields) == ("readings_broken", {"number": 2})
    assert (aged.pruned(), numbers(aged)) == (None, [1, 2, 3, 4, 5])


# --- logs of an earlier kaoji, and of somebody else -----------------------------------------------------


def as_before(place: Path | str) -> list[str]:
    """What makes a log one of the time when nothing went."""
    if isinstance(place, Path):
        return [
            "DROP TABLE readings_pruned",
            "DROP TRIGGER readings_are_kept",
            "CREATE TRIGGER readings_are_kept BEFORE DELETE ON readings"
            " BEGIN SELECT RAISE(ABORT, 'readings take INSERT only'); END",
        ]
    return [
        "DROP TABLE readings_pruned",
        "DROP TRIGGER readings_are_kept ON readings",
        "DROP FUNCTION readings_are_kept",
        "DROP FUNCTION readings_pruned_are_old",
        "CREATE OR REPLACE TRIGGER readings_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON readings"
        " FOR EACH STATEMENT EXECUTE FUNCTION readings_stay()",
    ]


def test_an_earlier_log_is_brought_up_to_date_where_it_is_opened(place: Path | str, aged: Readings) -> None:
    done_past_us(place, *as_before(place))
    assert_whole(aged)
    with pytest.raises(_REFUSED, match="24 months"):
        done_past_us(place, "DELETE FROM readings WHERE number = 4")
    gone = aged.prune()
    assert gone is not None and gone.number == 3
    assert_whole(aged)


@pytest.fixture
def guest(pg_url: str) -> Iterator[tuple[str, str]]:
    """The URL of somebody on the server who owns nothing there, and how they are called."""
    name = f"kaoji_guest_{uuid.uuid4().hex[:8]}"
    execute(pg_url, f'CREATE ROLE "{name}" LOGIN')
    yield make_url(pg_url).set(username=name).render_as_string(False), name
    execute(pg_url, f'DROP OWNED BY "{name}" CASCADE', f'DROP ROLE "{name}"')


def given(pg_url: str, name: str, rights: str) -> None:
    done_past_us(pg_url, f'GRANT USAGE ON SCHEMA kaoji_desk TO "{name}"')
    done_past_us(pg_url, f'GRANT {rights} ON ALL TABLES IN SCHEMA kaoji_desk TO "{name}"')


def test_only_whoever_owns_the_table_takes_old_rows_away(pg_url: str, guest: tuple[str, str]) -> None:
    owner, url = Readings(pg_url), guest[0]
    note(owner, LONG_AGO, YESTERDAY)
    given(pg_url, guest[1], "SELECT, INSERT, UPDATE, DELETE")
    other = Readings(url)
    with pytest.raises(StoreError) as refused:
        other.prune()
    assert refused.value.code == "readings_not_pruned"
    note(other, YESTERDAY)
    assert numbers(other) == [1, 2, 3]
    assert_whole(other)
    assert owner.prune() is not None
    assert_whole(other)


@pytest.mark.parametrize("lacks", [["DROP INDEX readings_of_both"], None])
def test_a_log_of_somebody_else_is_used_as_it_is_and_nothing_is_tried_in_it(
    lacks: list[str] | None, pg_url: str, guest: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    note(Readings(pg_url), LONG_AGO, YESTERDAY)
    done_past_us(pg_url, *(as_before(pg_url) if lacks is None else lacks))
    given(pg_url, guest[1], "SELECT, INSERT, UPDATE")
    tried: list[str] = []
    monkeypatch.setattr(Beside, "make", lambda self, *_: tried.append(self.shown))
    other = Readings(guest[0])
    note(other, YESTERDAY)
    assert numbers(other) == [1, 2, 3]
    assert_whole(other)
    assert tried == []
