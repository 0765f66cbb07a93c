"""Appeals 申訴: filing, route, deciding, escalating, withdrawing (domain §6; 篇3 4.3)."""

from typing import Any

from ledger.aggregates.authority import policy_of_month, require_between
from ledger.aggregates.context import Decision, DecisionContext
from ledger.aggregates.dispatch import decides
from ledger.aggregates.employee.appealed import Appealed, appealed, require_appealable
from ledger.aggregates.employee.route import require_reviewer, route_of
from ledger.aggregates.employee_state import AppealState, EmployeeState
from ledger.aggregates.evidence import files_of
from ledger.commands.appeals import DecideAppeal, EscalateAppeal, FileAppeal, WithdrawAppeal
from ledger.errors import InputError, NotEntitled, Taken, WrongState, WrongTime
from ledger.events.appeals import (
    AppealDecided,
    AppealEscalated,
    AppealFiled,
    AppealWithdrawn,
)
from ledger.events.employees import employee_stream
from ledger.policy.working_days import Deadline
from ledger.terms import month_of


@decides(FileAppeal)
def file_appeal(command: FileAppeal, context: DecisionContext) -> list[Decision]:
    """The employee against a notice or a sanction, the supervisor against a share; one appeal an object."""
    if context.is_taken("appeal", command.appeal):
        raise Taken("id_taken", kind="appeal", id=command.appeal)
    employee, thing = appealed(command.against, context)
    context.employee(command.by)
    if command.by != thing.appellant:
        raise NotEntitled(f"appellant_not_entitled_{thing.against}", by=command.by, target=thing.target)
    require_between(context, employee.site_in(thing.month), command.on, thing.since, "window")
    policy = policy_of_month(context, employee.site_in(thing.month), month_of(command.on))
    book = context.policy_book()
    _check_first(employee, thing)
    if thing.window_start is not None:
        window = book.deadline(employee.site_in(thing.month), "window", thing.window_start, command.on)
        if command.on > window.day and command.late_reason is None:
            raise WrongTime("appeal_late", on=command.on, **_ends(window))
    respondent = _respondent(context, command.respondent, thing)
    conflicted = {**thing.conflicted, respondent: "respondent", command.by: "appellant"}
    complained_of = (respondent, thing.respondent)
    retaliation = command.ground == "retaliation"
    route = route_of(
        context, employee, policy, retaliation, complained_of, conflicted, thing.month, command.on
    )
    event = AppealFiled(
        appeal=command.appeal,
        employee=employee.employee,
        month=thing.month,
        against=thing.against,
        target=thing.target,
        by=command.by,
        ground=command.ground,
        respondent=respondent,
        statement=command.statement,
        on=command.on,
        late_reason=command.late_reason,
        route=route,
        conflicted=tuple(sorted(conflicted)),
        due_on=book.deadline(employee.site_in(thing.month), "decision", command.on, command.on).day,
        evidence=files_of(command.evidence),
    )
    return [Decision(employee_stream(employee.employee), event)]


def named(employee: EmployeeState, appeal: AppealState) -> dict[str, Any]:
    """What every event of an appeal names: the appeal, on whose record it stands, its month, and what it is against."""
    return {
        "appeal": appeal.appeal,
        "employee": employee.employee,
        "month": appeal.month,
        "against": appeal.against,
        "target": appeal.target,
    }


@decides(DecideAppeal)
def decide_appeal(command: DecideAppeal, context: DecisionContext) -> list[Decision]:
    """Only the reviewer of the present level decides; `reduced` is for notices, to fewer points."""
    employee, appeal = _appeal(context, command.appeal)
    level = require_reviewer(context, employee, appeal, command.by, command.on)
    if command.outcome == "reduced":
        if appeal.against != "notice":
            raise WrongState("only_notices_reduced", appeal=appeal.appeal)
        points = employee.notices[appeal.target].points
        if command.points is not None and command.points >= points:
            raise WrongState("reduction_not_fewer", notice=appeal.target, points=points)
    event = AppealDecided(
        **named(employee, appeal),
        outcome=command.outcome,
        points=command.points,
        reasons=command.reasons,
        by=command.by,
        level=level,
        on=command.on,
    )
    return [Decision(employee_stream(employee.employee), event)]


