"""Wages: recorded for the wage guard while their month is open (domain §7)."""

from ledger.aggregates.authority import is_closed
from ledger.aggregates.context import Decision, DecisionContext
from ledger.aggregates.dispatch import decides
from ledger.aggregates.recording_rights import require_may_record
from ledger.commands.wages import RecordWage
from ledger.errors import WrongTime
from ledger.events.employees import employee_stream
from ledger.events.wages import WageRecorded
from ledger.terms import last_day


@decides(RecordWage)
def record_wage(command: RecordWage, context: DecisionContext) -> list[Decision]:
    """The wage of a month that is not closed yet; a later entry replaces an earlier one."""
    state = context.employee(command.employee)
    if is_closed(context, state.site_in(command.month), command.month):
        raise WrongTime(
            "wage_after_close",
            month=command.month,
            site=state.site_in(command.month),
            employee=command.employee,
        )
    require_may_record(context, "wage", command.by, state.site_in(command.month), last_day(command.month))
    event = WageRecorded(
        employee=command.employee,
        month=command.month,
        wage_fen=command.wage,
        minimum_wage_fen=command.minimum_wage,
        by=command.by,
    )
    return [Decision(employee_stream(command.employee), event)]
