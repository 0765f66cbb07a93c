"""Who may do what: offices, ranks and the supervisor line on a given day (domain §1).

An office ends with its `until` and with its holder's departure; a departed supervisor leaves the place vacant.
Offices count where they are held: at the site of the employee concerned.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from ledger.aggregates.context import DecisionContext
from ledger.aggregates.employee_state import EmployeeState, NoticeState, Placement
from ledger.aggregates.site_state import Appointment
from ledger.errors import NotEntitled, WrongTime
from ledger.policy.model import Policy
from ledger.terms import RANKS, first_day, format_local, month_of


def holders(
    context: DecisionContext, site: str, office: str, day: date, department: str | None = None
) -> list[Appointment]:
    """The appointments to an office that hold on a day, the one appointed last first."""
    found = [
        a
        for a in context.site(site).appointments
        if a.office == office
        and (office != "department_head" or a.department == department)
        and a.covers(day)
        and not context.placed(a.employee).vacated(a.effective_from, day)
    ]
    return sorted(found, key=lambda a: (a.effective_from, a.position), reverse=True)


def first_holder(context: DecisionContext, site: str, offices: Iterable[str], day: date) -> str | None:
    """Whoever holds the first of some offices that anybody holds on a day; of several, who was appointed last."""
    held = (a.employee for office in offices for a in holders(context, site, office, day))
    return next(held, None)


def offices_of(context: DecisionContext, person: str, site: str, day: date) -> set[str]:
    """The offices a person holds at a site on a day."""
    state = context.placed(person)
    return {
        a.office
        for a in context.site(site).appointments
        if a.employee == person and a.covers(day) and not state.vacated(a.effective_from, day)
    }


def heads_department(
    context: DecisionContext, person: str, site: str, department: str | None, day: date
) -> bool:
    """Whether a person is head of a department on a day."""
    return any(a.employee == person for a in holders(context, site, "department_head", day, department))


def rank(context: DecisionContext, person: str, site: str, day: date) -> int:
    """The highest rank a person holds at a site on a day; 0 without a ranked office."""
    return highest(offices_of(context, person, site, day))


def rank_anywhere(context: DecisionContext, person: str, day: date) -> int:
    """The highest rank a person holds at any site on a day."""
    return max([rank(context, person, site, day) for site in context.sites()], default=0)


def highest(offices: Iterable[str]) -> int:
    """The highest rank among offices; 0 without a ranked one."""
    return max([RANKS.get(office, 0) for office in offices], default=0)


def supervisor_on(context: DecisionContext, employee: EmployeeState, day: date) -> str | None:
    """The line supervisor on a day; None where the place is vacant or its holder has departed."""
    above = _above(context, employee, day)
    return None if above is None else above.employee


def site_today(context: DecisionContext, person: Placement) -> str:
    """Somebody's site on the day of this recording; before a move that begins later, the one they move from."""
    sites = person.sites.changes
    return next((c.value for c in reversed(sites) if c.day <= context.today(c.value)), sites[0].value)


def superiors(context: DecisionContext, employee: EmployeeState, day: date) -> Iterator[str]:
    """Everybody above an employee in the supervisor line on a day, nearest first; a vacant place ends the line."""
    seen = {employee.employee}
    above = _above(context, employee, day)
    while above is not None and above.employee not in seen:
        seen.add(above.employee)
        yield above.employee
        above = _above(context, above, day)


def _above(context: DecisionContext, employee: EmployeeState, day: date) -> EmployeeState | None:
    change = employee.supervisors.change_on(day)
    if change is None or change.value is None:
        return None
    state = context.employee(change.value)
    return None if state.vacated(change.day, day) else state


def require_employed(context: DecisionContext, person: str, day: date) -> EmployeeState:
    """The person, who must be employed on the day. Unknown, or WrongTime `not_employed`."""
    state = context.employee(person)
    if not state.employed_on(day):
        raise WrongTime("not_employed", employee=person, on=day)
    return state


def require_office(
    context: DecisionContext, person: str, site: str, day: date, offices: Collection[str]
) -> None:
    """NotEntitled `office_needed` unless the person holds one of the offices at the site on the day."""
    require_employed(context, person, day)
    if offices_of(context, person, site, day).isdisjoint(offices):
        needed = ", ".join(sorted(offices))
        raise NotEntitled("office_needed", by=person, offices=needed, site=site, on=day)


def require_not_future(context: DecisionContext, site: str, day: date) -> None:
    """WrongTime `in_the_future` where the day has not come yet in the site's time zone."""
    today = context.today(site)
    if day > today:
        raise WrongTime("in_the_future", on=day, today=today)


