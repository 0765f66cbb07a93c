"""Joining, moving, leaving, and the wage of a month (domain §1, §7).

A change of place may not start in a closed month, and the supervisor line may not run in a circle.
"""

from datetime import date, timedelta

from ledger.aggregates.authority import (
    is_closed,
    require_may_record,
    require_not_before,
    require_open,
    supervisor_on,
)
from ledger.aggregates.context import Decision, DecisionContext
from ledger.aggregates.dispatch import decides
from ledger.commands import ReassignEmployee, RecordDeparture, RegisterEmployee
from ledger.errors import Taken, WrongState, WrongTime
from ledger.events import (
    EmployeeDeparted,
    EmployeeReassigned,
    EmployeeRegistered,
    employee_stream,
)
from ledger.terms import month_of


@decides(RegisterEmployee)
def register_employee(command: RegisterEmployee, context: DecisionContext) -> list[Decision]:
    """Somebody joins a site. The supervisor must be employed on the first day."""
    if context.is_taken("employee", command.employee):
        raise Taken("id_taken", kind="employee", id=command.employee)
    context.site(command.site)
    if command.supervisor == command.employee:
        raise WrongState("supervisor_circle", employee=command.employee, supervisor=command.supervisor)
    _check_supervisor(context, command.supervisor, command.effective_from)
    require_may_record(context, "person", command.by, command.site, command.effective_from)
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
    """Name, department, post or supervisor change from a day in an open month."""
    state = context.employee(command.employee)
    start = command.effective_from
    require_not_before(start, state.registered_from, "registered")
    if state.gone_by(start):
        raise WrongTime("not_employed", employee=command.employee, on=start)
    require_open(context, state.site, start)
    require_may_record(context, "person", command.by, state.site, start)
    _check_supervisor(context, command.supervisor, start)
    if command.supervisor is not None:
        _check_no_circle(context, command.employee, command.supervisor, start)
    event = EmployeeReassigned(
        employee=command.employee,
        effective_from=start,
        name=command.name,
        department=command.department,
        post=command.post,
        supervisor=command.supervisor,
        supervisor_vacant="supervisor" in command.model_fields_set and command.supervisor is None,
        by=command.by,
    )
    return [Decision(employee_stream(command.employee), event)]


@decides(RecordDeparture)
def record_departure(command: RecordDeparture, context: DecisionContext) -> list[Decision]:
    """The last day of employment; what becomes vacant the day after may not change a closed month."""
    state = context.employee(command.employee)
    if state.departed_on is not None:
        raise WrongState("departed_already", employee=command.employee, on=state.departed_on)
    require_not_before(command.on, state.registered_from, "registered")
    month = month_of(command.on + timedelta(days=1))
    if is_closed(context, state.site, month):
        raise WrongTime(
            "departure_month_closed", month=month, site=state.site, last=context.last_closed(state.site)
        )
    require_may_record(context, "person", command.by, state.site, command.on)
    event = EmployeeDeparted(employee=command.employee, on=command.on, reason=command.reason, by=command.by)
    return [Decision(employee_stream(command.employee), event)]


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
