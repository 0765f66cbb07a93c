"""Hearings and notices to the union: who may record them, about what (domain §§1, 5)."""

from datetime import date

from msgspec.structs import replace

from ledger.aggregates.authority import require_between, require_office
from ledger.aggregates.context import Decision, DecisionContext
from ledger.aggregates.dispatch import decides
from ledger.aggregates.employee.evolve import evolves
from ledger.aggregates.employee.route import require_reviewer
from ledger.aggregates.employee_state import EmployeeState, HearingState, UnionNoticeState
from ledger.aggregates.evidence import files_of
from ledger.commands.hearings import RecordHearing, RecordUnionNotice
from ledger.errors import NotEntitled
from ledger.events.employees import employee_stream
from ledger.events.hearings import HearingRecorded, UnionNoticeRecorded
from ledger.terms import first_day

_OF_A_REVIEW = {"director", "manager", "company"}


@evolves
def _(event: HearingRecorded, state: EmployeeState, position: int) -> EmployeeState:
    hearing = HearingState(event.month, event.appeal, event.by, event.on, position)
    return replace(state, hearings=(*state.hearings, hearing))


@evolves
def _(event: UnionNoticeRecorded, state: EmployeeState, position: int) -> EmployeeState:
    told = UnionNoticeState(event.month, event.by, event.on, position)
    return replace(state, union_notices=(*state.union_notices, told))


@decides(RecordHearing)
def record_hearing(command: RecordHearing, context: DecisionContext) -> list[Decision]:
    """About a pending appeal by its reviewer; about a dismissal review by director, manager or company."""
    about = command.what
    if about.appeal is not None:
        employee = context.owner_of("appeal", about.appeal)
        appeal = employee.appeals[about.appeal]
        require_reviewer(context, employee, appeal, command.by, command.on)
        month = appeal.month
    else:
        assert about.review is not None
        employee, month = context.employee(about.review.employee), about.review.month
        _check_review(context, employee, month, command.by, command.on)
    for person in command.present or ():
        context.employee(person)
    event = HearingRecorded(
        employee=employee.employee,
        month=month,
        about="review" if about.appeal is None else "appeal",
        appeal=about.appeal,
        present=tuple(command.present or ()),
        summary=command.summary,
        by=command.by,
        on=command.on,
        evidence=files_of(command.evidence),
    )
    return [Decision(employee_stream(employee.employee), event)]


@decides(RecordUnionNotice)
def record_union_notice(command: RecordUnionNotice, context: DecisionContext) -> list[Decision]:
    """By whoever may review, or the union's own people; more than one may be recorded, such as its later answer."""
    employee = context.employee(command.employee)
    _check_review(context, employee, command.month, command.by, command.on, frozenset({"union"}))
    event = UnionNoticeRecorded(
        employee=command.employee,
        month=command.month,
        answer=command.answer,
        by=command.by,
        on=command.on,
    )
    return [Decision(employee_stream(command.employee), event)]


def _check_review(
    context: DecisionContext,
    employee: EmployeeState,
    month: str,
    by: str,
    on: date,
    besides: frozenset[str] = frozenset(),
) -> None:
    require_between(context, employee.site_in(month), on, first_day(month), "month")
    if by == employee.employee:
        raise NotEntitled("own_review", by=by)
    require_office(context, by, employee.site_in(month), on, _OF_A_REVIEW | besides)
