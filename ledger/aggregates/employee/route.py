"""Who reviews an appeal 申訴: the ladder at filing, and who holds the present level on a day (domain §6; 篇3 4.3)."""

from datetime import date

from ledger.aggregates.authority import holders, rank
from ledger.aggregates.context import DecisionContext
from ledger.aggregates.employee_state import AppealState, EmployeeState
from ledger.events import RouteLevel
from ledger.events.appeals import SkipReason
from ledger.policy.model import Policy
from ledger.terms import LADDER, RANKS, Level


def reviewer_on(
    context: DecisionContext, employee: EmployeeState, appeal: AppealState, day: date
) -> tuple[Level, str | None]:
    """The level and the reviewer of a pending appeal on a day.

    The one named at filing while in office; else an unconflicted successor; else the next level of the route;
    else whoever holds `company` without conflict. None: it waits until somebody does. Nobody reviews a decision
    of their own.
    """
    excluded = {*appeal.conflicted, *appeal.deciders}
    department = employee.departments.on(appeal.filed_on)
    for step in appeal.route:
        if step.skipped is not None or RANKS[step.level] < RANKS[appeal.level]:
            continue
        in_office = [a.employee for a in holders(context, employee.site, step.level, day, department)]
        if step.holder in in_office and step.holder not in appeal.deciders:
            return step.level, step.holder
        for successor in in_office:
            if successor not in excluded:
                return step.level, successor
    for appointment in holders(context, employee.site, "company", day):
        if appointment.employee not in excluded:
            return "company", appointment.employee
    return "company", None


def route_of(
    context: DecisionContext,
    employee: EmployeeState,
    policy: Policy,
    retaliation: bool,
    respondent: str,
    conflicted: dict[str, SkipReason],
    on: date,
) -> tuple[RouteLevel, ...]:
    """The whole ladder as it stands on the filing date, each level with its holder or why it is skipped."""
    above = rank(context, respondent, employee.site, on)
    starts_at = RANKS[policy.appeals.retaliation_starts_at] if retaliation else 0
    department = employee.departments.on(on)
    route = []
    for level in LADDER:
        found = holders(context, employee.site, level, on, department)
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
