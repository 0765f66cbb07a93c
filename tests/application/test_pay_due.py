"""What pay leaves open stands in `due` until it is settled, also where the return behind a settlement was taken back."""

from pathlib import Path
from typing import Any

import pytest

from ledger.events.months import MonthClosed, month_stream
from ledger.reports.source import ProjectionRows
from ledger.state.ledger_state import LedgerState
from tests.support import office
from tests.support.story import open_ledger


def test_the_days_of_closes_are_told_without_keeping_their_lines(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "kaoji.db", office.NOW) as ledger:
        ledger.record.apply(office.lines(office.a_busy_month()))
        state = LedgerState(ledger.log)
        days = state.closes.days(office.SITE)
        assert not state.reading.holds(month_stream(office.SITE, office.MONTH))
        assert days == {office.MONTH: state.closes.of(office.SITE)[0].on}


def test_the_day_of_a_close_that_is_added_is_known(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "kaoji.db", office.NOW) as ledger:
        ledger.record.apply(office.lines(office.a_busy_month()))
        (close,) = ledger.log.of_kind(MonthClosed.kind)
        before = LedgerState(ledger.log, close.position - 1)
        assert before.closes.days(office.SITE) == {}
        before.add(close)
        assert before.closes.days(office.SITE) == LedgerState(ledger.log).closes.days(office.SITE) != {}


def test_a_return_taken_back_behind_its_settlement_waits_since_the_close(tmp_path: Path) -> None:
    returned = {
        "do": "record_payroll",
        "site": office.SITE,
        "month": office.MONTH,
        "by": "F01",
        "on": "2026-09-02",
    }
    with open_ledger(tmp_path / "kaoji.db", office.NOW) as ledger:
        ledger.record.apply(office.lines([*office.a_busy_month(), *office.pay_returned("E002")]))
        ledger.record.apply(
            office.lines([{**returned, "deducted": {"E002": None}, "correction": "報錯了人"}])
        )
        waiting = [row for row in ledger.reports.due() if row["what"] == "difference"]
    assert [(row["employee"], row["since"]) for row in waiting] == [("E002", "2026-09-02")]


def test_what_waits_at_a_site_reads_the_returns_of_no_other_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_ledger(tmp_path / "kaoji.db", office.NOW) as ledger:
        ledger.record.apply(office.lines([*office.a_busy_month(), *office.pay_returned("E002")]))
        expected = ledger.reports.due(office.SITE)
        read: list[str] = []
        plain = ProjectionRows._read

        def noted(self: ProjectionRows, projection: Any, *more: Any) -> Any:
            read.append(projection.table.name)
            return plain(self, projection, *more)

        monkeypatch.setattr(ProjectionRows, "_read", noted)
        for number in range(3):
            ledger.record.apply(office.lines([office.register_site(f"other-{number}")]))
        assert [row for row in ledger.reports.due(office.SITE) if row["what"] == "difference"] == [
            row for row in expected if row["what"] == "difference"
        ]
    assert (read.count("sheet_pay_returns"), read.count("sheet_settlements")) == (1, 1)


def test_one_correction_of_several_people_is_decided_the_same_again(tmp_path: Path) -> None:
    """It is sealed for each of them by itself; verification took the first one's for everybody's."""
    said = {"site": office.SITE, "month": office.MONTH, "by": "F01", "on": "2026-09-02"}
    both = {"E001": "1.00", "E002": "2.00"}
    with open_ledger(tmp_path / "kaoji.db", office.NOW) as ledger:
        ledger.record.apply(office.lines([*office.a_busy_month(), *office.pay_returned("E002")]))
        ledger.record.apply(
            office.lines([{"do": "record_payroll", **said, "deducted": both, "correction": "抄錯行"}])
        )
        assert ledger.proofs.verify(deep=True).faults == []
