"""The one function that makes every number of an employee's month (law 3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ledger.policy.model import Policy
from ledger.reckoning.entries import Entry, Share, positions, total
from ledger.reckoning.facts import DepartureFact, EmployeeFacts, NoticeFact
from ledger.reckoning.rules.base_fine import base_fine
from ledger.reckoning.rules.no_worse import no_worse
from ledger.reckoning.rules.performance import performance
from ledger.reckoning.rules.shares import shares
from ledger.reckoning.rules.surcharge import surcharge
from ledger.reckoning.tally import Tally, tally
from ledger.terms import Band


@dataclass(frozen=True, slots=True)
class Cell:
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
    sanction_due: Literal["administrative", "dismissal"] | None
    repeats: tuple[str, ...]
    public: bool
    reward_points: int
    deduction_points: int
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
        return not (self.notices or self.reward_points or self.deduction_points)


def reckon(
    facts: EmployeeFacts, month: str, policy: Policy, departures: Mapping[str, DepartureFact], last_day: date
) -> Cell:
    """The figures of one employee's month under a policy.

    `departures` gives the last days of supervisors who have left; `last_day` is the month's, for the department.
    """
    notices = facts.notices_of(month)
    counted = tally(notices, policy)
    own, found = _own(counted, policy, facts, departures)
    dismissed = tally((n.as_if_dismissed() for n in notices), policy)
    own_if_dismissed, _ = _own(dismissed, policy, facts, departures)
    appealed = positions(n.positions for n in notices if n != n.as_if_dismissed())
    credit = no_worse(_sum(own), _sum(own_if_dismissed), appealed, policy)
    charged = _performance_notices(notices)
    rewards = facts.rewards_of(month)
    entries = (*own, *credit, *performance(charged, rewards, policy))
    rule = policy.band_rule(counted.points)
    by_repeat = bool(counted.repeats) and policy.public_list.any_repeat
    return Cell(
        employee=facts.employee,
        month=month,
        policy=policy.version,
        department=facts.departments.on(last_day) or facts.departments.last(),
        notices=len(counted.counted) + len(counted.contested),
        points=counted.points,
        late_points=counted.late_points,
        contested_points=counted.contested_points,
        base_fine=total(entries, "base_fine"),
        surcharge=total(entries, "surcharge"),
        shifted=total(entries, "shifted"),
        no_worse=total(entries, "no_worse"),
        band=policy.band(counted.points),
        sanction_due=None if rule is None else rule.band,
        repeats=counted.repeats,
        public=counted.points >= policy.public_list.from_points or by_repeat,
        reward_points=sum(reward.points for reward in rewards),
        deduction_points=sum(notice.points for notice in charged),
        performance=total(entries, "performance"),
        shares=found,
        entries=entries,
    )


def _own(
    counted: Tally, policy: Policy, facts: EmployeeFacts, departures: Mapping[str, DepartureFact]
) -> tuple[tuple[Entry, ...], tuple[Share, ...]]:
    found = shares(counted, policy, facts, departures)
    shifted = tuple(
        Entry(
            figure="shifted",
            amount_fen=share.share_fen,
            policy=share.entry.policy,
            rule=share.entry.rule,
            clause=share.entry.clause,
            rests_on=share.entry.rests_on,
            notice=share.notice,
            reading=share.entry.reading,
        )
        for share in found
    )
    return (*base_fine(counted, policy), *surcharge(counted, policy), *shifted), found


def _sum(entries: Iterable[Entry]) -> int:
    kept = tuple(entries)
    return total(kept, "base_fine") + total(kept, "surcharge") - total(kept, "shifted")


def _performance_notices(notices: tuple[NoticeFact, ...]) -> tuple[NoticeFact, ...]:
    return tuple(n for n in notices if n.counts and n.scheme == "performance")
