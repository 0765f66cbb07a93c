"""What a mark must keep to, be it recorded by itself or on a day or week sheet (篇4 4.3; appraisal §4.2)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from ledger.aggregates.authority import (
    highest,
    offices_of,
    policy_of_month,
    rank,
)
from ledger.aggregates.context import DecisionContext
from ledger.aggregates.employee_state import EmployeeState, Placement
from ledger.aggregates.scope import (
    in_scope,
    is_head,
    maximum_of,
    monday_of,
    require_unpublished,
)
from ledger.errors import InputError, NotEntitled, Taken, Unknown, WrongState, WrongTime
from ledger.events.checks import CheckRecorded
from ledger.policy.appraisal_tables import Criterion
from ledger.policy.model import Policy
from ledger.terms import CheckKind, Dimension, month_of

_ALL: Final = "abcdef"
DEFAULT_DIMENSIONS: Final = {"duty": "bde", "discipline": "de", "quality": "ac"}
"""What each kind may touch where the policy does not say: reading 29."""
DEFAULT_MONTHLY: Final[dict[str, int]] = {"discipline": 1, "quality": 1}
"""How many of each kind are due a month where the policy does not say: reading 29."""


@dataclass(frozen=True, slots=True)
class NewMark:
    """A mark to be recorded; `day` is the day looked at."""

    check: str
    employee: str
    kind: CheckKind
    dimension: Dimension
    points: int
    note: str
    by: str
    on: date
    day: date
    occurred_at: datetime | None = None
    notice: str | None = None
    finding: str | None = None
    criterion: str | None = None
    sheet: str | None = None


@dataclass(slots=True)
class Together:
    """What marks of one command already say: ids, notices and criteria, which the ledger does not know yet."""

    checks: set[str] = field(default_factory=set)
    notices: dict[str, str] = field(default_factory=dict)
    criteria: list[tuple[str, str, str]] = field(default_factory=list)


def marked(context: DecisionContext, mark: NewMark, together: Together | None = None) -> CheckRecorded:
    """The event of a mark that keeps to the rules. Refusal where it does not."""
    together = Together() if together is None else together
    if context.is_taken("check", mark.check) or mark.check in together.checks:
        raise Taken("id_taken", kind="check", id=mark.check)
    employee = context.employee(mark.employee)
    policy = policy_of_month(context, employee.site_on(mark.day), month_of(mark.day))
    if mark.by == mark.employee:
        raise NotEntitled("own_check", by=mark.by, check=mark.check)
    require_in_scope(context, employee, mark.day)
    _require_not_above(context, employee, mark)
    _require_entitled(context, employee, mark)
    _require_points(policy, mark)
    _require_criterion(policy, employee, mark, together)
    _require_finding(context, employee, mark)
    _require_notice(context, employee, policy, mark, together)
    require_week_open(context, employee, mark, policy)
    require_unpublished(context, employee, mark.day)
    together.checks.add(mark.check)
    return CheckRecorded(
        check=mark.check,
        employee=mark.employee,
        month=month_of(mark.day),
        looked=mark.kind,
        dimension=mark.dimension,
        points=mark.points,
        note=mark.note,
        by=mark.by,
        on=mark.on,
        day=mark.day,
        occurred_at=mark.occurred_at,
        notice=mark.notice,
        finding=mark.finding,
        criterion=mark.criterion,
        sheet=mark.sheet,
    )


def require_in_scope(context: DecisionContext, employee: Placement, day: date) -> None:
    """WrongTime `not_employed`, WrongState `not_scored` where somebody has no sheet on a day (篇4 2.0)."""
    if not employee.employed_on(day):
        raise WrongTime("not_employed", employee=employee.employee, on=day)
    if not in_scope(context, employee, day):
        raise WrongState("not_scored", employee=employee.employee, on=day)


def _require_not_above(context: DecisionContext, employee: EmployeeState, mark: NewMark) -> None:
    """Nobody marks somebody of higher rank. NotEntitled `check_of_higher_rank`."""
    site = employee.site_on(mark.day)
    if rank(context, mark.employee, site, mark.on) > highest(offices_of(context, mark.by, site, mark.on)):
        raise NotEntitled("check_of_higher_rank", by=mark.by, employee=mark.employee)


def _require_entitled(context: DecisionContext, employee: EmployeeState, mark: NewMark) -> None:
    """Who looks is fixed by the kind of check (篇4 4.3.1 to 4.3.6). Offices are those of the day of recording."""
    site, department = employee.site_on(mark.day), employee.departments.on(mark.day)
    heads = any(is_head(context, mark.by, site, department, day) for day in (mark.on, mark.day))
    if mark.kind == "duty" and heads:
        raise NotEntitled("duty_by_own_head", by=mark.by, employee=mark.employee, department=department)
    held = offices_of(context, mark.by, site, mark.on)
    entitled = {
        "duty": "department_head" in held,
        "discipline": "office" in held,
        "quality": "quality" in held,
    }.get(mark.kind, heads)
    if not entitled:
        raise NotEntitled("check_not_entitled", by=mark.by, kind=mark.kind, employee=mark.employee)


def dimensions_of(policy: Policy, kind: str) -> tuple[str, ...]:
    """The dimensions a kind of check may touch."""
    for each in policy.appraisal.kinds:
        if each.kind == kind:
            return each.dimensions
    return tuple(DEFAULT_DIMENSIONS.get(kind, _ALL))


def monthly_of(policy: Policy) -> dict[str, int]:
    """How many checks of each kind a department is due each month; kinds of which none is due are left out."""
    stated: dict[str, int] = {each.kind: each.monthly for each in policy.appraisal.kinds}
    due = DEFAULT_MONTHLY | stated
    return {kind: wanted for kind, wanted in due.items() if wanted}


def _require_points(policy: Policy, mark: NewMark) -> None:
    """InputError `points_zero`; WrongState `dimension_not_of_kind`, `points_outside_dimension`."""
    if mark.points == 0:
        raise InputError("points_zero").at(field="points")
    allowed = dimensions_of(policy, mark.kind)
    if mark.dimension not in allowed:
        raise WrongState(
            "dimension_not_of_kind", kind=mark.kind, dimension=mark.dimension, allowed=", ".join(allowed)
        )
    maximum = maximum_of(policy, mark.dimension)
    if abs(mark.points) > maximum:
        raise WrongState(
            "points_outside_dimension", points=mark.points, dimension=mark.dimension, maximum=maximum
        )


def _require_criterion(policy: Policy, employee: EmployeeState, mark: NewMark, together: Together) -> None:
    """A mark that cites a criterion keeps to it; citing may be compulsory (篇4 4.1.1, 4.1.2)."""
    if mark.criterion is None:
        if policy.appraisal.criteria_required:
            raise WrongState("criterion_required", check=mark.check, policy=policy.version)
        return
    criterion = next((c for c in policy.appraisal.criteria if c.code == mark.criterion), None)
    if criterion is None:
        raise Unknown("criterion_unknown", criterion=mark.criterion, policy=policy.version)
    post = employee.posts.on(mark.day)
    fits = criterion.dimension == mark.dimension and criterion.least <= mark.points <= criterion.most
    if not fits or (criterion.posts is not None and post not in criterion.posts):
        raise WrongState(
            "criterion_not_kept",
            criterion=criterion.code,
            dimension=criterion.dimension,
            least=criterion.least,
            most=criterion.most,
        )
    _require_times(criterion, employee, mark, together)


def _require_times(criterion: Criterion, employee: EmployeeState, mark: NewMark, together: Together) -> None:
    month = month_of(mark.day)
    cited = [
        c
        for c in employee.things["check"].values()
        if c.criterion == criterion.code and c.month == month and not c.withdrawn
    ]
    key = (mark.employee, criterion.code, month)
    if criterion.times is not None and len(cited) + together.criteria.count(key) >= criterion.times:
        raise WrongState("criterion_used_up", criterion=criterion.code, times=criterion.times, month=month)
    together.criteria.append(key)


def _require_finding(context: DecisionContext, employee: EmployeeState, mark: NewMark) -> None:
    """A mark names a finding that is recorded, and that names nobody else. Unknown, WrongState `finding_of_other`."""
    if mark.finding is not None:
        found = context.thing("finding", mark.finding)
        if found.site != employee.site_on(mark.day) or found.employee not in (None, employee.employee):
            raise WrongState("finding_of_other", finding=mark.finding, employee=employee.employee)


def _require_notice(
    context: DecisionContext, employee: EmployeeState, policy: Policy, mark: NewMark, together: Together
) -> None:
    """One occurrence costs points on the sheet once (appraisal §4.3)."""
    if mark.notice is None:
        return
    owner = context.owner_of("notice", mark.notice)
    if owner.employee != employee.employee:
        raise WrongState("notice_of_other", notice=mark.notice, employee=employee.employee)
    notice = owner.notices[mark.notice]
    if notice.standing != "stands":
        raise WrongState(f"notice_{notice.standing}", notice=mark.notice)
    if notice.scheme == "performance" and policy.appraisal.notices_on_sheet == "counted":
        raise Taken("notice_on_sheet_already", notice=mark.notice, employee=employee.employee)
    naming = [
        c.check for c in employee.things["check"].values() if c.notice == mark.notice and not c.withdrawn
    ]
    naming += [together.notices[mark.notice]] if mark.notice in together.notices else []
    if naming:
        raise Taken("notice_marked_already", notice=mark.notice, check=naming[0])
    together.notices[mark.notice] = mark.check


def require_week_open(
    context: DecisionContext, employee: EmployeeState, mark: NewMark, policy: Policy
) -> None:
    """WrongTime `week_evaluated` for a daily check of a week that was evaluated (篇4 4.3.2)."""
    department = employee.departments.on(mark.day)
    if mark.kind == "daily" and department is not None:
        require_days_open(context, employee.site_on(mark.day), department, mark.day, [mark.check], policy)


def require_days_open(
    context: DecisionContext, site: str, department: str, day: date, names: Iterable[str], policy: Policy
) -> None:
    """WrongTime `week_evaluated` where a day's week was evaluated and its days are closed."""
    monday = monday_of(day)
    evaluated = context.week_sheet(site, department, monday)
    if evaluated is not None and policy.appraisal.week_closes_days:
        raise WrongTime(
            "week_evaluated",
            name=next(iter(names)),
            week=monday,
            department=department,
            on=evaluated.on,
        )
