"""Papers of people who moved are typed where they are today, and where that lies what the paper is about; nowhere else."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from ledger.application.desk.desk import Desk, Person
from ledger.application.ledger import Ledger
from ledger.errors import LedgerError
from tests.support import office
from tests.support.office import lines, reassign_employee
from tests.support.story import open_ledger

NOW = datetime(2026, 9, 20, 1, 0, tzinfo=UTC)
AWAY, THIRD = "other", "third"
HERE = {"on": "2026-09-16"}
ISSUED = {
    "do": "issue_notice",
    "clause": "FD-03",
    "points": 1,
    "narrative": "未戴工牌",
    "issued_on": "2026-09-16",
}
OF_AUGUST: dict[str, tuple[str, dict[str, Any]]] = {
    "service": ("E001", {"do": "acknowledge_notice", "notice": "N1", "how": "signed", **HERE}),
    "rectification": ("E001", {"do": "rectify_notice", "notice": "N1", "action": "已補", **HERE}),
    "an appeal": (
        "E001",
        {"do": "file_appeal", "against": {"notice": "N1"}, "ground": "facts", "statement": "不符", **HERE},
    ),
    "an appraisal sheet": (
        "E001",
        {"do": "acknowledge_appraisal", "month": "2026-08", "how": "signed", **HERE},
    ),
    "a notice": ("I02", {**ISSUED, "employee": "E002", "occurred_at": "2026-08-12 10:00"}),
}
"""Papers about August, when everybody was at the first site: who wrote each, and what it says."""
OF_SEPTEMBER: dict[str, tuple[str, dict[str, Any]]] = {
    "service": ("E001", {**OF_AUGUST["service"][1], "notice": "N2"}),
    "an appeal": ("E001", {**OF_AUGUST["an appeal"][1], "against": {"notice": "N2"}}),
    "an appraisal sheet": ("E001", {**OF_AUGUST["an appraisal sheet"][1], "month": "2026-09"}),
    "a notice": ("XI01", {**ISSUED, "employee": "E001", "occurred_at": "2026-09-12 10:00"}),
}
"""Papers about September, when their authors were at the second."""


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """Three offices; E001 and the inspector I02 of the first one go to the second on 1 September."""
    moved = [
        reassign_employee(each, "2026-09-01", site=AWAY, department="order", supervisor="XL02")
        for each in ("E001", "I02")
    ]
    later = {"occurred_at": "2026-09-10T10:00:00+08:00", "issued_on": "2026-09-10", "issued_by": "XI01"}
    said = [
        *office.office(),
        *office.office(AWAY, prefix="X", staff=1),
        *office.office(THIRD, prefix="Z", staff=1),
        office.issue_notice("N1", "E001", 2),
        *moved,
        office.issue_notice("N2", "E001", 1, **later),
    ]
    with open_ledger(tmp_path_factory.mktemp("moved") / "kaoji.db", NOW) as opened:
        opened.record.apply(lines(said))
        yield opened


def refused(ledger: Ledger, typist: str, author: str, paper: dict[str, Any]) -> bool:
    """Whether a paper is not somebody's to type; what is decided about its author is another matter."""
    try:
        Desk.at(ledger, Person(typist)).transcribing.preview(paper, author, "P-1")
    except LedgerError as error:
        return error.code in ("not_yours_to_do", "employee_unknown", "notice_unknown")
    return False


@pytest.mark.parametrize("paper", OF_AUGUST)
@pytest.mark.parametrize(("typist", "may"), [("O01", True), ("XO01", True), ("ZO01", False), ("D01", False)])
def test_a_paper_of_a_former_month_is_typed_at_its_site_and_at_that_of_today(
    typist: str, may: bool, paper: str, ledger: Ledger
) -> None:
    assert refused(ledger, typist, *OF_AUGUST[paper]) != may


@pytest.mark.parametrize("paper", OF_SEPTEMBER)
@pytest.mark.parametrize(("typist", "may"), [("O01", False), ("XO01", True), ("ZO01", False)])
def test_a_paper_since_the_move_is_none_of_the_former_sites(
    typist: str, may: bool, paper: str, ledger: Ledger
) -> None:
    assert refused(ledger, typist, *OF_SEPTEMBER[paper]) != may


def test_what_names_nothing_that_is_there_opens_nothing(ledger: Ledger) -> None:
    nothing = {**OF_AUGUST["service"][1], "notice": "N99"}
    assert refused(ledger, "O01", "E001", nothing) and refused(ledger, "ZO01", "E001", nothing)
