"""Sanctions (篇3 4.2.3, 4.2.4; domain §5): imposed by a person in a band that carries them, and revoked.

Nothing is ever imposed by the program. A dismissal needs a complete review: each notice served and past its
appeal window or finally decided, the employee heard, the union informed, the seriousness reasoned.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from msgspec import Struct
from msgspec.structs import replace

from ledger.aggregates.authority import (
    Done,
    offices_of,
    policy_of_month,
    rank,
    require_between,
    require_may_undo,
    require_office,
)
from ledger.aggregates.context import Decision, DecisionContext
from ledger.aggregates.dispatch import decides
from ledger.aggregates.employee.appealed import window_start_of
from ledger.aggregates.employee.consequences import moot
from ledger.aggregates.employee.evolve import evolves
from ledger.aggregates.employee_state import EmployeeState, HearingState, NoticeState, UnionNoticeState
from ledger.commands.sanctions import ImposeSanction, RevokeSanction
from ledger.errors import InputError, NotEntitled, Taken, WrongState
from ledger.events.employees import employee_stream
from ledger.events.sanctions import SanctionImposed, SanctionRevoked
from ledger.policy.book import PolicyBook, Window
from ledger.policy.model import Policy
from ledger.policy.sanctions import carries
from ledger.terms import RANKS, SanctionKind, first_day

_DECIDERS = {"director", "manager"}
SERVED = "served"
"""The items of the dismissal checklist that the ledger checks itself."""
HEARD = "employee_heard"
UNION = "union_informed"


class SanctionState(Struct, frozen=True, gc=False):
    """A sanction as decisions and the sanctions report see it."""

    sanction: str
    month: str
    kind: SanctionKind
    by: str
    on: date
    checklist: tuple[str, ...] = ()
    revoked_on: date | None = None

    @property
    def stands(self) -> bool:
        """Whether it has not been revoked."""
        return self.revoked_on is None


@evolves
def _(event: SanctionImposed, state: EmployeeState, position: int) -> EmployeeState:
    sanction = SanctionState(
        event.sanction, event.month, event.imposed, event.by, event.on, tuple(sorted(event.checklist))
    )
    state.sanctions[event.sanction] = sanction
    return state


@evolves
def _(event: SanctionRevoked, state: EmployeeState, position: int) -> EmployeeState:
    sanction = replace(state.sanctions[event.sanction], revoked_on=event.on)
    state.sanctions[event.sanction] = sanction
    return state


@decides(ImposeSanction)
def impose_sanction(command: ImposeSanction, context: DecisionContext) -> list[Decision]:
    """One standing sanction an employee and month, in a band that carries it."""
    if context.is_taken("sanction", command.sanction):
        raise Taken("id_taken", kind="sanction", id=command.sanction)
    employee = context.employee(command.employee)
    require_between(context, employee.site_in(command.month), command.on, first_day(command.month), "month")
    policy = policy_of_month(context, employee.site_in(command.month), command.month)
    _check_decider(context, employee, command)
    for standing in employee.standing_sanctions(command.month):
        if command.kind == "dismissal" and standing.kind != "dismissal":
            continue  # a lesser sanction does not end the dismissal review
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
    require_between(context, employee.site_in(sanction.month), command.on, sanction.on, "sanction")
    imposed = Done("sanction", sanction.sanction, sanction.month, sanction.by, sanction.on)
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
    ended = moot(employee, "sanction", target=command.sanction, on=command.on)
    return [Decision(stream, event) for event in (revoked, *ended)]


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


def review_items(
    employee: EmployeeState, month: str, policy: Policy, book: PolicyBook, day: date
) -> dict[str, tuple[date | None, int | None]]:
    """Each item of a dismissal review's checklist → the day and the position of what was recorded of it; None: nothing.

    Heard is who was heard about the review, or about an appeal against one of its notices; `served` is every notice
    served and past its window, which has no one event. The reasons of seriousness come with the dismissal.
    """
    of_month = {n.notice for n in employee.notices.values() if n.month == month}
    about = {a.appeal for a in employee.appeals.values() if a.against == "notice" and a.target in of_month}
    heard: Sequence[HearingState | UnionNoticeState] = [
        h for h in employee.hearings if (h.month == month if h.appeal is None else h.appeal in about)
    ]
    told: Sequence[HearingState | UnionNoticeState] = [n for n in employee.union_notices if n.month == month]
    found: dict[str, tuple[date | None, int | None]] = {}
    for item in policy.sanctions.dismissal.checklist:
        recorded = heard if item == HEARD else told if item == UNION else ()
        before = [each for each in recorded if each.on <= day]
        found[item] = (before[0].on, before[0].position) if before else (None, None)
        if item == SERVED and not open_notices(employee, month, book, day):
            found[item] = (day, None)
    return found


def _open_because(employee: EmployeeState, notice: NoticeState, book: PolicyBook, day: date) -> str | None:
    start = window_start_of(notice)
    if start is None:
        return "not_served"
    appeals = employee.appeals_against("notice", target=notice.notice)
    if any(appeal.status == "pending" for appeal in appeals):
        return "under_appeal"
    window: Window
    since, window = start, "window"
    for appeal in appeals:
        if appeal.decided_on is not None:
            if not appeal.higher_levels():
                return None
            since, window = appeal.decided_on, "escalation"
    return (
        "window_open"
        if day <= book.deadline(employee.site_in(notice.month), window, since, day).day
        else None
    )


def _check_decider(context: DecisionContext, employee: EmployeeState, command: ImposeSanction) -> None:
    """Director or manager; only the manager dismisses; on the manager company decides; never in one's own case."""
    if command.by == employee.employee:
        raise NotEntitled("own_sanction", by=command.by, sanction=command.sanction)
    site = employee.site_in(command.month)
    if rank(context, employee.employee, site, command.on) >= RANKS["manager"]:
        if "company" not in offices_of(context, command.by, site, command.on):
            raise NotEntitled("sanction_on_higher_rank", by=command.by, employee=employee.employee)
        return
    deciders = {"manager"} if command.kind == "dismissal" else _DECIDERS
    require_office(context, command.by, site, command.on, deciders)


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
    """Every item of the checklist; the employee is heard on an earlier day (domain §5)."""
    items = policy.sanctions.dismissal.checklist
    unknown = sorted(set(command.checklist or {}) - {*items, SERVED})
    if unknown:
        raise InputError("checklist_item_unknown", item=unknown[0], items=", ".join(items)).at(
            field="checklist"
        )
    missing = [item for item in items if item not in remarks and item not in (SERVED, HEARD, UNION)]
    if missing:
        raise WrongState("review_incomplete", employee=employee.employee, missing=", ".join(missing))
    if SERVED in items:
        _check_served(context, employee, command)
    book, day_before = context.policy_book(), command.on - timedelta(days=1)
    heard = review_items(employee, command.month, policy, book, day_before)
    if HEARD in items and heard[HEARD][0] is None:
        raise WrongState("review_not_heard", employee=employee.employee, month=command.month)
    told = review_items(employee, command.month, policy, book, command.on)
    if UNION in items and told[UNION][0] is None:
        raise WrongState("review_union_not_informed", employee=employee.employee, month=command.month)


def _check_served(context: DecisionContext, employee: EmployeeState, command: ImposeSanction) -> None:
    """Each notice of the month is served, and past its window or finally decided."""
    for notice, reason in open_notices(employee, command.month, context.policy_book(), command.on):
        raise WrongState(f"review_notice_{reason}", notice=notice, employee=employee.employee)
