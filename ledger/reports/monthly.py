"""`report monthly`: the monthly summary 匯總 (domain §10.2; 篇3 4.1.4). Money is yuan as text, points are whole."""

from ledger.projections.tables.monthly import PROJECTION
from ledger.reports.names import names_of
from ledger.reports.shapes import Report, monthly_row
from ledger.reports.source import Rows
from ledger.state.ledger_state import LedgerState


def monthly(rows: Rows, ledger_state: LedgerState, site: str, month: str) -> list[Report]:
    """The monthly summary 匯總; `taken` is false in a month whose version only records (domain §8)."""
    found = rows.of(PROJECTION, site, month)
    named = names_of(ledger_state, (row["employee"] for row in found))
    mark = {} if ledger_state.policy_of(site, month).money == "deduction" else {"taken": False}
    return [monthly_row(row, named[row["employee"]]) | mark for row in found]
