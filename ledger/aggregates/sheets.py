"""Day sheets 日檢表 and week sheets 周檢: what a head may record of a department (篇4 4.3.1, 4.3.2)."""

from collections.abc import Iterable
from datetime import timedelta

from ledger.aggregates.authority import (
    policy_of_month,
    require_between,
    require_employed,
)
from ledger.aggregates.context import Decision, DecisionContext
from ledger.aggregates.dispatch import decides
from ledger.aggregates.marks import NewMark, Together, marked, require_days_open, require_in_scope
from ledger.aggregates.scope import require_head, scored_departments
from ledger.commands.checks import DayMark, WeekMark
from ledger.commands.sheets import DayRow, RecordDaySheet, RecordWeekSheet, WeekRow
from ledger.errors import InputError, Taken, WrongState, WrongTime
from ledger.events.employees import employee_stream
from ledger.events.sheets import DaySheetRecorded, WeekSheetRecorded, WeekSummarised, appraisal_stream
from ledger.terms import month_of

_WEEK = timedelta(days=6)
"""From a Monday to its Sunday."""


def require_scored(context: DecisionContext, site: str, month: str, department: str) -> None:
    """WrongState `department_not_scored`."""
    if department not in scored_departments(context, site, month):
        raise WrongState("department_not_scored", department=department, month=month)


@decides(RecordDaySheet)
def record_day_sheet(command: RecordDaySheet, context: DecisionContext) -> list[Decision]:
    """By the head of then or of the day looked at; a person stands on one row a day, on however many sheets."""
    if context.is_taken("sheet", command.sheet):
        raise Taken("id_taken", kind="sheet", id=command.sheet)
    month = month_of(command.day)
    require_between(context, command.site, command.on, command.day, "look")
    require_employed(context, command.by, command.on)
    require_scored(context, command.site, month, command.department)
    require_head(context, command.by, command.site, command.department, command.on, command.day)
    policy = policy_of_month(context, command.site, month)
    require_days_open(context, command.site, command.department, command.day, [command.sheet], policy)
    _require_unpublished(context, command)
    _require_rows(context, command)
    together, marks = Together(), []
    for row in command.rows:
        for mark in row.marks or ():
            event = marked(context, _of_day(command, row, mark), together)
            marks.append(Decision(employee_stream(row.employee), event))
    sheet = DaySheetRecorded(
        sheet=command.sheet,
        site=command.site,
        month=month,
        department=command.department,
        day=command.day,
        by=command.by,
        on=command.on,
        checked=tuple(row.employee for row in command.rows if row.seen == "checked"),
        absent=tuple(row.employee for row in command.rows if row.seen == "absent"),
    )
    return [Decision(appraisal_stream(command.site, month, command.department), sheet), *marks]


def _require_unpublished(context: DecisionContext, command: RecordDaySheet) -> None:
    """After publication nothing of the month is looked at any more (篇4 4.3.6)."""
    found = context.department_month(command.site, month_of(command.day), command.department)
    act = found.latest("published")
    if act is not None:
        raise WrongState(
            "appraisal_published",
            employee=command.sheet,
            month=found.month,
            department=found.department,
            on=act.on,
        )


def _require_rows(context: DecisionContext, command: RecordDaySheet) -> None:
    """Each person once a day, of the department, in scope; nobody absent is marked."""
    found = context.department_month(command.site, month_of(command.day), command.department)
    seen = found.seen_on(command.day)
    for row in command.rows:
        if row.employee in seen:
            raise Taken("seen_already", employee=row.employee, day=command.day, status=seen[row.employee])
        seen[row.employee] = row.seen
        employee = context.placed(row.employee)
        if employee.site_on(command.day) != command.site or employee.departments.on(command.day) not in (
            None,
            command.department,
        ):
            raise WrongState(
                "not_of_department", employee=row.employee, department=command.department, day=command.day
            )
        require_in_scope(context, employee, command.day)
        if row.seen == "absent" and row.marks:
            raise InputError("marks_of_absent", employee=row.employee).at(field="rows")


