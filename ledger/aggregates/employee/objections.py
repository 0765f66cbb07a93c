"""Objections to a published sheet, and their verification 核實 (篇4 4.3.6)."""

from datetime import date
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from ledger.aggregates.appraisal_deadlines import objections_until
from ledger.aggregates.authority import (
    holders,
    offices_of,
    policy_of_month,
    require_between,
    require_employed,
    require_not_before,
)
from ledger.aggregates.context import Decision, DecisionContext
from ledger.aggregates.dispatch import decides
from ledger.aggregates.employee.appraisals import require_published
from ledger.aggregates.employee.evolve import evolves
from ledger.aggregates.employee_state import EmployeeState
from ledger.aggregates.scope import maximum_of
from ledger.commands.objections import ObjectAppraisal, VerifyAppraisal, WithdrawObjection
from ledger.errors import NotEntitled, Taken, WrongState, WrongTime
from ledger.events.employees import employee_stream
from ledger.events.objections import AppraisalObjected, AppraisalVerified, ObjectionWithdrawn


class ObjectionState(Struct, frozen=True, gc=False):
    """An objection as decisions and sheets see it; `position` is that of the latest event."""

    objection: str
    month: str
    department: str
    dimension: str
    on: date
    position: int
    late: bool = False
    status: Literal["pending", "verified", "withdrawn"] = "pending"
    score: int | None = None
    decided_by: str | None = None
    decided_on: date | None = None


@evolves
def _(event: AppraisalObjected, state: EmployeeState, position: int) -> EmployeeState:
    state.things["objection"][event.objection] = ObjectionState(
        objection=event.objection,
        month=event.month,
        department=event.department,
        dimension=event.dimension,
        on=event.on,
        position=position,
        late=event.late_reason is not None,
    )
    return state


@evolves
def _(event: ObjectionWithdrawn, state: EmployeeState, position: int) -> EmployeeState:
    objection = state.things["objection"][event.objection]
    state.things["objection"][event.objection] = replace(
        objection, status="withdrawn", decided_on=event.on, position=position
    )
    return state


@evolves
def _(event: AppraisalVerified, state: EmployeeState, position: int) -> EmployeeState:
    objection = state.things["objection"][event.objection]
    state.things["objection"][event.objection] = replace(
        objection,
        status="verified",
        score=event.score,
        decided_by=event.by,
        decided_on=event.on,
        position=position,
    )
    return state


@decides(ObjectAppraisal)
def object_appraisal(command: ObjectAppraisal, context: DecisionContext) -> list[Decision]:
    """By the person, also after leaving: one dimension each, late only with a reason and before certification."""
    if context.is_taken("objection", command.objection):
        raise Taken("id_taken", kind="objection", id=command.objection)
    employee = context.employee(command.employee)
    found, act = require_published(context, employee, command.month)
    require_between(context, employee.site_in(command.month), command.on, act.on, "publication")
    if found.published[command.employee] is None:
        raise WrongState("nothing_scored", employee=command.employee, month=command.month)
    if found.at_least("certified"):
        raise WrongState("appraisal_certified", department=found.department, month=command.month)
    for other in employee.things["objection"].values():
        same = (other.month, other.dimension) == (command.month, command.dimension)
        if same and other.status != "withdrawn":
            raise Taken("objected_already", objection=other.objection, dimension=command.dimension)
    window = objections_until(context, found)
    if window is not None and command.on > window.day and command.late_reason is None:
        raise WrongTime("objection_late", employee=command.employee, on=command.on, until=window.day)
    event = AppraisalObjected(
        objection=command.objection,
        employee=command.employee,
        month=command.month,
        department=found.department,
        dimension=command.dimension,
        statement=command.statement,
        on=command.on,
        late_reason=command.late_reason,
    )
    return [Decision(employee_stream(command.employee), event)]


def _pending(context: DecisionContext, name: str) -> tuple[EmployeeState, ObjectionState]:
    """WrongState `objection_decided`."""
    employee = context.owner_of("objection", name)
    objection: ObjectionState = employee.things["objection"][name]
    if objection.status != "pending":
        raise WrongState("objection_decided", objection=name, status=objection.status)
    return employee, objection


