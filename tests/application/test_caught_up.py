"""What a unit by hand left in memory is caught up by the next: it decides, and draws, as one that reads everything again."""

from collections.abc import Iterator
from typing import Any

import pytest

from ledger.application.ledger import Ledger
from ledger.application.recording.command_reader import parse_command
from ledger.errors import Refusal, Unknown
from ledger.projections import schema as sheets
from ledger.projections.projections import Projections
from ledger.projections.stand import drawn_at
from ledger.state.ledger_state import LedgerState
from ledger.store.log import Log
from ledger.store.transactions import reading
from tests.support import office
from tests.support.whole import assert_whole


@pytest.fixture
def two(ledger_url: str) -> Iterator[tuple[Ledger, Ledger]]:
    """One ledger at two counters; each has recorded something by hand."""
    with Ledger(ledger_url, now=office.now) as here, Ledger(ledger_url, now=office.now) as there:
        here.record.apply(office.lines(office.office(staff=3)))
        say(here, notice("N1", "E001"))
        say(there, notice("N2", "E002"))
        yield here, there
        assert_whole(here.log)


def notice(name: str, employee: str) -> dict[str, Any]:
    return office.issue_notice(name, employee, distinct_because="another one")


def say(ledger: Ledger, command: dict[str, Any]) -> str:
    try:
        ledger.record.execute(parse_command(command))
    except Refusal as refusal:
        return refusal.code
    return "recorded"


def test_ids_that_others_took_are_taken(two: tuple[Ledger, Ledger]) -> None:
    here, there = two
    assert say(here, notice("N3", "E001")) == "recorded"
    assert say(there, notice("N3", "E002")) == "id_taken"


def test_people_whom_others_registered_can_have_notices(two: tuple[Ledger, Ledger]) -> None:
    here, there = two
    assert say(there, notice("N3", "NEW")) == "employee_unknown"
    assert say(there, notice("N4", "E001")) == "recorded"
    assert say(here, office.register_employee("NEW")) == "recorded"
    assert say(there, notice("N3", "NEW")) == "recorded"
    assert say(here, office.withdraw_notice("N3")) == "recorded"
    assert say(there, office.withdraw_notice("N3")) == "notice_withdrawn"


def test_months_that_others_closed_are_closed(two: tuple[Ledger, Ledger]) -> None:
    here, there = two
    assert say(here, office.close_month()) == "recorded"
    assert say(there, office.close_month()) == "month_closed_already"
    there.record.execute(parse_command(notice("N3", "E001")))
    assert [row["late_points"] for row in here.reports.monthly(office.MONTH) if row["employee"] == "E001"] > [
        0
    ]


def test_nothing_is_left_of_a_refused_command_or_a_dry_run(two: tuple[Ledger, Ledger]) -> None:
    here, _ = two
    here.record.execute(parse_command(notice("N3", "E001")), dry_run=True)
    assert say(here, notice("N3", "E001")) == "recorded"
    assert say(here, notice("N3", "E001")) == "id_taken"
    assert say(here, notice("N4", "E001")) == "recorded"


# --- the sheets take in what is new with the same memory -----------------------------------------------


def test_sheets_that_take_in_every_event_by_itself_are_those_drawn_at_once(
    two: tuple[Ledger, Ledger],
) -> None:
    here, there = two
    for number, ledger in enumerate([here, here, there, here, there, there]):
        assert say(ledger, notice(f"N1{number}", f"E00{number % 3 + 1}")) == "recorded"
        assert here.reports.monthly(office.MONTH) == here.reports.monthly(
            office.MONTH, as_of=here.log.position()
        )
    assert say(there, office.withdraw_notice("N10")) == "recorded"
    assert say(here, office.close_month()) == "recorded"
    assert here.reports.payroll(office.MONTH) == there.reports.payroll(office.MONTH)
    assert here.projections.differing() == there.projections.differing() == []


@pytest.mark.parametrize("before", [0, 1], ids=["nothing before", "something before"])
@pytest.mark.parametrize("after", [0, 1], ids=["nothing after", "something after"])
def test_what_somebody_drew_before_the_turn_is_not_drawn_again(
    two: tuple[Ledger, Ledger], monkeypatch: pytest.MonkeyPatch, before: int, after: int
) -> None:
    here, there = two
    here.projections.catch_up()
    assert say(there, notice("N3", "E003")) == "recorded"
    since = Log.since
    drawn: list[tuple[int, int]] = []

    def slow(log: Log, *asked: Any, **how: Any) -> Any:
        found = since(log, *asked, **how)
        if log is here.log and not drawn:
            for number in range(before):
                assert say(there, notice(f"N4{number}", "E002")) == "recorded"
            drawn.append(there.projections.catch_up())
            for number in range(after):
                assert say(there, notice(f"N5{number}", "E001")) == "recorded"
        return found

    monkeypatch.setattr(Log, "since", slow)
    here.projections.catch_up()
    monkeypatch.undo()

    assert drawn
    with reading(here.projections.engine) as connection:
        stand = drawn_at(connection, here.log.ledger)
    assert stand is not None
    assert stand[0] >= drawn[0][1]
    assert here.projections.differing() == []
    assert here.projections.catch_up()[1] == here.log.position()
    assert here.projections.differing() == []


