"""What holds of every appraisal: no money rests on it, the order of recording says nothing, what-if is what then happens."""

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from ledger.aggregates.employee.route import reviewer_on
from ledger.application.ledger import Ledger
from ledger.commands import references_of
from ledger.events import Recorded
from ledger.state import appraisal
from ledger.state.ledger_context import LedgerContext
from ledger.state.ledger_state import LedgerState
from ledger.subjects import BY_EVENT
from tests.support import office
from tests.support.office import Commands, lines
from tests.support.story import open_ledger

NOW = datetime(2026, 9, 10, 2, 0, tzinfo=UTC)
MONTH = "2026-07"
WORKING = ("06", "07", "08", "09", "10", "13", "14", "15")
STAFF = ("E001", "E003", "L01")
WHOEVER = "?"
"""Whoever is at the level of an appeal when it is decided: the head, where nothing keeps them from it."""
OF_MONTH = {"site": office.SITE, "month": MONTH, "department": "front-desk"}


def mark(check: str, dimension: str, points: int, **told: Any) -> dict[str, Any]:
    return {"check": check, "dimension": dimension, "points": points, "note": "見記錄", **told}


def day_sheet(day: str, marks: dict[str, list[dict[str, Any]]], absent: Iterable[str] = ()) -> dict[str, Any]:
    rows = [
        {"employee": each, "seen": "absent"}
        if each in absent
        else {"employee": each, "seen": "checked", **({"marks": marks[each]} if each in marks else {})}
        for each in STAFF
    ]
    on = f"{MONTH}-{day}"
    return {
        "do": "record_day_sheet",
        "sheet": f"DS-{day}",
        "site": office.SITE,
        "department": "front-desk",
        "day": on,
        "by": "H01",
        "on": on,
        "rows": rows,
    }


def notice(name: str, employee: str, points: int, day: str, **told: Any) -> dict[str, Any]:
    at = f"{MONTH}-{day}T15:00:00+08:00"
    fields = {"occurred_at": at, "issued_on": f"{MONTH}-{day}", "clause": "PF-D"}
    return office.issue_notice(name, employee, points, **(fields | told))


def a_month(chance: random.Random) -> tuple[Commands, Commands]:
    """Notices, rewards and appeals of July; and what of the appraisal is recorded beside them."""
    money, marks = [], []
    for n in range(8):
        name, employee, day = f"N{n}", chance.choice(STAFF), chance.choice(WORKING)
        clause = chance.choice(("PF-D", "PF-E", "FD-03", "FD-04"))
        at = f"{MONTH}-{day}T{10 + n}:00:00+08:00"
        money.append(notice(name, employee, chance.randint(1, 4), day, clause=clause, occurred_at=at))
        if chance.random() < 0.3:
            filed = office.file_appeal(f"A{n}", employee, {"notice": name}, on=f"{MONTH}-20")
            money.append(filed)
            if chance.random() < 0.5:
                outcome = chance.choice(("dismissed", "revoked"))
                money.append(office.decide_appeal(f"A{n}", outcome, WHOEVER, on=f"{MONTH}-21"))
    money.append(office.grant_reward("R1", "E001", 2, occurred_on=f"{MONTH}-14"))
    for n, day in enumerate(WORKING):
        found = {
            each: [mark(f"C{n}-{each}", chance.choice("abcde"), chance.choice((-6, -3, -1, 2)))]
            for each in STAFF
            if chance.random() < 0.4
        }
        absent = [each for each in STAFF if each not in found and chance.random() < 0.2]
        marks.append(day_sheet(day, found, absent))
    marks.append(
        {"do": "record_check", "employee": "E003", "kind": "discipline", "by": "O01", "on": f"{MONTH}-16"}
        | mark("CK", "d", -2, occurred_at=f"{MONTH}-13T15:00:00+08:00")
    )
    marks.append({"do": "publish_appraisal", **OF_MONTH, "by": "H01", "on": f"{MONTH}-31"})
    return money, marks


