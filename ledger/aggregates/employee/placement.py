"""Joining, moving, leaving, and the wage of a month (domain §1, §7).

A change of place may not start in a closed month, and the supervisor line may not run in a circle.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from msgspec.structs import replace

from ledger.aggregates.authority import (
    is_closed,
    require_not_before,
    require_open,
    supervisor_on,
)
from ledger.aggregates.context import Decision, DecisionContext
from ledger.aggregates.dispatch import decides
from ledger.aggregates.employee_state import EmployeeState
from ledger.aggregates.recording_rights import require_may_record
from ledger.aggregates.spellings import require_meant
from ledger.commands.employees import (
    CorrectDeparture,
    ReassignEmployee,
    RecordDeparture,
    RegisterEmployee,
    RehireEmployee,
)
from ledger.errors import InputError, Taken, WrongState, WrongTime
from ledger.events.employees import (
    DepartureCorrected,
    EmployeeDeparted,
    EmployeeReassigned,
    EmployeeRegistered,
    EmployeeRehired,
    EmployeeTransferred,
    employee_stream,
)
from ledger.events.sites import site_stream
from ledger.terms import first_day, month_of, next_month
from ledger.timeline import corrected


@decides(RegisterEmployee)
def register_employee(command: RegisterEmployee, context: DecisionContext) -> list[Decision]:
    """Somebody joins a site. The supervisor must be employed on the first day.

    Staff numbers are unique over all sites: whether one is taken is told to whoever may register people, and nobody else.
    """
    context.site(command.site)
    require_may_record(context, "person", command.by, command.site, command.effective_from)
    if context.is_taken("employee", command.employee):
        raise Taken("id_taken", kind="employee", id=command.employee)
    if command.supervisor == command.employee:
        raise WrongState("supervisor_circle", employee=command.employee, supervisor=command.supervisor)
    _check_supervisor(context, command.supervisor, command.effective_from)
    require_meant(context, command.site, command.department)
    event = EmployeeRegistered(
        employee=command.employee,
        name=command.name,
        site=command.site,
        department=command.department,
        post=command.post,
        supervisor=command.supervisor,
        effective_from=command.effective_from,
        by=command.by,
    )
    return [Decision(employee_stream(command.employee), event)]


@decides(ReassignEmployee)
def reassign(command: ReassignEmployee, context: DecisionContext) -> list[Decision]:
    """Name, department, post or supervisor change from a day in an open month; the site from the first of one."""
    state = context.employee(command.employee)
    start = command.effective_from
    require_not_before(start, state.registered_from, "registered")
    if state.gone_by(start):
        raise WrongTime("not_employed", employee=command.employee, on=start)
    left = state.site_on(start)
    joined = None if command.site in (None, left) else command.site
    _check_place(context, left, command, joined)
    event = EmployeeReassigned(
        employee=command.employee,
        effective_from=start,
        name=command.name,
        site=command.site,
        department=command.department,
        post=command.post,
        supervisor=command.supervisor,
        supervisor_vacant=_vacates(command),
        by=command.by,
    )
    moved = [Decision(employee_stream(command.employee), event)]
    return moved if joined is None else [*moved, *_transferred(context, state, command, left, joined)]


def _transferred(
    context: DecisionContext, state: EmployeeState, command: ReassignEmployee, left: str, joined: str
) -> Iterator[Decision]:
    """What a move to another site asks besides, and what is told on the streams of both.

    InputError `transfer_department`, WrongTime `transfer_mid_month`, WrongState `transfer_records`.
    """
    start = command.effective_from
    if command.department is None:
        raise InputError("transfer_department", employee=state.employee, site=joined).at(field="department")
    if start.day != 1:
        following = first_day(next_month(month_of(start)))
        raise WrongTime("transfer_mid_month", employee=state.employee, on=start, first=following)
    later = min((c.day for c in state.sites.changes if c.day > start), default=date.max)
    months = context.recorded_months(state.employee, month_of(start))
    held = sorted(month for month in months if first_day(month) < later)
    if held:
        raise WrongState("transfer_records", employee=state.employee, month=held[0], site=left)
    for site in (left, joined):
        event = EmployeeTransferred(
            site=site,
            employee=state.employee,
            left=left,
            joined=joined,
            effective_from=start,
            by=command.by,
        )
        yield Decision(site_stream(site), event)


@decides(RecordDeparture)
def record_departure(command: RecordDeparture, context: DecisionContext) -> list[Decision]:
    """The last day of employment; what becomes vacant the day after may not change a closed month."""
    state = context.employee(command.employee)
    if state.departed_on is not None:
        raise WrongState("departed_already", employee=command.employee, on=state.departed_on)
    _require_since_joining(state, command.on)
    month = month_of(command.on + timedelta(days=1))
    site = state.site_in(month)
    if is_closed(context, site, month):
        raise WrongTime("departure_month_closed", month=month, site=site, last=context.last_closed(site))
    require_may_record(context, "person", command.by, state.site_on(command.on), command.on)
    event = EmployeeDeparted(employee=command.employee, on=command.on, reason=command.reason, by=command.by)
    return [Decision(employee_stream(command.employee), event)]


@decides(RehireEmployee)
def rehire_employee(command: RehireEmployee, context: DecisionContext) -> list[Decision]:
    """Somebody who had departed is back, from a day in an open month; offices held before have ended."""
    state, start = context.employee(command.employee), command.effective_from
    if state.departed_on is None:
        raise WrongState("not_departed", employee=command.employee)
    require_not_before(start, state.departed_on + timedelta(days=1), "departed")
    _check_place(context, state.site_on(start), command)
    event = EmployeeRehired(
        employee=command.employee,
        effective_from=start,
        department=command.department,
        post=command.post,
        supervisor=command.supervisor,
        supervisor_vacant=_vacates(command),
        by=command.by,
    )
    return [Decision(employee_stream(command.employee), event)]


@decides(CorrectDeparture)
def correct_departure(command: CorrectDeparture, context: DecisionContext) -> list[Decision]:
    """The latest departure is put right, in closed months too: what differs becomes an adjustment (domain §1)."""
    state = context.employee(command.employee)
    if not state.absences:
        raise WrongState("not_departed", employee=command.employee)
    last = state.absences[-1]
    if command.on == last.last_day:
        raise WrongState("departure_unchanged", employee=command.employee, on=last.last_day)
    if command.on is not None:
        _require_since_joining(replace(state, absences=state.absences[:-1]), command.on)
        if last.back_on is not None and command.on >= last.back_on:
            raise WrongTime("departure_after_return", on=command.on, back_on=last.back_on)
    site = state.site_on(last.last_day)
    require_may_record(context, "person", command.by, site, context.today(site))
    mended = replace(state, absences=corrected(state.absences, command.on, last.position))
    _check_still_no_circle(context, mended, last.last_day + timedelta(days=1))
    event = DepartureCorrected(employee=command.employee, on=command.on, reason=command.reason, by=command.by)
    return [Decision(employee_stream(command.employee), event)]


def _check_place(
    context: DecisionContext,
    site: str,
    command: ReassignEmployee | RehireEmployee,
    joined: str | None = None,
) -> None:
    """A place held from a day in an open month: who records it, and the supervisor above.

    Of a move to another site whoever lets the person go decides, and the month must be open at both.
    """
    start = command.effective_from
    require_open(context, site, start)
    if joined is not None:
        context.site(joined)
        require_open(context, joined, start)
    require_may_record(context, "person", command.by, site, start)
    require_meant(context, joined or site, command.department)
    _check_supervisor(context, command.supervisor, start)
    if command.supervisor is not None:
        _check_no_circle(context, command.employee, command.supervisor, start)


def _vacates(command: ReassignEmployee | RehireEmployee) -> bool:
    """Whether the place above is said to be vacant; left out, it stays as it was."""
    return "supervisor" in command.model_fields_set and command.supervisor is None


def _check_still_no_circle(context: DecisionContext, mended: EmployeeState, start: date) -> None:
    """Places that a departure had emptied are filled again: from that day on, and whenever the line moves."""
    days, checked = {start}, set[date]()
    while days - checked:
        day = min(days - checked)
        checked.add(day)
        seen: set[str] = set()
        state = mended
        while state.employee not in seen:
            seen.add(state.employee)
            days |= {d for d in state.supervisors.days() if start < d}
            change = state.supervisors.change_on(day)
            if change is None or change.value is None:
                break
            above = mended if change.value == mended.employee else context.employee(change.value)
            if above.vacated(change.day, day):
                break
            if above is mended:
                raise WrongState(
                    "supervisor_circle", employee=state.employee, supervisor=mended.employee, on=day
                )
            state = above


def _require_since_joining(state: EmployeeState, day: date) -> None:
    """WrongTime `before_its_cause` where a last day lies before the first day of that employment."""
    if state.absences:
        require_not_before(day, state.employed_from, "rehired")
    else:
        require_not_before(day, state.registered_from, "registered")


def _check_supervisor(context: DecisionContext, supervisor: str | None, day: date) -> None:
    if supervisor is not None and not context.employee(supervisor).employed_on(day):
        raise WrongTime("not_employed", employee=supervisor, on=day)


def _check_no_circle(context: DecisionContext, employee: str, supervisor: str, start: date) -> None:
    """From the first day on, and on every later day on which somebody in the line moves, until the employee does."""
    until = min((day for day in context.employee(employee).supervisors.days() if day > start), default=None)
    days = {start}
    checked: set[date] = set()
    while days - checked:
        day = min(days - checked)
        checked.add(day)
        seen: set[str] = set()
        above: str | None = supervisor
        while above is not None:
            if above == employee or above in seen:
                raise WrongState("supervisor_circle", employee=employee, supervisor=supervisor, on=day)
            seen.add(above)
            state = context.employee(above)
            days |= {d for d in state.supervisors.days() if start < d and (until is None or d < until)}
            above = supervisor_on(context, state, day)
