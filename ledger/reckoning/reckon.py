"""The one function that makes every number of an employee's month (law 3)."""

from collections.abc import Iterable
from datetime import date
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from ledger.policy.model import Policy
from ledger.policy.sanctions import carries
from ledger.reckoning.ceiling import ceiling
from ledger.reckoning.entries import Entry, Share, positions, total, totals
from ledger.reckoning.facts import Departures, EmployeeFacts, NoticeFact, RewardFact
from ledger.reckoning.rules.base_fine import base_fine
from ledger.reckoning.rules.no_worse import no_worse
from ledger.reckoning.rules.performance import performance
from ledger.reckoning.rules.shares import leaves, shares
from ledger.reckoning.rules.surcharge import surcharge
from ledger.reckoning.tally import Tally, tally
from ledger.terms import Band

Carried = Literal["administrative", "dismissal"] | None


class Cell(Struct, frozen=True, gc=False):
    """An employee's month: what the employee's own facts come to. Money in fen.

    What the employee bears for others is not in it: that is the sum of the shares other cells emit.
    """

    employee: str
    month: str
    policy: str
    department: str | None
    notices: int
    points: int
    late_points: int
    contested_points: int
    base_fine: int
    surcharge: int
    shifted: int
    no_worse: int
    band: Band
    carried: Carried
    """The band that carries sanctions in which the month stands, None below."""
    carried_unappealed: Carried
    """The same were every pending appeal against its notices dismissed."""
    sanction_due: Carried
    """The same while no sanction that it carries stands."""
    repeats: tuple[str, ...]
    public: bool
    reward_points: int
    deduction_points: int
    performance_contested: int
    """Points of performance notices that do not count meanwhile: under appeal, or referred to the handbook."""
    performance: int
    shares: tuple[Share, ...]
    entries: tuple[Entry, ...]

    @property
    def own(self) -> int:
        """What the employee owes for their own notices under 篇3, in fen."""
        return self.base_fine + self.surcharge - self.shifted - self.no_worse

    @property
    def is_empty(self) -> bool:
        """Whether nothing of it would be shown."""
        return not (self.notices or self.reward_points or self.deduction_points or self.performance_contested)


class PerformanceMonth(Struct, frozen=True, gc=False):
    """What an employee's month comes to under 篇4 alone, as the sheet of the month tells it. Money in fen."""

    reward_points: int
    deduction_points: int
    amount_fen: int


def reckon(facts: EmployeeFacts, month: str, policy: Policy, departures: Departures, last_day: date) -> Cell:
    """The figures of one employee's month under a policy.

    `departures` says when supervisors were away; `last_day` is the month's, for the department.
    """
    notices, rewards = facts.notices_of(month), facts.rewards_of(month)
    return reckon_month(facts, month, notices, rewards, policy, departures, last_day)


def reckon_month(
    facts: EmployeeFacts,
    month: str,
    notices: tuple[NoticeFact, ...],
    rewards: tuple[RewardFact, ...],
    policy: Policy,
    departures: Departures,
    last_day: date,
) -> Cell:
    """The same where the month's notices and rewards, as `EmployeeFacts.by_month` gives them, are known already."""
    counted = tally(notices, policy)
    own, found = _own(counted, policy, facts, departures)
    credit = _credit(own, notices, policy, facts, departures)
    performing = [notice for notice in notices if notice.scheme == "performance"]
    charged = performance_notices(performing, policy)
    entries = (*own, *credit, *performance(charged, rewards, policy))
    sums, points, waiting = totals(entries), counted.points, _waiting_points(counted, policy)
    rule = policy.band_rule(points)
    carried = None if rule is None else rule.band
    by_repeat = bool(counted.repeats) and policy.public_list.any_repeat
    return Cell(
        employee=facts.employee,
        month=month,
        policy=policy.version,
        department=facts.departments.on(last_day) or facts.departments.last(),
        notices=len(counted.counted) + len(counted.contested) + len(counted.unserved),
        points=points,
        late_points=counted.late_points,
        contested_points=counted.contested_points,
        base_fine=sums["base_fine"],
        surcharge=sums["surcharge"],
        shifted=sums["shifted"],
        no_worse=sums["no_worse"],
        band=policy.band_of(points, rule),
        carried=carried,
        carried_unappealed=_carried(policy, points + waiting) if waiting else carried,
        sanction_due=_due(carried, month, facts, policy),
        repeats=counted.repeats,
        public=points >= policy.public_list.from_points or by_repeat,
        reward_points=sum([reward.points for reward in rewards]),
        deduction_points=sum([notice.points for notice in charged]),
        performance_contested=sum([notice.points for notice in contested_performance(performing)]),
        performance=sums["performance"],
        shares=found,
        entries=entries,
    )


