"""Acknowledging one's published sheet (篇4 4.3.6)."""

from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from ledger.aggregates.authority import require_between
from ledger.aggregates.context import Decision, DecisionContext
from ledger.aggregates.department_month import Act, DepartmentMonth
from ledger.aggregates.dispatch import decides
from ledger.aggregates.employee.evolve import evolves
from ledger.aggregates.employee_state import EmployeeState
from ledger.aggregates.scope import departments_in, published_sheet
from ledger.commands.appraisals import AcknowledgeAppraisal
from ledger.errors import WrongState
from ledger.events.appraisals import AppraisalAcknowledged
from ledger.events.employees import employee_stream


class SheetAcknowledged(Struct, frozen=True, gc=False):
    """That somebody has seen their sheet of a month."""

    month: str
    how: str
    on: date
    position: int


@evolves
def _(event: AppraisalAcknowledged, state: EmployeeState, position: int) -> EmployeeState:
    seen = SheetAcknowledged(event.month, event.how, event.on, position)
    return replace(state, acknowledged=(*state.acknowledged, seen))


def require_published(
    context: DecisionContext, employee: EmployeeState, month: str
) -> tuple[DepartmentMonth, Act]:
    """The department's month that published somebody's sheet, and the act. WrongState `not_published`."""
    found = published_sheet(context, employee, month)
    act = None if found is None else found.latest("published")
    if found is None or act is None:
        departments = departments_in(employee, month)
        raise WrongState("not_published", department=departments[-1] if departments else "-", month=month)
    return found, act


@decides(AcknowledgeAppraisal)
def acknowledge_appraisal(command: AcknowledgeAppraisal, context: DecisionContext) -> list[Decision]:
    """Once published, also after leaving; not needed for anything that follows."""
    employee = context.employee(command.employee)
    _, act = require_published(context, employee, command.month)
    require_between(context, employee.site_in(command.month), command.on, act.on, "publication")
    event = AppraisalAcknowledged(
        employee=command.employee,
        month=command.month,
        on=command.on,
        how=command.how,
        statement=command.statement,
        witnesses=tuple(command.witnesses or ()),
    )
    return [Decision(employee_stream(command.employee), event)]
