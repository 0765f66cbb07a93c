"""What a projection is: one object, over which whatever draws, keeps, compares or reads all of them loops (house: rooms).

`of` says what its rows are drawn from, and so what `rows` is called with:

    cell      (state, cell, policy)          an employee's month, as decisions and as figures have it
    summary   (cell, site, borne_fen)        the same with what the employee bears as somebody's supervisor
    appeal    (appeal, employee, site)       an appeal on the stream of the employee whose case it is about
    close     (event)                        what a month's close handed to finance
    list      (posted)                       what was posted of a month's public list
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from sqlalchemy import Table

from ledger.projections.schema import Row

Source = Literal["cell", "summary", "appeal", "close", "list"]


class Waiting(NamedTuple):
    """Something that waits: what it is, its id, for whom (None: nobody in particular), and the employee it is about.

    `month` is YYYY-MM; `since` and `due_on` are days as ISO texts, `due_on` None where nothing falls due.
    """

    what: str
    id: str
    who: str | None
    employee: str | None
    month: str
    since: str
    due_on: str | None = None


def _nothing(row: Row) -> Iterable[Waiting]:
    return ()


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """A table of rows that are disposable: the log makes them again (law 7). Ids, codes and numbers; money in fen.

    `rows` have the columns of the table, in their order, but the ledger. `order` sorts those of a site as the report
    shows them. `waiting` says what of a row waits for somebody, and `waits` what that can be: `kaoji due` lists it.
    `open` is the condition, in SQL, outside of which no row waits for anybody; with an index of those rows alone
    (`schema.open_rows`) what waits costs the same at any age.
    """

    table: Table
    of: Source
    rows: Callable[..., list[Row]]
    order: Callable[[Row], Any]
    waits: tuple[str, ...] = ()
    waiting: Callable[[Row], Iterable[Waiting]] = _nothing
    open: str | None = None

    @property
    def name(self) -> str:
        """The table's name."""
        return str(self.table.name)