def performance_month(facts: EmployeeFacts, month: str, policy: Policy) -> PerformanceMonth:
    """The figures `reckon` has under 篇4, which rest on nobody else's facts."""
    rewards, charged = facts.rewards_of(month), performance_notices(facts.notices_of(month), policy)
    return PerformanceMonth(
        reward_points=sum([reward.points for reward in rewards]),
        deduction_points=sum([notice.points for notice in charged]),
        amount_fen=total(tuple(performance(charged, rewards, policy)), "performance"),
    )


def _carried(policy: Policy, points: int) -> Carried:
    rule = policy.band_rule(points)
    return None if rule is None else rule.band


def _due(carried: Carried, month: str, facts: EmployeeFacts, policy: Policy) -> Carried:
    """What is to be decided still: a dismissal review ends with a dismissal, another band with what it carries."""
    for sanction in facts.sanctions:
        answers = sanction.kind == "dismissal" or carried != "dismissal"
        if sanction.month == month and answers and carries(policy, carried, sanction.kind):
            return None
    return carried


def _own(
    counted: Tally, policy: Policy, facts: EmployeeFacts, departures: Departures
) -> tuple[tuple[Entry, ...], tuple[Share, ...]]:
    fined = (*base_fine(counted, policy), *surcharge(counted, policy))
    found = shares(counted, policy, facts, departures)
    if not found:
        return fined, ()
    shifted = tuple([replace(share.entry, figure="shifted") for share in found])
    return fined + shifted, found


def _credit(
    own: tuple[Entry, ...],
    notices: tuple[NoticeFact, ...],
    policy: Policy,
    facts: EmployeeFacts,
    departures: Departures,
) -> tuple[Entry, ...]:
    if policy.no_worse.ceiling == "least":
        return _least(own, notices, policy, facts, departures)
    if not [n for n in notices if n.revoked or n.contested or n.points != n.points_unappealed]:
        return ()
    dismissed = tuple([notice.as_if_dismissed() for notice in notices])
    own_if_dismissed, _ = _own(tally(dismissed, policy), policy, facts, departures)
    appealed = positions(n.positions for n, d in zip(notices, dismissed, strict=True) if n != d)
    return no_worse(_sum(own), _sum(own_if_dismissed), appealed, policy)


def _least(
    own: tuple[Entry, ...],
    notices: tuple[NoticeFact, ...],
    policy: Policy,
    facts: EmployeeFacts,
    departures: Departures,
) -> tuple[Entry, ...]:
    """What the month costs above the least it ever came to."""
    fined = [notice for notice in notices if notice.scheme == "service_quality"]
    acts = {position for n in fined for position in (*n.favours, *(() if n.stay is None else (n.stay,)))}
    if not acts:
        return ()

    def leaving(notice: NoticeFact, points: int) -> int:
        return leaves(notice, points, policy, facts, departures)

    return no_worse(_sum(own), ceiling(fined, policy, leaving), tuple(sorted(acts)), policy)


def _sum(entries: Iterable[Entry]) -> int:
    kept = tuple(entries)
    return total(kept, "base_fine") + total(kept, "surcharge") - total(kept, "shifted")


def _waiting_points(counted: Tally, policy: Policy) -> int:
    """The points that would count were every pending appeal dismissed."""
    return sum([notice.points for notice in counted.contested if notice.is_charged(policy)])


def contested_performance(notices: Iterable[NoticeFact]) -> tuple[NoticeFact, ...]:
    """The notices under 篇4 that do not count meanwhile: under appeal, or referred to the handbook."""
    return tuple([n for n in notices if n.scheme == "performance" and n.stands and n.contested])


def performance_notices(notices: Iterable[NoticeFact], policy: Policy) -> tuple[NoticeFact, ...]:
    """The notices under 篇4 that cost their points."""
    found = [n for n in notices if n.scheme == "performance" and n.counts and n.is_charged(policy)]
    return tuple([notice.as_charged(policy) for notice in found])
