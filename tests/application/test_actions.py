"""Causes, and actions from opening to what opens them again (appraisal §§9.2, 9.3)."""

from typing import Any

import pytest

from ledger.application.ledger import Ledger
from ledger.state.actions import standing_of
from tests.support import office
from tests.support.office import MONTH
from tests.support.story import told

LOOKED = office.record_inspection(
    "I1", {"FD-08": "ok"}, started_at=f"{MONTH}-18T09:00:00+08:00", on=f"{MONTH}-18"
)
CLOSED = [
    office.open_action("AC1"),
    office.complete_action("AC1"),
    LOOKED,
    office.check_action("AC1", effective=True),
]
_RETURNED = {"reasons": "不屬嚴重違紀", "by": "M01", "on": f"{MONTH}-27"}


def again(notice: str, day: str, issued_on: str | None = None, employee: str = "E001") -> dict[str, Any]:
    fields = {"clause": "FD-08", "occurred_at": f"{day}T10:00:00+08:00", "issued_on": issued_on or day}
    return office.issue_notice(notice, employee, **fields)


def row(ledger: Ledger, action: str = "AC1") -> dict[str, Any]:
    return next(each for each in ledger.reports.actions() if each["action"] == action)


def due(ledger: Ledger, *whats: str) -> list[tuple[str, str, str | None, str | None]]:
    rows = [each for each in ledger.reports.due() if each["what"] in whats]
    return [(each["what"], each["id"], each["who"], each["due_on"]) for each in rows]


def test_an_action_goes_from_open_to_done_to_closed(ledger: Ledger) -> None:
    told(ledger, CLOSED[0])
    assert (row(ledger)["status"], row(ledger)["overdue"]) == ("open", True)
    assert due(ledger, "action", "effect", "reopened") == [("action", "AC1", "L01", f"{MONTH}-31")]
    told(ledger, CLOSED[1])
    assert (row(ledger)["status"], row(ledger)["overdue"]) == ("done", False)
    assert due(ledger, "action", "effect", "reopened") == [("effect", "AC1", "Q01", "2026-08-02")]
    told(ledger, *CLOSED[2:])
    found = row(ledger)
    assert (found["status"], found["looks_since"], found["effective"], found["cycle"]) == (
        "closed",
        1,
        True,
        1,
    )
    assert due(ledger, "action", "effect", "reopened") == []
    assert ledger.reports.actions(only_open=True) == []


def test_what_did_not_work_is_open_again_and_done_anew(ledger: Ledger) -> None:
    told(ledger, *CLOSED[:2], office.check_action("AC1", effective=False))
    assert row(ledger)["status"] == "open"
    told(ledger, office.complete_action("AC1", on=f"{MONTH}-21"))
    assert (row(ledger)["status"], row(ledger)["cycle"]) == ("done", 2)


def test_a_notice_that_occurred_since_opens_it_again_until_it_falls(ledger: Ledger) -> None:
    told(ledger, *CLOSED, again("N1", f"{MONTH}-25"))
    assert (row(ledger)["status"], row(ledger)["recurrences"], row(ledger)["reopened_on"]) == (
        *("reopened", ["N1"], f"{MONTH}-25"),
    )
    assert due(ledger, "reopened") == [("reopened", "AC1", "L01", None)]
    told(ledger, office.withdraw_notice("N1", f"{MONTH}-26"))
    assert (row(ledger)["status"], row(ledger)["recurrences"]) == ("closed", [])


@pytest.mark.parametrize(
    "notice",
    [
        again("N1", "2026-07-02", f"{MONTH}-25"),
        again("N1", f"{MONTH}-25", employee="E002"),
        again("N1", f"{MONTH}-25") | {"clause": "FD-05"},
    ],
    ids=["before it was done", "of another department", "on another clause"],
)
def test_what_occurred_elsewhere_or_before_opens_nothing(ledger: Ledger, notice: dict[str, Any]) -> None:
    told(ledger, *CLOSED, notice)
    assert (row(ledger)["status"], row(ledger)["recurrences"]) == ("closed", [])


def test_a_contested_notice_opens_nothing_while_it_is_contested(ledger: Ledger) -> None:
    told(ledger, *CLOSED, again("N1", f"{MONTH}-25"))
    told(ledger, office.file_appeal("A1", "E001", {"notice": "N1"}, on=f"{MONTH}-26"))
    assert row(ledger)["status"] == "closed"
    foretold = ledger.review.what_if([("A1", "dismissed", None)]).after["actions"]
    assert [each["status"] for each in foretold] == ["reopened"]
    told(ledger, office.decide_appeal("A1", "dismissed", "H01", on=f"{MONTH}-27"))
    assert row(ledger)["status"] == "reopened"


