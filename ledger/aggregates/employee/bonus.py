"""The base of a quarterly bonus (篇4 4.4.2): recorded, and reckoned into no close."""

from ledger.aggregates.authority import site_today
from ledger.aggregates.context import Decision, DecisionContext
from ledger.aggregates.dispatch import decides
from ledger.aggregates.employee.evolve import evolves
from ledger.aggregates.employee_state import EmployeeState
from ledger.aggregates.recording_rights import require_may_record
from ledger.commands.bonus import RecordBonusBase
from ledger.events.bonus import BonusBaseRecorded
from ledger.events.employees import employee_stream


@evolves
def _(event: BonusBaseRecorded, state: EmployeeState, position: int) -> EmployeeState:
    state.bonus_bases[event.quarter] = event.base_fen
    return state


@decides(RecordBonusBase)
def record_bonus_base(command: RecordBonusBase, context: DecisionContext) -> list[Decision]:
    """A later entry replaces an earlier one; whoever is said to record it holds an office for wages that day."""
    state = context.employee(command.employee)
    site = site_today(context, state)
    require_may_record(context, "wage", command.by, site, context.today(site))
    event = BonusBaseRecorded(
        employee=command.employee, quarter=command.quarter, base_fen=command.base, by=command.by
    )
    return [Decision(employee_stream(command.employee), event)]
