"""The facts that figures rest on: one employee's stream folded, each fact with the positions that made it.

This fold remembers what money needs and nothing else; what decisions need is folded by the aggregates. Facts
come by the million and are msgspec's structs: a frozen dataclass or a named tuple takes six times as long to make.
"""

from collections.abc import Callable, Iterable
from datetime import date
from functools import cache, singledispatch
from operator import attrgetter
from typing import Any, Final, Literal, TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from ledger.events import (
    AppealDecided,
    AppealEscalated,
    AppealEvent,
    AppealFiled,
    AppealMooted,
    AppealWithdrawn,
    EmployeeDeparted,
    EmployeeReassigned,
    EmployeeRegistered,
    Event,
    NoticeCorrected,
    NoticeEvent,
    NoticeIssued,
    NoticeWithdrawn,
    Recorded,
    ResponsibilityCleared,
    ResponsibilityFound,
    RewardGranted,
    RewardWithdrawn,
    SanctionEvent,
    WageRecorded,
    kinds,
)
from ledger.terms import Scheme
from ledger.timeline import Timeline


class FindingFact(Struct, frozen=True, gc=False):
    """A verified finding that has not been cleared. `supervisor` None: the line supervisor of the day."""

    supervisor: str | None
    on: date
    position: int


class NoticeFact(Struct, frozen=True, gc=False):
    """A notice as it counts now.

    `points_unappealed` are the points had no appeal reduced them; `counts_from` is the day since which it counts
    (its issue, or the end of its last stay); `share_appeal` is the supervisor's appeal against its share.
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
    withdrawn: bool = False
    revoked: bool = False
    contested: bool = False
    finding: FindingFact | None = None
    share_appeal: Literal["none", "pending", "revoked"] = "none"

    @property
    def stands(self) -> bool:
        """Neither withdrawn nor revoked."""
        return not self.withdrawn and not self.revoked

    @property
    def counts(self) -> bool:
        """Stands and is not under appeal."""
        return self.stands and not self.contested

    def as_if_dismissed(self) -> "NoticeFact":
        """The same notice had every appeal against it been dismissed."""
        if not (self.revoked or self.contested or self.points != self.points_unappealed):
            return self
        return replace(self, points=self.points_unappealed, revoked=False, contested=False)


class DepartureFact(Struct, frozen=True, gc=False):
    """Somebody's last day of employment."""

    on: date
    position: int


class RewardFact(Struct, frozen=True, gc=False):
    """A reward, and whether it was taken back."""

    reward: str
    month: str
    points: int
    positions: tuple[int, ...]
    withdrawn: bool = False


class WageFact(Struct, frozen=True, gc=False):
    """Wage and local minimum wage of a month, in fen."""

    wage_fen: int
    minimum_wage_fen: int
    position: int


class EmployeeFacts(Struct, frozen=True, gc=False):
    """What one stream says that money rests on. `touched` is the last position that touched each month's cell.

    The mappings are not to be changed outside this file.
    """

    employee: str = ""
    site: str = ""
    departments: Timeline[str] = field(default_factory=Timeline)
    supervisors: Timeline[str | None] = field(default_factory=Timeline)
    departed: DepartureFact | None = None
    notices: dict[str, NoticeFact] = field(default_factory=dict)
    rewards: dict[str, RewardFact] = field(default_factory=dict)
    wages: dict[str, WageFact] = field(default_factory=dict)
    touched: dict[str, int] = field(default_factory=dict)

    def notices_of(self, month: str) -> tuple[NoticeFact, ...]:
        """The month's notices that were not withdrawn, in the order of their ids."""
        return _counted([n for n in self.notices.values() if n.month == month], _NOTICE)

    def rewards_of(self, month: str) -> tuple[RewardFact, ...]:
        """The month's standing rewards, in the order of their ids."""
        return _counted([r for r in self.rewards.values() if r.month == month], _REWARD)

    def touches(self, month: str, scheme: Scheme, since: int = 0) -> tuple[int, ...]:
        """The positions after `since` that touched the month's figures of a scheme (rewards go with performance)."""
        found = {
            position
            for notice in self.notices.values()
            if notice.month == month and notice.scheme == scheme
            for position in notice.positions
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
            month: (_counted(notices.get(month, ()), _NOTICE), _counted(rewards.get(month, ()), _REWARD))
            for month in {**notices, **rewards}
        }


