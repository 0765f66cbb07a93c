"""`report public-list`: who is to be posted 公布張貼, names masked where the policy says so (domain §10.2; 篇3 4.2.5)."""

from ledger.projections.tables.public_list import PROJECTION
from ledger.reports.month_report import MonthReport
from ledger.reports.names import names_of
from ledger.reports.shapes import Report, Row
from ledger.reports.source import Rows
from ledger.state.ledger_state import LedgerState
from ledger.texts import masked


def public_list(rows: Rows, ledger_state: LedgerState, site: str, month: str) -> list[Report]:
    """The public list 公布張貼: who is posted for the month, names masked."""
    found = rows.of(PROJECTION, site, month)
    named = names_of(ledger_state, (row["employee"] for row in found))
    mask = ledger_state.policy_of(site, month).public_list.mask_names
    return [public_row(row, named[row["employee"]], mask) for row in found]


REPORT = MonthReport(
    "public-list", public_list, ("employee", "name", "department", "points", "repeats"), right=("points",)
)


def public_row(row: Row, name: str, mask: bool) -> Report:
    """One row of the public list."""
    return {
        "employee": row["employee"],
        "name": masked(name) if mask else name,
        "department": row["department"],
        "points": row["points"],
        "repeats": row["repeats"].split(),
    }