def recorded(file: Path, *parts: Commands) -> Ledger:
    """A ledger that was told all of it; an appeal is decided by whom the ledger names for it."""
    ledger = open_ledger(file, NOW)
    waiting: Commands = []
    for command in (command for part in (office.office(), *parts) for command in part):
        if command.get("by") == WHOEVER:
            ledger.record.apply(lines(waiting))
            waiting = []
            decide(ledger, command)
        else:
            waiting.append(command)
    ledger.record.apply(lines(waiting))
    return ledger


def decide(ledger: Ledger, decision: dict[str, Any]) -> None:
    """Decides an appeal by whoever it lies with that day."""
    context = LedgerContext(LedgerState(ledger.log), NOW)
    owner = context.owner_of("appeal", decision["appeal"])
    on = date.fromisoformat(decision["on"])
    _, by = reviewer_on(context, owner, owner.appeals[decision["appeal"]], on)
    ledger.record.apply(lines([decision | {"by": by}]))


@pytest.mark.parametrize("seed", range(12))
def test_no_money_rests_on_the_appraisal(seed: int, tmp_path: Path) -> None:
    money, marks = a_month(random.Random(seed))
    close = [office.close_month(MONTH, on="2026-08-05")]

    with (
        recorded(tmp_path / "with.db", money, marks, close) as whole,
        recorded(tmp_path / "without.db", money, close) as bare,
    ):
        for name in ("monthly", "rewards", "sanctions", "joint_liability"):
            assert getattr(whole.reports, name)(MONTH) == getattr(bare.reports, name)(MONTH)
        handed = [each.reports.payroll(MONTH) for each in (whole, bare)]
    for report in handed:
        for line in report["lines"]:
            del line["because"]  # positions, which another log counts otherwise
    assert handed[0] == handed[1]


def order(chance: random.Random, events: list[Recorded]) -> list[Recorded]:
    """The events in another order, in which nothing is changed before it is there."""
    waiting = events[:]
    chance.shuffle(waiting)
    needs = {each.position: _needed(each) for each in events}
    introduced = {name for each in events for name in _introduced(each)}
    known: set[tuple[str, str]] = set()
    placed: list[Recorded] = []
    while waiting:
        each = next(each for each in waiting if (needs[each.position] & introduced) <= known)
        waiting.remove(each)
        placed.append(each)
        known.update(_introduced(each))
    return placed


def _introduced(recorded: Recorded) -> list[tuple[str, str]]:
    subject = BY_EVENT.get(recorded.event.kind)
    return [] if subject is None else [(subject.kind, getattr(recorded.event, subject.kind))]


def _needed(recorded: Recorded) -> set[tuple[str, str]]:
    """What must be there before; a mark may come before the notice it names, and a notice before its finding."""
    event = recorded.event
    if event.kind in ("check_recorded", "notice_issued"):
        return set()
    named = ((kind, getattr(event, field)) for field, kind in references_of(type(event)).items())
    return {(kind, name) for kind, name in named if isinstance(name, str)} - set(_introduced(recorded))


def told(state: LedgerState, site: str = office.SITE, month: str = MONTH) -> list[tuple[Any, ...]]:
    return [
        (each.employee, each.department, each.days, each.facts.checked, each.sheet.score, [
            (score.code, score.computed, score.final, score.bonus) for score in each.sheet.dimensions
        ])
        for each in appraisal.sheets(state, site, month)
    ]  # fmt: skip


def test_in_200_orders_of_recording_before_publication_the_sheets_are_the_same(tmp_path: Path) -> None:
    money, marks = a_month(random.Random(7))
    named = mark("CN", "e", -2, notice="P1")
    tied = [
        notice("P1", "E001", 2, "13", clause="FD-03"),
        {"do": "record_check", "employee": "E001", "kind": "discipline", "by": "O01", "on": f"{MONTH}-16"}
        | named,
        notice("P2", "E003", 3, "13", clause="PF-D"),
    ]
    with recorded(tmp_path / "kaoji.db", money, tied, marks[:-1]) as ledger:
        base = len(office.office()) + 1  # behind the house rules
        events = list(ledger.log.events(base))
        expected = told(LedgerState(ledger.log))
        assert any(score != 100 for _, _, _, _, score, _ in expected)
        for seed in range(200):
            assert told(shuffled(ledger, base, events, seed)) == expected, seed


