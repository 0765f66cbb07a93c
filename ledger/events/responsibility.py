"""Findings that a supervisor shares responsibility for a notice (篇3 4.2.6). Stream `employee/<employee>`."""

from typing import Annotated, ClassVar

from ledger.events.base import Personal, registered
from ledger.events.notices import NoticeEvent
from ledger.terms import Day, EmployeeId


@registered
class ResponsibilityFound(NoticeEvent):
    """A verified finding against the supervisor (4.2.6). `supervisor` None: the line supervisor of the day."""

    kind: ClassVar[str] = "responsibility_found"
    supervisor: EmployeeId | None = None
    finding: Annotated[str, Personal(of="employee")]
    by: EmployeeId
    on: Day


@registered
class ResponsibilityCleared(NoticeEvent):
    """The finding is cleared again, before the month closed."""

    kind: ClassVar[str] = "responsibility_cleared"
    reason: Annotated[str, Personal(of="employee")]
    by: EmployeeId
    on: Day
