"""Appeals 申訴: filing, route, deciding, escalating, withdrawing (domain §6; 篇3 4.3)."""

from datetime import date

from ledger.aggregates.authority import (
    holders,
    policy_of_month,
    rank,
    require_not_before,
    require_not_future,
    supervisor_on,
)
from ledger.aggregates.counter import decides
from ledger.aggregates.employee.state import AppealState, EmployeeState, NoticeState
from ledger.aggregates.register import BorneShare, Decision, Register
from ledger.commands import DecideAppeal, EscalateAppeal, FileAppeal, WithdrawAppeal
from ledger.errors import InputError, NotEntitled, Taken, WrongState, WrongTime
from ledger.events import (
    AppealDecided,
    AppealEscalated,
    AppealFiled,
    AppealWithdrawn,
    RouteLevel,
    employee_stream,
)
from ledger.events.appeals import ObjectKind, SkipReason
from ledger.policy.calendar import add_working_days
from ledger.policy.model import Policy
from ledger.terms import LADDER, RANKS, Level, month_of


@decides(FileAppeal)
def file_appeal(command: FileAppeal, register: Register) -> list[Decision]:
    """The employee against a notice, or the supervisor against a share; one appeal an object."""
    if register.is_taken("appeal", command.appeal):
        raise Taken("id_taken", kind="appeal", id=command.appeal)
    against: ObjectKind = "notice" if command.against.notice is not None else "liability"
    name = command.against.notice or command.against.liability or ""
    employee = register.owner_of("notice", name)
    notice = employee.notices[name]
    if notice.standing != "stands":
        raise WrongState(f"notice_{notice.standing}", notice=name)
    require_not_future(register, employee.site, command.on)
    share = register.share(name)
    _check_appellant(command.by, against, employee, notice, share)
    start = _window_start(against, notice, share)
    require_not_before(command.on, start, "window")
    policy = policy_of_month(register, employee.site, month_of(command.on))
    window_ends = add_working_days(policy.calendar, start, policy.appeals.window_working_days)
    _check_first(employee, against, name, command.on <= window_ends, window_ends)
    if command.on > window_ends and command.late_reason is None:
        raise WrongTime("appeal_late", on=command.on, window_ends=window_ends)
    respondent = _respondent(register, command, against, employee, notice)
    conflicted = _conflicted(command.by, respondent, notice, share)
    route = _route(
        register, employee, policy, command.ground == "retaliation", respondent, conflicted, command.on
    )
    event = AppealFiled(
        appeal=command.appeal,
        employee=employee.employee,
        month=notice.month,
        against=against,
        notice=name,
        by=command.by,
        ground=command.ground,
        respondent=respondent,
        statement=command.statement,
        on=command.on,
        late_reason=command.late_reason,
        route=route,
        conflicted=tuple(sorted(conflicted)),
        due_on=add_working_days(policy.calendar, command.on, policy.appeals.decision_working_days),
    )
    return [Decision(employee_stream(employee.employee), event)]


@decides(DecideAppeal)
def decide_appeal(command: DecideAppeal, register: Register) -> list[Decision]:
    """Only the reviewer of the present level decides; `reduced` is for notices, to fewer points."""
    employee, appeal = _appeal(register, command.appeal)
    if appeal.status != "pending":
        raise WrongState("appeal_not_pending", appeal=appeal.appeal, status=appeal.status)
    require_not_future(register, employee.site, command.on)
    require_not_before(command.on, appeal.since, "appeal")
    level, reviewer = reviewer_on(register, employee, appeal, command.on)
    if command.by != reviewer:
        register.employee(command.by)
        raise NotEntitled("not_the_reviewer", by=command.by, reviewer=reviewer, level=level)
    if command.outcome == "reduced":
        if appeal.against != "notice":
            raise WrongState("only_notices_reduced", appeal=appeal.appeal)
        points = employee.notices[appeal.notice].points
        if command.points is not None and command.points >= points:
            raise WrongState("reduction_not_fewer", notice=appeal.notice, points=points)
    event = AppealDecided(
        appeal=appeal.appeal,
        employee=employee.employee,
        month=appeal.month,
        against=_against(appeal),
        notice=appeal.notice,
        outcome=command.outcome,
        points=command.points,
        reasons=command.reasons,
        by=command.by,
        level=level,
        on=command.on,
    )
    return [Decision(employee_stream(employee.employee), event)]