def _of_day(command: RecordDaySheet, row: DayRow, mark: DayMark) -> NewMark:
    return NewMark(
        check=mark.check,
        employee=row.employee,
        kind="daily",
        dimension=mark.dimension,
        points=mark.points,
        note=mark.note,
        by=command.by,
        on=command.on,
        day=command.day,
        occurred_at=mark.occurred_at,
        notice=mark.notice,
        finding=mark.finding,
        criterion=mark.criterion,
        sheet=command.sheet,
    )


@decides(RecordWeekSheet)
def record_week_sheet(command: RecordWeekSheet, context: DecisionContext) -> list[Decision]:
    """By the head, once the week is over; once a department and week."""
    if context.is_taken("sheet", command.sheet):
        raise Taken("id_taken", kind="sheet", id=command.sheet)
    if command.week.weekday() != 0:
        raise InputError("week_not_monday", week=command.week).at(field="week")
    sunday = command.week + _WEEK
    month = month_of(sunday)
    context.site(command.site)
    if command.on <= sunday:
        raise WrongTime("week_not_over", week=command.week, until=sunday, on=command.on)
    require_between(context, command.site, command.on, sunday, "look")
    require_employed(context, command.by, command.on)
    require_scored(context, command.site, month, command.department)
    require_head(context, command.by, command.site, command.department, command.on)
    taken = context.week_sheet(command.site, command.department, command.week)
    if taken is not None:
        raise Taken("week_taken", week=command.week, department=command.department, sheet=taken.sheet)
    _require_week_rows(context, command)
    sheet = WeekSheetRecorded(
        sheet=command.sheet,
        site=command.site,
        month=month,
        department=command.department,
        week=command.week,
        by=command.by,
        on=command.on,
    )
    stream = appraisal_stream(command.site, month, command.department)
    return [Decision(stream, sheet), *_of_week(context, command)]


def _require_week_rows(context: DecisionContext, command: RecordWeekSheet) -> None:
    """Each person once, and of the department on some day of the week; marks lie in the week."""
    days = [command.week + timedelta(days=each) for each in range(7)]
    seen: set[str] = set()
    for row in command.rows:
        if row.employee in seen:
            raise Taken("seen_already", employee=row.employee, day=command.week, status="checked")
        seen.add(row.employee)
        employee = context.employee(row.employee)
        of_department = [
            day
            for day in days
            if employee.departments.on(day) == command.department and employee.site_on(day) == command.site
        ]
        if not any(map(employee.employed_on, of_department)):
            raise WrongState(
                "not_of_department", employee=row.employee, department=command.department, day=command.week
            )
        for mark in row.marks or ():
            if mark.day is not None and mark.day not in days:
                raise WrongState("day_outside_week", check=mark.check, day=mark.day, week=command.week)


def _of_week(context: DecisionContext, command: RecordWeekSheet) -> Iterable[Decision]:
    """The summary and the marks of each row, in its order."""
    together = Together()
    for row in command.rows:
        stream = employee_stream(row.employee)
        if row.summary is not None:
            yield Decision(
                stream,
                WeekSummarised(
                    sheet=command.sheet,
                    employee=row.employee,
                    month=month_of(command.week + _WEEK),
                    week=command.week,
                    summary=row.summary,
                    by=command.by,
                    on=command.on,
                ),
            )
        for mark in row.marks or ():
            yield Decision(stream, marked(context, _in_week(command, row, mark), together))


def _in_week(command: RecordWeekSheet, row: WeekRow, mark: WeekMark) -> NewMark:
    return NewMark(
        check=mark.check,
        employee=row.employee,
        kind="weekly",
        dimension=mark.dimension,
        points=mark.points,
        note=mark.note,
        by=command.by,
        on=command.on,
        day=mark.day or command.week + _WEEK,
        occurred_at=mark.occurred_at,
        notice=mark.notice,
        finding=mark.finding,
        criterion=mark.criterion,
        sheet=command.sheet,
    )
