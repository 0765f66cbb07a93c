"""CloudEvents, iCalendar and Parquet are read by the programs of others, and hold nobody's words."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import polars
import pytest
from cloudevents.v1.http import from_json
from icalendar import Calendar
from pyarrow import parquet

from ledger.application.ledger import Ledger
from ledger.errors import InputError
from ledger.events import write_fields
from ledger.events.months import MonthClosed
from ledger.events.pay_returns import PayReturned
from ledger.labels.messages import load
from ledger.store.personal import personal_fields
from ledger.terms import LANGUAGES
from tests.completeness.scene import everything
from tests.support import office
from tests.support.office import lines
from tests.support.story import open_ledger


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with open_ledger(tmp_path_factory.mktemp("office") / "kaoji.db", office.NOW) as opened:
        opened.record.apply(lines(everything()))
        yield opened


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from texts(each)


def sealed_words(ledger: Ledger) -> set[str]:
    """Every word of somebody's that the ledger holds, opened; short ones stand elsewhere too."""
    found: set[str] = set()
    for recorded in ledger.log.events():
        fields = write_fields(ledger.log.people.opened(recorded).event)
        for name in personal_fields(type(recorded.event)):
            found.update(text for text in texts(fields.get(name)) if len(text) > 4 and not text.isascii())
    return found


def test_every_event_is_read_as_a_cloud_event(ledger: Ledger) -> None:
    content, people = ledger.exports.cloudevents()
    read = [from_json(line) for line in content.splitlines()]

    assert people == ()
    assert [event["id"] for event in read] == [str(at) for at in range(1, ledger.position() + 1)]
    assert {event["source"] for event in read} == {f"urn:kaoji:{ledger.log.identity()}"}
    hashes = ledger.log.hashes(range(1, ledger.position() + 1))
    assert all(event["kaojihash"] == hashes[int(event["id"])] for event in read)
    assert [event["sequence"] for event in read] == sorted(event["sequence"] for event in read)


def test_no_word_of_anybody_is_in_the_file_unless_asked_for(ledger: Ledger) -> None:
    words = sealed_words(ledger)
    bare = ledger.exports.cloudevents()[0].decode()
    told, people = ledger.exports.cloudevents(words=True)

    assert len(words) > 20
    assert [word for word in words if word in bare] == []
    assert "sealed:" not in bare
    assert sum(word in told.decode() for word in words) > 20
    assert {"E001", "E002"} <= set(people)


def test_whoever_is_erased_is_not_in_it_even_with_words(ledger: Ledger) -> None:
    told, people = ledger.exports.cloudevents(words=True)
    (registered,) = (
        json.loads(line)
        for line in told.splitlines()
        if b'"kaoji.employee_registered.v' in line and b'"employee":"E009"' in line
    )
    assert "E009" not in people
    assert "name" not in registered["data"]


def test_since_leaves_out_what_was_before(ledger: Ledger) -> None:
    content, _ = ledger.exports.cloudevents(since=10)
    assert json.loads(content.splitlines()[0])["id"] == "11"
    assert ledger.exports.cloudevents(since=10) == ledger.exports.cloudevents(since=10)


@pytest.mark.parametrize("language", LANGUAGES)
def test_deadlines_are_read_as_days_with_two_alarms_each(language: str, ledger: Ledger) -> None:
    content, dated, undated = ledger.exports.calendar(None, load(language))
    rows = ledger.reports.due()
    events = Calendar.from_ical(content).walk("VEVENT")

    assert (len(events), dated) == (dated, sum(row["due_on"] is not None for row in rows))
    assert dated + undated == len(rows)
    assert dated > 0
    assert sorted(event["DTSTART"].dt.isoformat() for event in events) == sorted(
        row["due_on"] for row in rows if row["due_on"] is not None
    )
    assert all(len(event.walk("VALARM")) == 2 for event in events)
    assert len({event["UID"] for event in events}) == len(events)


def test_no_line_of_a_calendar_is_longer_than_75_octets(ledger: Ledger) -> None:
    content, _, _ = ledger.exports.calendar(None, load("zh-Hant"))
    assert max(map(len, content.split(b"\r\n"))) <= 75
    assert content.count(b"\n") == content.count(b"\r\n")
    assert content == ledger.exports.calendar(None, load("zh-Hant"))[0]


# --- tables for analysis ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tables(ledger: Ledger, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("analysis")
    for name, (content, _) in ledger.exports.analysis().items():
        (folder / f"{name}.parquet").write_bytes(content)
    return folder


