"""Whom the appraisal is about, and who heads a department (篇4 2.0; appraisal §4.1)."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta

from ledger.aggregates.authority import heads_department, holders, offices_of, policy_of_month
from ledger.aggregates.context import DecisionContext
from ledger.aggregates.department_month import DepartmentMonth
from ledger.aggregates.employee_state import EmployeeState, Placement
from ledger.aggregates.site_state import Appointment
from ledger.errors import NotEntitled, WrongState
from ledger.policy.model import Policy
from ledger.terms import first_day, last_day, month_of

ABOVE = frozenset(("department_head", "director", "manager", "company"))
"""Whoever holds one of these on a day has no sheet that day."""


def days_of(month: str) -> Iterator[date]:
    """The civil days of a month."""
    day, last = first_day(month), last_day(month)
    while day <= last:
        yield day
        day += timedelta(days=1)


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def scored_departments(context: DecisionContext, site: str, month: str) -> frozenset[str]:
    """Those the policy names; none named: every one that has a head on some day of the month."""
    policy = policy_of_month(context, site, month)
    return scored_by(policy, context.site(site).appointments, context.placed, month)


def scored_by(
    policy: Policy, appointments: Iterable[Appointment], person: Callable[[str], Placement], month: str
) -> frozenset[str]:
    """The same under a policy, with the site's appointments and whoever holds them."""
    if policy.appraisal.departments:
        return frozenset(policy.appraisal.departments)
    first, last = first_day(month), last_day(month)
    found = set()
    for office in appointments:
        if office.office != "department_head" or office.department in found or office.department is None:
            continue
        start = max(first, office.effective_from)
        until = last if office.until is None else min(last, office.until)
        if start <= until and not person(office.employee).vacated(office.effective_from, start):
            found.add(office.department)
    return frozenset(found)


def in_scope(context: DecisionContext, employee: Placement, day: date) -> bool:
    """Whether somebody has a sheet on a day: employed, in a scored department, and holding no office above."""
    department = employee.departments.on(day)
    return (
        department is not None
        and employee.employed_on(day)
        and department in scored_departments(context, employee.site_on(day), month_of(day))
        and not ABOVE & offices_of(context, employee.employee, employee.site_on(day), day)
    )


def is_head(context: DecisionContext, by: str, site: str, department: str | None, day: date) -> bool:
    """Whether somebody is head of a department on a day, or acts as head where there is none."""
    if holders(context, site, "department_head", day, department):
        return heads_department(context, by, site, department, day)
    acting = policy_of_month(context, site, month_of(day)).appraisal.acting_head
    return acting == "director" and any(a.employee == by for a in holders(context, site, "director", day))


def require_head(context: DecisionContext, by: str, site: str, department: str, *days: date) -> None:
    """The head of a department on one of these days. NotEntitled `head_in_office`, `office_needed`."""
    if any(is_head(context, by, site, department, day) for day in days):
        return
    day = days[0]
    heads = holders(context, site, "department_head", day, department)
    if heads:
        raise NotEntitled("head_in_office", by=by, head=heads[0].employee, department=department, on=day)
    acting = policy_of_month(context, site, month_of(day)).appraisal.acting_head
    needed = "director" if acting == "director" else "department_head"
    raise NotEntitled("office_needed", by=by, offices=needed, site=site, on=day)


def headed_by(context: DecisionContext, by: str, site: str, month: str, day: date) -> list[str]:
    """The scored departments that somebody heads on a day, sorted."""
    scored = scored_departments(context, site, month)
    return [each for each in sorted(scored) if is_head(context, by, site, each, day)]


def departments_in(employee: Placement, month: str) -> list[str]:
    """The departments somebody was in during a month, in the order of time."""
    start = employee.departments.on(first_day(month))
    found = [] if start is None else [start]
    found += [
        change.value
        for change in employee.departments.changes
        if first_day(month) < change.day <= last_day(month)
    ]
    return list(dict.fromkeys(found))


def departments_known(employee: Placement, month: str) -> list[str]:
    """The same, and behind them those the person was in by what was said before: their sheets are of the month, too.

    Once published, a sheet stays with its department, though a reassignment be recorded later (appraisal §4.1).
    """
    said = [change.value for change in employee.departments.changes if change.day <= last_day(month)]
    return list(dict.fromkeys([*departments_in(employee, month), *said]))


def published_sheet(context: DecisionContext, employee: EmployeeState, month: str) -> DepartmentMonth | None:
    """The department's month in which somebody's sheet was published; None while it was not."""
    for department in departments_known(employee, month):
        found = context.department_month(employee.site_in(month), month, department)
        if employee.employee in found.published:
            return found
    return None


def require_unpublished(context: DecisionContext, employee: EmployeeState, day: date) -> None:
    """WrongState `appraisal_published` where no mark of a day is taken any more (篇4 4.3.6).

    Published is the sheet, or the month of the department it belongs to, in which the person was not yet known.
    """
    month = month_of(day)
    found = published_sheet(context, employee, month)
    if found is None:
        departments = departments_in(employee, month)
        last = (
            context.department_month(employee.site_in(month), month, departments[-1]) if departments else None
        )
        found = last if last is not None and last.at_least("published") else None
    if found is not None:
        act = found.latest("published")
        raise WrongState(
            "appraisal_published",
            employee=employee.employee,
            month=month,
            department=found.department,
            on=None if act is None else act.on,
        )


def maximum_of(policy: Policy, dimension: str) -> int:
    """The most points a dimension holds; 0 where the policy does not have it."""
    return next((each.maximum for each in policy.appraisal.dimensions if each.code == dimension), 0)
