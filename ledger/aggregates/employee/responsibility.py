"""Verified findings against the supervisor (篇3 4.2.6; domain §3)."""

from msgspec.structs import replace

from ledger.aggregates.authority import (
    is_closed,
    require_between,
    require_office,
    supervisor_on,
)
from ledger.aggregates.context import Decision, DecisionContext
from ledger.aggregates.dispatch import decides
from ledger.aggregates.employee.evolve import evolves
from ledger.aggregates.employee_state import EmployeeState, Finding, NoticeState
from ledger.commands.responsibility import ClearResponsibility, FindResponsibility
from ledger.errors import NotEntitled, WrongState, WrongTime
from ledger.events.employees import employee_stream
from ledger.events.responsibility import ResponsibilityCleared, ResponsibilityFound

_FINDERS = {"director", "manager", "quality"}


@evolves
def _(event: ResponsibilityFound, state: EmployeeState, position: int) -> EmployeeState:
    notice = state.notices[event.notice]
    anew_at = None if notice.finding is None else position
    finding = Finding(event.supervisor, event.by, event.on, anew_at=anew_at)
    state.notices[event.notice] = replace(notice, finding=finding)
    return state


@evolves
def _(event: ResponsibilityCleared, state: EmployeeState, position: int) -> EmployeeState:
    notice = state.notices[event.notice]
    if notice.finding is not None:
        state.notices[event.notice] = replace(notice, finding=replace(notice.finding, cleared=True))
    return state


@decides(FindResponsibility)
def find_responsibility(command: FindResponsibility, context: DecisionContext) -> list[Decision]:
    """One that stands per notice, on a standing service_quality notice, by somebody who is no party to it.

    A cleared one may be made again, against the right person (domain §3).
    """
    employee = context.owner_of("notice", command.notice)
    notice = employee.notices[command.notice]
    if notice.standing != "stands":
        raise WrongState(f"notice_{notice.standing}", notice=command.notice)
    if notice.scheme != "service_quality":
        raise WrongState("finding_needs_service_quality", notice=command.notice)
    if notice.finding is not None and not notice.finding.cleared:
        raise WrongState("found_already", notice=command.notice, by=notice.finding.by)
    site = employee.site_in(notice.month)
    require_between(context, site, command.on, notice.issued_on, "issue")
    if command.supervisor is not None:
        if command.supervisor == employee.employee:
            raise NotEntitled("supervisor_is_employee", employee=employee.employee)
        if not context.employee(command.supervisor).employed_on(notice.occurred_on):
            raise WrongTime("not_employed", employee=command.supervisor, on=notice.occurred_on)
    _check_finder(context, employee, notice, command.by, command.supervisor)
    require_office(context, command.by, site, command.on, _FINDERS)
    event = ResponsibilityFound(
        notice=notice.notice,
        employee=employee.employee,
        month=notice.month,
        supervisor=command.supervisor,
        finding=command.finding,
        by=command.by,
        on=command.on,
    )
    return [Decision(employee_stream(employee.employee), event)]


@decides(ClearResponsibility)
def clear_responsibility(command: ClearResponsibility, context: DecisionContext) -> list[Decision]:
    """Before the month closes; after that only the supervisor's appeal lifts a finding."""
    employee = context.owner_of("notice", command.notice)
    notice = employee.notices[command.notice]
    finding = notice.finding
    if finding is None or finding.cleared:
        raise WrongState("no_finding", notice=command.notice)
    site = employee.site_in(notice.month)
    if is_closed(context, site, notice.month):
        last = context.last_closed(site)
        raise WrongTime("finding_month_closed", month=notice.month, site=site, last=last)
    require_between(context, site, command.on, finding.on, "finding")
    _check_finder(context, employee, notice, command.by, finding.supervisor)
    require_office(context, command.by, site, command.on, _FINDERS)
    event = ResponsibilityCleared(
        notice=notice.notice,
        employee=employee.employee,
        month=notice.month,
        reason=command.reason,
        by=command.by,
        on=command.on,
    )
    return [Decision(employee_stream(employee.employee), event)]


def _check_finder(
    context: DecisionContext, employee: EmployeeState, notice: NoticeState, by: str, named: str | None
) -> None:
    bearer = named or supervisor_on(context, employee, notice.occurred_on)
    if by in (employee.employee, notice.issued_by, bearer):
        raise NotEntitled("finder_is_party", by=by, notice=notice.notice)
