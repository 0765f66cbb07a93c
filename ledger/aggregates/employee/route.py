"""Who reviews an appeal 申訴: the ladder at filing, and who holds the present level on a day (domain §6; 篇3 4.3)."""

from collections.abc import Iterable, Mapping
from datetime import date

from ledger.aggregates.authority import holders, rank_anywhere, require_between
from ledger.aggregates.context import DecisionContext
from ledger.aggregates.employee_state import AppealState, EmployeeState, NoticeState
from ledger.errors import NotEntitled, WrongState
from ledger.events.appeals import ObjectKind, RouteLevel, SkipReason
from ledger.policy.model import Policy
from ledger.terms import LADDER, RANKS, Level


def reviewer_on(
    context: DecisionContext, employee: EmployeeState, appeal: AppealState, day: date
) -> tuple[Level, str | None]:
    """The level and the reviewer of a pending appeal on a day.

    The one named at filing while in office; else an unconflicted successor; else the next level of the route;
    else whoever holds `company` without conflict. None: it waits until somebody does. Nobody reviews a decision
    of their own, nor a case in which they have become finder or bearer since, though no longer: conflicts only grow.
    """
    excluded = {
        *appeal.conflicted,
        *appeal.deciders,
        *conflicts(context, employee, appeal.against, appeal.target),
        *context.involved_since(employee.employee, appeal),
    }
    site = employee.site_in(appeal.month)
    department = employee.department_at(site, appeal.filed_on)
    for step in appeal.route:
        if step.skipped is not None or RANKS[step.level] < RANKS[appeal.level]:
            continue
        in_office = [a.employee for a in holders(context, site, step.level, day, department)]
        if step.holder in in_office and step.holder not in excluded:
            return step.level, step.holder
        for successor in in_office:
            if successor not in excluded:
                return step.level, successor
    for appointment in holders(context, site, "company", day):
        if appointment.employee not in excluded:
            return "company", appointment.employee
    return "company", None


def require_reviewer(
    context: DecisionContext, employee: EmployeeState, appeal: AppealState, by: str, on: date
) -> Level:
    """The level of a pending appeal, of which somebody must be the reviewer on the day.

    One against a share that went to another bearer meanwhile has ended, and may be answered all the same: whoever appealed
    is owed an answer, and it concerns nobody else's share.

    WrongState `appeal_not_pending`, WrongTime, NotEntitled `not_the_reviewer`.
    """
    answerable = appeal.status == "moot" and appeal.against == "liability"
    if appeal.status != "pending" and not (
        answerable and employee.notices[appeal.target].standing == "stands"
    ):
        raise WrongState("appeal_not_pending", appeal=appeal.appeal, status=appeal.status)
    require_between(context, employee.site_in(appeal.month), on, appeal.since, "appeal")
    level, reviewer = reviewer_on(context, employee, appeal, on)
    if by != reviewer:
        context.employee(by)
        raise NotEntitled("not_the_reviewer", by=by, reviewer=reviewer, level=level)
    return level


def route_of(
    context: DecisionContext,
    employee: EmployeeState,
    policy: Policy,
    retaliation: bool,
    complained_of: Iterable[str],
    conflicted: Mapping[str, SkipReason],
    month: str,
    on: date,
) -> tuple[RouteLevel, ...]:
    """The whole ladder as it stands on the filing date, each level with its holder or why it is skipped.

    It begins above whoever is complained of: the respondent, and whoever did the act, with the highest rank they hold
    anywhere. Of several holders the unconflicted one appointed last is meant.
    """
    above = max(rank_anywhere(context, person, on) for person in complained_of)
    starts_at = RANKS[policy.appeals.retaliation_starts_at] if retaliation else 0
    site = employee.site_in(month)
    department = employee.department_at(site, on)
    route = []
    for level in LADDER:
        found = holders(context, site, level, on, department)
        names = [appointment.employee for appointment in found]
        holder = next((name for name in names if name not in conflicted), names[0] if names else None)
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


def conflicts(
    context: DecisionContext, employee: EmployeeState, against: ObjectKind, target: str
) -> dict[str, SkipReason]:
    """Who may not decide about a notice, a share of it or a sanction as things stand, and why (domain §6).

    The issuer, the finder and the bearer of the notice; of a sanction its imposer, and whoever issued, or found on, a
    standing notice of its month.
    """
    found: dict[str, SkipReason] = {}
    if against != "sanction":
        notice = employee.notices[target]
        share = context.share(target) if notice.standing == "stands" else None
        if share is not None and share.supervisor is not None and share.status != "lapsed":
            found[share.supervisor] = "bears_share"
        return found | _acted(notice)
    sanction = employee.sanctions[target]
    for notice in employee.standing_notices(sanction.month):
        found |= _acted(notice)
    return {**found, sanction.by: "imposer"}


def _acted(notice: NoticeState) -> dict[str, SkipReason]:
    finding = notice.finding
    found: dict[str, SkipReason] = {} if finding is None or finding.cleared else {finding.by: "finder"}
    return {**found, notice.issued_by: "issuer"}
