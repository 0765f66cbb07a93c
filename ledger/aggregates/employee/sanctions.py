"""Sanctions (篇3 4.2.3, 4.2.4; domain §5): imposed by a person in a band that carries them, and revoked.

Nothing is ever imposed by the program. A dismissal needs a complete review: each notice served and past its
appeal window or finally decided, the employee heard, the union informed, the seriousness reasoned.
"""

from datetime import date

from ledger.aggregates.authority import (
    Done,
    policy_of_month,
    rank,
    require_between,
    require_may_undo,
    require_office,
)
from ledger.aggregates.context import Decision, DecisionContext
from ledger.aggregates.dispatch import decides
from ledger.aggregates.employee_state import EmployeeState, NoticeState
from ledger.commands import ImposeSanction, RevokeSanction
from ledger.errors import InputError, NotEntitled, Taken, WrongState
from ledger.events import AppealMooted, SanctionImposed, SanctionRevoked, employee_stream
from ledger.policy.book import PolicyBook, Window
from ledger.policy.model import Policy
from ledger.terms import SanctionKind, first_day

_DECIDERS = {"director", "manager"}
SERVED = "served"
"""The item of the dismissal checklist that the ledger checks itself."""


@decides(ImposeSanction)
def impose_sanction(command: ImposeSanction, context: DecisionContext) -> list[Decision]:
    """One standing sanction an employee and month, in a band that carries it."""
    if context.is_taken("sanction", command.sanction):
        raise Taken("id_taken", kind="sanction", id=command.sanction)
    employee = context.employee(command.employee)
    require_between(context, employee.site, command.on, first_day(command.month), "month")
    policy = policy_of_month(context, employee.site, command.month)
    _check_decider(context, employee, command)
    for standing in employee.standing_sanctions(command.month):
        raise Taken("sanctioned_already", sanction=standing.sanction, month=command.month)
    band = context.sanction_due(command.employee, command.month)
    if not carries(policy, band, command.kind):
        if command.kind == "administrative_fine" and policy.sanctions.administrative.fine is None:
            raise WrongState("fine_without_amount", policy=policy.version)
        raise WrongState(
            "band_carries_it_not",
            kind=command.kind,
            employee=command.employee,
            month=command.month,
            band=band or "none",
        )
    remarks = _checklist(command)
    if command.kind == "dismissal":
        _check_review(context, employee, policy, command, remarks)
    elif command.checklist is not None:
        raise InputError("checklist_for_dismissal_only").at(field="checklist")
    event = SanctionImposed(
        sanction=command.sanction,
        employee=command.employee,
        month=command.month,
        imposed=command.kind,
        reasons=command.reasons,
        by=command.by,
        on=command.on,
        checklist=remarks,
    )
    return [Decision(employee_stream(command.employee), event)]


@decides(RevokeSanction)
def revoke_sanction(command: RevokeSanction, context: DecisionContext) -> list[Decision]:
    """Lifted by whoever imposed it, somebody of higher rank, the director or the manager; appeals end as moot."""
    employee = context.owner_of("sanction", command.sanction)
    sanction = employee.sanctions[command.sanction]
    if not sanction.stands:
        raise WrongState("sanction_revoked", sanction=command.sanction)
    require_between(context, employee.site, command.on, sanction.on, "sanction")
    imposed = Done("sanction", sanction.sanction, sanction.by, sanction.on)
    require_may_undo(context, employee, command.by, command.on, imposed)
    stream = employee_stream(employee.employee)
    revoked = SanctionRevoked(
        sanction=command.sanction,
        employee=employee.employee,
        month=sanction.month,
        reasons=command.reasons,
        by=command.by,
        on=command.on,
    )
    moot = [
        AppealMooted(
            appeal=appeal.appeal,
            employee=employee.employee,
            month=appeal.month,
            against="sanction",
            target=command.sanction,
            on=command.on,
        )
        for appeal in employee.pending_appeals("sanction", target=command.sanction)
    ]
    return [Decision(stream, event) for event in (revoked, *moot)]


def carries(policy: Policy, band: str | None, kind: SanctionKind) -> bool:
    """Whether a band carries a kind of sanction: administrative the milder ones, dismissal these and dismissal."""
    administrative = policy.sanctions.administrative
    if kind == "dismissal":
        return band == "dismissal"
    if kind == "administrative_fine" and administrative.fine is None:
        return False
    return band is not None and (kind == "administrative_fine" or kind in administrative.kinds)


def open_notices(employee: EmployeeState, month: str, book: PolicyBook, day: date) -> list[tuple[str, str]]:
    """The notices of a month that keep a dismissal from being decided on a day, each with why.

    `not_served`, `under_appeal`, `window_open`: each must be served and past its window or finally decided.
    """
    found = []
    for name in sorted(employee.notices):
        notice = employee.notices[name]
        if notice.month == month and notice.scheme == "service_quality" and notice.standing == "stands":
            reason = _open_because(employee, notice, book, day)
            if reason is not None:
                found.append((name, reason))
    return found


def _open_because(employee: EmployeeState, notice: NoticeState, book: PolicyBook, day: date) -> str | None:
    if notice.acknowledged_on is None:
        return "not_served"
    appeals = employee.appeals_against("notice", target=notice.notice)
    if any(appeal.status == "pending" for appeal in appeals):
        return "under_appeal"
    window: Window
    since, window = notice.acknowledged_on, "window"
    for appeal in appeals:
        if appeal.decided_on is not None:
            if not appeal.higher_levels():
                return None
            since, window = appeal.decided_on, "escalation"
    return "window_open" if day <= book.deadline(employee.site, window, since, day).day else None


def _check_decider(context: DecisionContext, employee: EmployeeState, command: ImposeSanction) -> None:
    """Director or manager; only the manager dismisses; never in one's own case or against a higher rank."""
    deciders = {"manager"} if command.kind == "dismissal" else _DECIDERS
    if command.by == employee.employee:
        raise NotEntitled("own_sanction", by=command.by, sanction=command.sanction)
    require_office(context, command.by, employee.site, command.on, deciders)
    own = rank(context, command.by, employee.site, command.on)
    if rank(context, employee.employee, employee.site, command.on) > own:
        raise NotEntitled("sanction_on_higher_rank", by=command.by, employee=employee.employee)


def _checklist(command: ImposeSanction) -> dict[str, str]:
    """The items answered with yes or a remark; a false one counts as missing."""
    given = command.checklist or {}
    return {item: "yes" if remark is True else remark for item, remark in given.items() if remark}


def _check_review(
    context: DecisionContext,
    employee: EmployeeState,
    policy: Policy,
    command: ImposeSanction,
    remarks: dict[str, str],
) -> None:
    items = policy.sanctions.dismissal.checklist
    unknown = sorted(set(command.checklist or {}) - {*items, SERVED})
    if unknown:
        raise InputError("checklist_item_unknown", item=unknown[0], items=", ".join(items)).at(
            field="checklist"
        )
    missing = [item for item in items if item not in remarks and item != SERVED]
    if missing:
        raise WrongState("review_incomplete", employee=employee.employee, missing=", ".join(missing))
    if SERVED not in items:
        return
    for notice, reason in open_notices(employee, command.month, context.policy_book(), command.on):
        raise WrongState(f"review_notice_{reason}", notice=notice, employee=employee.employee)
