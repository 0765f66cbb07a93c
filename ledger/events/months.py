"""What happens to a site's month: its close and what was handed to finance. Stream `month/<site>/<month>`.

The lines and the run are published figures, and so facts themselves (law 1): what was submitted never changes.
"""

from typing import ClassVar

from ledger.events.base import Event, Part, registered
from ledger.terms import Component, Day, EmployeeId, Month, SiteId


class PayrollLine(Part):
    """What a close adds to what was submitted before, in fen; `because` are the positions that caused it."""

    employee: EmployeeId
    obligation_month: Month
    component: Component
    amount_fen: int
    adjustment: bool
    because: tuple[int, ...] = ()


class RunLine(Part):
    """What the pay run takes from one employee, in fen: due = deducted + carried.

    `brought_fen` is what of due are differences of earlier runs that were carried into this one.
    """

    employee: EmployeeId
    due_fen: int
    deducted_fen: int
    carried_fen: int
    brought_fen: int = 0


@registered
class MonthClosed(Event):
    """A month is closed and handed to finance; a first close also closes every earlier month."""

    kind: ClassVar[str] = "month_closed"
    site: SiteId
    month: Month
    by: EmployeeId
    on: Day
    late: bool = False
    lines: tuple[PayrollLine, ...] = ()
    run: tuple[RunLine, ...] = ()
    total_fen: int
    digest: str


def month_stream(site: str, month: str) -> str:
    """The stream of a site's month."""
    return f"month/{site}/{month}"
