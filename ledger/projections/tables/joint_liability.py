"""Joint liability 連帶責任: every share, who bears it and whether it is enforceable (篇3 4.2.6, 4.2.7). Money in fen."""

from operator import itemgetter

from sqlalchemy import Index, Table

from ledger.aggregates.employee_state import EmployeeState
from ledger.policy.model import Policy
from ledger.projections.projection import Projection
from ledger.projections.schema import Row, key, metadata, number, text
from ledger.reckoning.reckon import Cell

table = Table(
    "sheet_joint_liability",
    metadata,
    key("ledger"),
    key("employee"),
    key("month", 7),
    key("notice"),
    text("site"),
    text("supervisor"),
    text("ground", 16),
    number("share"),
    text("status", 16),
    Index("sheet_joint_liability_by_month", "ledger", "site", "month"),
    Index("sheet_joint_liability_by_supervisor", "ledger", "supervisor", "month"),
)


def rows(state: EmployeeState, cell: Cell, policy: Policy) -> list[Row]:
    """One row a share of the cell."""
    site = state.site_in(cell.month)
    return [
        {
            "employee": share.employee,
            "month": share.month,
            "notice": share.notice,
            "site": site,
            "supervisor": share.supervisor,
            "ground": share.ground,
            "share": share.share_fen,
            "status": share.status,
        }
        for share in cell.shares
    ]


PROJECTION = Projection(table, of="cell", rows=rows, order=itemgetter("notice"))
