"""Drawing anew in bulk: the same rows as catching up makes, on any number of processes, for all months or one."""

import errno
import gc
import sqlite3
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import active_children
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct
from pydantic import BaseModel
from sqlalchemy import Table, create_engine, select, text, update
from sqlalchemy.pool import StaticPool

from cli.main import run
from ledger.application.ledger import Ledger
from ledger.errors import StoreError, Unknown
from ledger.events import Event, read_event, trusted_kind, write_fields
from ledger.events import base as base_of_events
from ledger.events.trusted import UNREAD
from ledger.projections import builder, drawing
from ledger.projections.incremental import refresh
from ledger.projections.rebuild import TABLES, Packed, Redrawing
from ledger.projections.schema import drawn, metadata
from ledger.projections.stand import layout
from ledger.projections.tables import joint_liability, monthly
from ledger.state.ledger_state import LedgerState
from ledger.store.mapper import encode, stored_event
from ledger.store.sql import execute as run_on
from ledger.store.sql import fetch_all
from ledger.store.transactions import query_connection, reading, writing
from tests.support import office
from tests.support.events import examples
from tests.support.generator import MONTHS, moves, office_commands, tell
from tests.support.processes import started_with
from tests.support.story import open_ledger

Rows = dict[str, set[tuple[Any, ...]]]


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    """A busy month and, at another site, an employee whose supervisor sits at the first and has left since."""
    with Ledger(ledger_url, now=office.now) as opened:
        *month, close = office.a_busy_month()
        opened.record.apply(office.lines([*month, *_across_sites(), close, *office.pay_returned("E002")]))
        yield opened


def _across_sites() -> list[dict[str, Any]]:
    return [
        *office.office("far", prefix="F"),
        office.reassign_employee("FE001", "2026-07-01", supervisor="L01", department="back\\slash\tand tab"),
        office.issue_notice("FN1", "FE001", 3, issued_by="FI01"),
        office.find_responsibility("FN1", by="FD01"),
        office.issue_notice("FN2", "FE002", 4, issued_by="FI01"),
        office.record_departure("L01", f"{office.MONTH}-20"),
        office.issue_notice(
            "FN3",
            "FE001",
            2,
            issued_by="FI01",
            occurred_at=f"{office.MONTH}-25T10:00:00+08:00",
            issued_on=f"{office.MONTH}-25",
        ),
        office.find_responsibility("FN3", f"{office.MONTH}-26", by="FD01"),
    ]


def sheets_of(ledger: Ledger) -> Rows:
    """Every row of every sheet as it lies there."""
    with reading(ledger.projections.engine) as connection:
        return {
            name: {tuple(row) for row in connection.execute(select(table))} for name, table in TABLES.items()
        }


