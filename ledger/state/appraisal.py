"""The appraisal sheets of a site's month, gathered from the streams they rest on and reckoned (appraisal §§4.1, 4.3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from ledger.aggregates.context import SheetScore
from ledger.aggregates.department_month import DepartmentMonth, WeekSheet
from ledger.aggregates.employee.checks import CheckState
from ledger.aggregates.employee.objections import ObjectionState
from ledger.aggregates.employee_state import EmployeeState, Placement
from ledger.aggregates.scope import ABOVE, days_of, departments_known, scored_by
from ledger.aggregates.site_state import Appointment
from ledger.events.sheets import appraisal_stream
from ledger.formats import month_before
from ledger.policy.model import Policy
from ledger.reckoning.appraisal_facts import (
    Mark,
    Sheet,
    SheetFacts,
    SheetNotice,
    Verified,
    dimension_of,
)
from ledger.reckoning.appraise import appraise
from ledger.reckoning.facts import EmployeeFacts
from ledger.state.ledger_state import LedgerState
from ledger.state.month_people import MonthPerson, people_of_months
from ledger.terms import month_of, next_month


@dataclass(frozen=True, slots=True)
class PlacedSheet:
    """A sheet with where it belongs and what it rests on. `first` and `last` are days in scope, `days` how many.

    One that was published of somebody who by what was recorded since was in scope on no day has neither, and is short.

    `person` is somebody as far as the month asks, `money` what their money of it rests on.
    """

    sheet: Sheet
    facts: SheetFacts
    department: str
    first: date | None
    last: date | None
    days: int
    short: bool
    found: DepartmentMonth
    objections: tuple[ObjectionState, ...]
    person: EmployeeState
    money: EmployeeFacts

    @property
    def employee(self) -> str:
        """Whose it is."""
        return self.sheet.employee

    @property
    def counts(self) -> bool:
        """Whether it is in means and in a bonus: neither short nor unchecked."""
        return not self.short and not self.sheet.unchecked

    def covers(self, day: date) -> bool:
        """Whether a day lies between the first and the last in scope."""
        return self.first is not None and self.last is not None and self.first <= day <= self.last

    @property
    def published_score(self) -> int | None:
        """The score as published; None where it was not, or nobody had looked."""
        published = self.facts.published
        return None if published is None else sum(published.values())

    @property
    def approved_score(self) -> int | None:
        """The score as approved."""
        return self.found.approved.get(self.employee)

    @property
    def corrected(self) -> bool:
        """Whether the score differs from the approved one."""
        return self.employee in self.found.approved and self.sheet.score != self.approved_score


def sheets(
    state: LedgerState,
    site: str,
    month: str,
    only: Iterable[str] | None = None,
    since: str | None = None,
) -> list[PlacedSheet]:
    """The sheets of a site's month, by employee: of everybody in scope on some day, or of some of them.

    A published sheet stays, though what is recorded later takes the person out of scope (appraisal §4.1).
    `since`: the first of several months that are asked for (`people_of_months`).
    """
    policy = state.policy_of(site, month)
    employees = state.employees_in(site, month) if only is None else sorted(set(only))
    people = people_of_months(state, employees, since or month)
    appointments = state.site(site).appointments
    scored = scored_by(policy, appointments, state.placed, month)
    above: dict[str, list[Appointment]] = {}
    for each in appointments:
        if each.office in ABOVE:
            above.setdefault(each.employee, []).append(each)
    days = list(days_of(month))
    in_scope = {
        name: [day for day in days if _in_scope(people[name].person, scored, above.get(name, ()), day)]
        for name in employees
    }
    others = [departments_known(people[name].person, month) for name in employees if not in_scope[name]]
    state.load(appraisal_stream(site, month, each) for each in sorted(scored.union(*others)))
    return [
        _placed(state, people[name], month, policy, in_scope[name])
        for name in employees
        if in_scope[name] or _published(state, people[name].person, month) is not None
    ]


def _published(state: LedgerState, employee: Placement, month: str) -> DepartmentMonth | None:
    """The department's month in which somebody's sheet was published; None while it was not."""
    months = (
        state.department_month(employee.site_in(month), month, each)
        for each in departments_known(employee, month)
    )
    return next((each for each in months if employee.employee in each.published), None)


def _in_scope(employee: Placement, scored: frozenset[str], held: Iterable[Appointment], day: date) -> bool:
    """As `scope.in_scope` has it, with the appointments that count known already."""
    return (
        employee.departments.on(day) in scored
        and employee.employed_on(day)
        and not any(a.covers(day) and not employee.vacated(a.effective_from, day) for a in held)
    )


def sheet_of(state: LedgerState, employee: str, month: str, since: str | None = None) -> PlacedSheet | None:
    """One person's sheet of a month; None where they were in scope on no day. `since` as `sheets` has it."""
    return next(iter(sheets(state, state.employee(employee).site_in(month), month, [employee], since)), None)


