"""What is imagined of the appraisal: an objection verified, a handbook case closed, a mark withdrawn (law 5)."""

from typing import Literal

from ledger.aggregates.employee.checks import CheckState
from ledger.aggregates.employee.handbook import CaseState
from ledger.aggregates.employee.objections import ObjectionState
from ledger.aggregates.employee_state import EmployeeState
from ledger.aggregates.scope import maximum_of, published_sheet
from ledger.errors import WrongState
from ledger.events import Event
from ledger.events.checks import CheckWithdrawn
from ledger.events.handbook import HandbookClosed
from ledger.events.objections import AppraisalVerified
from ledger.state.ledger_context import LedgerContext

NOBODY = "what-if"
"""Who imagined events are said to be by; they are never recorded."""

Closing = Literal["handled", "returned"]


def verified(context: LedgerContext, name: str, score: int) -> tuple[EmployeeState, list[Event]]:
    """An objection that waits, verified with a score that could be stated. WrongState."""
    owner = context.owner_of("objection", name)
    objection: ObjectionState = owner.things["objection"][name]
    if objection.status != "pending":
        raise WrongState("objection_decided", objection=name, status=objection.status)
    policy = context.state.policy_of(owner.site_in(objection.month), objection.month)
    maximum = maximum_of(policy, objection.dimension)
    if score > maximum:
        raise WrongState("score_above_maximum", score=score, dimension=objection.dimension, maximum=maximum)
    found = published_sheet(context, owner, objection.month)
    points = {} if found is None else found.published[owner.employee] or {}
    published = points.get(objection.dimension, 0)
    if score < published and not policy.appraisal.verify_may_lower:
        raise WrongState(
            "verification_lowers", score=score, dimension=objection.dimension, published=published
        )
    event = AppraisalVerified(
        objection=name,
        employee=owner.employee,
        month=objection.month,
        department=objection.department,
        dimension=objection.dimension,
        score=score,
        reasons=NOBODY,
        by=NOBODY,
        on=max(context.today(owner.site_in(objection.month)), objection.on),
    )
    return owner, [event]


def closed(context: LedgerContext, name: str, outcome: Closing) -> tuple[EmployeeState, list[Event]]:
    """An open handbook case, closed so. WrongState."""
    owner = context.owner_of("case", name)
    case: CaseState = owner.things["case"][name]
    if case.status != "open":
        raise WrongState("case_closed", case=name, status=case.status, on=case.closed_on)
    standing = owner.notices[case.notice].standing
    if outcome == "handled" and standing != "stands":
        raise WrongState(f"notice_{standing}", notice=case.notice)
    event = HandbookClosed(
        case=name,
        employee=owner.employee,
        month=case.month,
        notice=case.notice,
        by=NOBODY,
        on=max(context.today(owner.site_in(case.month)), case.on),
        outcome=outcome,
        measure=NOBODY if outcome == "handled" else None,
        reasons=NOBODY,
    )
    return owner, [event]


def unmarked(context: LedgerContext, name: str) -> tuple[EmployeeState, list[Event]]:
    """A standing mark, withdrawn. WrongState."""
    owner = context.owner_of("check", name)
    check: CheckState = owner.things["check"][name]
    if check.withdrawn:
        raise WrongState("check_withdrawn", check=name)
    found = published_sheet(context, owner, check.month)
    if found is not None and found.status == "approved":
        raise WrongState("appraisal_approved", department=found.department, month=check.month)
    event = CheckWithdrawn(
        check=name,
        employee=owner.employee,
        month=check.month,
        reason=NOBODY,
        by=NOBODY,
        on=max(context.today(owner.site_in(check.month)), check.on),
    )
    return owner, [event]
