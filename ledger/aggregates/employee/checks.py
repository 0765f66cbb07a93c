"""Marks on the appraisal sheet: recording and taking back (篇4 4.3)."""

from datetime import date, datetime

from msgspec import Struct
from msgspec.structs import replace

from ledger.aggregates.authority import (
    Done,
    require_between,
    require_employed,
    require_may_undo,
    require_not_before,
    require_not_future,
)
from ledger.aggregates.context import Decision, DecisionContext
from ledger.aggregates.dispatch import decides
from ledger.aggregates.employee.evolve import evolves
from ledger.aggregates.employee_state import EmployeeState
from ledger.aggregates.marks import NewMark, marked
from ledger.aggregates.scope import published_sheet
from ledger.commands.checks import RecordCheck, WithdrawCheck
from ledger.errors import WrongState
from ledger.events.checks import CheckRecorded, CheckWithdrawn
from ledger.events.employees import employee_stream
from ledger.terms import Dimension


class CheckState(Struct, frozen=True, gc=False):
    """A mark as decisions and sheets see it; `position` is that of its recording, `undone` that of its withdrawal."""

    check: str
    month: str
    looked: str
    dimension: Dimension
    points: int
    by: str
    on: date
    day: date
    position: int
    occurred_at: datetime | None = None
    notice: str | None = None
    finding: str | None = None
    criterion: str | None = None
    sheet: str | None = None
    undone: int | None = None

    @property
    def withdrawn(self) -> bool:
        """Whether it was taken back."""
        return self.undone is not None


@evolves
def _(event: CheckRecorded, state: EmployeeState, position: int) -> EmployeeState:
    state.things["check"][event.check] = CheckState(
        check=event.check,
        month=event.month,
        looked=event.looked,
        dimension=event.dimension,
        points=event.points,
        by=event.by,
        on=event.on,
        day=event.day,
        position=position,
        occurred_at=event.occurred_at,
        notice=event.notice,
        finding=event.finding,
        criterion=event.criterion,
        sheet=event.sheet,
    )
    return state


@evolves
def _(event: CheckWithdrawn, state: EmployeeState, position: int) -> EmployeeState:
    state.things["check"][event.check] = replace(state.things["check"][event.check], undone=position)
    return state


@decides(RecordCheck)
def record_check(command: RecordCheck, context: DecisionContext) -> list[Decision]:
    """A mark of the day looked at, by whoever the kind of check is for."""
    employee = context.employee(command.employee)
    day = command.day or command.on
    require_not_future(context, employee.site_on(day), command.on)
    require_not_before(command.on, day, "look")
    require_employed(context, command.by, command.on)
    mark = NewMark(
        check=command.check,
        employee=command.employee,
        kind=command.kind,
        dimension=command.dimension,
        points=command.points,
        note=command.note,
        by=command.by,
        on=command.on,
        day=day,
        occurred_at=command.occurred_at,
        notice=command.notice,
        finding=command.finding,
        criterion=command.criterion,
    )
    return [Decision(employee_stream(command.employee), marked(context, mark))]


@decides(WithdrawCheck)
def withdraw_check(command: WithdrawCheck, context: DecisionContext) -> list[Decision]:
    """For the recorder, a higher rank, director or manager, never the person marked, until approval."""
    employee = context.owner_of("check", command.check)
    check: CheckState = employee.things["check"][command.check]
    if check.withdrawn:
        raise WrongState("check_withdrawn", check=command.check)
    require_between(context, employee.site_in(check.month), command.on, check.on, "check")
    require_may_undo(
        context, employee, command.by, command.on, Done("check", check.check, check.month, check.by, check.on)
    )
    published = published_sheet(context, employee, check.month)
    if published is not None and published.status == "approved":
        raise WrongState("appraisal_approved", department=published.department, month=check.month)
    event = CheckWithdrawn(
        check=check.check,
        employee=employee.employee,
        month=check.month,
        reason=command.reason,
        by=command.by,
        on=command.on,
    )
    return [Decision(employee_stream(employee.employee), event)]