def latest_sheet(state: LedgerState, employee: str, until: str) -> str:
    """The latest of the twelve months up to one in which somebody was looked at; that one where there is none."""
    month = until
    for _ in range(12):
        placed = sheet_of(state, employee, month)
        if placed is not None and not placed.sheet.unchecked:
            return month
        month = month_before(month)
    return until


def _placed(
    state: LedgerState, known: MonthPerson, month: str, policy: Policy, days: list[date]
) -> PlacedSheet:
    employee = known.person
    site = employee.site_in(month)
    months = [state.department_month(site, month, each) for each in departments_known(employee, month)]
    found = _published(state, employee, month)
    if found is None:
        found = state.department_month(site, month, employee.departments.on(days[-1]) or "")
    objections = tuple(
        objection
        for objection in sorted(employee.things["objection"].values(), key=lambda each: str(each.objection))
        if objection.month == month
    )
    facts = _facts(known, month, policy, months, found, objections)
    return PlacedSheet(
        sheet=appraise(facts, policy),
        facts=facts,
        department=found.department,
        first=days[0] if days else None,
        last=days[-1] if days else None,
        days=len(days),
        short=not days or len(days) < policy.appraisal.short_below_days,
        found=found,
        objections=objections,
        person=employee,
        money=known.facts,
    )


def _facts(
    known: MonthPerson,
    month: str,
    policy: Policy,
    months: Iterable[DepartmentMonth],
    found: DepartmentMonth,
    objections: Iterable[ObjectionState],
) -> SheetFacts:
    employee, name = known.person, known.person.employee
    checks = employee.things["check"].values()
    sheets_seen = [each for one in months for each in one.sheets]
    act = found.latest("published") if name in found.published else None
    return SheetFacts(
        employee=name,
        month=month,
        marks=tuple(_mark(check) for check in checks if check.month == month),
        notices=_notices(known, policy),
        checked=tuple(sorted({each.day for each in sheets_seen if name in each.checked})),
        absent=tuple(sorted({each.day for each in sheets_seen if name in each.absent})),
        published_at=None if act is None else act.position,
        published=found.published.get(name),
        verified={
            o.dimension: Verified(o.score, o.position)
            for o in objections
            if o.status == "verified" and o.score is not None
        },
    )


def _mark(check: CheckState) -> Mark:
    return Mark(
        check=check.check,
        kind=check.looked,
        dimension=check.dimension,
        points=check.points,
        day=check.day,
        by=check.by,
        positions=(check.position,) if check.undone is None else (check.position, check.undone),
        withdrawn=check.withdrawn,
        occurred_at=check.occurred_at,
        notice=check.notice,
        finding=check.finding,
    )


def _notices(known: MonthPerson, policy: Policy) -> tuple[SheetNotice, ...]:
    facts = known.facts.notices
    return tuple(
        SheetNotice(
            notice=notice.notice,
            scheme=notice.scheme,
            clause=notice.clause,
            points=notice.points,
            month=notice.month,
            dimension=dimension_of(policy, notice.clause) if notice.scheme == "performance" else None,
            occurred_at=notice.occurred_at,
            occurred_on=notice.occurred_on,
            by=notice.issued_by,
            stands=facts[notice.notice].stands,
            contested=facts[notice.notice].contested,
            positions=facts[notice.notice].positions,
            finding=notice.found_as,
        )
        for notice in known.person.notices.values()
    )


# --- what decisions ask -----------------------------------------------------------------------------


def week_sheet(state: LedgerState, site: str, department: str, monday: date) -> WeekSheet | None:
    """The evaluation of a department's week, which stands in the month of its Sunday."""
    month = month_of(monday + timedelta(days=6))
    return state.department_month(site, month, department).week(monday)


def scores_of(state: LedgerState, site: str, month: str, department: str) -> list[SheetScore]:
    """The sheets that belong to a department's month, as reckoned now, by employee."""
    return [
        SheetScore(
            employee=each.employee,
            dimensions=None
            if each.sheet.unchecked
            else {score.code: score.final for score in each.sheet.dimensions},
            score=each.sheet.score,
        )
        for each in sheets(state, site, month)
        if each.department == department
    ]


def counting_on(state: LedgerState, employee: str, month: str, dimension: str) -> set[str]:
    """Who recorded the marks and issued the notices that count on a dimension of somebody's sheet."""
    placed = sheet_of(state, employee, month)
    if placed is None:
        return set()
    marks = {each.mark.by for each in placed.sheet.marks if each.counts and each.mark.dimension == dimension}
    return marks | {each.by for each in placed.sheet.own if each.dimension == dimension}


def open_sheets(state: LedgerState, employee: str, today: date) -> list[tuple[str, str]]:
    """Month and department of every sheet of somebody's that is published and not approved."""
    person = state.employee(employee)
    found, month = [], month_of(person.registered_from)
    while month <= month_of(today):
        for department in departments_known(person, month):
            of_month = state.department_month(person.site_in(month), month, department)
            if employee in of_month.published and of_month.status != "approved":
                found.append((month, department))
        month = next_month(month)
    return found
