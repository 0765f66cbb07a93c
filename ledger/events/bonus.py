"""What a quarterly bonus 季度獎金 is reckoned from (篇4 4.4.2); it enters no close. Stream `employee/<employee>`."""

from typing import ClassVar

from ledger.events.base import Event, registered
from ledger.terms import EmployeeId, Quarter


@registered
class BonusBaseRecorded(Event):
    """Somebody's base of a quarter, in fen; the latest counts."""

    kind: ClassVar[str] = "bonus_base_recorded"
    employee: EmployeeId
    quarter: Quarter
    base_fen: int
    by: EmployeeId | None = None
