"""Who reviews an appeal: nobody who comes to have a part in it while it waits, and nobody put in from behind (domain §6)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.application.ledger import Ledger
from tests.support import office
from tests.support.office import appoint, file_appeal, find_responsibility, issue_notice, register_site
from tests.support.story import open_ledger

SERVED = [issue_notice("N1", "E001"), office.acknowledge_notice("N1")]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / "kaoji.db", office.NOW) as ledger:
        ledger.record.apply(office.lines([*office.office(), *SERVED]))
        yield ledger


def reviewer(ledger: Ledger) -> tuple[str, str | None]:
    (row,) = ledger.reports.appeals("jinse")
    return row["level"], row["reviewer"]


def test_whoever_comes_to_bear_a_share_of_it_may_not_decide_it(ledger: Ledger) -> None:
    ledger.record.apply(office.lines([file_appeal("A1", "E001", {"notice": "N1"})]))
    assert reviewer(ledger) == ("department_head", "H01")
    ledger.record.apply(office.lines([find_responsibility("N1", supervisor="H01", by="Q01")]))
    assert reviewer(ledger) == ("director", "D01")


def test_whoever_comes_to_make_a_finding_on_it_may_not_decide_it(ledger: Ledger) -> None:
    ledger.record.apply(office.lines([file_appeal("A1", "E001", {"notice": "N1"}, ground="retaliation")]))
    assert reviewer(ledger) == ("director", "D01")
    ledger.record.apply(office.lines([find_responsibility("N1", by="D01")]))
    assert reviewer(ledger) == ("manager", "M01")


def test_an_appointment_made_after_the_filing_and_dated_before_it_takes_over_nothing(ledger: Ledger) -> None:
    ledger.record.apply(office.lines([file_appeal("A1", "E001", {"notice": "N1"})]))
    late = appoint("department_head", "L01", department="front-desk", from_="2026-08-01")
    ledger.record.apply(office.lines([late]))
    assert reviewer(ledger) == ("department_head", "H01")


def test_it_begins_above_the_highest_rank_that_whoever_did_the_act_holds_anywhere(ledger: Ledger) -> None:
    elsewhere = [register_site("north"), appoint("director", "I01", site="north")]
    ledger.record.apply(office.lines([*elsewhere, file_appeal("A1", "E001", {"notice": "N1"})]))
    assert reviewer(ledger) == ("manager", "M01")


def test_of_a_sanction_no_issuer_of_a_notice_of_that_month_is_reviewer(ledger: Ledger) -> None:
    warning = {
        "do": "impose_sanction",
        "sanction": "S1",
        "employee": "E001",
        "month": "2026-08",
        "kind": "warning",
    }
    warning |= {"reasons": "查實", "by": "D01", "on": "2026-08-31"}
    severe = issue_notice("N2", "E001", 11, clause="FD-05", issued_by="M01")
    ledger.record.apply(office.lines([severe, warning]))
    ledger.record.apply(office.lines([file_appeal("A1", "E001", {"sanction": "S1"}, on="2026-09-01")]))
    assert reviewer(ledger) == ("company", "C01")
