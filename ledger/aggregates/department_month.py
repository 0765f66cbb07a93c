"""A department's month of appraisal: its day and week sheets, and how far its publication has come (篇4 4.3, 4.4)."""

from dataclasses import dataclass, field, replace
from datetime import date
from functools import singledispatch
from typing import Final, Literal

from ledger.events import Event
from ledger.events.appraisals import (
    AppraisalApproved,
    AppraisalCertified,
    AppraisalPublished,
    AppraisalReported,
    AppraisalReturned,
)
from ledger.events.sheets import DaySheetRecorded, WeekSheetRecorded

Status = Literal["open", "published", "reported", "certified", "approved"]
STATUSES: Final[tuple[Status, ...]] = ("open", "published", "reported", "certified", "approved")


@dataclass(frozen=True, slots=True)
class DaySheet:
    """Who was looked at on a day, and who was absent."""

    sheet: str
    day: date
    by: str
    on: date
    position: int
    checked: tuple[str, ...]
    absent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WeekSheet:
    """The evaluation of the week that begins on a Monday."""

    sheet: str
    week: date
    by: str
    on: date
    position: int


@dataclass(frozen=True, slots=True)
class Act:
    """An act on the month: published, reported, returned, certified or approved."""

    act: str
    by: str
    on: date
    late: bool
    position: int
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class DepartmentMonth:
    """What the stream of a department's month comes to. The mappings are not to be changed outside the fold."""

    site: str
    month: str
    department: str
    sheets: tuple[DaySheet, ...] = ()
    weeks: tuple[WeekSheet, ...] = ()
    status: Status = "open"
    acts: tuple[Act, ...] = ()
    published: dict[str, dict[str, int] | None] = field(default_factory=dict)
    """Employee → points a dimension as published; None where nobody had looked."""
    approved: dict[str, int | None] = field(default_factory=dict)
    """Employee → the score as approved."""

    def latest(self, act: str) -> Act | None:
        """The latest act of a kind that still holds: what was returned was neither reported nor certified since."""
        for found in reversed(self.acts):
            if found.act == act:
                return found
            if found.act == "returned" and act in ("reported", "certified"):
                return None
        return None

    def seen_on(self, day: date) -> dict[str, str]:
        """Everybody on a sheet of a day → `checked` or `absent`."""
        found: dict[str, str] = {}
        for sheet in self.sheets:
            if sheet.day == day:
                found |= dict.fromkeys(sheet.checked, "checked") | dict.fromkeys(sheet.absent, "absent")
        return found

    def week(self, monday: date) -> WeekSheet | None:
        """The evaluation of a week, if there is one."""
        return next((each for each in self.weeks if each.week == monday), None)

    def at_least(self, status: Status) -> bool:
        """Whether it has come so far."""
        return STATUSES.index(self.status) >= STATUSES.index(status)


def evolve(state: DepartmentMonth, event: Event, position: int) -> DepartmentMonth:
    """The state after an event. It never refuses (law 2)."""
    return _evolve(event, state, position)


@singledispatch
def _evolve(event: Event, state: DepartmentMonth, position: int) -> DepartmentMonth:
    return state


@_evolve.register
def _(event: DaySheetRecorded, state: DepartmentMonth, position: int) -> DepartmentMonth:
    sheet = DaySheet(event.sheet, event.day, event.by, event.on, position, event.checked, event.absent)
    return replace(state, sheets=(*state.sheets, sheet))


@_evolve.register
def _(event: WeekSheetRecorded, state: DepartmentMonth, position: int) -> DepartmentMonth:
    week = WeekSheet(event.sheet, event.week, event.by, event.on, position)
    return replace(state, weeks=(*state.weeks, week))


def _acted(state: DepartmentMonth, act: Act, status: Status) -> DepartmentMonth:
    return replace(state, acts=(*state.acts, act), status=status)


@_evolve.register
def _(event: AppraisalPublished, state: DepartmentMonth, position: int) -> DepartmentMonth:
    act = Act("published", event.by, event.on, event.late, position)
    published = {
        sheet.employee: None if sheet.dimensions is None else dict[str, int](sheet.dimensions.items())
        for sheet in event.sheets
    }
    return replace(_acted(state, act, "published"), published=published)


@_evolve.register
def _(event: AppraisalReported, state: DepartmentMonth, position: int) -> DepartmentMonth:
    return _acted(state, Act("reported", event.by, event.on, event.late, position, event.digest), "reported")


@_evolve.register
def _(event: AppraisalReturned, state: DepartmentMonth, position: int) -> DepartmentMonth:
    return _acted(state, Act("returned", event.by, event.on, False, position), "published")


@_evolve.register
def _(event: AppraisalCertified, state: DepartmentMonth, position: int) -> DepartmentMonth:
    return _acted(state, Act("certified", event.by, event.on, event.late, position), "certified")


@_evolve.register
def _(event: AppraisalApproved, state: DepartmentMonth, position: int) -> DepartmentMonth:
    act = Act("approved", event.by, event.on, event.late, position)
    approved = {sheet.employee: sheet.score for sheet in event.scores}
    return replace(_acted(state, act, "approved"), approved=approved)
