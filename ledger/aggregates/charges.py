"""What may be charged: an act young enough, a clause in force and its points, one occurrence once (domain §2; 篇3 4.1)."""

from datetime import date, datetime

from ledger.aggregates.authority import policy_of_month
from ledger.aggregates.context import DecisionContext
from ledger.aggregates.employee_state import EmployeeState
from ledger.errors import Taken, Unknown, WrongState, WrongTime
from ledger.formats import month_before
from ledger.policy.model import Clause
from ledger.terms import Scheme, month_of, next_month


def check_age(context: DecisionContext, site: str, notice: str, occurred_on: date, issued_on: date) -> None:
    """An act older than the policy lets be charged is refused: WrongTime `act_too_old`."""
    most = policy_of_month(context, site, month_of(occurred_on)).notices.not_after_days
    if most is not None and (issued_on - occurred_on).days > most:
        raise WrongTime("act_too_old", notice=notice, on=occurred_on, days=most)


def clause_in_force(context: DecisionContext, site: str, month: str, code: str) -> Clause:
    """A clause as a month of a site has it. Unknown `clause_unknown`."""
    policy = policy_of_month(context, site, month)
    clause = policy.catalogue.get(code)
    if clause is None:
        raise Unknown("clause_unknown", clause=code, policy=policy.version, month=month)
    return clause


def scheme_of(clause: Clause, asked: Scheme | None) -> Scheme:
    """The scheme of a clause, which may be asked for by name. WrongState `clause_of_other_scheme`."""
    if asked is not None and asked != clause.scheme:
        raise WrongState("clause_of_other_scheme", clause=clause.code, scheme=clause.scheme, asked=asked)
    return clause.scheme


def check_points(clause: Clause, points: int) -> None:
    """WrongState `points_outside_policy`."""
    low, high = clause.min_points or 1, clause.max_points
    if points < low or (high is not None and points > high):
        raise WrongState("points_outside_policy", clause=clause.code, points=points, low=low, high=high)


def check_occurrence(
    employee: EmployeeState,
    *,
    clause: str,
    scheme: str,
    occurred_at: datetime,
    distinct: bool,
    besides: str | None = None,
) -> None:
    """One occurrence under one scheme; the same clause twice only if it says why it is another violation.

    One instant is of no more than two months, wherever somebody was.
    """
    month = month_of(occurred_at.date())
    for other in employee.standing_notices(month_before(month), month, next_month(month)):
        if other.occurred_at != occurred_at or other.notice == besides:
            continue
        if other.scheme != scheme:
            raise Taken("occurrence_under_other_scheme", notice=other.notice, scheme=other.scheme)
        if other.clause == clause and not distinct:
            raise Taken("duplicate_notice", notice=other.notice, clause=clause)
