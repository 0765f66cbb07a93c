"""A remark on a notice, and which notice took the place of one withdrawn (domain §2). Stream `employee/<employee>`."""

from typing import Annotated, ClassVar

from ledger.events.base import Personal, registered
from ledger.events.notices import NoticeEvent
from ledger.terms import Day, EmployeeId, NoticeId


@registered
class NoticeRemarked(NoticeEvent):
    """Something is said beside a notice, which itself stays as it is."""

    kind: ClassVar[str] = "notice_remarked"
    text: Annotated[str, Personal(of="employee")]
    by: EmployeeId
    on: Day


@registered
class NoticeReplaced(NoticeEvent):
    """A withdrawn notice has another one in its place, which may name somebody else. It follows from that one's issue."""

    kind: ClassVar[str] = "notice_replaced"
    replaced_by: NoticeId
    by: EmployeeId
    on: Day
