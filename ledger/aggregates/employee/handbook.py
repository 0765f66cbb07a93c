"""Cases that go by the employee handbook instead of money (篇4 4.5.2)."""

from datetime import date
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from ledger.aggregates.authority import (
    holders,
    offices_of,
    require_between,
    require_employed,
    require_not_before,
    require_office,
)
from ledger.aggregates.context import Decision, DecisionContext
from ledger.aggregates.dispatch import decides
from ledger.aggregates.employee.evolve import evolves
from ledger.aggregates.employee_state import EmployeeState, NoticeState
from ledger.commands.handbook import CloseHandbookCase, ReferToHandbook
from ledger.errors import InputError, NotEntitled, Taken, WrongState
from ledger.events.employees import employee_stream
from ledger.events.handbook import HandbookClosed, HandbookReferred

_REFERRING = {"director", "manager"}


class CaseState(Struct, frozen=True, gc=False):
    """A case as decisions and the register see it."""

    case: str
    month: str
    notice: str
    by: str
    on: date
    status: Literal["open", "handled", "returned"] = "open"
    closed_by: str | None = None
    closed_on: date | None = None


@evolves
def _(event: HandbookReferred, state: EmployeeState, position: int) -> EmployeeState:
    state.things["case"][event.case] = CaseState(event.case, event.month, event.notice, event.by, event.on)
    state.notices[event.notice] = replace(state.notices[event.notice], referred=event.case)
    return state


@evolves
def _(event: HandbookClosed, state: EmployeeState, position: int) -> EmployeeState:
    case = state.things["case"][event.case]
    state.things["case"][event.case] = replace(
        case, status=event.outcome, closed_by=event.by, closed_on=event.on
    )
    notice = replace(state.notices[event.notice], referred=None)
    if event.outcome == "returned":
        notice = replace(notice, returned_on=event.on)
    elif notice.standing == "stands":
        notice = replace(notice, standing="handled")
    state.notices[event.notice] = notice
    return state


@decides(ReferToHandbook)
def refer_to_handbook(command: ReferToHandbook, context: DecisionContext) -> list[Decision]:
    """A standing performance notice under no appeal, by director or manager, who is not concerned."""
    if context.is_taken("case", command.case):
        raise Taken("id_taken", kind="case", id=command.case)
    employee = context.owner_of("notice", command.notice)
    notice = employee.notices[command.notice]
    require_between(context, employee.site_in(notice.month), command.on, notice.issued_on, "issue")
    require_office(context, command.by, employee.site_in(notice.month), command.on, _REFERRING)
    if command.by == employee.employee:
        raise NotEntitled("own_case", by=command.by, notice=command.notice)
    if notice.scheme != "performance":
        raise WrongState("handbook_performance_only", notice=notice.notice, scheme=notice.scheme)
    if notice.standing != "stands":
        raise WrongState(f"notice_{notice.standing}", notice=notice.notice)
    if notice.referred is not None:
        raise Taken("referred_already", notice=notice.notice, case=notice.referred)
    pending = employee.pending_appeals("notice", target=notice.notice)
    if pending:
        raise WrongState("appeal_pending", notice=notice.notice, appeal=pending[0].appeal)
    event = HandbookReferred(
        case=command.case,
        employee=employee.employee,
        month=notice.month,
        notice=notice.notice,
        by=command.by,
        on=command.on,
        reason=command.reason,
    )
    return [Decision(employee_stream(employee.employee), event)]


@decides(CloseHandbookCase)
def close_handbook_case(command: CloseHandbookCase, context: DecisionContext) -> list[Decision]:
    """By the manager, or company where no manager is free: never by who referred, issued or is concerned."""
    if command.outcome == "handled" and command.measure is None:
        raise InputError("measure_of_handled", case=command.case).at(field="measure")
    employee = context.owner_of("case", command.case)
    case: CaseState = employee.things["case"][command.case]
    if case.status != "open":
        raise WrongState("case_closed", case=case.case, status=case.status, on=case.closed_on)
    notice = employee.notices[case.notice]
    require_between(context, employee.site_in(case.month), command.on, case.on, "referral")
    require_not_before(command.on, case.on, "referral")
    _require_closer(context, employee, case, notice, command.by, command.on)
    if command.outcome == "handled" and notice.standing != "stands":
        raise WrongState(f"notice_{notice.standing}", notice=notice.notice)
    event = HandbookClosed(
        case=case.case,
        employee=employee.employee,
        month=case.month,
        notice=case.notice,
        by=command.by,
        on=command.on,
        outcome=command.outcome,
        measure=command.measure,
        reasons=command.reasons,
    )
    return [Decision(employee_stream(employee.employee), event)]


def closers_on(context: DecisionContext, employee: EmployeeState, case: CaseState, day: date) -> list[str]:
    """Who is called to close a case on a day: the free managers, or company where there is none."""
    parties = {case.by, employee.notices[case.notice].issued_by, employee.employee}
    for office in ("manager", "company"):
        free = [
            a.employee
            for a in holders(context, employee.site_in(case.month), office, day)
            if a.employee not in parties
        ]
        if free:
            return free
    return []


def _require_closer(
    context: DecisionContext,
    employee: EmployeeState,
    case: CaseState,
    notice: NoticeState,
    by: str,
    on: date,
) -> None:
    """NotEntitled `office_needed`, `handbook_needs_two`."""
    require_employed(context, by, on)
    held = offices_of(context, by, employee.site_in(case.month), on)
    if not held & {"manager", "company"}:
        raise NotEntitled("office_needed", by=by, offices="manager", site=employee.site_in(case.month), on=on)
    if by in (case.by, notice.issued_by, employee.employee):
        raise NotEntitled("handbook_needs_two", by=by, case=case.case, referred_by=case.by)
    if by not in closers_on(context, employee, case, on):
        raise NotEntitled("office_needed", by=by, offices="manager", site=employee.site_in(case.month), on=on)