def shuffled(ledger: Ledger, base: int, events: list[Recorded], seed: int) -> LedgerState:
    """The ledger up to a position, and behind it the events in another order."""
    state = LedgerState(ledger.log, base)
    for place, each in enumerate(order(random.Random(seed), events), start=base + 1):
        state.add(replace(each, position=place))
    return state


def test_what_is_foretold_of_an_objection_and_a_case_is_what_then_happens(tmp_path: Path) -> None:
    marks = [
        day_sheet("06", {"E001": [mark("C1", "d", -5)]}),
        notice("P1", "E003", 3, "08"),
        {"do": "refer_to_handbook", "case": "HC1", "notice": "P1", "reason": "當班飲酒"}
        | {"by": "D01", "on": f"{MONTH}-10"},
        {"do": "publish_appraisal", **OF_MONTH, "by": "H01", "on": f"{MONTH}-31"},
        {"do": "object_appraisal", "objection": "O1", "employee": "E001", "month": MONTH, "dimension": "d"}
        | {"statement": "並無此事", "on": "2026-08-03"},
    ]
    with recorded(tmp_path / "kaoji.db", marks) as ledger:
        verified = ledger.review.what_if(objections=[("O1", 13)])
        closed = ledger.review.what_if(cases=[("HC1", "returned")])
        acts = [
            {"do": "verify_appraisal", "objection": "O1", "score": 13, "reasons": "經核實"}
            | {"by": "Q01", "on": "2026-08-05"},
            {"do": "close_handbook_case", "case": "HC1", "outcome": "returned", "reasons": "情節輕微"}
            | {"by": "M01", "on": "2026-08-05"},
        ]
        ledger.record.apply(lines(acts))
        rows = {row["employee"]: row for row in ledger.reports.appraisal(MONTH)}
        money = {row["employee"]: row for row in ledger.reports.monthly(MONTH)}

    assert verified.after["appraisal"] == [{"month": MONTH, **rows["E001"]}]
    assert (rows["E001"]["published_score"], rows["E001"]["score"]) == (95, 98)
    assert closed.after["appraisal"] == [{"month": MONTH, **rows["E003"]}]
    assert closed.after["monthly"] == [{"month": MONTH, **money["E003"]}]
    assert money["E003"]["performance"]["amount"] == "30.00"
    assert rows["E003"]["score"] == 100, "what was published is never undercut"


def test_a_case_handled_costs_nothing_and_one_returned_after_the_close_is_an_adjustment(
    tmp_path: Path,
) -> None:
    referred = [
        notice("P1", "E001", 3, "08"),
        notice("P2", "E003", 2, "08"),
        *(
            {"do": "refer_to_handbook", "case": f"HC{n}", "notice": f"P{n}", "reason": "當班飲酒"}
            | {"by": "D01", "on": f"{MONTH}-10"}
            for n in (1, 2)
        ),
        office.close_month(MONTH, on="2026-08-05"),
        {"do": "close_handbook_case", "case": "HC1", "outcome": "handled", "measure": "書面警告"}
        | {"reasons": "按手冊處理", "by": "M01", "on": "2026-08-06"},
        {"do": "close_handbook_case", "case": "HC2", "outcome": "returned", "reasons": "情節輕微"}
        | {"by": "M01", "on": "2026-08-06"},
        office.close_month("2026-08", on="2026-09-03"),
    ]
    with recorded(tmp_path / "kaoji.db", referred) as ledger:
        first, second = (ledger.reports.payroll(month)["lines"] for month in (MONTH, "2026-08"))
        cases = [row for row in ledger.reports.register(MONTH)["rows"] if row["kind"] == "handbook"]

    assert first == []
    assert [(line["employee"], line["amount"], line["adjustment"]) for line in second] == [
        ("E003", "20.00", True)
    ]
    assert [(row["employee"], row["what"], row["status"]) for row in cases] == [
        ("E001", "書面警告", "handled"),
        ("E003", None, "returned"),
    ]
