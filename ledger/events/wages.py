"""What is said of somebody's wage, for the wage guard (domain §7). Stream `employee/<employee>`."""

from typing import ClassVar

from ledger.events.base import Event, registered
from ledger.terms import EmployeeId, Month


@registered
class WageRecorded(Event):
    """Wage and local minimum wage of a month, in fen, for the wage guard."""

    kind: ClassVar[str] = "wage_recorded"
    employee: EmployeeId
    month: Month
    wage_fen: int
    minimum_wage_fen: int
    by: EmployeeId | None = None