def caught_up(ledger: Ledger) -> Rows:
    """The rows that catching up makes of the whole log."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    log = ledger.log
    with writing(engine) as connection:
        metadata.create_all(connection)
        refresh(connection, log.ledger, LedgerState(log), log.events(), (log.position(), ""))
    with reading(engine) as connection:
        return {
            name: {tuple(row) for row in connection.execute(select(table))} for name, table in TABLES.items()
        }


def test_a_rebuild_makes_the_rows_that_catching_up_makes(ledger: Ledger) -> None:
    ledger.rebuild()

    found = sheets_of(ledger)

    assert found == caught_up(ledger)
    assert {name for name, rows in found.items() if rows} >= {
        "sheet_monthly",
        "sheet_register",
        "sheet_joint_liability",
        "sheet_appeals",
    }


def test_a_second_rebuild_changes_nothing(ledger: Ledger) -> None:
    ledger.rebuild()
    found = sheets_of(ledger)

    ledger.rebuild()

    assert sheets_of(ledger) == found


WRONG_SHARES: list[dict[str, Any]] = [
    {"month": "2026-13"},
    {"month": "abc"},
    {"month": ""},
    {"month": "1900-01"},
    {"month": "2999-12"},
    {"supervisor": None},
    {"supervisor": "nobody"},
    {"status": "no status"},
    {"status": None},
    {"share": -1},
    {"share": 2**63 - 1},
    {"share": 2**63 - 2},
]
"""Rows of shares that the log never makes."""


def test_a_rebuild_puts_right_whatever_is_wrong(ledger: Ledger) -> None:
    ledger.rebuild()
    expected = sheets_of(ledger)
    with writing(ledger.projections.engine) as connection:
        for table in TABLES.values():
            row = connection.execute(select(table).limit(1)).mappings().first()
            if row is None:  # the story has nothing for it
                continue
            _, first, *rest = (column.name for column in table.primary_key.columns)
            texts = [c.name for c in table.c if c.nullable and getattr(c.type, "length", 0) == 64]
            if texts:
                of_first = update(table).where(table.c[first] == row[first])
                connection.execute(of_first.values(dict.fromkeys(texts, 'a "b",\n\\c')))
            connection.execute(table.insert(), {**row, first: "nobody"})
            if "id" in rest:
                connection.execute(table.insert(), {**row, "id": 'a "b",\n\\c'})
        connection.execute(text("DELETE FROM sheet_joint_liability WHERE employee <> 'nobody'"))
        row = connection.execute(select(joint_liability.table)).mappings().first()
        assert row is not None
        for number, wrong in enumerate(WRONG_SHARES):
            as_if = {"supervisor": "L01", "status": "enforceable", "notice": f"W{number}", **wrong}
            connection.execute(joint_liability.table.insert(), {**row, **as_if})

    ledger.rebuild()

    assert sheets_of(ledger) == expected


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=str)
def test_a_rebuild_makes_tables_anew_that_lack_a_column(ledger: Ledger, table: Table) -> None:
    ledger.rebuild()
    expected = sheets_of(ledger)
    indexed = {column for index in table.indexes for column in index.columns}
    *_, last = (column for column in table.c if not column.primary_key and column not in indexed)
    with writing(ledger.projections.engine) as connection:
        if (
            ledger.log.engine.dialect.name == "sqlite"
        ):  # where others are in the tables they are kept, if they can be
            values = {"ledger": "annex", "layout": layout(), "position": 0, "mark": ""}
            connection.execute(drawn.insert(), values)
        connection.execute(text(f'ALTER TABLE {table.name} DROP COLUMN "{last.name}"'))

    ledger.rebuild()

    assert sheets_of(ledger) == expected
    assert ledger.projections.differing() == []


def test_on_a_server_rows_that_stand_are_not_written_again(pg_url: str) -> None:
    query = text("SELECT xmin::text, ctid::text, id FROM sheet_register")
    with Ledger(pg_url, now=office.now) as ledger:
        ledger.record.apply(office.lines(office.a_busy_month()))
        ledger.rebuild()
        with reading(ledger.projections.engine) as connection:
            before = connection.execute(query).all()

        ledger.rebuild()

        with reading(ledger.projections.engine) as connection:
            assert connection.execute(query).all() == before
    assert before


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The office of the stories."""
    file = tmp_path_factory.mktemp("base") / "base.db"
    with open_ledger(file) as opened:
        opened.record.apply(office.lines(office_commands()))
    yield file


