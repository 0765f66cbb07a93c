"""What the respondent of an appeal answers (domain §§1, 2). Stream `employee/<employee>`."""

from typing import Annotated, ClassVar

from ledger.events.appeals import AppealEvent
from ledger.events.base import Personal, registered
from ledger.events.notices import EvidenceFile
from ledger.terms import Day, EmployeeId


@registered
class AppealReplied(AppealEvent):
    """The respondent answers; the words are those of the employee the case is about."""

    kind: ClassVar[str] = "appeal_replied"
    statement: Annotated[str, Personal(of="employee")]
    by: EmployeeId
    on: Day
    evidence: Annotated[tuple[EvidenceFile, ...], Personal(of="employee")] = ()
