"""`report rewards`: the reward-and-penalty register 獎懲臺賬 of a month (domain §10.2; 篇4 4.5.3). Money is yuan as text."""

from ledger.projections.tables.register import PROJECTION
from ledger.reports.names import names_of
from ledger.reports.shapes import Report, register_rows
from ledger.reports.source import Rows
from ledger.state.ledger_state import LedgerState


def rewards(rows: Rows, ledger_state: LedgerState, site: str, month: str) -> list[Report]:
    """The reward-and-penalty register 獎懲臺賬 of a month: notices, rewards and sanctions."""
    found = rows.of(PROJECTION, site, month)
    return register_rows(found, names_of(ledger_state, (row["employee"] for row in found)))