def civil_day(context: DecisionContext, site: str, instant: datetime) -> date:
    """The civil day of an instant at a site. WrongTime `in_the_future` where it has not come yet."""
    zone = ZoneInfo(context.site(site).timezone)
    local, now = instant.astimezone(zone), context.now()
    if local > now:
        on, today = (format_local(each, str(zone)) for each in (local, now))
        raise WrongTime("in_the_future", on=on, today=today)
    return local.date()


def place_of(context: DecisionContext, person: Placement, instant: datetime) -> tuple[str, date]:
    """Somebody's site at an instant, and its civil day there: a move begins at midnight of the site, and not of UTC.

    WrongTime `in_the_future` where the day has not come yet.
    """
    site = person.site_on(instant.date())
    day = civil_day(context, site, instant)
    moved_to = person.site_on(day)
    return (site, day) if moved_to == site else (moved_to, civil_day(context, moved_to, instant))


def require_not_before(day: date, earliest: date, what: str) -> None:
    """WrongTime `before_its_cause` where a date lies before the thing it refers to."""
    if day < earliest:
        raise WrongTime("before_its_cause", on=day, earliest=earliest, what=what)


def require_between(context: DecisionContext, site: str, day: date, earliest: date, what: str) -> None:
    """A day that has come, and that does not lie before what it refers to. WrongTime."""
    require_not_future(context, site, day)
    require_not_before(day, earliest, what)


@dataclass(frozen=True, slots=True)
class Done:
    """An act that somebody wants to undo: on a notice or a sanction of which month, by whom and when."""

    kind: str
    name: str
    month: str
    by: str
    on: date


def require_may_undo(
    context: DecisionContext, employee: EmployeeState, by: str, on: date, done: Done
) -> None:
    """Undoing is for whoever did it, somebody of higher rank, the director or the manager; never in one's own case.

    NotEntitled `own_<kind>` or `<kind>_undoing_not_entitled`.
    """
    require_employed(context, by, on)
    if by == employee.employee:
        raise NotEntitled(f"own_{done.kind}", by=by, **{done.kind: done.name})
    site = employee.site_in(done.month)
    held = offices_of(context, by, site, on)
    higher = highest(held) > rank(context, done.by, site, done.on)
    if by != done.by and not higher and not held & {"director", "manager"}:
        raise NotEntitled(
            f"{done.kind}_undoing_not_entitled", by=by, done_by=done.by, **{done.kind: done.name}
        )


def require_may_serve(
    context: DecisionContext, employee: EmployeeState, notice: NoticeState, by: str | None, on: date
) -> None:
    """Whoever is said to acknowledge a notice is the employee, or serves it: issuer, head of the department, office.

    The head is of the department of the day of service. Unknown, WrongTime `not_employed`, NotEntitled
    `service_not_entitled`.
    """
    if by is None or by == employee.employee:
        return
    require_employed(context, by, on)
    site = employee.site_in(notice.month)
    heads = heads_department(context, by, site, employee.department_at(site, on), on)
    if by != notice.issued_by and not heads and "office" not in offices_of(context, by, site, on):
        raise NotEntitled("service_not_entitled", by=by, notice=notice.notice, issued_by=notice.issued_by)


def require_may_rectify(
    context: DecisionContext, employee: EmployeeState, notice: NoticeState, by: str, on: date
) -> None:
    """Putting right is for the employee, anybody above in line, the issuer, the head, the director, the manager (domain §1).

    Line, department and offices are those of the day. Unknown, WrongTime `not_employed`, NotEntitled
    `rectification_not_entitled`.
    """
    require_employed(context, by, on)
    if by in (employee.employee, notice.issued_by) or by in superiors(context, employee, on):
        return
    site = employee.site_in(notice.month)
    heads = heads_department(context, by, site, employee.department_at(site, on), on)
    if not heads and not offices_of(context, by, site, on) & {"director", "manager"}:
        raise NotEntitled(
            "rectification_not_entitled", by=by, notice=notice.notice, issued_by=notice.issued_by
        )


def is_closed(context: DecisionContext, site: str, month: str) -> bool:
    """Whether a month is closed for a site; a close closes every earlier month too."""
    last = context.last_closed(site)
    return last is not None and month <= last


def require_open(context: DecisionContext, site: str, day: date) -> None:
    """WrongTime `month_closed` where a change would start in a closed month."""
    month = month_of(day)
    if is_closed(context, site, month):
        raise WrongTime("month_closed", month=month, site=site, last=context.last_closed(site))


def policy_of_month(context: DecisionContext, site: str, month: str) -> Policy:
    """The policy in force at a site on the first day of a month."""
    return context.policy_book().on(site, first_day(month))