@decides(EscalateAppeal)
def escalate_appeal(command: EscalateAppeal, register: Register) -> list[Decision]:
    """After dismissed or reduced, to the next level of the route, within the window."""
    employee, appeal = _appeal(register, command.appeal)
    if appeal.status not in ("dismissed", "reduced") or appeal.decided_on is None:
        raise WrongState("appeal_not_decided_against", appeal=appeal.appeal, status=appeal.status)
    standing = employee.notices[appeal.notice].standing
    if standing != "stands":
        raise WrongState(f"notice_{standing}", notice=appeal.notice)
    require_not_future(register, employee.site, command.on)
    require_not_before(command.on, appeal.decided_on, "decision")
    policy = policy_of_month(register, employee.site, month_of(command.on))
    window_ends = add_working_days(policy.calendar, appeal.decided_on, policy.appeals.escalation_working_days)
    if command.on > window_ends:
        raise WrongTime("escalation_late", on=command.on, window_ends=window_ends)
    higher: list[Level] = [
        step.level
        for step in appeal.route
        if step.skipped is None and RANKS[step.level] > RANKS[appeal.level]
    ]
    if not higher:
        raise WrongState("no_higher_level", appeal=appeal.appeal, level=appeal.level)
    event = AppealEscalated(
        appeal=appeal.appeal,
        employee=employee.employee,
        month=appeal.month,
        against=_against(appeal),
        notice=appeal.notice,
        statement=command.statement,
        on=command.on,
        level=higher[0],
        due_on=add_working_days(policy.calendar, command.on, policy.appeals.decision_working_days),
    )
    return [Decision(employee_stream(employee.employee), event)]


@decides(WithdrawAppeal)
def withdraw_appeal(command: WithdrawAppeal, register: Register) -> list[Decision]:
    """The appellant gives up a pending appeal."""
    employee, appeal = _appeal(register, command.appeal)
    if appeal.status != "pending":
        raise WrongState("appeal_not_pending", appeal=appeal.appeal, status=appeal.status)
    require_not_future(register, employee.site, command.on)
    require_not_before(command.on, appeal.since, "appeal")
    event = AppealWithdrawn(
        appeal=appeal.appeal,
        employee=employee.employee,
        month=appeal.month,
        against=_against(appeal),
        notice=appeal.notice,
        on=command.on,
    )
    return [Decision(employee_stream(employee.employee), event)]


# --- who reviews ------------------------------------------------------------------------------------


def reviewer_on(
    register: Register, employee: EmployeeState, appeal: AppealState, day: date
) -> tuple[Level, str | None]:
    """The level and the reviewer of a pending appeal on a day.

    The one named at filing while in office; else an unconflicted successor; else the next level of the route;
    else whoever holds `company` without conflict. None: it waits until somebody does.
    """
    department = employee.departments.on(appeal.filed_on)
    for step in appeal.route:
        if step.skipped is not None or RANKS[step.level] < RANKS[appeal.level]:
            continue
        in_office = [a.employee for a in holders(register, employee.site, step.level, day, department)]
        if step.holder in in_office:
            return step.level, step.holder
        for successor in in_office:
            if successor not in appeal.conflicted:
                return step.level, successor
    for appointment in holders(register, employee.site, "company", day):
        if appointment.employee not in appeal.conflicted:
            return "company", appointment.employee
    return "company", None


