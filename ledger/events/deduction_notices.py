"""That somebody was told in writing what a close takes of their pay (finance §12). Stream `employee/<employee>`."""

from typing import ClassVar

from ledger.events.base import Event, registered
from ledger.terms import Day, EmployeeId, Month, SiteId


@registered
class DeductionNoticeRecorded(Event):
    """A deduction notice 扣款告知書 was handed out; `site` and `month` name the close. It moves no figure."""

    kind: ClassVar[str] = "deduction_notice_recorded"
    site: SiteId
    month: Month
    employee: EmployeeId
    by: EmployeeId
    on: Day