def test_a_notice_that_goes_by_the_handbook_counts_like_a_contested_one(ledger: Ledger) -> None:
    at = f"{MONTH}-18"
    looked = office.record_inspection("I1", {"PF-D": "ok"}, started_at=f"{at}T09:00:00+08:00", on=at)
    acts = [office.complete_action("AC1"), looked, office.check_action("AC1", effective=True)]
    notice = again("N1", f"{MONTH}-25") | {"clause": "PF-D"}
    case = {"case": "HC1", "reason": "當班飲酒", "by": "D01", "on": f"{MONTH}-26"}
    told(ledger, office.open_action("AC1", clause="PF-D"), *acts, notice)
    told(ledger, {"do": "refer_to_handbook", "notice": "N1", **case})

    causes = ledger.reports.causes(MONTH, scheme="performance")

    assert (causes["notices"], causes["contested"]) == (0, 1)
    assert [each["status"] for each in ledger.reports.rewards(MONTH)] == ["contested"]
    with ledger.look() as look:
        assert standing_of(look.state, look.state.thing("action", "AC1")).status == "closed"
    assert row(ledger)["status"] == "closed"
    told(ledger, {"do": "close_handbook_case", "case": "HC1", "outcome": "returned"} | _RETURNED)
    assert row(ledger)["status"] == "reopened"


def test_what_a_withdrawal_is_foretold_to_do_to_actions_and_findings_is_what_it_does(ledger: Ledger) -> None:
    finding = office.found("F1", "FD-08", "E001", points=1, occurred_at=f"{MONTH}-25T09:30:00+08:00")
    look = office.record_inspection(
        "I2", {"FD-08": "fault"}, [finding], started_at=f"{MONTH}-25T09:00:00+08:00", on=f"{MONTH}-25"
    )
    told(ledger, *CLOSED, look, office.issue_notice_from_finding("N1", "F1", issued_on=f"{MONTH}-25"))
    foretold = ledger.review.what_if(without=["N1"])
    assert foretold.before["actions"][0]["status"] == "reopened"
    assert foretold.before["findings"] == [{"finding": "F1", "status": "noticed", "notice": "N1"}]
    told(ledger, office.withdraw_notice("N1", f"{MONTH}-26"))
    fields = foretold.after["actions"][0]
    assert {name: row(ledger)[name] for name in fields} == fields
    (now,) = ledger.reports.inspection("I2")["findings"]
    assert foretold.after["findings"] == [{name: now[name] for name in ("finding", "status", "notice")}]


def test_a_day_that_is_moved_is_counted(ledger: Ledger) -> None:
    told(ledger, office.open_action("AC1"), office.move_action("AC1"))
    assert (row(ledger)["moved"], row(ledger)["due_on"], row(ledger)["overdue"]) == (1, "2026-09-30", False)


def test_an_action_changes_no_figure_of_money(ledger: Ledger) -> None:
    told(ledger, again("N1", f"{MONTH}-25"))
    before = ledger.reports.monthly(MONTH)
    told(
        ledger,
        *CLOSED[:2],
        office.check_action("AC1", effective=False),
        office.cancel_action("AC1", on=f"{MONTH}-21"),
    )
    assert ledger.reports.monthly(MONTH) == before


def test_the_latest_analysis_of_a_notice_counts_and_the_rest_is_unanalysed(ledger: Ledger) -> None:
    notices = [again(f"N{number}", f"{MONTH}-1{number}") for number in (1, 2, 3)]
    told(ledger, *notices, office.analyse_notices("AN1", ["N1", "N2"]))
    told(
        ledger,
        office.analyse_notices("AN2", ["N2"], cause="material"),
        office.open_action("AC1", analysis="AN1", on=f"{MONTH}-20"),
    )
    found = ledger.reports.causes(MONTH, "cause")
    assert (found["notices"], found["unanalysed"]) == (3, 1)
    assert {(each["key"], each["notices"], tuple(each["actions"])) for each in found["rows"]} == {
        ("staffing", 1, ("AC1",)),
        ("material", 1, ()),
        ("unanalysed", 1, ()),
    }


@pytest.mark.parametrize(
    ("by", "key"),
    [
        *(("clause", "FD-08"), ("place", "前臺"), ("department", "front-desk"), ("post", "接待")),
        *(("hour", "10"), ("weekday", "2"), ("inspector", "I01")),
    ],
)
def test_notices_are_counted_by_what_is_asked(ledger: Ledger, by: str, key: str) -> None:
    told(ledger, office.reassign_employee("E001", "2026-08-01", post="接待"))
    told(
        ledger,
        again("N1", f"{MONTH}-25") | {"place": "前臺"},
        office.issue_notice("N2", "E001", clause="PF-D"),
    )
    told(ledger, office.file_appeal("A1", "E001", {"notice": "N2"}, on=f"{MONTH}-14"))
    found = ledger.reports.causes(MONTH, by)
    assert [(each["key"], each["notices"], each["employees"], each["share"]) for each in found["rows"]] == [
        (key, 1, 1, "100.0")
    ]
    performance = ledger.reports.causes(MONTH, by, "performance")
    assert (performance["notices"], performance["contested"]) == (0, 1)


def test_months_wait_for_an_analysis_from_the_first_that_was_analysed(ledger: Ledger) -> None:
    told(ledger, again("N1", "2026-07-10"), again("N2", f"{MONTH}-25"))
    assert due(ledger, "analysis") == []
    told(ledger, again("N3", f"{MONTH}-26"), office.analyse_notices("AN1", ["N2"], on=f"{MONTH}-28"))
    assert due(ledger, "analysis") == [("analysis", MONTH, "Q01", "2026-09-10")]
    told(ledger, office.analyse_notices("AN2", ["N3"], on=f"{MONTH}-28"))
    assert due(ledger, "analysis") == []