def test_sheets_that_were_dropped_under_an_open_ledger_are_drawn_anew(two: tuple[Ledger, Ledger]) -> None:
    here, there = two
    before = here.reports.monthly(office.MONTH)
    sheets.metadata.drop_all(there.projections.engine)
    assert here.reports.monthly(office.MONTH) == before
    assert here.projections.differing() == []


def test_a_crash_may_take_back_what_was_drawn_and_not_what_was_recorded(ledger_url: str) -> None:
    asked = "PRAGMA synchronous" if ledger_url.startswith("sqlite") else "SHOW synchronous_commit"
    with Ledger(ledger_url, now=office.now) as ledger:
        ledger.record.apply(office.lines(office.office(staff=1)))
        ledger.site_ids()
        ledger.projections.catch_up()
        found = []
        for engine in (ledger.log.engine, ledger.log.keyring.engine, ledger.projections.engine):
            with engine.connect() as connection:
                found.append(connection.exec_driver_sql(asked).scalar_one())
    if ledger_url.startswith("sqlite"):
        assert found == [2, 2, 1]
    else:
        assert found[0] == found[1]
        assert found[2] == "off"


# --- names ------------------------------------------------------------------------------------------


def test_names_are_those_of_the_latest_day_whatever_was_recorded_last(two: tuple[Ledger, Ledger]) -> None:
    here, there = two
    first = here.names(["E001", "E002"])
    assert say(here, office.reassign_employee("E001", "2026-08-20", name="新名")) == "recorded"
    then = here.log.position()
    assert say(there, office.reassign_employee("E001", "2026-08-10", name="舊名")) == "recorded"
    assert say(here, office.reassign_employee("E001", "2026-08-25", department="order")) == "recorded"
    assert there.names(["E001", "E002"]) == {**first, "E001": "新名"}
    assert there.names(["E001"], as_of=then) == {"E001": "新名"}
    assert there.names(["E001"], as_of=then - 1) == {"E001": first["E001"]}
    ledger_state = LedgerState(there.log)
    assert there.names(["E001", "E002"]) == {
        name: ledger_state.employee(name).name for name in ("E001", "E002")
    }


def test_an_unknown_name_is_refused(two: tuple[Ledger, Ledger]) -> None:
    with pytest.raises(Unknown, match="employee_unknown"):
        two[0].names(["E001", "NOBODY"])


# --- one state of the log ------------------------------------------------------------------------------


def test_while_a_state_is_held_nothing_new_is_seen(two: tuple[Ledger, Ledger]) -> None:
    here, there = two
    before = here.log.position()
    with here.log.holding():
        assert here.log.position() == before
        assert say(there, notice("N3", "E001")) == "recorded"
        assert here.log.position() == before
        assert here.log.registry.stream_of("notice", "N3") is None
        assert here.log.end()[0] == before
    assert here.log.position() == before + 1


def test_of_very_much_that_is_new_no_more_is_read_than_tells_it(
    ledger_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    since = Log.since

    def counted(self: Log, *asked: Any, **how: Any) -> Any:
        found = since(self, *asked, **how)
        read.append(len(found[1]))
        return found

    with Ledger(ledger_url, now=office.now) as ledger:
        ledger.record.apply(office.lines(office.office(staff=3)))
        ledger.project()
        ledger.record.apply(office.lines([office.register_employee(f"N{n}") for n in range(400)]))
        monkeypatch.setattr("ledger.projections.projections._MUCH", 10)
        monkeypatch.setattr(Log, "since", counted)
        assert ledger.project()[1] == ledger.log.position()
        assert_whole(ledger.log)
    assert read and max(read) <= 11


def test_a_rebuild_that_waited_for_its_turn_draws_what_was_recorded_meanwhile(
    two: tuple[Ledger, Ledger], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = two
    turn = Projections._turn

    def after_another(self: Projections, engine: Any) -> Any:
        if self is here.projections:
            assert say(there, notice("N3", "E001")) == "recorded"
            there.project()
        return turn(self, engine)

    monkeypatch.setattr(Projections, "_turn", after_another)
    end = here.rebuild()
    monkeypatch.undo()
    assert end == here.log.position()
    assert here.project() == (end, end)
