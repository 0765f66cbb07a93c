"""Precedents by projections, which count them where they lie, are those that everybody's streams come to."""

from datetime import date, timedelta
from typing import Any

from ledger.application.ledger import Ledger
from ledger.review.precedents import MOST_SHOWN
from tests.support import office
from tests.support.story import told

_PEOPLE = {"E001": "H01", "E002": "H02", "E003": "H01", "E004": "H02"}
_DAYS = 60


def _story() -> office.Commands:
    """Sixty notices on a clause, a day apart, and some on another: withdrawn, and appealed against in every way."""
    commands = [*office.office()]
    for number in range(_DAYS):
        day = str(date(2026, 6, 1) + timedelta(days=number))
        employee = list(_PEOPLE)[number % 4]
        commands.append(_notice(f"P{number}", employee, day, number))
        commands += _afterwards(number, employee, day)
        if number % 10 == 0:
            commands.append(_notice(f"Q{number}", employee, day, number, clause="FD-02"))
    return commands


def _notice(notice: str, employee: str, day: str, number: int, **changes: Any) -> dict[str, Any]:
    fields = {
        "occurred_at": f"{day}T10:00:00+08:00",
        "issued_on": day,
        "issued_by": f"I0{1 + number % 3 // 2}",
    }
    return office.issue_notice(notice, employee, 2 + number % 3, **fields | changes)


def _afterwards(number: int, employee: str, day: str) -> office.Commands:
    appeal, target = f"A{number}", {"notice": f"P{number}"}
    filed = office.file_appeal(appeal, employee, target, day)
    match number % 10:
        case 1:
            return [office.withdraw_notice(f"P{number}", day, by="D01")]
        case 3 | 4:
            return [filed, office.decide_appeal(appeal, "revoked", _PEOPLE[employee], day)]
        case 5:
            return [filed, office.decide_appeal(appeal, "reduced", _PEOPLE[employee], day, points=1)]
        case 6:
            return [filed, office.decide_appeal(appeal, "dismissed", _PEOPLE[employee], day)]
        case 7:
            return [filed]
        case 8:
            return [filed, office.withdraw_appeal(appeal, day), {**filed, "appeal": f"B{number}"}]
    return []


def _disputed(day: str, at: str) -> office.Commands:
    """A notice of a day on which there is another, earlier or later, and the appeal against it."""
    return [
        _notice("N1", "E001", day, 0, occurred_at=f"{day}T{at}:00+08:00"),
        office.file_appeal("A", "E001", {"notice": "N1"}, day),
    ]


def _both(ledger: Ledger) -> tuple[dict[str, Any], dict[str, Any]]:
    now = ledger.review.case_file("A")
    then = ledger.review.case_file("A", as_of=ledger.position())
    return now, then


def test_projections_and_streams_tell_the_same_precedents(ledger_url: str) -> None:
    with Ledger(ledger_url, now=lambda: office.NOW, operator=lambda: "tester") as ledger:
        told(ledger, *_story(), *_disputed("2026-07-28", "11:00"))
        now, then = _both(ledger)
        assert now["precedents"] == then["precedents"]
        assert now["precedent_counts"] == then["precedent_counts"]
        assert len(now["precedents"]) == MOST_SHOWN
        site, same = now["precedent_counts"]["site"], now["precedent_counts"]["same_issuer"]
        spread = {"lowest": 1, "median": "3.00", "highest": 4}
        assert site == {"notices": 58, "withdrawn": 6, "reduced": 6, "revoked": 12, **spread}
        assert same["notices"] == 39
        assert now["precedents"][0]["notice"] == "P57"  # of the same day, an hour before


def test_one_of_the_same_day_but_later_is_no_precedent(ledger_url: str) -> None:
    with Ledger(ledger_url, now=lambda: office.NOW, operator=lambda: "tester") as ledger:
        told(ledger, *_story(), *_disputed("2026-06-03", "09:00"))
        now, then = _both(ledger)
        assert [row["notice"] for row in now["precedents"]] == ["P1", "P0"]
        assert (now["precedents"], now["precedent_counts"]) == (then["precedents"], then["precedent_counts"])
