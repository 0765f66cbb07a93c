"""Working days: the published calendar of the policy; beyond it Monday to Friday without the holidays fixed by law.

A window of n working days starts on the day after its cause and ends with its n-th working day.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from ledger.policy.model import Calendar
from ledger.policy.statutory import statutory_holidays

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day of a window; `provisional` where a year it reaches into has no published calendar yet."""

    day: date
    provisional: bool

    def mark(self) -> dict[str, object]:
        """What a report or a refusal says beside the day: `provisional`, and nothing where it is certain."""
        return {"provisional": True} if self.provisional else {}


def is_working_day(calendar: Calendar, day: date) -> bool:
    """Whether work is done on the day: the calendar's exceptions first, then the law, else Monday to Friday."""
    if day in calendar.days_worked:
        return True
    if day in calendar.days_off:
        return False
    if is_provisional(calendar, day) and day in statutory_holidays(day.year):
        return False
    return day.weekday() < _SATURDAY


def is_provisional(calendar: Calendar, day: date) -> bool:
    """Whether the day's year is outside the published calendar: bridges and worked weekends are not known then."""
    return not calendar.published_from <= day.year <= calendar.published_through


def add_working_days(calendar: Calendar, start: date, working_days: int) -> date:
    """The last day of a window of so many working days, the first day not counted."""
    day = start
    left = working_days
    while left > 0:
        day += timedelta(days=1)
        if is_working_day(calendar, day):
            left -= 1
    return day


def deadline(calendars: Iterable[Calendar], start: date, working_days: int) -> Deadline:
    """The last day of a window by the most favourable of the calendars that apply (at least one).

    So a calendar adopted while a window runs may lengthen it and never shortens it.
    """
    known = tuple(calendars)
    day = max(add_working_days(calendar, start, working_days) for calendar in known)
    years = (date(year, 12, 31) for year in range((start + timedelta(days=1)).year, day.year + 1))
    provisional = any(all(is_provisional(calendar, year) for calendar in known) for year in years)
    return Deadline(day, provisional)
