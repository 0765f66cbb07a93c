"""Asking for day sheets 日檢表 and week sheets 周檢 to be recorded (篇4 4.3.1, 4.3.2)."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ledger.commands.base import Command, Part, Tidy
from ledger.commands.checks import DayMark, WeekMark
from ledger.terms import Day, DepartmentId, EmployeeId, Omittable, SheetId, SiteId, Text

_MOST_ROWS = 500
_MOST_MARKS = 100


class DayRow(Part):
    """One person on a day sheet: looked at, or absent."""

    employee: EmployeeId
    seen: Literal["checked", "absent"]
    marks: Annotated[Omittable[list[DayMark]], Field(max_length=_MOST_MARKS)] = None


class WeekRow(Part):
    """One person on a week sheet: a summary in words, and marks."""

    employee: EmployeeId
    summary: Omittable[Text] = None
    marks: Annotated[Omittable[list[WeekMark]], Field(max_length=_MOST_MARKS)] = None


class RecordDaySheet(Command):
    """A day sheet 日檢表 (篇4 4.3.1): who of a department was looked at that day, who was absent, and what was found."""

    subject = "sheet:{sheet}"
    makes = "day_sheet_recorded"
    in_parts: ClassVar = frozenset(("rows",))
    holds_words_of: ClassVar = ("by",)
    do: Literal["record_day_sheet"]
    sheet: SheetId
    site: SiteId
    department: Annotated[DepartmentId, Tidy]
    day: Day
    by: EmployeeId
    on: Day
    rows: Annotated[list[DayRow], Field(min_length=1, max_length=_MOST_ROWS)]

    def seen(self) -> list[str]:
        """Whoever has no mark on it."""
        return [row.employee for row in self.rows if not row.marks]


class RecordWeekSheet(Command):
    """A week sheet 周檢 (篇4 4.3.2): the week from a Monday is evaluated; from then on its days are closed."""

    subject = "sheet:{sheet}"
    makes = "week_sheet_recorded"
    in_parts: ClassVar = frozenset(("rows",))
    holds_words_of: ClassVar = ("by",)
    do: Literal["record_week_sheet"]
    sheet: SheetId
    site: SiteId
    department: Annotated[DepartmentId, Tidy]
    week: Day
    by: EmployeeId
    on: Day
    rows: Annotated[list[WeekRow], Field(max_length=_MOST_ROWS)]
