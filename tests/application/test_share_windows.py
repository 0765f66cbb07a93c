"""Whoever bears a repeat's share may appeal from the day on which the notice that made it one was recorded (domain §4)."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.support import office
from tests.support.story import open_ledger


def _notice(day: int) -> dict[str, Any]:
    on = f"2026-08-{day}"
    return office.issue_notice(f"N{day}", "E001", occurred_at=f"{on}T10:00:00+08:00", issued_on=on)


def test_a_repeat_told_late_can_be_appealed_against_from_then_on(tmp_path: Path) -> None:
    file = tmp_path / "kaoji.db"
    with open_ledger(file, datetime(2026, 8, 12, 4, 0, tzinfo=UTC)) as ledger:
        ledger.record.apply(office.lines([*office.office(), _notice(10), _notice(11)]))
    with open_ledger(file, datetime(2026, 8, 31, 4, 0, tzinfo=UTC)) as ledger:
        ledger.record.apply(office.lines([_notice(12)]))
        appeal = office.file_appeal("A1", "L01", {"liability": "N10"}, "2026-08-31")
        ledger.record.apply(office.lines([appeal]))
        assert ledger.review.card("appeal", "A1")["status"] == "pending"