def _named(employee: EmployeeState, objection: ObjectionState) -> dict[str, Any]:
    """What every later event of an objection names."""
    return {
        "objection": objection.objection,
        "employee": employee.employee,
        "month": objection.month,
        "department": objection.department,
        "dimension": objection.dimension,
    }


@decides(WithdrawObjection)
def withdraw_objection(command: WithdrawObjection, context: DecisionContext) -> list[Decision]:
    """While it waits."""
    employee, objection = _pending(context, command.objection)
    require_between(context, employee.site_in(objection.month), command.on, objection.on, "objection")
    event = ObjectionWithdrawn(
        **_named(employee, objection),
        on=command.on,
    )
    return [Decision(employee_stream(employee.employee), event)]


@decides(VerifyAppraisal)
def verify_appraisal(command: VerifyAppraisal, context: DecisionContext) -> list[Decision]:
    """The score of the dimension, by whoever is called to verify and is no party."""
    employee, objection = _pending(context, command.objection)
    require_between(context, employee.site_in(objection.month), command.on, objection.on, "objection")
    require_employed(context, command.by, command.on)
    require_not_before(command.on, objection.on, "objection")
    _require_called(context, employee, objection, command.by, command.on)
    policy = policy_of_month(context, employee.site_in(objection.month), objection.month)
    maximum = maximum_of(policy, objection.dimension)
    if command.score > maximum:
        raise WrongState(
            "score_above_maximum", score=command.score, dimension=objection.dimension, maximum=maximum
        )
    found, _ = require_published(context, employee, objection.month)
    published = (found.published[employee.employee] or {}).get(objection.dimension, 0)
    if command.score < published and not policy.appraisal.verify_may_lower:
        raise WrongState(
            "verification_lowers", score=command.score, dimension=objection.dimension, published=published
        )
    event = AppraisalVerified(
        **_named(employee, objection),
        score=command.score,
        reasons=command.reasons,
        by=command.by,
        on=command.on,
    )
    return [Decision(employee_stream(employee.employee), event)]


def parties_of(context: DecisionContext, employee: EmployeeState, objection: ObjectionState) -> set[str]:
    """The employee, the publisher, and whoever's mark or notice counts on the dimension."""
    _, act = require_published(context, employee, objection.month)
    counting = context.counting_on(employee.employee, objection.month, objection.dimension)
    return {employee.employee, act.by, *counting}


def verifier_on(
    context: DecisionContext, employee: EmployeeState, objection: ObjectionState, day: date
) -> list[str]:
    """Who is called to verify on a day: the free holders of the first office that has any."""
    parties = parties_of(context, employee, objection)
    verifiers = policy_of_month(
        context, employee.site_in(objection.month), objection.month
    ).appraisal.verifiers
    for offices in (verifiers, ("manager",), ("company",)):
        held = [
            a.employee
            for office in offices
            for a in holders(context, employee.site_in(objection.month), office, day)
        ]
        free = [each for each in held if each not in parties]
        if free:
            return free
    return []


def _require_called(
    context: DecisionContext, employee: EmployeeState, objection: ObjectionState, by: str, on: date
) -> None:
    """NotEntitled `office_needed`, `verifier_is_party`, `verifier_not_called`."""
    policy = policy_of_month(context, employee.site_in(objection.month), objection.month)
    offices = {*policy.appraisal.verifiers, "manager", "company"}
    if not offices & offices_of(context, by, employee.site_in(objection.month), on):
        needed = ", ".join(sorted(offices))
        raise NotEntitled(
            "office_needed", by=by, offices=needed, site=employee.site_in(objection.month), on=on
        )
    if by in parties_of(context, employee, objection):
        raise NotEntitled(
            "verifier_is_party", by=by, objection=objection.objection, dimension=objection.dimension
        )
    called = verifier_on(context, employee, objection, on)
    if by not in called:
        raise NotEntitled(
            "verifier_not_called", by=by, objection=objection.objection, called=", ".join(called)
        )