Counted = TypeVar("Counted", NoticeFact, RewardFact)


_NOTICE: Final = attrgetter("notice")
_REWARD: Final = attrgetter("reward")


def _counted(things: Iterable[Counted], name: Callable[[Counted], str]) -> tuple[Counted, ...]:
    """Those that were not withdrawn, in the order of their ids."""
    return tuple(sorted([thing for thing in things if not thing.withdrawn], key=name))


def fold(facts: EmployeeFacts, recorded: Recorded) -> EmployeeFacts:
    """The facts after one more event of the stream."""
    return fold_all(facts, [(recorded.event, recorded.position)])


def fold_all(facts: EmployeeFacts, events: Iterable[tuple[Event, int]]) -> EmployeeFacts:
    """The facts after more events of the stream, each with its position; the facts given stay as they are."""
    facts = replace(
        facts,
        notices=dict(facts.notices),
        rewards=dict(facts.rewards),
        wages=dict(facts.wages),
        touched=dict(facts.touched),
    )
    of_a_cell = _kinds_of_a_cell()
    for event, position in events:
        kind = event.kind
        after = _rule(kind)(event, facts, position)
        if after is not None:
            facts = after
            if kind in of_a_cell:
                facts.touched[event.month] = position  # type: ignore[attr-defined]
    return facts


def cell_of(event: Event) -> tuple[str, str] | None:
    """The cell (employee, month) an event belongs to; None where it belongs to no one cell."""
    return (event.employee, event.month) if event.kind in _kinds_of_a_cell() else None  # type: ignore[attr-defined]


def months_of(events: Iterable[tuple[Event, int]]) -> set[str]:
    """The months of the cells that events of one employee belong to."""
    of_a_cell = _kinds_of_a_cell()
    return {event.month for event, _ in events if event.kind in of_a_cell}  # type: ignore[attr-defined]


_OF_A_CELL: Final = (NoticeEvent, AppealEvent, RewardGranted, RewardWithdrawn, SanctionEvent)


@cache
def _kinds_of_a_cell() -> frozenset[str]:
    return frozenset(name for name, kind in kinds().items() if issubclass(kind, _OF_A_CELL))


# --- the rules of the fold: each changes the mappings of the facts given, which are the fold's own, and returns
# --- the facts; None where the event says nothing that money rests on


@cache
def _rule(kind: str) -> Callable[[Any, EmployeeFacts, int], EmployeeFacts | None]:
    return _fold.dispatch(kinds()[kind])


@singledispatch
def _fold(event: Event, facts: EmployeeFacts, position: int) -> EmployeeFacts | None:
    return None


@_fold.register
def _(event: EmployeeRegistered, facts: EmployeeFacts, position: int) -> EmployeeFacts | None:
    start = event.effective_from
    return replace(
        facts,
        employee=event.employee,
        site=event.site,
        departments=Timeline.starting(start, position, event.department),
        supervisors=Timeline.starting(start, position, event.supervisor),
    )


@_fold.register
def _(event: EmployeeReassigned, facts: EmployeeFacts, position: int) -> EmployeeFacts | None:
    day = event.effective_from
    if event.department is not None:
        facts = replace(facts, departments=facts.departments.changed(day, position, event.department))
    if event.supervisor is not None or event.supervisor_vacant:
        facts = replace(facts, supervisors=facts.supervisors.changed(day, position, event.supervisor))
    return facts


@_fold.register
def _(event: EmployeeDeparted, facts: EmployeeFacts, position: int) -> EmployeeFacts | None:
    return replace(facts, departed=DepartureFact(event.on, position))


