"""An appeal against a share ends as moot when its appellant bears the share no longer (domain §6)."""

from typing import Any

import pytest

from ledger.application.ledger import Ledger
from ledger.errors import WrongState
from tests.support import office
from tests.support.office import Commands
from tests.support.story import everything

FOUND: Commands = [
    office.issue_notice("N1", "E001", points=4),
    {"do": "find_responsibility", "notice": "N1", "finding": "查實", "by": "D01", "on": "2026-08-12"},
]
REPEATED: Commands = [
    office.issue_notice(
        f"N{day}", "E001", occurred_at=f"2026-08-{day}T10:00:00+08:00", issued_on=f"2026-08-{day}"
    )
    for day in (10, 11, 12)
]


def appealed(notice: str = "N1", appeal: str = "A1", by: str = "L01", **changes: Any) -> dict[str, Any]:
    filed = {"statement": "不服", "ground": "facts", "on": "2026-08-13"}
    return {
        "do": "file_appeal",
        "appeal": appeal,
        "by": by,
        "against": {"liability": notice},
        **filed,
        **changes,
    }


LEFT = [
    {"do": "record_departure", "employee": "L01", "on": "2026-08-20"},
    office.correct_departure("L01", "2026-08-09"),
]
ENDINGS: dict[str, tuple[Commands, str, Commands]] = {
    "another line": (FOUND, "N1", [office.reassign_employee("E001", "2026-08-01", supervisor="H01")]),
    "a vacant place": (FOUND, "N1", [office.reassign_employee("E001", "2026-08-01", supervisor=None)]),
    "the finding cleared": (
        FOUND,
        "N1",
        [{"do": "clear_responsibility", "notice": "N1", "reason": "誤", "by": "D01", "on": "2026-08-14"}],
    ),
    "had left before": (FOUND, "N1", LEFT),
    "the repeat ends": (
        REPEATED,
        "N10",
        [{"do": "withdraw_notice", "notice": "N12", "reason": "誤", "by": "I01", "on": "2026-08-14"}],
    ),
    "a clause corrected": (
        REPEATED,
        "N10",
        [
            {
                "do": "correct_notice",
                "notice": "N12",
                "clause": "FD-02",
                "reason": "誤",
                "by": "I01",
                "on": "2026-08-14",
            }
        ],
    ),
    "a finding against another": (
        REPEATED,
        "N10",
        [
            {
                "do": "find_responsibility",
                "notice": "N10",
                "supervisor": "H01",
                "finding": "查實",
                "by": "D01",
                "on": "2026-08-14",
            }
        ],
    ),
}


def statuses(ledger: Ledger) -> dict[str, str]:
    return {row["appeal"]: row["status"] for row in ledger.reports.appeals()}


@pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS)
def test_it_ends_with_what_takes_the_share_away(
    ending: tuple[Commands, str, Commands], ledger: Ledger
) -> None:
    before, notice, after = ending
    ledger.record.apply(office.lines([*before, appealed(notice)]))
    assert statuses(ledger) == {"A1": "pending"}
    notes = ledger.record.apply(office.lines(after)).notes
    assert statuses(ledger) == {"A1": "moot"}
    assert ("appeal_moot", "L01") in [(note.code, note.fields.get("appellant")) for note in notes]
    shares = ledger.reports.joint_liability("2026-08")
    assert (notice, "L01") not in [(row["notice"], row["supervisor"]) for row in shares]
    assert ledger.proofs.verify(deep=True).faults == []


def test_a_share_that_stays_keeps_its_appeal(ledger: Ledger) -> None:
    ledger.record.apply(office.lines([*FOUND, appealed()]))
    ledger.record.apply(office.lines([office.reassign_employee("E001", "2026-08-11", supervisor="H01")]))
    ledger.record.apply(office.lines([office.issue_notice("N9", "E001", clause="FD-05")]))
    ledger.record.apply(
        office.lines(
            [{"do": "withdraw_notice", "notice": "N9", "reason": "誤", "by": "I01", "on": "2026-08-14"}]
        )
    )
    assert statuses(ledger) == {"A1": "pending"}


def test_whoever_bears_it_now_may_appeal_and_the_one_before_is_still_answered(ledger: Ledger) -> None:
    moved = office.reassign_employee("E001", "2026-08-01", supervisor="H01")
    ledger.record.apply(office.lines([*FOUND, appealed(), moved]))
    second = appealed(appeal="A2", by="H01", on="2026-09-02")
    answer = {"do": "decide_appeal", "appeal": "A1", "outcome": "dismissed", "reasons": "查", "by": "M01"}
    ledger.record.apply(office.lines([second, {**answer, "on": "2026-09-02"}]))
    assert statuses(ledger) == {"A1": "dismissed", "A2": "pending"}
    (share,) = ledger.reports.joint_liability("2026-08")
    assert (share["supervisor"], share["status"]) == ("H01", "contested")
    again = {"do": "escalate_appeal", "appeal": "A1", "statement": "s", "on": "2026-09-02"}
    with pytest.raises(WrongState) as refused:
        ledger.record.apply(office.lines([again]))
    assert refused.value.code == "no_share"


def test_a_revocation_that_ends_a_repeat_is_foretold_with_the_appeals_it_ends(ledger: Ledger) -> None:
    contested = {"against": {"notice": "N12"}}
    filed = [appealed("N10"), appealed("N12", "A2", "E001", **contested)]
    ledger.record.apply(office.lines([*REPEATED, *filed]))
    foretold = ledger.review.what_if([("A2", "revoked", None)])
    decided = {"do": "decide_appeal", "appeal": "A2", "outcome": "revoked", "reasons": "查", "by": "H01"}
    ledger.record.apply(office.lines([{**decided, "on": "2026-08-14"}]))
    assert statuses(ledger) == {"A1": "moot", "A2": "revoked"}
    assert foretold.after["monthly"] == [
        {**row, "month": "2026-08"}
        for row in everything(ledger, [office.SITE], ["2026-08"])["monthly jinse 2026-08"]
        if row["employee"] in ("E001", "L01")
    ]


def test_a_share_that_only_the_employees_own_appeal_stays_keeps_its_appeal(ledger: Ledger) -> None:
    own = appealed("N12", "A2", "E001", against={"notice": "N12"})
    ledger.record.apply(office.lines([*REPEATED, appealed("N10"), own]))
    ledger.record.apply(office.lines([office.reassign_employee("E001", "2026-08-20", supervisor="H01")]))
    assert statuses(ledger) == {"A1": "pending", "A2": "pending"}


def test_an_appeal_ends_once(ledger: Ledger) -> None:
    ledger.record.apply(office.lines([*FOUND, appealed()]))
    withdrawn = {"do": "withdraw_notice", "notice": "N1", "reason": "誤", "by": "I01", "on": "2026-08-14"}
    made = ledger.record.apply(office.lines([withdrawn])).events
    assert [recorded.event.kind for recorded in made] == ["notice_withdrawn", "appeal_mooted"]
