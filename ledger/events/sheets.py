"""Day sheets 日檢表 and week sheets 周檢 of a department (篇4 4.3.1, 4.3.2). Stream
`appraisal/<site>/<month>/<department>`.

Who was seen is one event of the sheet; marks and summaries follow on the stream of whoever they are about. A week belongs
to the month of its Sunday.
"""

from typing import Annotated, ClassVar

from ledger.events.base import Event, Personal, SheetEvent, registered
from ledger.terms import Day, DepartmentId, EmployeeId, Month, SheetId, SiteId


@registered
class DaySheetRecorded(Event):
    """Who of a department was looked at on a day, and who was absent."""

    kind: ClassVar[str] = "day_sheet_recorded"
    sheet: SheetId
    site: SiteId
    month: Month
    department: DepartmentId
    day: Day
    by: EmployeeId
    on: Day
    checked: tuple[EmployeeId, ...] = ()
    absent: tuple[EmployeeId, ...] = ()


@registered
class WeekSheetRecorded(Event):
    """A department's week, from `week` (a Monday) to its Sunday, is evaluated: its days are closed."""

    kind: ClassVar[str] = "week_sheet_recorded"
    sheet: SheetId
    site: SiteId
    month: Month
    department: DepartmentId
    week: Day
    by: EmployeeId
    on: Day


@registered
class WeekSummarised(SheetEvent):
    """What a week sheet says of one person in words."""

    kind: ClassVar[str] = "week_summarised"
    sheet: SheetId
    employee: EmployeeId
    month: Month
    week: Day
    summary: Annotated[str, Personal(of="employee")]
    by: EmployeeId
    on: Day


def appraisal_stream(site: str, month: str, department: str) -> str:
    """The stream of a department's month."""
    return f"{APPRAISALS}{site}/{month}/{department}"


APPRAISALS = "appraisal/"
"""What the streams of departments' months begin with."""
