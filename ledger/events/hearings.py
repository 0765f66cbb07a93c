"""Who was heard and what the union was told, about a case (domain §5). Stream `employee/<employee>`."""

from typing import Annotated, ClassVar, Literal

from ledger.events.base import Event, Personal, registered
from ledger.events.notices import EvidenceFile
from ledger.terms import AppealId, Day, EmployeeId, Month

HearingObject = Literal["appeal", "review"]


@registered
class HearingRecorded(Event):
    """Somebody was heard about an appeal (`appeal` names it) or a dismissal review (of `month`)."""

    kind: ClassVar[str] = "hearing_recorded"
    employee: EmployeeId
    month: Month
    about: HearingObject
    appeal: AppealId | None = None
    present: tuple[EmployeeId, ...] = ()
    summary: Annotated[str, Personal(of="employee")]
    by: EmployeeId
    on: Day
    evidence: Annotated[tuple[EvidenceFile, ...], Personal(of="employee")] = ()


@registered
class UnionNoticeRecorded(Event):
    """The union was told of a dismissal review."""

    kind: ClassVar[str] = "union_notice_recorded"
    employee: EmployeeId
    month: Month
    answer: Annotated[str | None, Personal(of="employee")] = None
    by: EmployeeId
    on: Day
