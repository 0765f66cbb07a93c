"""The docket of appeals 申訴: what each is against, where it stands, when it is due (domain §6).

Who reviews a pending one is not in the projection: that depends on who holds the office on the day asked for.
"""

from operator import itemgetter
from typing import Final

from sqlalchemy import Index, Table

from ledger.aggregates.employee_state import AppealState
from ledger.formats import format_day
from ledger.projections.projection import Projection
from ledger.projections.schema import Row, key, metadata, open_rows, text

_OPEN: Final = "status = 'pending'"

table = Table(
    "sheet_appeals",
    metadata,
    key("ledger"),
    key("appeal"),
    text("site"),
    text("employee"),
    text("appellant"),
    text("against", 16),
    text("target"),
    text("ground", 32),
    text("respondent"),
    text("level", 32),
    text("decided_by"),
    text("status", 16),
    text("filed_on", 10),
    text("due_on", 10),
    text("decided_on", 10),
    Index("sheet_appeals_by_target", "ledger", "site", "target", "against"),
    open_rows("sheet_appeals", _OPEN),
)


def rows(appeal: AppealState, employee: str, site: str) -> list[Row]:
    """The row of an appeal; `employee` is the one whose notice it concerns."""
    return [
        {
            "appeal": appeal.appeal,
            "site": site,
            "employee": employee,
            "appellant": appeal.appellant,
            "against": appeal.against,
            "target": appeal.target,
            "ground": appeal.ground,
            "respondent": appeal.respondent,
            "level": appeal.level,
            "decided_by": appeal.decided_by,
            "status": appeal.status,
            "filed_on": appeal.filed_on.isoformat(),
            "due_on": appeal.due_on.isoformat(),
            "decided_on": format_day(appeal.decided_on),
        }
    ]


PROJECTION = Projection(table, of="appeal", rows=rows, order=itemgetter("appeal"), open=_OPEN)
