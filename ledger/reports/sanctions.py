"""`report sanctions`: whose month carries a sanction, and what was imposed (domain §§5, 10.2; 篇3 4.2.3, 4.2.4)."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from ledger.aggregates.employee.sanctions import open_notices, review_items
from ledger.formats import format_day, months_after
from ledger.projections.tables.monthly import PROJECTION as MONTHLY
from ledger.projections.tables.register import PROJECTION as REGISTER
from ledger.reports.names import names_of
from ledger.reports.shapes import Report, Row
from ledger.reports.source import Rows
from ledger.state.ledger_state import LedgerState


def sanctions(rows: Rows, ledger_state: LedgerState, site: str, month: str, today: date) -> list[Report]:
    """Whose month carries a sanction, what was imposed, and whether its band still carries it (domain §5)."""
    summary, registered = rows.of(MONTHLY, site, month), rows.of(REGISTER, site, month)
    concerned = [row["employee"] for row in (*summary, *registered)]
    found = sanction_rows(summary, registered, names_of(ledger_state, concerned))
    months = ledger_state.policy_of(site, month).sanctions.expires_months
    return [
        _with_review({**row, "status": status_on(today, row, months)}, ledger_state, site, month, today)
        for row in found
    ]


def status_on(today: date, sanction: Mapping[str, Any], expires_months: int | None) -> str:
    """A sanction's status on a day: a warning or demerit in force for so many months as the policy states is expired."""
    in_force = sanction["kind"] in ("warning", "demerit") and sanction["status"] == "in_force"
    if expires_months is None or not in_force:
        return str(sanction["status"])
    return (
        "expired" if months_after(date.fromisoformat(sanction["on"]), expires_months) <= today else "in_force"
    )


def sanction_rows(
    summary: Iterable[Row], registered: Iterable[Row], names: Mapping[str, str]
) -> list[Report]:
    """One row a sanction of the month, and one for whoever is due one and has none standing."""
    bands = {row["employee"]: row for row in summary}
    found = []
    for row in registered:
        if row["kind"] == "sanction":
            band = bands.get(row["employee"])
            found.append(_sanction_row(row["employee"], row["month"], names, band, row))
    for employee, band in bands.items():
        if band["sanction_due"] is not None:
            found.append(_sanction_row(employee, band["month"], names, band, None))
    return sorted(found, key=lambda row: (row["employee"], row["sanction"] or ""))


def _sanction_row(
    employee: str, month: str, names: Mapping[str, str], band: Row | None, sanction: Row | None
) -> Report:
    return {
        "employee": employee,
        "name": names[employee],
        "month": month,
        "points": 0 if band is None else band["points"],
        "band": "none" if band is None else band["band"],
        "sanction_due": None if band is None else band["sanction_due"],
        "sanction": None if sanction is None else sanction["id"],
        "kind": None if sanction is None else sanction["what"],
        "by": None if sanction is None else sanction["by"],
        "on": None if sanction is None else sanction["on"],
        "status": "due" if sanction is None else sanction["status"],
        "suspended_by": None if sanction is None else sanction["suspended_by"],
    }


def _with_review(row: Report, ledger_state: LedgerState, site: str, month: str, today: date) -> Report:
    """A dismissal review shows which notices keep it from being complete."""
    review = None
    if row["status"] == "due" and row["sanction_due"] == "dismissal":
        policy = ledger_state.policy_of(site, month)
        employee, book = ledger_state.employee(row["employee"]), ledger_state.policy_book()
        waiting = open_notices(employee, month, book, today)
        review = {
            "items": [
                {
                    "item": item,
                    "state": "recorded" if on else "not_recorded",
                    "on": format_day(on),
                    "position": at,
                }
                for item, (on, at) in review_items(employee, month, policy, book, today).items()
            ],
            "not_taken": policy.money == "record_only",
            "notices": [{"notice": notice, "reason": reason} for notice, reason in waiting],
            "standing": [
                {"sanction": one.sanction, "kind": one.kind} for one in employee.standing_sanctions(month)
            ],
        }
    return {**row, "review": review}
