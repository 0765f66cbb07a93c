"""The facts that figures rest on: one employee's stream folded, each fact with the positions that made it.

This fold remembers what money needs and nothing else; what decisions need is folded by the aggregates. Facts
come by the million and are msgspec's structs: a frozen dataclass or a named tuple takes six times as long to make.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from operator import attrgetter
from typing import Final, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from ledger.policy.model import Policy
from ledger.terms import SanctionKind, Scheme
from ledger.timeline import Absence, Timeline

Act = Literal["issued", "corrections", "appeals"]
"""What gave a notice its points; the plural ones as `no_worse.covers` names them."""


class FindingFact(Struct, frozen=True, gc=False):
    """A verified finding that has not been cleared. `supervisor` None: the line supervisor of the day."""

    supervisor: str | None
    on: date
    position: int


class ShareAppeal(Struct, frozen=True, gc=False):
    """An appeal against a share belongs to whoever bore it when it was filed."""

    appeal: str
    bearer: str
    status: Literal["none", "pending", "revoked"]


class NoticeFact(Struct, frozen=True, gc=False):
    """A notice as it counts now.

    `values` are its points as issued and after each correction and reduction, with what made them; `told` says that it
    was served, appealed against or contained in a close; `favours` are the positions of the acts in the employee's
    favour, `stay` that of an appeal that waits. `points_unappealed` are the points had no appeal reduced them;
    `counts_from` is the day since which it counts (its issue, or the end of its last stay), `served_on` and `service`
    the day and the position of its service; `share_appeals` are those of its bearers against its share.
    """

    notice: str
    scheme: Scheme
    clause: str
    points: int
    points_unappealed: int
    occurred_on: date
    month: str
    late: bool
    counts_from: date
    positions: tuple[int, ...]
    values: tuple[tuple[Act, int], ...]
    told: bool = False
    served_on: date | None = None
    service: int | None = None
    favours: tuple[int, ...] = ()
    stay: int | None = None
    withdrawn: bool = False
    revoked: bool = False
    handled: bool = False
    finding: FindingFact | None = None
    share_appeals: tuple[ShareAppeal, ...] = ()

    def share_appeal(self, bearer: str) -> Literal["none", "pending", "revoked"]:
        """What came of a bearer's own appeal against the share; another bearer's says nothing of it (domain §6)."""
        if not self.share_appeals:
            return "none"
        return next((a.status for a in reversed(self.share_appeals) if a.bearer == bearer), "none")

    @property
    def stands(self) -> bool:
        """Neither withdrawn nor revoked, nor handled under the handbook."""
        return not self.withdrawn and not self.revoked and not self.handled

    @property
    def counts(self) -> bool:
        """Stands, and is neither under appeal nor referred to the handbook."""
        return self.stands and not self.contested

    @property
    def contested(self) -> bool:
        """Under an appeal of the employee's that waits, or referred to the handbook."""
        return self.stay is not None

    def is_charged(self, policy: Policy) -> bool:
        """Whether it costs anything yet: under `notices.charge = "served"` it costs nothing before its service."""
        return self.service is not None or policy.notices.charge == "issued"

    def as_charged(self, policy: Policy) -> "NoticeFact":
        """The same as the policy charges it: where that is from its service on, it counts since then and rests on it."""
        if self.service is None or self.served_on is None or policy.notices.charge == "issued":
            return self
        since = max(self.counts_from, self.served_on)
        return replace(self, counts_from=since, positions=tuple(sorted((*self.positions, self.service))))

    def as_if_dismissed(self) -> "NoticeFact":
        """The same notice had every appeal against it been dismissed."""
        if not (self.revoked or self.contested or self.points != self.points_unappealed):
            return self
        return replace(self, points=self.points_unappealed, revoked=False, stay=None)


class RewardFact(Struct, frozen=True, gc=False):
    """A reward, and whether it was taken back."""

    reward: str
    month: str
    points: int
    positions: tuple[int, ...]
    withdrawn: bool = False


class SanctionFact(Struct, frozen=True, gc=False):
    """A sanction of a month that was not revoked."""

    sanction: str
    month: str
    kind: SanctionKind


class WageFact(Struct, frozen=True, gc=False):
    """Wage and local minimum wage of a month, in fen."""

    wage_fen: int
    minimum_wage_fen: int
    position: int


Departures = Mapping[str, tuple[Absence, ...]]
"""When those were away who have ever left, by person."""


class EmployeeFacts(Struct, frozen=True, gc=False):
    """What one stream says that money rests on. `touched` is the last position that touched each month's cell.

    The mappings are not to be changed outside the fold.
    """

    employee: str = ""
    sites: Timeline[str] = field(default_factory=Timeline)
    departments: Timeline[str] = field(default_factory=Timeline)
    supervisors: Timeline[str | None] = field(default_factory=Timeline)
    absences: tuple[Absence, ...] = ()
    absences_at: tuple[int, ...] = ()
    """The positions of whatever says when the person left."""
    notices: dict[str, NoticeFact] = field(default_factory=dict)
    rewards: dict[str, RewardFact] = field(default_factory=dict)
    wages: dict[str, WageFact] = field(default_factory=dict)
    sanctions: tuple[SanctionFact, ...] = ()
    touched: dict[str, int] = field(default_factory=dict)

    def site_in(self, month: str) -> str:
        """The site of a month: a move begins with a month, so that there is one (domain §1)."""
        return self.sites.in_month(month)

    def notices_of(self, month: str) -> tuple[NoticeFact, ...]:
        """The month's notices, withdrawn ones too, in the order of their ids."""
        return tuple(sorted([n for n in self.notices.values() if n.month == month], key=_NOTICE))

    def rewards_of(self, month: str) -> tuple[RewardFact, ...]:
        """The month's standing rewards, in the order of their ids."""
        return _standing([r for r in self.rewards.values() if r.month == month])

    def touches(self, month: str, scheme: Scheme, policy: Policy, since: int = 0) -> tuple[int, ...]:
        """The positions after `since` that touched the month's figures of a scheme (rewards go with performance)."""
        found = {
            position
            for notice in self.notices.values()
            if notice.month == month and notice.scheme == scheme
            for position in notice.as_charged(policy).positions
        }
        if scheme == "performance":
            rewards = (r for r in self.rewards.values() if r.month == month)
            found |= {position for reward in rewards for position in reward.positions}
        return tuple(sorted(position for position in found if position > since))

    def months(self) -> tuple[str, ...]:
        """The months in which anything happened that money rests on, sorted."""
        return tuple(sorted(self.touched))

    def by_month(self) -> dict[str, tuple[tuple[NoticeFact, ...], tuple[RewardFact, ...]]]:
        """What `notices_of` and `rewards_of` say of every month that has any, found in one go."""
        notices: dict[str, list[NoticeFact]] = {}
        rewards: dict[str, list[RewardFact]] = {}
        for notice in self.notices.values():
            notices.setdefault(notice.month, []).append(notice)
        for reward in self.rewards.values():
            rewards.setdefault(reward.month, []).append(reward)
        return {
            month: (tuple(sorted(notices.get(month, ()), key=_NOTICE)), _standing(rewards.get(month, ())))
            for month in {**notices, **rewards}
        }


_NOTICE: Final = attrgetter("notice")
_REWARD: Final = attrgetter("reward")


def _standing(rewards: Iterable[RewardFact]) -> tuple[RewardFact, ...]:
    """Those that were not withdrawn, in the order of their ids."""
    return tuple(sorted([reward for reward in rewards if not reward.withdrawn], key=_REWARD))