def _route(
    register: Register,
    employee: EmployeeState,
    policy: Policy,
    retaliation: bool,
    respondent: str,
    conflicted: dict[str, SkipReason],
    on: date,
) -> tuple[RouteLevel, ...]:
    """The whole ladder as it stands on the filing date, each level with its holder or why it is skipped."""
    above = rank(register, respondent, employee.site, on)
    starts_at = RANKS[policy.appeals.retaliation_starts_at] if retaliation else 0
    department = employee.departments.on(on)
    route = []
    for level in LADDER:
        found = holders(register, employee.site, level, on, department)
        holder = found[0].employee if found else None
        skipped: SkipReason | None = None
        if RANKS[level] <= above:
            skipped = "not_above_respondent"
        elif RANKS[level] < starts_at:
            skipped = "retaliation_starts_higher"
        elif holder is None:
            skipped = "vacant"
        else:
            skipped = conflicted.get(holder)
        route.append(RouteLevel(level=level, holder=holder, skipped=skipped))
    return tuple(route)


def _conflicted(
    appellant: str, respondent: str, notice: NoticeState, share: BorneShare | None
) -> dict[str, SkipReason]:
    """Who may not review, with the reason that counts first."""
    found: dict[str, SkipReason] = {}
    if share is not None and share.supervisor is not None and share.status != "lapsed":
        found[share.supervisor] = "bears_share"
    if notice.finding is not None and not notice.finding.cleared:
        found[notice.finding.by] = "finder"
    found[notice.issued_by] = "issuer"
    found[respondent] = "respondent"
    found[appellant] = "appellant"
    return found


# --- what the rules above ask -----------------------------------------------------------------------


def _appeal(register: Register, appeal: str) -> tuple[EmployeeState, AppealState]:
    employee = register.owner_of("appeal", appeal)
    return employee, employee.appeals[appeal]


def _against(appeal: AppealState) -> ObjectKind:
    return "notice" if appeal.against == "notice" else "liability"


def _check_appellant(
    by: str,
    against: ObjectKind,
    employee: EmployeeState,
    notice: NoticeState,
    share: BorneShare | None,
) -> None:
    if against == "notice":
        if by != employee.employee:
            raise NotEntitled("appellant_not_employee", by=by, notice=notice.notice)
        return
    if share is None or share.status == "lapsed":
        raise WrongState("no_share", notice=notice.notice)
    if by != share.supervisor:
        raise NotEntitled("appellant_not_bearer", by=by, notice=notice.notice)


def _window_start(against: ObjectKind, notice: NoticeState, share: BorneShare | None) -> date:
    """From acknowledgement, else from issue; for a share from the day it arose."""
    if against == "liability" and share is not None:
        return share.arose_on
    return notice.acknowledged_on or notice.issued_on


def _check_first(
    employee: EmployeeState, against: ObjectKind, notice: str, in_window: bool, window_ends: date
) -> None:
    """One appeal an object; an undecided one that was withdrawn may be filed again within the window."""
    for earlier in employee.appeals_against(against, notice):
        if earlier.status != "withdrawn" or earlier.ever_decided:
            raise Taken("appealed_already", notice=notice, appeal=earlier.appeal)
        if not in_window:
            raise WrongTime("refiling_late", appeal=earlier.appeal, window_ends=window_ends)


def _respondent(
    register: Register,
    command: FileAppeal,
    against: ObjectKind,
    employee: EmployeeState,
    notice: NoticeState,
) -> str:
    """Default: the issuer; the finder for a share by finding. A named one must be one of these or the supervisor."""
    finding = notice.finding if notice.finding is not None and not notice.finding.cleared else None
    default = finding.by if against == "liability" and finding is not None else notice.issued_by
    if command.respondent is None:
        return default
    register.employee(command.respondent)
    named = {notice.issued_by, supervisor_on(register, employee, notice.occurred_on)}
    if finding is not None:
        named |= {finding.by}
    if command.respondent not in named:
        raise InputError(
            "respondent_not_concerned",
            respondent=command.respondent,
            concerned=", ".join(sorted(filter(None, named))),
        ).at(field="respondent")
    return command.respondent
