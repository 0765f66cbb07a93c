"""The monthly summary 匯總: one row for whoever has a figure in the month (domain §10.2). Money in fen."""

from operator import itemgetter
from typing import Final

from sqlalchemy import Index, Table

from ledger.projections.projection import Projection
from ledger.projections.schema import Row, key, metadata, number, open_rows, text
from ledger.reckoning.reckon import Cell

_OPEN: Final = "sanction_due IS NOT NULL"

table = Table(
    "sheet_monthly",
    metadata,
    key("ledger"),
    key("employee"),
    key("month", 7),
    text("site"),
    text("department"),
    text("policy"),
    number("notices"),
    number("points"),
    number("late_points"),
    number("contested_points"),
    number("base_fine"),
    number("surcharge"),
    number("shifted"),
    number("no_worse"),
    number("joint_liability"),
    text("band", 16),
    text("sanction_due", 16),
    text("repeats", 4000),
    number("public"),
    number("reward_points"),
    number("deduction_points"),
    number("performance_contested"),
    number("performance"),
    Index("sheet_monthly_by_month", "ledger", "site", "month"),
    open_rows("sheet_monthly", _OPEN),
)


def rows(cell: Cell, site: str, borne_fen: int, always: bool = False) -> list[Row]:
    """The row of a cell and of what its employee bears; none where there is nothing to show, unless `always`."""
    if cell.is_empty and borne_fen == 0 and not always:
        return []
    return [
        {
            "employee": cell.employee,
            "month": cell.month,
            "site": site,
            "department": cell.department,
            "policy": cell.policy,
            "notices": cell.notices,
            "points": cell.points,
            "late_points": cell.late_points,
            "contested_points": cell.contested_points,
            "base_fine": cell.base_fine,
            "surcharge": cell.surcharge,
            "shifted": cell.shifted,
            "no_worse": cell.no_worse,
            "joint_liability": borne_fen,
            "band": cell.band,
            "sanction_due": cell.sanction_due,
            "repeats": " ".join(cell.repeats),
            "public": int(cell.public),
            "reward_points": cell.reward_points,
            "deduction_points": cell.deduction_points,
            "performance_contested": cell.performance_contested,
            "performance": cell.performance,
        }
    ]


PROJECTION = Projection(table, of="summary", rows=rows, order=itemgetter("employee", "month"), open=_OPEN)
