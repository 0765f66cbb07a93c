"""What a version does to months and notices that are there: clauses dropped and capped, money that is not taken."""

import copy
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from ledger.application.ledger import Ledger
from ledger.errors import WrongState
from ledger.policy.loading import house_rules
from tests.support.office import (
    SITE,
    close_month,
    correct_notice,
    find_responsibility,
    issue_notice,
    lines,
    office,
    record_wage,
    withdraw_notice,
)

OCTOBER = datetime(2026, 10, 5, 1, tzinfo=UTC)


@pytest.fixture
def ledger(sqlite_url: str) -> Iterator[Ledger]:
    """An office with three notices of August on FD-03."""
    with Ledger(sqlite_url, now=lambda: OCTOBER, operator=lambda: "tester") as ledger:
        notices = [
            issue_notice(f"N{n}", "E001", 2, clause="FD-03", occurred_at=f"2026-08-0{n}T09:00:00+08:00")
            for n in (1, 2, 3)
        ]
        ledger.record.apply(lines([*office(), *notices]))
        yield ledger


def adopt(start: str = "2026-08-01", on: str = "2026-08-20", **changes: Any) -> dict[str, Any]:
    """A version of the house rules with other tables."""
    document = copy.deepcopy(house_rules()) | {"version": "own-1", "effective_from": start}
    return {"do": "adopt_policy", "policy": document | changes, "on": on}


def without(code: str) -> list[dict[str, Any]]:
    return [clause for clause in house_rules()["clauses"] if clause["code"] != code]


def capped(code: str, most: int) -> list[dict[str, Any]]:
    return [c | {"max_points": most} if c["code"] == code else c for c in house_rules()["clauses"]]


def test_a_clause_dropped_under_standing_notices_is_told_at_adoption(ledger: Ledger) -> None:
    applied = ledger.record.apply(lines([adopt(clauses=without("FD-03"))]))
    (note,) = applied.notes
    assert note.code == "clause_dropped"
    assert note.fields == {"clause": "FD-03", "month": "2026-08", "notices": 3}


def test_a_clause_capped_below_standing_notices_is_told_at_adoption(ledger: Ledger) -> None:
    applied = ledger.record.apply(lines([adopt(clauses=capped("FD-03", 1))]))
    assert [(note.code, note.fields["notices"], note.fields["high"]) for note in applied.notes] == [
        ("clause_capped", 3, 1)
    ]


def test_a_version_that_begins_later_says_nothing_of_them(ledger: Ledger) -> None:
    assert ledger.record.apply(lines([adopt(start="2026-09-01", clauses=without("FD-03"))])).notes == []


@pytest.mark.parametrize("clauses", [without("FD-03"), capped("FD-03", 1)], ids=["dropped", "capped"])
def test_points_of_such_a_notice_may_still_be_lowered_and_the_notice_withdrawn(
    ledger: Ledger, clauses: list[dict[str, Any]]
) -> None:
    ledger.record.apply(lines([adopt(clauses=clauses)]))
    ledger.record.apply(lines([correct_notice("N1", on="2026-08-25", points=1)]))
    ledger.record.apply(lines([correct_notice("N2", on="2026-08-25", place="前臺")]))
    ledger.record.apply(lines([withdraw_notice("N3", on="2026-08-26")]))
    (row,) = ledger.reports.monthly("2026-08")
    assert (row["notices"], row["points"]) == (2, 3)


def test_a_new_clause_of_a_correction_must_be_in_force_and_keep_to_its_limits(ledger: Ledger) -> None:
    ledger.record.apply(lines([adopt(clauses=capped("FD-04", 1))]))
    with pytest.raises(WrongState, match="points_outside_policy"):
        ledger.record.apply(lines([correct_notice("N1", on="2026-08-25", clause="FD-04")]))


def test_a_dropped_clause_keeps_its_title_on_the_notice(ledger: Ledger) -> None:
    ledger.record.apply(lines([adopt(clauses=without("FD-03"))]))
    titles = ledger.review.card("notice", "N1")["clause_title"]
    assert titles["zh-Hant"] == "檯面整齊、文件分類、外觀統一"


# --- months that only record ------------------------------------------------------------------------


def test_a_month_that_only_records_shows_its_figures_and_hands_nothing_of_them_to_finance(
    ledger: Ledger,
) -> None:
    only = adopt(money="record_only")
    pf = issue_notice("P1", "E002", 3, clause="PF-D", occurred_at="2026-08-04T09:00:00+08:00")
    ledger.record.apply(lines([only, pf, find_responsibility("N1"), close_month(on="2026-09-02")]))
    rows = {row["employee"]: row for row in ledger.reports.monthly("2026-08")}
    assert rows["E001"]["base_fine"] == "30.00" and rows["E001"]["shifted"] == "9.00"
    assert rows["E001"]["taken"] is False
    handed = ledger.reports.payroll("2026-08")["lines"]
    assert [(line["employee"], line["component"], line["amount"]) for line in handed] == [
        ("E002", "performance", "30.00")
    ]


def test_adjustments_of_a_month_of_deductions_go_on_in_one_that_only_records(ledger: Ledger) -> None:
    later = adopt(start="2026-09-01", on="2026-08-31", money="record_only")
    september = issue_notice("N9", "E002", 4, occurred_at="2026-09-03T09:00:00+08:00", issued_on="2026-09-03")
    ledger.record.apply(lines([later, close_month(on="2026-09-02"), september]))
    ledger.record.apply(lines([withdraw_notice("N3", on="2026-09-10", by="D01")]))
    ledger.record.apply(lines([close_month("2026-09", on="2026-10-02")]))
    handed = ledger.reports.payroll("2026-09")["lines"]
    assert {line["obligation_month"] for line in handed} == {"2026-08"}
    assert "E002" not in {line["employee"] for line in handed}
    assert all("taken" not in row for row in ledger.reports.monthly("2026-08"))


# --- nobody's wage recorded ---------------------------------------------------------------------------


def test_a_close_says_for_whom_no_wage_is_recorded(ledger: Ledger) -> None:
    ledger.record.apply(lines([issue_notice("N4", "E002", 3), record_wage("E002", "3000.00", "0.00")]))
    applied = ledger.record.apply(lines([close_month(on="2026-09-02")]))
    assert [(note.code, note.fields["employees"]) for note in applied.notes if "wage" in note.code] == [
        ("run_without_wage", "E001, L01")
    ]
    assert ledger.reports.without_wage("2026-08", SITE) == ["E001", "L01"]


def test_a_policy_may_let_a_run_wait_for_the_wage(ledger: Ledger) -> None:
    guard = house_rules()["wage_guard"] | {"without_wage": "refuse"}
    ledger.record.apply(lines([adopt(wage_guard=guard)]))
    applied = ledger.record.apply(lines([close_month(on="2026-09-02")]))
    assert [note.code for note in applied.notes] == ["run_waits_for_wage"]
    (own, _) = ledger.reports.payroll("2026-08")["run"]
    assert (own["employee"], own["deducted"]) == ("E001", "0.00")
    assert own["carried"] == own["due"] != "0.00"
