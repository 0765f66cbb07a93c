"""The ceiling of what a month may cost its employee: the least it ever came to while nobody had done them a favour.

Each notice has the values its points have had; the ceiling is the least cost over every choice of one value a notice
(domain §3, no_worse). It is exact for any number of them: a choice costs by its points up to the surcharge's upper
end, and clause by clause by whether the repeat is reached.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from ledger.policy.model import Policy
from ledger.reckoning.facts import NoticeFact

Leaving = Callable[[NoticeFact, int], int]
"""(notice, points) → what would leave the employee for the supervisor, in fen, were it joint with so many points."""

_Costs = dict[tuple[int, int], int]
"""(points that lift bands, cut off above the surcharge; notices that count, cut off at the repeat) → the least cost."""


def former_values(notice: NoticeFact, covers: Sequence[str]) -> tuple[int, ...]:
    """Every value the points of a notice have had, the present one last; 0 where it does not count.

    What was withdrawn before anybody was told of it was never held against anybody, and has no former value.
    """
    values: list[int] = []
    for act, points in notice.values:
        if act not in (*covers, "issued"):
            values.clear()
        values.append(points)
    if notice.withdrawn:
        values = [*values, 0] if notice.told and "withdrawals" in covers else [0]
    elif notice.revoked or notice.contested:
        values = [*values, 0] if "appeals" in covers else [0]
    return tuple(dict.fromkeys(values))


def ceiling(notices: Iterable[NoticeFact], policy: Policy, leaving: Leaving) -> int:
    """The least base fine + surcharge − what leaves for supervisors, in fen, over every choice of a value a notice."""
    rules = policy.schemes.service_quality
    least_late = 0
    of_clause: dict[str, list[NoticeFact]] = defaultdict(list)
    values: dict[str, tuple[int, ...]] = {}
    for notice in notices:
        if notice.scheme != "service_quality":
            continue
        charged = notice.is_charged(policy)
        values[notice.notice] = former_values(notice, policy.no_worse.covers) if charged else (0,)
        if notice.late and rules.late == "points_only":
            least_late += min(_cost(notice, value, policy, leaving, False) for value in values[notice.notice])
        else:
            of_clause[notice.clause].append(notice)
    total: dict[int, int] = {0: 0}
    for same in of_clause.values():
        total = _combined(total, _of_clause(same, values, policy, leaving), _cut(policy))
    return least_late + min(cost + _surcharge(points, policy) for points, cost in total.items())


def _of_clause(
    notices: Sequence[NoticeFact], values: Mapping[str, tuple[int, ...]], policy: Policy, leaving: Leaving
) -> dict[int, int]:
    """Points of the notices of one clause → the least they cost; as joint ones where the repeat is reached."""
    found: dict[int, int] = {}
    repeat, cut = policy.repeats.notices, _cut(policy)
    for joint in (False, True):
        costs: _Costs = {(0, 0): 0}
        for notice in notices:
            after: _Costs = {}
            for (points, count), cost in costs.items():
                for value in values[notice.notice]:
                    key = (min(points + value, cut), min(count + (value > 0), repeat))
                    new = cost + _cost(notice, value, policy, leaving, joint)
                    after[key] = min(new, after.get(key, new))
            costs = after
        for (points, count), cost in costs.items():
            if (count >= repeat) == joint:
                found[points] = min(cost, found.get(points, cost))
    return found


def _combined(one: Mapping[int, int], other: Mapping[int, int], cut: int) -> dict[int, int]:
    found: dict[int, int] = {}
    for points, cost in one.items():
        for more, extra in other.items():
            key = min(points + more, cut)
            found[key] = min(cost + extra, found.get(key, cost + extra))
    return found


def _cost(notice: NoticeFact, points: int, policy: Policy, leaving: Leaving, by_repeat: bool) -> int:
    fine = points * policy.schemes.service_quality.point_value
    return fine - (leaving(notice, points) if by_repeat or notice.finding is not None else 0)


def _surcharge(points: int, policy: Policy) -> int:
    rule = policy.surcharge
    return rule.amount if rule.from_points <= points <= rule.to_points else 0


def _cut(policy: Policy) -> int:
    """From so many points on nothing changes but the fine."""
    return policy.surcharge.to_points + 1
