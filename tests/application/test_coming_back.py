"""Somebody who left comes back, and a departure that was recorded wrongly is put right (domain §1)."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ledger.application.ledger import Ledger
from ledger.policy.loading import house_rules
from tests.support import office

LATER = datetime(2026, 12, 2, 1, 0, tzinfo=UTC)


def opened(tmp_path: Path, *before: dict[str, Any], policy: dict[str, Any] | None = None) -> Ledger:
    """E001 has three notices on one clause, of 10, 11 and 12 August; L01 is above E001 from the beginning."""
    ledger = Ledger(f"sqlite:///{tmp_path / 'back.db'}", now=lambda: LATER)
    adopted = [] if policy is None else [{"do": "adopt_policy", "policy": policy, "on": "2026-07-31"}]
    commands = [*office.office(), *adopted, *before]
    ledger.record.apply(office.lines([*commands, *map(_notice, (10, 11, 12))]))
    return ledger


def _notice(day: int) -> dict[str, Any]:
    on = f"2026-08-{day}"
    return office.issue_notice(f"N{day}", "E001", occurred_at=f"{on}T10:00:00+08:00", issued_on=on)


def shares(ledger: Ledger) -> list[tuple[str | None, str]]:
    found = ledger.reports.joint_liability("2026-08")
    return [(row["supervisor"], row["status"]) for row in found]


def lines(ledger: Ledger, month: str) -> list[tuple[str, str, str, list[int]]]:
    found = ledger.reports.payroll(month)["lines"]
    return [(line["employee"], line["component"], line["amount"], line["because"]) for line in found]


def close(ledger: Ledger, month: str, on: str) -> None:
    ledger.record.apply(office.lines([office.close_month(month, on)]))


def drawn_anew(ledger: Ledger) -> None:
    """What is drawn from the log alone is what was drawn while it grew."""
    before = ledger.reports.monthly("2026-08"), shares(ledger)
    ledger.projections.rebuild()
    assert (ledger.reports.monthly("2026-08"), shares(ledger)) == before


def test_a_place_that_fell_vacant_stays_vacant_when_its_holder_comes_back(tmp_path: Path) -> None:
    left, back = office.record_departure("L01", "2026-08-08"), office.rehire_employee("L01", "2026-08-11")
    with opened(tmp_path, left, back) as ledger:
        assert shares(ledger) == [(None, "lapsed")] * 3
        drawn_anew(ledger)


def test_who_is_set_above_again_bears_from_that_day(tmp_path: Path) -> None:
    left, back = office.record_departure("L01", "2026-08-08"), office.rehire_employee("L01", "2026-08-11")
    again = office.reassign_employee("E001", "2026-08-12", supervisor="L01")
    with opened(tmp_path, left, back, again) as ledger:
        assert shares(ledger) == [(None, "lapsed"), (None, "lapsed"), ("L01", "enforceable")]
        drawn_anew(ledger)


def test_a_departure_that_never_was_is_charged_as_an_adjustment(tmp_path: Path) -> None:
    """The closed month's lines stay; what the share comes to goes into the next close, and names the correction."""
    with opened(tmp_path, office.record_departure("L01", "2026-08-09")) as ledger:
        close(ledger, "2026-08", "2026-09-02")
        handed = lines(ledger, "2026-08")
        assert shares(ledger) == [(None, "lapsed")] * 3

        corrected = office.lines([office.correct_departure("L01", None)])
        position = ledger.record.apply(corrected).position
        close(ledger, "2026-09", "2026-10-02")

        assert lines(ledger, "2026-08") == handed
        assert lines(ledger, "2026-09") == [("L01", "joint", "4.50", [position])]
        assert shares(ledger) == [("L01", "enforceable")] * 3
        drawn_anew(ledger)


def test_a_departure_on_an_earlier_day_is_paid_back(tmp_path: Path) -> None:
    with opened(tmp_path) as ledger:
        ledger.record.apply(office.lines([office.record_departure("L01", "2026-08-31")]))
        close(ledger, "2026-08", "2026-09-02")

        corrected = office.lines([office.correct_departure("L01", "2026-08-10")])
        position = ledger.record.apply(corrected).position
        close(ledger, "2026-09", "2026-10-02")

        assert lines(ledger, "2026-09") == [("L01", "joint", "-3.00", [position])]
        assert shares(ledger) == [("L01", "enforceable"), (None, "lapsed"), (None, "lapsed")]
        drawn_anew(ledger)


def test_what_stays_with_the_employee_follows_the_correction(tmp_path: Path) -> None:
    policy = house_rules() | {"version": "stays", "effective_from": "2026-08-01"}
    policy["joint_liability"] = {**policy["joint_liability"], "vacant": "stays_with_employee"}
    left = office.record_departure("L01", "2026-08-09")
    with opened(tmp_path, left, policy=policy) as ledger:
        close(ledger, "2026-08", "2026-09-02")
        position = ledger.record.apply(office.lines([office.correct_departure("L01", None)])).position
        close(ledger, "2026-09", "2026-10-02")

        assert lines(ledger, "2026-09") == [
            ("E001", "own", "-4.50", [position]),
            ("L01", "joint", "4.50", [position]),
        ]


def test_an_office_comes_back_with_a_departure_that_never_was(tmp_path: Path) -> None:
    left, never = office.record_departure("I01", "2026-08-03"), office.correct_departure("I01", None)
    with opened(tmp_path, left, never) as ledger:
        assert len(ledger.reports.monthly("2026-08")) > 0
        assert ledger.review.card("employee", "I01")["departed_on"] is None


def test_the_department_of_coming_back_is_the_rows(tmp_path: Path) -> None:
    with opened(tmp_path) as ledger:
        left = office.record_departure("E001", "2026-08-20")
        back = office.rehire_employee("E001", "2026-08-25", department="order", supervisor=None)
        ledger.record.apply(office.lines([left, back]))
        row = next(row for row in ledger.reports.monthly("2026-08") if row["employee"] == "E001")
        assert row["department"] == "order"
        card = ledger.review.card("employee", "E001")
        assert (card["departed_on"], card["supervisor"]) == (None, None)
        drawn_anew(ledger)
