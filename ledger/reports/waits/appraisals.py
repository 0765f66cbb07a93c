"""What of the appraisal waits for somebody (appraisal §10.2): days and weeks to look at, checks, and each step to approval.

A site is asked for looks from the month in which it first recorded any; the last twelve months are looked through, so
that the answer costs the same at any age of a site.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from ledger.aggregates.appraisal_deadlines import due_of, objections_until
from ledger.aggregates.appraisal_steps import objections_in
from ledger.aggregates.authority import holders
from ledger.aggregates.department_month import DepartmentMonth
from ledger.aggregates.employee.handbook import closers_on
from ledger.aggregates.employee.objections import verifier_on
from ledger.aggregates.marks import monthly_of
from ledger.aggregates.scope import monday_of, scored_by
from ledger.events.employees import employee_of
from ledger.events.sheets import appraisal_stream
from ledger.formats import format_day, month_before
from ledger.policy.working_days import is_working_day
from ledger.projections.projection import Waiting
from ledger.reports.appraisal_rows import expected_days, missing_weeks
from ledger.reports.source import Rows
from ledger.state.appraisal import PlacedSheet, sheets, week_sheet
from ledger.state.departments import has_people
from ledger.state.ledger_context import LedgerContext
from ledger.terms import first_day, last_day, month_of

WAITS: Final[tuple[str, ...]] = (
    *("daily_sheet", "week_sheet", "spot_check", "publish", "objection"),
    *("report", "certify", "approve", "handbook"),
)
"""What of the appraisal can wait."""

_MONTHS: Final = 12
_LOOKERS: Final = {"discipline": "office", "quality": "quality"}


def waiting(rows: Rows, context: LedgerContext, site: str, today: date) -> Iterator[Waiting]:
    """Every step that waits at a site, month by month and department by department."""
    for month, departments in _begun(context, site, today):
        placed: list[PlacedSheet] | None = None
        for found in departments:
            if found.status == "open":
                yield from _looking(context, found, today)
                placed = sheets(context.state, site, month) if placed is None else placed
                yield from _spot_checks(context, found, placed, today)
            if found.status != "approved":
                yield from _weeks(context, found, today)
            yield from _steps(context, found, today)
    yield from _cases(context, site, today)


def _begun(context: LedgerContext, site: str, today: date) -> Iterator[tuple[str, list[DepartmentMonth]]]:
    """The months, the oldest first, from the first one of which anything is recorded."""
    state = context.state
    months = [month_of(today)]
    while len(months) < _MONTHS:
        months.insert(0, month_before(months[0]))
    appointments = state.site(site).appointments
    scored = {
        month: sorted(scored_by(state.policy_of(site, month), appointments, state.employee, month))
        for month in months
    }
    state.load(appraisal_stream(site, month, each) for month in months for each in scored[month])
    begun = False
    for month in months:
        found = [state.department_month(site, month, each) for each in scored[month]]
        begun = begun or any(each.sheets or each.weeks or each.acts for each in found)
        if begun:
            yield month, found


def _head(context: LedgerContext, found: DepartmentMonth, day: date) -> str | None:
    """Whoever heads the department on a day, or acts as head."""
    heads = holders(context, found.site, "department_head", day, found.department)
    acting = context.state.policy_of(found.site, found.month).appraisal.acting_head == "director"
    if not heads and acting:
        heads = holders(context, found.site, "director", day)
    return heads[0].employee if heads else None


def _row(found: DepartmentMonth, what: str, who: str | None, since: date, due: date | None) -> Waiting:
    due_on = format_day(due)
    return Waiting(what, found.department, who, None, found.month, since.isoformat(), due_on)


def _looking(context: LedgerContext, found: DepartmentMonth, today: date) -> Iterator[Waiting]:
    """Each expected day that is past and has no sheet, until its week is evaluated."""
    state, policy = context.state, context.state.policy_of(found.site, found.month)
    sheeted = {each.day for each in found.sheets}
    for day in expected_days(policy, found.month):
        if day >= today or day in sheeted or not has_people(state, found.site, found.department, day):
            continue
        if week_sheet(state, found.site, found.department, monday_of(day)) is None:
            yield _row(found, "daily_sheet", _head(context, found, today), day, day)


def _weeks(context: LedgerContext, found: DepartmentMonth, today: date) -> Iterator[Waiting]:
    """Each week that is over and not evaluated, due on the Monday after, or the next working day."""
    policy = context.state.policy_of(found.site, found.month)
    for monday in missing_weeks(found, today):
        after = monday + timedelta(days=7)
        due = after
        while not is_working_day(policy.calendar, due):
            due += timedelta(days=1)
        yield _row(found, "week_sheet", _head(context, found, today), after, due)


def _spot_checks(
    context: LedgerContext, found: DepartmentMonth, placed: list[PlacedSheet], today: date
) -> Iterator[Waiting]:
    """The kinds of checks of which a department is due more in the month."""
    policy = context.state.policy_of(found.site, found.month)
    marks = [m for each in placed if each.department == found.department for m in each.sheet.marks]
    for kind, wanted in monthly_of(policy).items():
        made = sum(1 for each in marks if each.mark.kind == kind and not each.mark.withdrawn)
        if made < wanted:
            office = _LOOKERS.get(kind)
            held = [] if office is None else holders(context, found.site, office, today)
            who = held[0].employee if held else None
            yield _row(found, "spot_check", who, first_day(found.month), last_day(found.month))


def _steps(context: LedgerContext, found: DepartmentMonth, today: date) -> Iterator[Waiting]:
    """Publication, verification, report, certification, approval: whichever comes next."""
    if found.status == "open":
        if today >= last_day(found.month):
            last = last_day(found.month)
            yield _row(found, "publish", _head(context, found, today), last, last)
        return
    pending = [each for each in objections_in(context, found) if each.status == "pending"]
    yield from _objections(context, found, today)
    window = objections_until(context, found)
    if found.status == "published" and window is not None and today > window.day and not pending:
        yield _step(context, found, "report", "reported", _head(context, found, today), window.day)
    for status, what, act, office in (
        ("reported", "certify", "certified", "office"),
        ("certified", "approve", "approved", "manager"),
    ):
        latest = found.latest(status)
        if found.status == status and latest is not None:
            held = holders(context, found.site, office, today)
            who = held[0].employee if held else None
            yield _step(context, found, what, act, who, latest.on)


def _step(
    context: LedgerContext, found: DepartmentMonth, what: str, act: str, who: str | None, since: date
) -> Waiting:
    due = due_of(context, found, act)
    return _row(found, what, who, since, None if due is None else due.day)


def _objections(context: LedgerContext, found: DepartmentMonth, today: date) -> Iterator[Waiting]:
    days = context.state.policy_of(found.site, found.month).appraisal.verification_working_days
    for employee in sorted(found.published):
        person = context.employee(employee)
        for each in person.things["objection"].values():
            if each.status == "pending" and (each.month, each.department) == (found.month, found.department):
                called = verifier_on(context, person, each, today)
                due = context.policy_book().after(found.site, each.on, days).day.isoformat()
                who = called[0] if called else None
                yield Waiting(
                    "objection", each.objection, who, employee, each.month, each.on.isoformat(), due
                )


def _cases(context: LedgerContext, site: str, today: date) -> Iterator[Waiting]:
    """Every handbook case that is open."""
    state = context.state
    streams = {
        s
        for each in state.log.registry.ids("case", None, state.as_of)
        if (s := state.stream_of("case", each)) is not None
    }
    state.load(streams)
    for stream in sorted(streams):
        person = state.employee(employee_of(stream))
        for case in person.things["case"].values():
            if person.site_in(case.month) == site and case.status == "open":
                called = closers_on(context, person, case, today)
                who = called[0] if called else None
                yield Waiting("handbook", case.case, who, person.employee, case.month, case.on.isoformat())
