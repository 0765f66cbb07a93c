"""Working days: the published public-holiday calendar of the policy, Monday to Friday beyond it.

A window of n working days starts on the day after its cause and ends with its n-th working day.
"""

from datetime import date, timedelta

from ledger.policy.model import Calendar

_SATURDAY = 5


def is_working_day(calendar: Calendar, day: date) -> bool:
    """Whether work is done on the day: the published exceptions first, else Monday to Friday."""
    if day in calendar.days_worked:
        return True
    if day in calendar.days_off:
        return False
    return day.weekday() < _SATURDAY


def is_provisional(calendar: Calendar, day: date) -> bool:
    """Whether the day's year is outside the published calendar (then Monday to Friday is an assumption)."""
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
