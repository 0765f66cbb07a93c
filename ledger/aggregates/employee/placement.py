"""Joining, moving, leaving, and the wage of a month (domain §1, §7).

A change of place may not start in a closed month, and the supervisor line may not run in a circle.
"""

from datetime import date, timedelta

from ledger.aggregates.authority import is_closed, require_not_before, require_open, supervisor_on
from ledger.aggregates.counter import decides
from ledger.aggregates.register import Decision, Register
from ledger.commands import ReassignEmployee, RecordDeparture, RecordWage, RegisterEmployee
from ledger.errors import Taken, WrongState, WrongTime
from ledger.events import (
    EmployeeDeparted,
    EmployeeReassigned,
    EmployeeRegistered,
    WageRecorded,
    employee_stream,
)
from ledger.terms import month_of


@decides(RegisterEmployee)
def register_employee(command: RegisterEmployee, register: Register) -> list[Decision]:
    """Somebody joins a site. The supervisor must be employed on the first day."""
    if register.is_taken("employee", command.employee):
        raise Taken("id_taken", kind="employee", id=command.employee)
    register.site(command.site)
    if command.supervisor == command.employee:
        raise WrongState("supervisor_circle", employee=command.employee, supervisor=command.supervisor)
    _check_supervisor(register, command.supervisor, command.effective_from)
    if command.by is not None:
        register.employee(command.by)
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
def reassign(command: ReassignEmployee, register: Register) -> list[Decision]:
    """Name, department, post or supervisor change from a day in an open month."""
    state = register.employee(command.employee)
    start = command.effective_from
    require_not_before(start, state.registered_from, "registered")
    if state.gone_by(start):
        raise WrongTime("not_employed", employee=command.employee, on=start)
    require_open(register, state.site, start)
    if command.by is not None:
        register.employee(command.by)
    _check_supervisor(register, command.supervisor, start)
    if command.supervisor is not None:
        _check_no_circle(register, command.employee, command.supervisor, start)
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
def record_departure(command: RecordDeparture, register: Register) -> list[Decision]:
    """The last day of employment; what becomes vacant the day after may not change a closed month."""
    state = register.employee(command.employee)
    if state.departed_on is not None:
        raise WrongState("departed_already", employee=command.employee, on=state.departed_on)
    require_not_before(command.on, state.registered_from, "registered")
    month = month_of(command.on + timedelta(days=1))
    if is_closed(register, state.site, month):
        raise WrongTime(
            "departure_month_closed", month=month, site=state.site, last=register.last_closed(state.site)
        )
    if command.by is not None:
        register.employee(command.by)
    event = EmployeeDeparted(employee=command.employee, on=command.on, reason=command.reason, by=command.by)
    return [Decision(employee_stream(command.employee), event)]


@decides(RecordWage)
def record_wage(command: RecordWage, register: Register) -> list[Decision]:
    """The wage of a month that is not closed yet; a later entry replaces an earlier one."""
    state = register.employee(command.employee)
    if is_closed(register, state.site, command.month):
        raise WrongTime("wage_after_close", month=command.month, site=state.site, employee=command.employee)
    if command.by is not None:
        register.employee(command.by)
    event = WageRecorded(
        employee=command.employee,
        month=command.month,
        wage_fen=command.wage,
        minimum_wage_fen=command.minimum_wage,
        by=command.by,
    )
    return [Decision(employee_stream(command.employee), event)]


def _check_supervisor(register: Register, supervisor: str | None, day: date) -> None:
    if supervisor is not None and not register.employee(supervisor).employed_on(day):
        raise WrongTime("not_employed", employee=supervisor, on=day)


def _check_no_circle(register: Register, employee: str, supervisor: str, start: date) -> None:
    """From the first day on, and on every later day on which somebody in the line moves, until the employee does."""
    until = min((day for day in register.employee(employee).supervisors.days() if day > start), default=None)
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
            state = register.employee(above)
            days |= {d for d in state.supervisors.days() if start < d and (until is None or d < until)}
            above = supervisor_on(register, state, day)
