"""The public list 公布張貼: who is posted for a month (篇3 4.2.5), drawn from enforceable figures."""

from operator import itemgetter

from sqlalchemy import Index, Table

from ledger.projections.projection import Projection
from ledger.projections.schema import Row, key, metadata, number, text
from ledger.reckoning.reckon import Cell

table = Table(
    "sheet_public_list",
    metadata,
    key("ledger"),
    key("employee"),
    key("month", 7),
    text("site"),
    text("department"),
    number("points"),
    text("repeats", 4000),
    Index("sheet_public_list_by_month", "ledger", "site", "month"),
)


def rows(cell: Cell, site: str, borne_fen: int = 0) -> list[Row]:
    """The row of a cell that is to be posted, or none; what is borne for others posts nobody."""
    if not cell.public:
        return []
    return [
        {
            "employee": cell.employee,
            "month": cell.month,
            "site": site,
            "department": cell.department,
            "points": cell.points,
            "repeats": " ".join(cell.repeats),
        }
    ]


PROJECTION = Projection(table, of="summary", rows=rows, order=itemgetter("employee", "month"))