@decides(EscalateAppeal)
def escalate_appeal(command: EscalateAppeal, context: DecisionContext) -> list[Decision]:
    """After dismissed or reduced, to the next level of the route, within the window."""
    employee, appeal = _appeal(context, command.appeal)
    if appeal.status not in ("dismissed", "reduced") or appeal.decided_on is None:
        raise WrongState("appeal_not_decided_against", appeal=appeal.appeal, status=appeal.status)
    _check_target_stands(context, employee, appeal)
    require_between(context, employee.site_in(appeal.month), command.on, appeal.decided_on, "decision")
    _require_appellant(context, appeal, command.by)
    book = context.policy_book()
    window = book.deadline(employee.site_in(appeal.month), "escalation", appeal.decided_on, command.on)
    if command.on > window.day:
        raise WrongTime("escalation_late", on=command.on, **_ends(window))
    higher = appeal.higher_levels()
    if not higher:
        raise WrongState("no_higher_level", appeal=appeal.appeal, level=appeal.level)
    event = AppealEscalated(
        **named(employee, appeal),
        by=appeal.appellant,
        statement=command.statement,
        on=command.on,
        level=higher[0],
        due_on=book.deadline(employee.site_in(appeal.month), "decision", command.on, command.on).day,
        stated=command.by is not None,
    )
    return [Decision(employee_stream(employee.employee), event)]


@decides(WithdrawAppeal)
def withdraw_appeal(command: WithdrawAppeal, context: DecisionContext) -> list[Decision]:
    """The appellant gives up a pending appeal."""
    employee, appeal = _appeal(context, command.appeal)
    if appeal.status != "pending":
        raise WrongState("appeal_not_pending", appeal=appeal.appeal, status=appeal.status)
    require_between(context, employee.site_in(appeal.month), command.on, appeal.since, "appeal")
    _require_appellant(context, appeal, command.by)
    event = AppealWithdrawn(
        **named(employee, appeal),
        on=command.on,
        by=command.by,
    )
    return [Decision(employee_stream(employee.employee), event)]


# --- what the rules above ask -----------------------------------------------------------------------


def _appeal(context: DecisionContext, appeal: str) -> tuple[EmployeeState, AppealState]:
    employee = context.owner_of("appeal", appeal)
    return employee, employee.appeals[appeal]


def _require_appellant(context: DecisionContext, appeal: AppealState, by: str | None) -> None:
    """Whoever is said to take an appeal further, or to give it up, is the appellant and nobody else."""
    if by is not None and by != appeal.appellant:
        context.employee(by)
        raise NotEntitled("not_the_appellant", appeal=appeal.appeal, by=by, appellant=appeal.appellant)


def _check_target_stands(context: DecisionContext, employee: EmployeeState, appeal: AppealState) -> None:
    if appeal.against == "sanction":
        if not employee.sanctions[appeal.target].stands:
            raise WrongState("sanction_revoked", sanction=appeal.target)
        return
    notice = employee.notices[appeal.target]
    require_appealable(notice)
    if appeal.against == "liability":
        share = context.share(appeal.target)
        if share is None or share.supervisor != appeal.appellant:
            raise WrongState("no_share", notice=appeal.target)


def _ends(window: Deadline) -> dict[str, object]:
    """The day a window ended, for a refusal; marked where the calendar it rests on is not published yet."""
    return {"window_ends": window.day, **window.mark()}


def _check_first(employee: EmployeeState, thing: Appealed) -> None:
    """One appeal an object and appellant; one that was withdrawn undecided, or ended as moot, may be filed again."""
    for earlier in employee.appeals_against(thing.against, target=thing.target):
        if earlier.appellant != thing.appellant or earlier.status == "moot":
            continue
        if thing.anew_since is not None and earlier.filed_on < thing.anew_since:
            continue
        if thing.anew_at is not None and earlier.position < thing.anew_at:
            continue
        if earlier.status != "withdrawn" or earlier.deciders:
            raise Taken("appealed_already", target=thing.target, appeal=earlier.appeal)


def _respondent(context: DecisionContext, named: str | None, thing: Appealed) -> str:
    """The default, or a named one, who must be the issuer, the finder, the imposer or the supervisor."""
    if named is None:
        return thing.respondent
    context.employee(named)
    if named not in thing.concerned:
        raise InputError(
            "respondent_not_concerned", respondent=named, concerned=", ".join(sorted(thing.concerned))
        ).at(field="respondent")
    return named
