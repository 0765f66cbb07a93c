"""Which lists were posted, until when, and whether they hang (finance §14)."""

from operator import itemgetter
from typing import Final

from sqlalchemy import Table

from ledger.aggregates.posted_list_state import PostedList
from ledger.projections.projection import Projection
from ledger.projections.schema import Row, key, metadata, number, open_rows, text

_OPEN: Final = "taken_down_on IS NULL"

table = Table(
    "sheet_posted_lists",
    metadata,
    key("ledger"),
    key("site"),
    key("month", 7),
    text("by"),
    text("posted_on", 10),
    text("until", 10),
    text("taken_down_on", 10),
    number("people"),
    number("corrections"),
    number("position"),
    open_rows("sheet_posted_lists", _OPEN),
)


def rows(posted: PostedList) -> list[Row]:
    """The row of a posted list; `position` is that of the posting or of its latest correction."""
    down = posted.taken_down
    return [
        {
            "site": posted.posted.site,
            "month": posted.posted.month,
            "by": posted.posted.by,
            "posted_on": posted.posted.on.isoformat(),
            "until": posted.posted.until.isoformat(),
            "taken_down_on": None if down is None else down.on.isoformat(),
            "people": len(posted.rows) + len(posted.unnamed),
            "corrections": len(posted.corrections),
            "position": posted.corrections[-1][0] if posted.corrections else posted.position,
        }
    ]


PROJECTION = Projection(table, of="list", rows=rows, order=itemgetter("month"), open=_OPEN)
