"""What the reports of the appraisal share: a sheet as a row, the days a department is to look on, the words of marks."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from ledger.aggregates.department_month import DepartmentMonth
from ledger.aggregates.employee.objections import ObjectionState
from ledger.aggregates.scope import days_of, monday_of
from ledger.events.checks import CheckRecorded
from ledger.formats import format_money, format_tenths
from ledger.policy.model import Policy
from ledger.policy.working_days import is_working_day
from ledger.reckoning.appraisal_facts import Counted, DimensionScore, SheetNotice
from ledger.reckoning.reckon import performance_month
from ledger.reckoning.rules.bonus import mean_tenths
from ledger.reports.names import names_on_sheets
from ledger.reports.shapes import Report
from ledger.state.appraisal import PlacedSheet, sheets
from ledger.state.ledger_state import LedgerState
from ledger.terms import last_day


def appraisal_rows(
    state: LedgerState, site: str, month: str, department: str | None = None
) -> list[tuple[PlacedSheet, Report]]:
    """Every sheet of a site's month (of one department where it is given) with its row, by employee."""
    found = [each for each in sheets(state, site, month) if department in (None, each.department)]
    names = names_on_sheets(state, found)
    return [(each, sheet_row(state, each, names[each.employee])) for each in found]


def sheet_row(state: LedgerState, placed: PlacedSheet, name: str) -> Report:
    """One sheet as `report appraisal` has it. Points are numbers, money yuan as text, days ISO texts."""
    sheet, facts = placed.sheet, placed.facts
    costs = performance_month(
        placed.money, sheet.month, state.policy_of(placed.person.site_in(sheet.month), sheet.month)
    )
    return {
        "employee": placed.employee,
        "name": name,
        "department": placed.department,
        "from": None if placed.first is None else placed.first.isoformat(),
        "to": None if placed.last is None else placed.last.isoformat(),
        "days": placed.days,
        "short": placed.short,
        "status": placed.found.status,
        "days_checked": len(facts.checked),
        "days_absent": len(facts.absent),
        "marks": sum(1 for each in sheet.marks if not each.mark.withdrawn),
        "unchecked": sheet.unchecked,
        "dimensions": {score.code: _dimension(score) for score in sheet.dimensions},
        "published_score": placed.published_score,
        "score": sheet.score,
        "approved_score": placed.approved_score,
        "corrected": placed.corrected,
        "contested": sorted(n.notice for n in facts.notices if _is_contested(n, sheet.month)),
        "objections": [_objection(each) for each in placed.objections],
        "performance": {
            "reward_points": costs.reward_points,
            "deduction_points": costs.deduction_points,
            "amount": format_money(costs.amount_fen),
        },
    }


def _dimension(score: DimensionScore) -> Report:
    return {
        "maximum": score.maximum,
        "counted": score.counted,
        "own": score.own,
        "computed": score.computed,
        "published": score.published,
        "verified": score.verified,
        "final": score.final,
    }


def _objection(found: ObjectionState) -> Report:
    return {
        "objection": found.objection,
        "dimension": found.dimension,
        "status": found.status,
        "score": found.score,
    }


def _is_contested(notice: SheetNotice, month: str) -> bool:
    """Whether a performance notice of the month stands and waits for what becomes of an appeal."""
    return notice.is_performance and notice.month == month and notice.stands and notice.contested


def mean_of(placed: Iterable[PlacedSheet]) -> str | None:
    """The mean of a department, in tenths: of sheets neither short nor unchecked; None where there is none."""
    scores = [each.sheet.score for each in placed if each.counts]
    return format_tenths(mean_tenths([score for score in scores if score is not None]))


def expected_days(policy: Policy, month: str) -> Iterator[date]:
    """The days on which a department is to look (篇4 4.3.1)."""
    every = policy.appraisal.daily_on == "every_day"
    return (day for day in days_of(month) if every or is_working_day(policy.calendar, day))


def is_there(placed: PlacedSheet, department: str, day: date) -> bool:
    """Whether somebody with a sheet was in a department on a day, in scope."""
    person = placed.person
    return placed.covers(day) and person.employed_on(day) and person.departments.on(day) == department


def missing_days(
    found: DepartmentMonth, policy: Policy, placed: Collection[PlacedSheet], before: date
) -> list[date]:
    """The expected days before a day on which somebody was in scope in the department and nobody looked.

    `placed` are the sheets of the site's month: somebody may be in another department by its end.
    """
    sheeted = {each.day for each in found.sheets}
    return [
        day
        for day in expected_days(policy, found.month)
        if day < before
        and day not in sheeted
        and any(is_there(each, found.department, day) for each in placed)
    ]


def mondays_of(month: str) -> list[date]:
    """The Mondays of the weeks whose Sunday lies in a month."""
    sunday = next(day for day in days_of(month) if day.weekday() == 6)
    found = []
    while sunday <= last_day(month):
        found.append(monday_of(sunday))
        sunday += timedelta(days=7)
    return found


def missing_weeks(found: DepartmentMonth, before: date) -> list[date]:
    """The Mondays of weeks that are over and were not evaluated."""
    mondays = mondays_of(found.month)
    return [day for day in mondays if day + timedelta(days=7) <= before and found.week(day) is None]


def notes_of(state: LedgerState, marks: Iterable[Counted]) -> dict[str, str]:
    """Check → the note of each of these marks, opened, as the event says it that recorded the mark."""
    events = (state.opened(each).event for each in state.log.at(each.mark.positions[0] for each in marks))
    return {event.check: event.note for event in events if isinstance(event, CheckRecorded)}


def marks_shown(marks: Iterable[Counted], notes: dict[str, str]) -> list[dict[str, Any]]:
    """Marks as a day sheet shows them."""
    return [
        {"check": each.mark.check, **mark_told(each), "note": notes.get(each.mark.check)} for each in marks
    ]


def mark_told(mark: Counted) -> dict[str, Any]:
    """What a mark takes or gives and how it counts: dimension, points, counts, why, notice (the one it is tied to)."""
    return {
        "dimension": mark.mark.dimension,
        "points": mark.mark.points,
        "counts": mark.counts,
        "why": mark.why,
        "notice": None if mark.tied is None else mark.tied.notice,
    }
