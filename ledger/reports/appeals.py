"""`report appeals`: every appeal, and who is to decide it (domain §§6, 10.2; 篇3 4.3)."""

from datetime import date, datetime

from ledger.aggregates.employee.route import reviewer_on
from ledger.projections.tables.appeals import PROJECTION
from ledger.reports.shapes import Report, Row
from ledger.reports.source import Rows
from ledger.state.deadlines import decision_due, marked
from ledger.state.ledger_context import LedgerContext
from ledger.state.ledger_state import LedgerState


def appeals(rows: Rows, ledger_state: LedgerState, site: str, now: datetime) -> list[Report]:
    """Every appeal; a pending appeal names whoever is to decide it today, null where it waits for somebody."""
    context = LedgerContext(ledger_state, now)
    today = context.today(site)
    return [_appeal_row(context, row, today) for row in rows.of(PROJECTION, site)]


def _appeal_row(context: LedgerContext, row: Row, today: date) -> Report:
    level, reviewer = row["level"], row["decided_by"]
    due: Report = {"due_on": row["due_on"]}
    if row["status"] == "pending":
        employee = context.employee(row["employee"])
        appeal = employee.appeals[row["appeal"]]
        level, reviewer = reviewer_on(context, employee, appeal, today)
        due = marked(decision_due(context, employee.site_in(appeal.month), appeal))
    return {
        "appeal": row["appeal"],
        "appellant": row["appellant"],
        "against": {row["against"]: row["target"]},
        "ground": row["ground"],
        "respondent": row["respondent"],
        "level": level,
        "reviewer": reviewer,
        "status": row["status"],
        "filed_on": row["filed_on"],
        **due,
        "decided_on": row["decided_on"],
    }
