"""Cases that go by the employee handbook 員工手冊 instead of money (篇4 4.5.2). Stream `employee/<employee>`."""

from typing import Annotated, ClassVar, Literal

from ledger.events.base import CellEvent, Personal, registered
from ledger.terms import CaseId, Day, EmployeeId, Month, NoticeId


class HandbookEvent(CellEvent):
    """What every event of a case says: which, whose, and the performance notice it is about."""

    case: CaseId
    employee: EmployeeId
    month: Month
    notice: NoticeId
    by: EmployeeId
    on: Day


@registered
class HandbookReferred(HandbookEvent):
    """A performance notice is referred; until the case is closed it costs nothing."""

    kind: ClassVar[str] = "handbook_referred"
    reason: Annotated[str, Personal(of="employee")]


@registered
class HandbookClosed(HandbookEvent):
    """`handled` sets the notice aside for good, `returned` lets it count again."""

    kind: ClassVar[str] = "handbook_closed"
    outcome: Literal["handled", "returned"]
    measure: Annotated[str | None, Personal(of="employee")] = None
    reasons: Annotated[str, Personal(of="employee")]