@_fold.register
def _(event: WageRecorded, facts: EmployeeFacts, position: int) -> EmployeeFacts | None:
    facts.wages[event.month] = WageFact(event.wage_fen, event.minimum_wage_fen, position)
    return facts


@_fold.register
def _(event: RewardGranted, facts: EmployeeFacts, position: int) -> EmployeeFacts | None:
    facts.rewards[event.reward] = RewardFact(event.reward, event.month, event.points, (position,))
    return facts


@_fold.register
def _(event: RewardWithdrawn, facts: EmployeeFacts, position: int) -> EmployeeFacts | None:
    reward = facts.rewards[event.reward]
    facts.rewards[event.reward] = replace(reward, withdrawn=True, positions=(*reward.positions, position))
    return facts


@_fold.register
def _(event: NoticeIssued, facts: EmployeeFacts, position: int) -> EmployeeFacts | None:
    facts.notices[event.notice] = NoticeFact(
        notice=event.notice,
        scheme=event.scheme,
        clause=event.clause,
        points=event.points,
        points_unappealed=event.points,
        occurred_on=event.occurred_on,
        month=event.month,
        late=event.late,
        counts_from=event.issued_on,
        positions=(position,),
    )
    return facts


def _changed(facts: EmployeeFacts, name: str, position: int, **changes: Any) -> EmployeeFacts:
    notice = facts.notices[name]
    facts.notices[name] = replace(notice, positions=(*notice.positions, position), **changes)
    return facts


@_fold.register
def _(event: NoticeCorrected, facts: EmployeeFacts, position: int) -> EmployeeFacts | None:
    notice = facts.notices[event.notice]
    return _changed(
        facts,
        event.notice,
        position,
        points=event.points or notice.points,
        points_unappealed=event.points or notice.points_unappealed,
        clause=event.clause or notice.clause,
        occurred_on=event.occurred_on or notice.occurred_on,
    )


@_fold.register
def _(event: NoticeWithdrawn, facts: EmployeeFacts, position: int) -> EmployeeFacts | None:
    return _changed(facts, event.notice, position, withdrawn=True)


@_fold.register
def _(event: ResponsibilityFound, facts: EmployeeFacts, position: int) -> EmployeeFacts | None:
    finding = FindingFact(event.supervisor, event.on, position)
    return _changed(facts, event.notice, position, finding=finding)


@_fold.register
def _(event: ResponsibilityCleared, facts: EmployeeFacts, position: int) -> EmployeeFacts | None:
    return _changed(facts, event.notice, position, finding=None)


@_fold.register(AppealFiled)
@_fold.register(AppealEscalated)
def _(event: AppealEvent, facts: EmployeeFacts, position: int) -> EmployeeFacts | None:
    if event.against == "sanction":
        return None
    if event.against == "liability":
        return _changed(facts, event.target, position, share_appeal="pending")
    return _changed(facts, event.target, position, contested=True)


@_fold.register
def _(event: AppealDecided, facts: EmployeeFacts, position: int) -> EmployeeFacts | None:
    if event.against == "sanction":
        return None
    if event.against == "liability":
        outcome: Literal["none", "revoked"] = "revoked" if event.outcome == "revoked" else "none"
        return _changed(facts, event.target, position, share_appeal=outcome)
    return _changed(
        facts,
        event.target,
        position,
        contested=False,
        counts_from=event.on,
        revoked=event.outcome == "revoked",
        points=event.points or facts.notices[event.target].points,
    )


@_fold.register(AppealWithdrawn)
@_fold.register(AppealMooted)
def _(event: AppealWithdrawn | AppealMooted, facts: EmployeeFacts, position: int) -> EmployeeFacts | None:
    if event.against == "sanction":
        return None
    if event.against == "liability":
        return _changed(facts, event.target, position, share_appeal="none")
    return _changed(facts, event.target, position, contested=False, counts_from=event.on)
