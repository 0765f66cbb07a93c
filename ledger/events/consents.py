"""What somebody consents to, or no longer does (個人信息保護法 §25; finance §14). Stream `employee/<employee>`."""

from typing import ClassVar

from ledger.events.base import Event, registered
from ledger.terms import ConsentTo, Day, EmployeeId


@registered
class ConsentRecorded(Event):
    """Somebody consents to something of theirs being made public, or takes that back."""

    kind: ClassVar[str] = "consent_recorded"
    employee: EmployeeId
    to: ConsentTo
    given: bool
    on: Day
    by: EmployeeId | None = None
