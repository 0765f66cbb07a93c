"""Erasing the words of somebody who has left (個人信息保護法 art. 47; proofs, personal data).

Only when nothing of the person is open any more, because from then on nothing more is recorded about them.
"""

from ledger.aggregates.authority import require_not_future, require_office
from ledger.aggregates.context import Decision, DecisionContext
from ledger.aggregates.dispatch import decides
from ledger.aggregates.employee_state import EmployeeState
from ledger.commands.employees import EraseEmployee
from ledger.errors import WrongState, WrongTime
from ledger.events.employees import EmployeeErased, employee_stream
from ledger.terms import format_money

_ERASERS = {"office", "manager", "company"}


@decides(EraseEmployee)
def erase_employee(command: EraseEmployee, context: DecisionContext) -> list[Decision]:
    """After the last day of employment, with no appeal, sheet, answer, month, adjustment or carry open; once."""
    state = context.employee(command.employee)
    if state.erased_on is not None:
        raise WrongState("erased_already", employee=command.employee, on=state.erased_on)
    if state.departed_on is None or not state.gone_by(command.on):
        raise WrongTime("erasure_employed", employee=command.employee, on=command.on)
    require_not_future(context, state.site_on(command.on), command.on)
    if command.by is not None:
        require_office(context, command.by, state.site_on(command.on), command.on, _ERASERS)
    for appeal in context.pending_appeals(command.employee):
        raise WrongState("erasure_appeal_pending", employee=command.employee, appeal=appeal)
    _require_sheets_over(context, state)
    for action in context.open_actions(command.employee):
        raise WrongState("erasure_action_open", employee=command.employee, action=action)
    _require_marked(context, state)
    _require_settled(context, command.employee)
    event = EmployeeErased(employee=command.employee, ground=command.ground, by=command.by, on=command.on)
    return [Decision(employee_stream(command.employee), event)]


def _require_sheets_over(context: DecisionContext, state: EmployeeState) -> None:
    """No objection and no handbook case waits, and every published sheet is approved (appraisal: sealed text)."""
    for objection in state.things["objection"].values():
        if objection.status == "pending":
            raise WrongState("erasure_objection_open", employee=state.employee, objection=objection.objection)
    for case in state.things["case"].values():
        if case.status == "open":
            raise WrongState("erasure_case_open", employee=state.employee, case=case.case)
    for month, department in context.open_sheets(state.employee):
        raise WrongState("erasure_sheet_open", employee=state.employee, month=month, department=department)


def _require_marked(context: DecisionContext, state: EmployeeState) -> None:
    """WrongState `erasure_answer_unmarked` while an answer in an examination waits for marks or their declaration."""
    for answer in state.answers.values():
        if context.thing("sitting", answer.sitting).declared_on is None:
            raise WrongState("erasure_answer_unmarked", employee=state.employee, sitting=answer.sitting)


def _require_settled(context: DecisionContext, employee: str) -> None:
    unsettled = context.unsettled(employee)
    for site, month in unsettled.months:
        raise WrongState("erasure_month_open", employee=employee, month=month, site=site)
    for month in unsettled.owing:
        raise WrongState("erasure_adjustment_open", employee=employee, month=month)
    if unsettled.carried_fen:
        raise WrongState("erasure_carry_open", employee=employee, carried=format_money(unsettled.carried_fen))
    for month in unsettled.differing:
        raise WrongState("erasure_difference_open", employee=employee, month=month)
