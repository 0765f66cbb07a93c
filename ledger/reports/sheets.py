"""`report daily-sheet` 日檢表 and `report week-sheet` 周檢: who was looked at, and what was found (篇4 4.3.1, 4.3.2)."""

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import chain, takewhile
from typing import Any, Final

from ledger.aggregates.department_month import DepartmentMonth, WeekSheet
from ledger.aggregates.scope import monday_of
from ledger.errors import InputError
from ledger.events.sheets import WeekSummarised
from ledger.policy.working_days import is_working_day
from ledger.reckoning.appraisal_facts import DIMENSIONS
from ledger.reports.appraisal_rows import is_there, marks_shown, notes_of
from ledger.reports.names import names_of, names_on_sheets
from ledger.reports.shapes import Report
from ledger.state.appraisal import PlacedSheet, sheets, week_sheet
from ledger.state.departments import scored
from ledger.state.ledger_state import LedgerState
from ledger.terms import first_day, last_day, month_of

_TOGETHER: Final = 250
"""So many events are read at a time: few week sheets come to more."""


def daily_sheet(state: LedgerState, site: str, day: date, department: str) -> Report:
    """Who of a department was looked at on a day, with the daily marks of that day."""
    month = month_of(day)
    found = state.department_month(site, month, department)
    seen = found.seen_on(day)
    placed = [each for each in sheets(state, site, month) if is_there(each, department, day)]
    names = names_on_sheets(state, placed)
    of_day = {
        each.employee: [m for m in each.sheet.marks if m.mark.day == day and m.mark.kind == "daily"]
        for each in placed
    }
    notes = notes_of(state, chain.from_iterable(of_day.values()))
    return {
        "site": site,
        "department": department,
        "day": day.isoformat(),
        "sheets": [
            {
                "sheet": each.sheet,
                "by": each.by,
                "on": each.on.isoformat(),
                "late_days": (each.on - each.day).days,
            }
            for each in found.sheets
            if each.day == day
        ],
        "rows": [
            {
                "employee": each.employee,
                "name": names[each.employee],
                "seen": seen.get(each.employee, "missing"),
                "marks": marks_shown(of_day[each.employee], notes),
            }
            for each in placed
        ],
    }


def sheet_weeks(state: LedgerState, site: str, month: str) -> list[Report]:
    """The weeks that have a day of a month in each scored department: the sheet of the week, and those of its days.

    `status` says how far the department's month has come; once it is published nobody looks any more.
    """
    mondays, monday = list[date](), monday_of(first_day(month))
    while monday <= last_day(month):
        mondays.append(monday)
        monday += timedelta(days=7)
    return [
        {
            "department": department,
            "status": state.department_month(site, month, department).status,
            "weeks": [_week(state, site, department, each) for each in mondays],
        }
        for department in scored(state, site, month)
    ]


def _week(state: LedgerState, site: str, department: str, monday: date) -> dict[str, Any]:
    days = [monday + timedelta(days=each) for each in range(7)]
    found = week_sheet(state, site, department, monday)
    return {
        "week": monday.isoformat(),
        "until": days[-1].isoformat(),
        "sheet": None if found is None else found.sheet,
        "days": [_day(state, state.department_month(site, month_of(day), department), day) for day in days],
    }


def week_report(state: LedgerState, site: str, monday: date, department: str) -> Report:
    """A department's week: which days were looked at, and what its sheet says of each. InputError `week_not_monday`."""
    if monday.weekday() != 0:
        raise InputError("week_not_monday", week=monday)
    days = [monday + timedelta(days=each) for each in range(7)]
    months = {
        month: state.department_month(site, month, department) for month in sorted(set(map(month_of, days)))
    }
    found = week_sheet(state, site, department, monday)
    return {
        "site": site,
        "department": department,
        "week": monday.isoformat(),
        "until": days[-1].isoformat(),
        "sheet": None if found is None else found.sheet,
        "by": None if found is None else found.by,
        "on": None if found is None else found.on.isoformat(),
        "days": [_day(state, months[month_of(day)], day) for day in days],
        "rows": _rows(state, site, days, department, list(months.values()), _summaries(state, found)),
    }


def _day(state: LedgerState, found: DepartmentMonth, day: date) -> dict[str, Any]:
    policy = state.policy_of(found.site, found.month)
    every = policy.appraisal.daily_on == "every_day"
    return {
        "day": day.isoformat(),
        "sheets": [each.sheet for each in found.sheets if each.day == day],
        "expected": every or is_working_day(policy.calendar, day),
    }


def _rows(
    state: LedgerState,
    site: str,
    days: list[date],
    department: str,
    months: list[DepartmentMonth],
    summaries: Mapping[str, str],
) -> list[dict[str, Any]]:
    """Everybody in scope in the department on a day of the week, by employee."""
    placed = [each for one in months for each in sheets(state, site, one.month)]
    people = sorted(
        {each.employee for each in placed if any(is_there(each, department, day) for day in days)}
    )
    names = names_of(state, people)
    return [
        {
            "employee": employee,
            "name": names[employee],
            "summary": summaries.get(employee),
            "checked": _seen(months, employee, days, "checked"),
            "absent": _seen(months, employee, days, "absent"),
            "points": _points([each for each in placed if each.employee == employee], days),
        }
        for employee in people
    ]


def _summaries(state: LedgerState, found: WeekSheet | None) -> dict[str, str]:
    """What a week sheet says in words of each employee: the events that were recorded together with it."""
    if found is None:
        return {}
    told: dict[str, str] = {}
    end = state.log.position() if state.as_of is None else state.as_of
    starts = range(found.position, end, _TOGETHER)
    behind = chain.from_iterable(state.log.events(at, min(at + _TOGETHER, end)) for at in starts)
    for recorded in takewhile(lambda each: each.step > 0, behind):
        event = state.opened(recorded).event
        if isinstance(event, WeekSummarised):
            told[event.employee] = event.summary
    return told


def _seen(months: list[DepartmentMonth], employee: str, days: list[date], how: str) -> int:
    """On how many of the days somebody stood on a sheet so."""
    return sum(1 for day in days if any(each.seen_on(day).get(employee) == how for each in months))


def _points(placed: list[PlacedSheet], days: list[date]) -> dict[str, int]:
    """What the marks of the days count, by dimension."""
    marks = [m for each in placed for m in each.sheet.marks if m.mark.day in days]
    return {code: sum(m.counts for m in marks if m.mark.dimension == code) for code in DIMENSIONS}
