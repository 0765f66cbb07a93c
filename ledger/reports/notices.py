"""`notice list`: the notices of a site, each with its employee and where it stands (domain §2; 篇3 4.1)."""

from datetime import date

from ledger.events.employees import employee_stream
from ledger.projections.schema import Row
from ledger.projections.tables.register import PROJECTION
from ledger.reports.names import names_of
from ledger.reports.shapes import Report
from ledger.reports.source import Rows
from ledger.state.ledger_state import LedgerState


def notices(rows: Rows, ledger_state: LedgerState, site: str, month: str | None = None) -> list[Report]:
    """The notices of a site, of one month where it is given, each with its employee's name and department of the day.

    Keys: notice, employee, name, department, month, clause, points, occurred_on, issued_by, status, case (the one by which
    it goes by the handbook now), acknowledged_on, rectified_on; days are ISO texts, None where there is none.
    """
    found = [row for row in rows.of(PROJECTION, site, month) if row["kind"] == "notice"]
    concerned = {row["employee"] for row in found}
    names = names_of(ledger_state, concerned)
    ledger_state.reading.load_places(concerned)
    cases = _cases(ledger_state, found)
    return [
        {
            "notice": row["id"],
            "employee": row["employee"],
            "name": names[row["employee"]],
            "department": ledger_state.placed(row["employee"]).departments.on(date.fromisoformat(row["on"])),
            "month": row["month"],
            "clause": row["what"],
            "points": row["points"],
            "occurred_on": row["on"],
            "issued_by": row["by"],
            "status": row["status"],
            "case": cases.get(row["id"]),
            "acknowledged_on": row["acknowledged_on"],
            "rectified_on": row["rectified_on"],
        }
        for row in found
    ]


def _cases(ledger_state: LedgerState, rows: list[Row]) -> dict[str, str]:
    """Of notices that are contested those that go by the handbook, and the case by which they do."""
    contested = [(row["id"], row["employee"]) for row in rows if row["status"] == "contested"]
    ledger_state.load({employee_stream(employee) for _, employee in contested})
    notices = ((name, ledger_state.employee(employee).notices[name]) for name, employee in contested)
    return {name: notice.referred for name, notice in notices if notice.referred is not None}
