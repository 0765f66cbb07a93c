"""`report joint-liability`: the shares supervisors bear 連帶責任 (domain §10.2; 篇3 4.2.6, 4.2.7). Money is yuan as text."""

from ledger.projections.tables.joint_liability import PROJECTION
from ledger.reports.shapes import Report, share_row
from ledger.reports.source import Rows


def joint_liability(rows: Rows, site: str, month: str) -> list[Report]:
    """The shares of a month's notices."""
    return [share_row(row) for row in rows.of(PROJECTION, site, month)]
