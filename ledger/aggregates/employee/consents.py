"""What somebody consents to (finance §14; 個人信息保護法 §§15, 25): the last word said counts."""

from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from ledger.aggregates.authority import require_between, require_not_before
from ledger.aggregates.context import Decision, DecisionContext
from ledger.aggregates.dispatch import decides
from ledger.aggregates.employee.evolve import evolves
from ledger.aggregates.employee_state import EmployeeState
from ledger.aggregates.recording_rights import require_may_record
from ledger.commands.consents import RecordConsent
from ledger.events.consents import ConsentRecorded
from ledger.events.employees import employee_stream


class ConsentState(Struct, frozen=True, gc=False):
    """What somebody said last of a consent, and when."""

    to: str
    given: bool
    on: date


@evolves
def _(event: ConsentRecorded, state: EmployeeState, position: int) -> EmployeeState:
    others = tuple(each for each in state.consents if each.to != event.to)
    said = ConsentState(event.to, event.given, event.on)
    return replace(state, consents=(*others, said))


def said_of(state: EmployeeState, to: str) -> ConsentState | None:
    """What somebody said last of a consent; None where nothing was said."""
    return next((each for each in state.consents if each.to == to), None)


def consents(state: EmployeeState, to: str) -> bool:
    """Whether somebody consents: only who said so does, and nobody whose words were erased."""
    said = said_of(state, to)
    return said is not None and said.given and state.erased_on is None


@decides(RecordConsent)
def record_consent(command: RecordConsent, context: DecisionContext) -> list[Decision]:
    """The person says it, or whoever may record facts of people; not before what was said last."""
    state = context.employee(command.employee)
    said = said_of(state, command.to)
    require_between(context, state.site_on(command.on), command.on, state.registered_from, "registered")
    if said is not None:
        require_not_before(command.on, said.on, "consent")
    if command.by != command.employee:
        require_may_record(context, "person", command.by, state.site_on(command.on), command.on)
    event = ConsentRecorded(
        employee=command.employee, to=command.to, given=command.given, on=command.on, by=command.by
    )
    return [Decision(employee_stream(command.employee), event)]
