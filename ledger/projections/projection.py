"""What a projection is: one object, over which whatever draws, keeps, compares or reads all of them loops (house: rooms).

`of` says what its rows are drawn from, and so what `rows` is called with:

    cell      (state, cell, policy)          an employee's month, as decisions and as figures have it
    summary   (cell, site, borne_fen)        the same with what the employee bears as somebody's supervisor
    appeal    (appeal, employee, site)       an appeal on the stream of the employee whose case it is about
    close     (event)                        what a month's close handed to finance
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Table

from ledger.projections.schema import Row

Source = Literal["cell", "summary", "appeal", "close"]


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """A table of rows that are disposable: the log makes them again (law 7). Ids, codes and numbers; money in fen.

    `order` sorts the rows of a site as the report shows them.
    """

    table: Table
    of: Source
    rows: Callable[..., list[Row]]
    order: Callable[[Row], Any]

    @property
    def name(self) -> str:
        """The table's name."""
        return str(self.table.name)

    @property
    def has_month(self) -> bool:
        """Whether its rows are of a month."""
        return "month" in self.table.c
