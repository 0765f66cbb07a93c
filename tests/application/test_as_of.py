"""Under --as-of, today is the day of that position's recording, or the instant's own: asked later, it answers alike."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ledger.application.ledger import Ledger
from tests.support import office

RECORDED = datetime(2026, 9, 2, 1, 0, tzinfo=UTC)


@contextmanager
def asked(file: Path, now: datetime = RECORDED) -> Iterator[Ledger]:
    with Ledger(f"sqlite:///{file}", now=lambda: now, operator=lambda: "tester") as ledger:
        yield ledger


def recorded(file: Path) -> int:
    """An office with an appeal that waits, of which the reviewer leaves the office in October."""
    waiting = [office.issue_notice("N1", "E001", 2), office.file_appeal("A1", "E001", {"notice": "N1"})]
    with asked(file) as ledger:
        ledger.record.apply(office.lines([*office.office(), *waiting]))
        return ledger.position()


def everything(ledger: Ledger, as_of: int | None) -> list[Any]:
    return [
        ledger.reports.due(as_of=as_of),
        ledger.reports.appeals(as_of=as_of),
        ledger.reports.sanctions(office.MONTH, as_of=as_of),
        ledger.review.card("appeal", "A1", as_of),
        ledger.review.card("employee", "E001", as_of),
        ledger.review.month_card("2026-09", as_of=as_of),
    ]


def test_as_of_a_position_answers_alike_whenever_it_is_asked(tmp_path: Path) -> None:
    position = recorded(tmp_path / "kaoji.db")
    with asked(tmp_path / "kaoji.db") as ledger:
        on_the_day = everything(ledger, None)
        assert everything(ledger, position) == on_the_day
    with asked(tmp_path / "kaoji.db", RECORDED + timedelta(days=90)) as later:
        assert everything(later, position) == on_the_day
        assert everything(later, None) != on_the_day


def test_as_of_an_instant_its_own_day_is_today(tmp_path: Path) -> None:
    recorded(tmp_path / "kaoji.db")
    with asked(tmp_path / "kaoji.db", RECORDED + timedelta(days=90)) as later:
        days_left = [
            next(r["days_left"] for r in later.reports.due(as_of=later.position_of(instant)) if r["due_on"])
            for instant in ("2026-09-03T10:00:00+08:00", "2026-09-05T10:00:00+08:00")
        ]
        assert days_left[0] == days_left[1] + 2
