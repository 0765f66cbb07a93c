"""What a command would change is told as far as it is one's own to see, at the site of each thing and of each month."""

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger.application.desk.desk import Desk, Person
from ledger.application.desk.impact import seen_impact
from ledger.application.ledger import Ledger
from ledger.errors import LedgerError
from ledger.policy.loading import house_rules, house_text
from ledger.review.impact import Impact
from tests.support import office
from tests.support.office import lines
from tests.support.story import open_ledger

OTHER = "other"
ROUND = {"site": OTHER, "by": "XI01"}
SERIOUS = {"occurred_at": f"{office.MONTH}-14T10:00:00+08:00", "issued_on": f"{office.MONTH}-14"}


def commands() -> list[dict[str, Any]]:
    """Two offices; D01, director of the first, is inspector at the other one, where a round found something of XE001."""
    return [
        *office.office(),
        *office.office(OTHER, prefix="X", staff=1),
        office.appoint("inspector", "D01", site=OTHER),
        office.record_inspection(
            "INS-1", {"FD-03": "fault"}, [office.found("F1", "FD-03", "XE001", points=1)], **ROUND
        ),
        office.issue_notice("N1", "E001", 5),
    ]


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with open_ledger(tmp_path_factory.mktemp("impact") / "kaoji.db", office.NOW) as opened:
        opened.record.apply(lines(commands()))
        yield opened


def seen(ledger: Ledger, viewer: str, values: dict[str, Any]) -> Impact:
    """What somebody sees of what a command would change, whoever it is given by."""
    impact = seen_impact(Desk.at(ledger, Person(viewer)), ledger.record.typed(values, dry_run=True))
    assert impact is not None
    return impact


@pytest.mark.parametrize(
    ("viewer", "sees"), [("XI01", True), ("XD01", True), ("XE001", True), ("D01", False)]
)
def test_a_finding_is_told_by_the_rights_at_its_own_site(viewer: str, sees: bool, ledger: Ledger) -> None:
    taken = office.issue_notice_from_finding("N2", "F1", issued_by="XI01")
    found = seen(ledger, viewer, taken)

    assert [row["finding"] for row in found.before["findings"]] == ["F1"] * sees
    assert [row["finding"] for row in found.after["findings"]] == ["F1"] * sees


@pytest.mark.parametrize(
    ("mode", "sees"), [({}, True), ({"mode": "counts"}, False), ({"basis": "consent"}, False)]
)
def test_who_would_stand_on_a_list_is_told_to_those_for_whom_the_wall_names_them(
    mode: dict[str, str], sees: bool, tmp_path: Path
) -> None:
    document = copy.deepcopy(house_rules()) | {"version": "own-1", "effective_from": "2026-08-01"}
    document["public_list"] |= mode
    adopted = {"do": "adopt_policy", "policy": document, "on": "2026-07-31"}
    with open_ledger(tmp_path / "kaoji.db", office.NOW) as opened:
        opened.record.apply(lines([*commands(), adopted]))
        more = office.issue_notice("N2", "E001", 2, clause="FD-02", **SERIOUS)
        listed = {each: seen(opened, each, more).after["public_list"] for each in ("I01", "H01", "XI01")}

    assert bool(listed["I01"]) is sees, "an inspector sees no figures"
    assert listed["H01"], "the head of the department does"
    assert not listed["XI01"]


@pytest.mark.parametrize(("viewer", "may"), [("D01", True), ("O01", True), ("E003", False), ("H01", False)])
def test_finance_imagines_and_looks_through_no_open_month(viewer: str, may: bool, ledger: Ledger) -> None:
    if viewer == "E003":
        ledger.record.apply(lines([office.appoint("finance", "E003")]))
    at = Desk.at(ledger, Person(viewer))
    with at.look() as look:
        asked = [
            lambda: at.review.what_if(without=["N1"]),
            lambda: at.review.require_trial(office.SITE),  # type: ignore[attr-defined]
            lambda: at.review.what_if_policy(house_text().encode(), site=office.SITE),
            lambda: look.open_in_month(office.MONTH, office.SITE),
        ]
        refused = []
        for ask in asked:
            try:
                ask()
            except LedgerError as error:
                refused.append(error.code)
    assert refused == ([] if may else ["not_yours_to_read"] * 4)


# --- proposals ------------------------------------------------------------------------------------------


def refusal(ledger: Ledger, viewer: str, values: dict[str, Any]) -> tuple[str, int]:
    """The code of what is said to somebody who proposes, and how many fields it has."""
    with pytest.raises(LedgerError) as told:
        Desk.at(ledger, Person(viewer)).proposing.preview(values)
    return told.value.code, len(told.value.fields)


@pytest.mark.parametrize("do", ["grant_reward", "erase_employee"])
def test_nobody_elsewhere_is_found_out_by_a_proposal(do: str, ledger: Ledger) -> None:
    proposed = {
        "grant_reward": {"points": 1, "occurred_on": "2026-08-10", "reason": "x"},
        "erase_employee": {"ground": "service_ended"},
    }[do]
    there, not_there = (
        refusal(ledger, "M01", {"do": do, "employee": who, **proposed}) for who in ("XE001", "E999")
    )
    assert there == not_there == ("employee_unknown", 1)


def test_no_reward_elsewhere_is_found_out_by_a_proposal(ledger: Ledger) -> None:
    ledger.record.apply(lines([office.grant_reward("XR1", "XE001", by="XH01", approved_by="XD01")]))
    there, not_there = (
        refusal(ledger, "M01", {"do": "withdraw_reward", "reward": name, "reason": "x"})
        for name in ("XR1", "XR9")
    )
    assert there == not_there == ("reward_unknown", 1)


def test_no_author_elsewhere_is_found_out_by_a_paper(ledger: Ledger) -> None:
    paper = {"do": "rectify_notice", "notice": "N1", "action": "x", "on": "2026-08-16"}
    found = []
    for author in ("XE001", "E999"):
        with pytest.raises(LedgerError) as told:
            Desk.at(ledger, Person("O01")).transcribing.preview(paper, author, "P-1")
        found.append(told.value.code)
    assert found == ["employee_unknown"] * 2