def reported(ledger: Ledger) -> dict[tuple[str, str], tuple[int, int]]:
    """Person and month to what is owed and what performance comes to, in fen, as the monthly reports say."""
    with ledger.look() as look:
        months = {row["month"] for site in look.state.site_ids() for row in look.notices(None, site)}
        rows = [
            (month, row)
            for site in look.state.site_ids()
            for month in months
            for row in look.monthly(month, site)
        ]
    found = {
        (row["employee"], month): (fen(row["deduction"]), fen(row["performance"]["amount"]))
        for month, row in rows
    }
    return {cell: money for cell, money in found.items() if any(money)}


def fen(money: str) -> int:
    return int(money.replace(".", ""))


SUMS = (
    "SELECT employee, month, coalesce(sum(amount_fen) FILTER (figure = 'deduction'), 0) AS owed,"
    " coalesce(sum(amount_fen) FILTER (figure = 'performance'), 0) AS performance"
    " FROM '{}' GROUP BY ALL ORDER BY ALL"
)


def test_duckdb_adds_up_what_the_reports_say(ledger: Ledger, tables: Path) -> None:
    found = duckdb.sql(SUMS.format(tables / "entries.parquet")).fetchall()

    assert {(who, month): (owed, more) for who, month, owed, more in found if owed or more} == reported(
        ledger
    )


def test_polars_adds_up_what_the_reports_say(ledger: Ledger, tables: Path) -> None:
    entries = polars.read_parquet(tables / "entries.parquet")
    of = {
        figure: entries.filter(polars.col("figure") == figure)
        .group_by("employee", "month")
        .agg(polars.col("amount_fen").sum())
        for figure in ("deduction", "performance")
    }
    sums = {
        figure: {(row["employee"], row["month"]): row["amount_fen"] for row in table.to_dicts()}
        for figure, table in of.items()
    }
    cells = sums["deduction"].keys() | sums["performance"].keys()
    found = {cell: (sums["deduction"].get(cell, 0), sums["performance"].get(cell, 0)) for cell in cells}

    assert {cell: money for cell, money in found.items() if any(money)} == reported(ledger)


def test_closes_and_returns_are_there_to_the_fen(ledger: Ledger, tables: Path) -> None:
    def read(table: str, columns: str) -> list[tuple[Any, ...]]:
        return duckdb.sql(f"SELECT {columns} FROM '{tables / table}.parquet'").fetchall()

    closes = [(r.position, r.event) for r in ledger.log.of_kind("month_closed")]
    lines = [
        (position, one.employee, one.component, one.amount_fen)
        for position, close in closes
        if isinstance(close, MonthClosed)
        for one in close.lines
    ]
    run = [
        (position, one.employee, one.deducted_fen)
        for position, close in closes
        if isinstance(close, MonthClosed)
        for one in close.run
    ]
    returned = [
        (r.position, r.event.amount_fen)
        for r in ledger.log.of_kind("pay_returned")
        if isinstance(r.event, PayReturned)
    ]
    assert sorted(read("lines", "position, employee, component, amount_fen")) == sorted(lines)
    assert sorted(read("runs", "position, employee, deducted_fen")) == sorted(run)
    assert read("returns", "position, amount_fen") == returned
    assert lines and run and returned


def test_every_notice_is_there_as_the_register_has_it(ledger: Ledger, tables: Path) -> None:
    with ledger.look() as look:
        listed = {
            (row["notice"], row["employee"], row["month"], row["clause"], row["points"], row["status"])
            for site in look.state.site_ids()
            for row in look.notices(None, site)
        }
    found = duckdb.sql(
        f"SELECT notice, employee, month, clause, points, status FROM '{tables / 'notices.parquet'}'"
    )

    assert set(found.fetchall()) == listed


def test_the_tables_hold_nobodys_words_and_say_what_they_are_of(ledger: Ledger, tables: Path) -> None:
    words = sealed_words(ledger)
    for file in tables.iterdir():
        table = parquet.read_table(file)
        assert not words & set(texts(table.to_pylist()))
        position, mark = ledger.log.end()
        assert table.schema.metadata[b"kaoji.position"] == str(position).encode()
        assert table.schema.metadata[b"kaoji.mark"] == mark.encode()
        assert table.schema.metadata[b"kaoji.identity"] == ledger.log.identity().encode()


def test_the_same_tables_are_the_same_bytes(ledger: Ledger, tables: Path) -> None:
    again = ledger.exports.analysis()

    assert {f"{name}.parquet": content for name, (content, _) in again.items()} == {
        file.name: file.read_bytes() for file in tables.iterdir()
    }


def test_without_the_library_it_says_which(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    with pytest.raises(InputError) as refused:
        ledger.exports.analysis()

    assert refused.value.code == "analysis_missing"
