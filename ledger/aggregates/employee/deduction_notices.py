"""Deduction notices 扣款告知書: before money is taken, its reason and amount are told in writing (finance §12)."""

from msgspec.structs import replace

from ledger.aggregates.authority import require_between, require_office
from ledger.aggregates.context import Decision, DecisionContext
from ledger.aggregates.dispatch import decides
from ledger.aggregates.employee.evolve import evolves
from ledger.aggregates.employee.pay_returns import expected_of
from ledger.aggregates.employee_state import EmployeeState
from ledger.commands.deduction_notices import RecordDeductionNotice
from ledger.errors import WrongState
from ledger.events.deduction_notices import DeductionNoticeRecorded
from ledger.events.employees import employee_stream
from ledger.events.months import MonthClosed

_TELLING = {"office", "finance", "director", "manager"}


@evolves
def _(event: DeductionNoticeRecorded, state: EmployeeState, position: int) -> EmployeeState:
    return replace(state, deduction_notices=(*state.deduction_notices, (event.site, event.month)))


def untold(state: EmployeeState, close: MonthClosed) -> bool:
    """Whether a close takes something from somebody who was not told of it in writing."""
    taken = expected_of(close, state.employee) or 0
    return taken > 0 and (close.site, close.month) not in state.deduction_notices


@decides(RecordDeductionNotice)
def record_deduction_notice(command: RecordDeductionNotice, context: DecisionContext) -> list[Decision]:
    """Of whoever the close takes something from, once, after it; by office, finance, director or manager."""
    close = context.close_of(command.site, command.month)
    state = context.employee(command.employee)
    require_between(context, command.site, command.on, close.on, "close")
    require_office(context, command.by, command.site, command.on, _TELLING)
    about = {"employee": command.employee, "month": command.month}
    if (expected_of(close, command.employee) or 0) <= 0:
        raise WrongState("nothing_deducted", **about)
    if not untold(state, close):
        raise WrongState("deduction_notice_twice", **about)
    event = DeductionNoticeRecorded(
        site=command.site,
        month=command.month,
        employee=command.employee,
        by=command.by,
        on=command.on,
    )
    return [Decision(employee_stream(command.employee), event)]