@given(st.data())
@settings(max_examples=15, deadline=None)
def test_whatever_happened_a_rebuild_makes_the_rows_that_catching_up_makes(
    base: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("story")
    with open_ledger(base) as told:
        story = tell(told.log, data.draw(moves(5, 40)))
    with open_ledger(folder / "story.db") as ledger:
        ledger.record.apply(office.lines([*office_commands(), *story]))
        ledger.rebuild()
        expected = caught_up(ledger)
        assert sheets_of(ledger) == expected
        for month in MONTHS:
            ledger.rebuild_month(month)
        assert sheets_of(ledger) == expected


def test_slices_and_helpers_change_no_row(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = caught_up(ledger)
    monkeypatch.setattr(builder, "EVENTS_A_SLICE", 3)

    ledger.projections.rebuild(helpers=2)

    assert sheets_of(ledger) == expected


def test_helpers_start_while_the_sheets_are_emptied(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []
    begin = Redrawing.begin

    def begun(redrawing: Redrawing) -> Any:
        started.append(len(active_children()))
        return begin(redrawing)

    monkeypatch.setattr(Redrawing, "begin", begun)
    ledger.projections.rebuild(helpers=2)
    assert started == [2]


def test_helpers_go_while_the_sheets_are_finished(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    finish, shut = Redrawing.finish, threading.Event()
    shutdown = ProcessPoolExecutor.shutdown
    seen: list[bool] = []

    def waited(executor: ProcessPoolExecutor, *given: Any, **named: Any) -> None:
        assert shut.wait(60)
        shutdown(executor, *given, **named)

    def finished(redrawing: Redrawing, stand: tuple[int, str]) -> None:
        finish(redrawing, stand)
        seen.append(bool(active_children()))
        shut.set()

    monkeypatch.setattr(ProcessPoolExecutor, "shutdown", waited)
    monkeypatch.setattr(Redrawing, "finish", finished)
    ledger.projections.rebuild(helpers=1)
    assert seen == [True]
    assert active_children() == []


def test_a_helper_that_never_comes_is_not_missed(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = caught_up(ledger)
    monkeypatch.setattr(builder, "EVENTS_A_SLICE", 3)
    started_with("/bin/false", monkeypatch)

    ledger.projections.rebuild(helpers=1)

    assert sheets_of(ledger) == expected


def test_helpers_help_where_it_pays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing.os, "sched_getaffinity", lambda _: range(64), raising=False)

    assert drawing.helpers_for(drawing.WORTH_A_HELPER - 1) == 0
    assert drawing.helpers_for(drawing.WORTH_A_HELPER) == drawing.MOST_HELPERS
    monkeypatch.setattr(sys, "executable", "")
    assert drawing.helpers_for(drawing.WORTH_A_HELPER) == 0


# --- one month --------------------------------------------------------------------------------------


def spoil(ledger: Ledger, site: str) -> None:
    """Rows of a site's month that are wrong, and one that should not be there."""
    with writing(ledger.projections.engine) as connection:
        columns = monthly.table.c
        connection.execute(update(monthly.table).where(columns.site == site).values(points=77))
        row = connection.execute(select(monthly.table).where(columns.site == site)).mappings().first()
        assert row is not None
        connection.execute(monthly.table.insert(), {**row, "employee": "nobody"})


def test_a_month_drawn_anew_is_as_the_log_makes_it(ledger: Ledger) -> None:
    ledger.rebuild()
    expected = sheets_of(ledger)
    spoil(ledger, office.SITE)
    spoil_far = sheets_of(ledger)
    assert spoil_far != expected

    assert ledger.rebuild_month(office.MONTH) == ledger.log.position()

    assert sheets_of(ledger) == expected


def test_a_month_of_one_site_leaves_the_other_sites_rows(ledger: Ledger) -> None:
    ledger.rebuild()
    expected = sheets_of(ledger)["sheet_monthly"]
    with writing(ledger.projections.engine) as connection:
        connection.execute(text("UPDATE sheet_monthly SET points = 77"))

    ledger.rebuild_month(office.MONTH, "far")

    columns = [column.name for column in monthly.table.c]
    month, site, employee = (columns.index(name) for name in ("month", "site", "employee"))
    rows = {row[employee]: row for row in sheets_of(ledger)["sheet_monthly"] if row[month] == office.MONTH}
    wanted = {row[employee]: row for row in expected if row[month] == office.MONTH}
    right = {name for name in rows if rows[name] == wanted[name]}
    assert {name for name in rows if rows[name][site] == "far"} <= right
    assert "L01" in right, "who bears a share of the site's month is drawn with it"
    assert len(right) < len(rows)


def test_a_month_of_a_site_nobody_knows_is_refused(ledger: Ledger) -> None:
    with pytest.raises(Unknown) as caught:
        ledger.rebuild_month(office.MONTH, "nowhere")
    assert caught.value.code == "site_unknown"


def test_the_command_draws_one_month(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    url = ledger.log.url.render_as_string(hide_password=False)

    assert run(["rebuild", "--month", office.MONTH, "--site", "far", "--ledger", url, "--lang", "en"]) == 0
    assert f"position {ledger.log.position()}" in capsys.readouterr().out
    assert run(["rebuild", "--site", "far", "--ledger", url, "--lang", "en"]) == 2
    assert "for a month only" in capsys.readouterr().err


def test_where_no_more_processes_can_be_started_fewer_draw(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.rebuild()
    expected = sheets_of(ledger)
    started: list[Any] = []
    start = SpawnProcess.start

    def scarce(process: SpawnProcess) -> None:
        if started:
            raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
        started.append(process)
        start(process)

    monkeypatch.setattr(SpawnProcess, "start", scarce)
    monkeypatch.setattr(builder, "EVENTS_A_SLICE", 3)
    ledger.projections.rebuild(helpers=3)

    assert sheets_of(ledger) == expected
    assert [process.exitcode is not None for process in started] == [True]
    assert gc.isenabled()


# --- what is damaged --------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [b"no json", b"[]", b'{"v":1}', b'{"v":1,"fact":{"notice":"N1"}}'])
def test_a_damaged_event_is_named_not_drawn(tmp_path: Path, state: bytes) -> None:
    with Ledger(f"sqlite:///{tmp_path / 'office.db'}", now=office.now) as ledger:
        ledger.record.apply(office.lines(office.a_busy_month()))
        ledger.rebuild()
        before = sheets_of(ledger)
        with sqlite3.connect(tmp_path / "office.db") as raw:
            for (guard,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                raw.execute(f"DROP TRIGGER {guard}")
            raw.execute(
                "UPDATE events SET state = ? WHERE position = "
                "(SELECT min(position) FROM events WHERE kind = 'notice_issued')",
                (state,),
            )
        raw.close()

        with pytest.raises(StoreError) as caught:
            ledger.rebuild()

        assert caught.value.code == "event_unproven"
        assert sheets_of(ledger) == before


def test_an_event_read_on_trust_is_the_event_that_was_written() -> None:
    for recorded in examples(5):
        event = recorded.event
        trusted = stored_event(event.kind, encode(recorded))
        checked = read_event(event.kind, event.schema_version, write_fields(event))
        assert trusted.kind == checked.kind
        assert isinstance(trusted, trusted_kind(event.kind)), "none of today's goes the slow way"
        assert _values(trusted) == _values(checked)


def test_an_event_of_an_older_schema_version_is_upcast(monkeypatch: pytest.MonkeyPatch) -> None:
    event = next(each.event for each in examples(5) if each.event.kind == "notice_withdrawn")
    written = write_fields(event)
    monkeypatch.setitem(base_of_events._UPCASTERS, (event.kind, 0), lambda old: {**written, **old})

    upcast = stored_event(event.kind, orjson.dumps({"v": 0, "fact": {"reason": "as it was called then"}}))

    assert upcast == event.model_copy(update={"reason": "as it was called then"})


def test_personal_words_are_not_read_for_figures() -> None:
    event = next(each.event for each in examples(5) if each.event.kind == "notice_issued")
    twin = stored_event(event.kind, orjson.dumps({"v": 1, "fact": write_fields(event)}))
    assert "narrative" in event.personal_fields()
    assert (twin.narrative, twin.evidence) == (UNREAD, ())  # type: ignore[attr-defined]


def _values(model: Any) -> Any:
    if isinstance(model, tuple):
        return tuple(map(_values, model))
    if isinstance(model, BaseModel):
        personal = model.personal_fields() if isinstance(model, Event) else {}
        names = {field.alias or name: name for name, field in type(model).model_fields.items()}
        return {
            name: _values(getattr(model, name)) for stored, name in names.items() if stored not in personal
        }
    if isinstance(model, Struct):
        return {name: _values(getattr(model, name)) for name in model.__struct_fields__}
    return model


def test_a_connection_lost_while_rows_are_loaded_is_told_in_words_and_a_report_is_drawn_in_memory(
    pg_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = Redrawing.load

    def cut_off(self: Redrawing, packed: Packed) -> int:
        if self._connection.dialect.name == "postgresql":
            (pid,) = fetch_all(self._connection, "SELECT pg_backend_pid()")[0]
            with query_connection(ledger.log.engine) as other:
                run_on(other, "SELECT pg_terminate_backend(?)", pid)
        return load(self, packed)

    with Ledger(pg_url, now=office.now) as ledger:
        ledger.record.apply(office.lines(office.a_busy_month()))
        expected = ledger.reports.monthly(office.MONTH)
        with query_connection(ledger.projections.engine) as connection:
            run_on(connection, "DELETE FROM sheets_drawn")
        monkeypatch.setattr(Redrawing, "load", cut_off)

        with pytest.raises(StoreError) as error:
            ledger.rebuild()
        assert error.value.code == "database_away"
        assert ledger.reports.monthly(office.MONTH) == expected
