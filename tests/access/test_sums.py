"""A report of a month whose rows name nobody, such as sums of departments, is for whoever sees all figures of the site."""

from pathlib import Path

import pytest

from ledger.application.desk.desk import Desk, Keeper, Person
from ledger.reports.month_report import MonthReport, month_reports
from tests.support import office
from tests.support.office import lines
from tests.support.story import open_ledger

SUMS = [{"department": "front-desk", "points": 5}]


@pytest.mark.parametrize(
    ("viewer", "shown"),
    [
        (Keeper(), True),
        (Person("D01"), True),
        (Person("M01"), True),
        (Person("E001"), False),
        (Person("H01"), False),
    ],
)
def test_sums_that_name_nobody_are_shown_to_whoever_sees_the_sites_figures(
    viewer: Keeper | Person, shown: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = MonthReport("sums", lambda rows, state, site, month: SUMS, ("department", "points"))
    monkeypatch.setitem(month_reports(), "sums", report)
    with open_ledger(tmp_path / "kaoji.db", office.NOW) as ledger:
        ledger.record.apply(lines([*office.office(), office.issue_notice("N1", "E001")]))
        with Desk.at(ledger, viewer).look() as look:
            assert look.of_month("sums", office.MONTH) == (SUMS if shown else [])
