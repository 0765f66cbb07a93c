"""A sheet drawn from the last weeks of somebody's stream is the one drawn from all of it, and nobody can shorten them."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from ledger.application.ledger import Ledger
from ledger.errors import Refusal, StoreError
from ledger.events.employees import PLACES, employee_of, employee_stream
from ledger.proofs.tiles import TILE_WIDTH
from ledger.state.appraisal import sheets
from ledger.state.ledger_state import LedgerState
from ledger.store.stream_tails import beginnings
from tests.support import office
from tests.support.office import Commands, lines
from tests.tamper.attacker import owning

FIRST = date(2026, 2, 2)
DAYS = 190
MONTHS = ("2026-02", "2026-03", "2026-04", "2026-05", "2026-06", "2026-07", "2026-08")
STAFF = ("E001", "E003", "L01")
LAST = "2026-08"


def mark(name: str, chance: random.Random, told: list[tuple[str, str, str]], employee: str) -> dict[str, Any]:
    """A mark; now and then it names an older notice, or the instant of one."""
    found = {
        "check": name,
        "dimension": chance.choice("abcde"),
        "points": chance.choice((-3, -1, 2)),
        "note": "見記錄",
    }
    of_them = [(notice, at) for notice, whose, at in told if whose == employee]
    if of_them and chance.random() < 0.3:
        notice, at = chance.choice(of_them)
        found |= chance.choice(({"notice": notice}, {"occurred_at": at}))
    return found


def story(chance: random.Random) -> Iterator[tuple[date, Commands]]:
    """Day by day what is recorded of seven months; some of it goes back to what is months old."""
    told: list[tuple[str, str, str]] = []
    waiting: list[str] = []
    for n in range(DAYS):
        day = FIRST + timedelta(n)
        on, commands = day.isoformat(), []
        if chance.random() < 0.25:
            marks = {
                each: [mark(f"C{n}-{each}", chance, told, each)] for each in STAFF if chance.random() < 0.3
            }
            rows = [
                {"employee": each, "seen": "checked"} | ({"marks": marks[each]} if each in marks else {})
                for each in STAFF
            ]
            commands.append(
                {"do": "record_day_sheet", "sheet": f"DS{n}", "site": office.SITE, "department": "front-desk"}
                | {"day": on, "by": "H01", "on": on, "rows": rows}
            )
        if chance.random() < 0.08:
            whose, at = chance.choice(STAFF), f"{on}T10:00:00+08:00"
            clause = chance.choice(("PF-D", "PF-E", "FD-03"))
            commands.append(
                office.issue_notice(f"N{n}", whose, 2, clause=clause, occurred_at=at, issued_on=on)
            )
            told.append((f"N{n}", whose, at))
        if told and chance.random() < 0.05:
            notice, whose, _ = chance.choice(told)
            commands.append(office.file_appeal(f"A{n}", whose, {"notice": notice}, on=on, late_reason="住院"))
            waiting.append(f"A{n}")
        if waiting and chance.random() < 0.05:
            outcome = chance.choice(("dismissed", "revoked"))
            commands.append(office.decide_appeal(waiting.pop(0), outcome, "D01", on=on))
        if chance.random() < 0.02:
            commands.append(office.grant_reward(f"R{n}", chance.choice(STAFF), 2, occurred_on=on))
        if chance.random() < 0.01:
            to = chance.choice(("front-desk", "order"))
            commands.append(office.reassign_employee(chance.choice(STAFF), on, department=to))
        if told and chance.random() < 0.03:
            commands.append(office.withdraw_notice(chance.choice(told)[0], on=on))
        yield day, commands


def told_in(file: Path, chance: random.Random) -> Ledger:
    """A ledger that was told such a story, each day on its evening; what a rule refuses stays out."""
    clock = [datetime.combine(FIRST, time(10), UTC)]
    ledger = Ledger(f"sqlite:///{file}", now=lambda: clock[0], operator=lambda: "tester")
    ledger.record.apply(lines(office.office()))
    for day, commands in story(chance):
        clock[0] = datetime.combine(day, time(10), UTC)
        for command in commands:
            try:
                ledger.record.apply(lines([command]))
            except Refusal:
                continue
    return ledger


def by_last_weeks(ledger: Ledger, month: str, as_of: int | None) -> tuple[list[Any], set[str]]:
    """The sheets of a month, and whose streams were read whole for them."""
    state = LedgerState(ledger.log, as_of)
    found = sheets(state, office.SITE, month)
    return _shown(found), {each for each in STAFF if state.holds(employee_stream(each))}


def by_everything(ledger: Ledger, month: str, as_of: int | None) -> list[Any]:
    state = LedgerState(ledger.log, as_of)
    state.load(map(employee_stream, state.employee_ids(office.SITE)))
    return _shown(sheets(state, office.SITE, month))


def _shown(found: list[Any]) -> list[Any]:
    return [
        (
            (each.employee, each.department, each.first, each.last, each.days, each.objections, each.sheet),
            (each.money.notices_of(each.sheet.month), each.money.rewards_of(each.sheet.month)),
        )
        for each in found
    ]


@pytest.mark.parametrize("seed", range(4))
def test_the_last_weeks_give_the_sheets_that_all_of_the_stream_gives(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    with told_in(tmp_path / "kaoji.db", chance) as ledger:
        last, shortened, known = ledger.log.position(), 0, 0
        for month in MONTHS:
            for as_of in (None, last, chance.randint(40, last)):
                found, whole = by_last_weeks(ledger, month, as_of)
                assert found == by_everything(ledger, month, as_of), (month, as_of)
                shortened, known = shortened + len(STAFF) - len(whole), known + len(found)
        assert shortened > 10
        assert known > 30


@pytest.mark.parametrize("seed", range(2))
def test_commands_about_people_begin_with_whatever_says_where_they_belong(seed: int, tmp_path: Path) -> None:
    with told_in(tmp_path / "kaoji.db", random.Random(seed)) as ledger:
        state = LedgerState(ledger.log)
        streams = [employee_stream(each) for each in state.employee_ids(office.SITE)]
        found = beginnings(ledger.log, streams, PLACES)
        for stream in streams:
            whole = [r.position for r in ledger.log.stream(stream) if r.event.kind in PLACES]
            assert [position for _, position in found[stream]] == whole, employee_of(stream)


def test_a_server_gives_them_too(pg_url: str) -> None:
    with a_plain_year(pg_url) as ledger:
        for month in MONTHS:
            for as_of in (None, ledger.log.position() - 5):
                assert by_last_weeks(ledger, month, as_of)[0] == by_everything(ledger, month, as_of)
        assert by_last_weeks(ledger, LAST, None)[1] == set()


SHORTENED = {
    "an old move is called otherwise": "UPDATE events SET kind = 'check_recorded' WHERE position = ({move})",
    "the first mark of the last weeks is put before them": "UPDATE events SET position = -5 WHERE position = ({early})",
    "a mark of the last weeks is gone": "DELETE FROM events WHERE position = ({early})",
    "an old move is gone": "DELETE FROM events WHERE position = ({move})",
    "commands are said to be older": "UPDATE commands SET recorded_at = '2026-02-03T00:00:00.000000Z'",
    "commands are said to be newer": "UPDATE commands SET recorded_at = '2026-08-31T00:00:00.000000Z'",
}
_OF = "SELECT {which}(position) FROM events WHERE stream = 'employee/E001' AND kind = '{kind}' AND position {where}"


@pytest.mark.parametrize("attack", SHORTENED)
def test_whoever_shortens_the_last_weeks_is_told_of(attack: str, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'kaoji.db'}"
    with a_plain_year(url) as ledger:
        shown = ledger.reports.appraisal(LAST)
        assert by_last_weeks(ledger, LAST, None)[1] == set(), "nobody's stream is read whole"
        cut = ledger.log.registry.end_by(datetime(2026, 6, 29, tzinfo=UTC))
    move = _OF.format(which="min", kind="employee_reassigned", where=f"< {cut}")
    early = _OF.format(which="min", kind="check_recorded", where=f"> {cut}")
    with owning(url) as connection:
        assert connection.exec_driver_sql(SHORTENED[attack].format(move=move, early=early)).rowcount
    with Ledger(url, now=lambda: datetime(2026, 8, 20, tzinfo=UTC)) as ledger:
        with pytest.raises(StoreError) as refused:
            ledger.reports.appraisal(LAST)
        assert refused.value.code in (
            "event_unproven",
            "stream_incomplete",
            "position_incomplete",
            "registry_unproven",
            "ledger_head_wrong",
        )
        assert ledger.proofs.verify().faults
    assert [row["department"] for row in shown if row["employee"] == "E001"] == ["front-desk"]


def test_whoever_takes_away_the_end_of_a_past_is_told_of(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'kaoji.db'}"
    with a_plain_year(url) as ledger:
        cut = ledger.log.registry.end_by(datetime(2026, 6, 29, tzinfo=UTC))
        found = [r.position for r in ledger.log.stream("employee/E001") if r.position > cut]
        last = next(position for position in found if position + 1 not in found)
        more = [office.register_site(f"S{n}") for n in range(TILE_WIDTH)]
        ledger.record.apply(
            lines(more)
        )  # what stands in a full tile is not counted whenever something is read
        sheets(LedgerState(ledger.log, last + 1), office.SITE, LAST)
    with owning(url) as connection:
        connection.exec_driver_sql(f"DELETE FROM events WHERE position = {last}")
    at_night = Ledger(url, now=lambda: datetime(2026, 8, 20, tzinfo=UTC))
    with at_night as ledger, pytest.raises(StoreError, match="stream_incomplete"):
        sheets(LedgerState(ledger.log, last + 1), office.SITE, LAST)


def test_a_forgotten_command_changes_no_sheet(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'kaoji.db'}"
    with a_plain_year(url) as ledger:
        shown = ledger.reports.appraisal(LAST)
    with owning(url) as connection:
        connection.exec_driver_sql("DELETE FROM commands WHERE subject = 'employee:E001'")
    with Ledger(url, now=lambda: datetime(2026, 8, 20, tzinfo=UTC)) as ledger:
        assert ledger.reports.appraisal(LAST) == shown
        assert {fault.code for fault in ledger.proofs.verify().faults} == {"registry_wrong", "guards_missing"}


def a_plain_year(url: str) -> Ledger:
    """Somebody who came from another department in March, and whom every second day finds a mark."""
    clock = [datetime(2026, 2, 2, 10, tzinfo=UTC)]
    ledger = Ledger(url, now=lambda: clock[0], operator=lambda: "tester")
    told = office.office()
    for command in told:
        if command.get("employee") == "E001" and command["do"] == "register_employee":
            command["department"] = "order"
    ledger.record.apply(lines(told))
    clock[0] = datetime(2026, 3, 2, 10, tzinfo=UTC)
    ledger.record.apply(lines([office.reassign_employee("E001", "2026-03-02", department="front-desk")]))
    for n in range(0, 170, 2):
        day = date(2026, 3, 2) + timedelta(n)
        clock[0] = datetime.combine(day, time(10), UTC)
        found = {"check": f"C{n}", "dimension": "a", "points": -1, "note": "見記錄"}
        sheet = {"do": "record_day_sheet", "sheet": f"DS{n}", "site": office.SITE, "department": "front-desk"}
        rows = [{"employee": "E001", "seen": "checked", "marks": [found]}]
        on = day.isoformat()
        ledger.record.apply(lines([sheet | {"day": on, "by": "H01", "on": on, "rows": rows}]))
    return ledger
