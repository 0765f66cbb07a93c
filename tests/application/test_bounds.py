"""The largest sums there can be are reckoned, shown and handed over like any other: none leaves 64 bits."""

import copy
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from ledger.application.ledger import Ledger
from ledger.policy.loading import house_rules
from tests.support import office
from tests.support.story import open_ledger

DEAREST = Decimal("1000.00")
MOST = 9_999
NOTICES = 12


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """The dearest points there may be, and a dozen notices of the most points there may be, in one month."""
    document = copy.deepcopy(house_rules())
    document |= {"version": "dearest", "effective_from": "2026-08-01"}
    for scheme in ("service_quality", "performance"):
        document["schemes"][scheme]["point_value"] = str(DEAREST)
    adopted = {"do": "adopt_policy", "policy": document, "on": "2026-07-01"}
    issued = [
        office.issue_notice(f"N{n}", "E001", MOST, occurred_at=f"2026-08-10T10:{n:02}:00+08:00")
        for n in range(NOTICES)
    ]
    with open_ledger(tmp_path / "kaoji.db", office.NOW) as ledger:
        ledger.record.apply(office.lines([*office.office(), adopted]))
        ledger.record.apply(office.lines([*issued, office.close_month()]))
        yield ledger


def test_the_largest_sums_are_shown_and_handed_over(ledger: Ledger) -> None:
    (row,) = [row for row in ledger.reports.monthly(office.MONTH) if row["employee"] == "E001"]
    assert row["points"] == MOST * NOTICES
    assert Decimal(row["base_fine"]) == DEAREST * MOST * NOTICES
    handed = ledger.reports.payroll(office.MONTH)
    assert sum(Decimal(line["amount"]) for line in handed["lines"]) >= Decimal(row["deduction"])
    assert ledger.rebuild() == ledger.position()
    assert ledger.proofs.verify(deep=True, sheets=True).faults == []
