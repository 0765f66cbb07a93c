"""What finance says a pay run really took, and what becomes of the rest (domain §7; finance §13). Stream
`employee/<employee>`.

A return names many people; each has an event of their own, on their own stream. `site` and `month` name the close.
"""

from typing import Annotated, ClassVar

from ledger.events.base import CellEvent, Personal, registered
from ledger.terms import Day, EmployeeId, Month, PayRun, ReturnReason, Settlement, SiteId


@registered
class PayReturned(CellEvent):
    """What one execution of a pay run took, in fen, negative where it paid out; None takes an earlier entry back."""

    kind: ClassVar[str] = "pay_returned"
    site: SiteId
    month: Month
    run: PayRun
    employee: EmployeeId
    amount_fen: int | None
    reason: ReturnReason | None = None
    note: Annotated[str | None, Personal(of="employee")] = None
    correction: Annotated[str | None, Personal(of="employee")] = None
    by: EmployeeId
    on: Day


@registered
class DifferenceSettled(CellEvent):
    """All that was open of a month: carried into the next run, or written off. `amount_fen` is what was open, in fen."""

    kind: ClassVar[str] = "difference_settled"
    site: SiteId
    month: Month
    employee: EmployeeId
    how: Settlement
    amount_fen: int
    reason: Annotated[str, Personal(of="employee")]
    by: EmployeeId
    on: Day
