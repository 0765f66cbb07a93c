"""Nobody reviews a decision of their own; an appealed share keeps the notice as it is (domain §§2, 6)."""

from pathlib import Path

import pytest

from ledger.application.ledger import Ledger
from ledger.errors import WrongState
from tests.support import office


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    ledger = Ledger(f"sqlite:///{tmp_path / 'office.db'}", now=office.now)
    ledger.record.apply(office.lines([*office.office(), office.issue_notice("N1", "E001", 5)]))
    return ledger


def test_a_head_who_is_director_too_does_not_review_their_own_decision(ledger: Ledger) -> None:
    ledger.record.apply(
        office.lines(
            [
                office.appoint("director", "H01", from_="2026-08-01"),
                office.file_appeal("A1", "E001", {"notice": "N1"}),
                office.decide_appeal("A1", "dismissed", "H01"),
                office.escalate_appeal("A1"),
            ]
        )
    )

    (appeal,) = ledger.reports.appeals()

    assert (appeal["status"], appeal["reviewer"]) == ("pending", "D01")


def test_an_appealed_share_lets_a_correction_only_lower_points(ledger: Ledger) -> None:
    ledger.record.apply(
        office.lines([office.find_responsibility("N1"), office.file_appeal("A1", "L01", {"liability": "N1"})])
    )

    with pytest.raises(WrongState, match="correction_only_lowers"):
        ledger.record.apply(office.lines([office.correct_notice("N1", "2026-08-13", clause="FD-02")]))
    ledger.record.apply(office.lines([office.correct_notice("N1", "2026-08-13", points=4)]))


def test_a_month_closed_with_the_first_close_names_that_close(ledger: Ledger) -> None:
    ledger.record.apply(office.lines([office.close_month()]))

    with pytest.raises(WrongState, match="month_closed_with") as refused:
        ledger.reports.payroll("2026-07")
    assert refused.value.fields["closed_with"] == "2026-08"
