"""The facts that figures rest on: one employee's stream folded, each fact with the positions that made it.

This fold remembers what money needs and nothing else; what decisions need is folded by the aggregates.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import singledispatch
from typing import Literal

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
)
from ledger.terms import Scheme
from ledger.timeline import Timeline


@dataclass(frozen=True, slots=True)
class FindingFact:
    """A verified finding that has not been cleared. `supervisor` None: the line supervisor of the day."""

    supervisor: str | None
    on: date
    position: int


@dataclass(frozen=True, slots=True)
class NoticeFact:
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
        return replace(self, points=self.points_unappealed, revoked=False, contested=False)


@dataclass(frozen=True, slots=True)
class DepartureFact:
    """Somebody's last day of employment."""

    on: date
    position: int


@dataclass(frozen=True, slots=True)
class RewardFact:
    """A reward, and whether it was taken back."""

    reward: str
    month: str
    points: int
    positions: tuple[int, ...]
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class WageFact:
    """Wage and local minimum wage of a month, in fen."""

    wage_fen: int
    minimum_wage_fen: int
    position: int


@dataclass(frozen=True, slots=True)
class EmployeeFacts:
    """What one stream says that money rests on. `touched` is the last position that touched each month's cell."""

    employee: str = ""
    site: str = ""
    departments: Timeline[str] = field(default_factory=Timeline)
    supervisors: Timeline[str | None] = field(default_factory=Timeline)
    departed: DepartureFact | None = None
    notices: Mapping[str, NoticeFact] = field(default_factory=dict)
    rewards: Mapping[str, RewardFact] = field(default_factory=dict)
    wages: Mapping[str, WageFact] = field(default_factory=dict)
    touched: Mapping[str, int] = field(default_factory=dict)

    def notices_of(self, month: str) -> tuple[NoticeFact, ...]:
        """The month's notices that were not withdrawn, in the order of their ids."""
        return tuple(
            self.notices[name]
            for name in sorted(self.notices)
            if self.notices[name].month == month and not self.notices[name].withdrawn
        )

    def rewards_of(self, month: str) -> tuple[RewardFact, ...]:
        """The month's standing rewards, in the order of their ids."""
        return tuple(
            self.rewards[name]
            for name in sorted(self.rewards)
            if self.rewards[name].month == month and not self.rewards[name].withdrawn
        )

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


def fold(facts: EmployeeFacts, recorded: Recorded) -> EmployeeFacts:
    """The facts after one more event of the stream."""
    event, position = recorded.event, recorded.position
    after = _fold(event, facts, position)
    cell = cell_of(event)
    if after is facts or cell is None:
        return after
    return replace(after, touched={**after.touched, cell[1]: position})


def cell_of(event: Event) -> tuple[str, str] | None:
    """The cell (employee, month) an event belongs to; None where it belongs to no one cell."""
    if isinstance(event, NoticeEvent | AppealEvent | RewardGranted | RewardWithdrawn | SanctionEvent):
        return event.employee, event.month
    return None


@singledispatch
def _fold(event: Event, facts: EmployeeFacts, position: int) -> EmployeeFacts:
    return facts


@_fold.register
def _(event: EmployeeRegistered, facts: EmployeeFacts, position: int) -> EmployeeFacts:
    start = event.effective_from
    return replace(
        facts,
        employee=event.employee,
        site=event.site,
        departments=Timeline.starting(start, position, event.department),
        supervisors=Timeline.starting(start, position, event.supervisor),
    )


@_fold.register
def _(event: EmployeeReassigned, facts: EmployeeFacts, position: int) -> EmployeeFacts:
    day = event.effective_from
    if event.department is not None:
        facts = replace(facts, departments=facts.departments.changed(day, position, event.department))
    if event.supervisor is not None or event.supervisor_vacant:
        facts = replace(facts, supervisors=facts.supervisors.changed(day, position, event.supervisor))
    return facts


@_fold.register
def _(event: EmployeeDeparted, facts: EmployeeFacts, position: int) -> EmployeeFacts:
    return replace(facts, departed=DepartureFact(event.on, position))


@_fold.register
def _(event: WageRecorded, facts: EmployeeFacts, position: int) -> EmployeeFacts:
    wage = WageFact(event.wage_fen, event.minimum_wage_fen, position)
    return replace(facts, wages={**facts.wages, event.month: wage})


@_fold.register
def _(event: RewardGranted, facts: EmployeeFacts, position: int) -> EmployeeFacts:
    reward = RewardFact(event.reward, event.month, event.points, (position,))
    return replace(facts, rewards={**facts.rewards, event.reward: reward})


@_fold.register
def _(event: RewardWithdrawn, facts: EmployeeFacts, position: int) -> EmployeeFacts:
    reward = facts.rewards[event.reward]
    reward = replace(reward, withdrawn=True, positions=(*reward.positions, position))
    return replace(facts, rewards={**facts.rewards, event.reward: reward})


@_fold.register
def _(event: NoticeIssued, facts: EmployeeFacts, position: int) -> EmployeeFacts:
    notice = NoticeFact(
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
    return replace(facts, notices={**facts.notices, event.notice: notice})


def _changed(facts: EmployeeFacts, notice: NoticeFact, position: int) -> EmployeeFacts:
    notice = replace(notice, positions=(*notice.positions, position))
    return replace(facts, notices={**facts.notices, notice.notice: notice})


@_fold.register
def _(event: NoticeCorrected, facts: EmployeeFacts, position: int) -> EmployeeFacts:
    notice = facts.notices[event.notice]
    return _changed(
        facts,
        replace(
            notice,
            points=event.points or notice.points,
            points_unappealed=event.points or notice.points_unappealed,
            clause=event.clause or notice.clause,
            occurred_on=event.occurred_on or notice.occurred_on,
        ),
        position,
    )


@_fold.register
def _(event: NoticeWithdrawn, facts: EmployeeFacts, position: int) -> EmployeeFacts:
    return _changed(facts, replace(facts.notices[event.notice], withdrawn=True), position)


@_fold.register
def _(event: ResponsibilityFound, facts: EmployeeFacts, position: int) -> EmployeeFacts:
    finding = FindingFact(event.supervisor, event.on, position)
    return _changed(facts, replace(facts.notices[event.notice], finding=finding), position)


@_fold.register
def _(event: ResponsibilityCleared, facts: EmployeeFacts, position: int) -> EmployeeFacts:
    return _changed(facts, replace(facts.notices[event.notice], finding=None), position)


@_fold.register(AppealFiled)
@_fold.register(AppealEscalated)
def _(event: AppealEvent, facts: EmployeeFacts, position: int) -> EmployeeFacts:
    if event.against == "sanction":
        return facts
    notice = facts.notices[event.target]
    if event.against == "liability":
        return _changed(facts, replace(notice, share_appeal="pending"), position)
    return _changed(facts, replace(notice, contested=True), position)


@_fold.register
def _(event: AppealDecided, facts: EmployeeFacts, position: int) -> EmployeeFacts:
    if event.against == "sanction":
        return facts
    notice = facts.notices[event.target]
    if event.against == "liability":
        outcome: Literal["none", "revoked"] = "revoked" if event.outcome == "revoked" else "none"
        return _changed(facts, replace(notice, share_appeal=outcome), position)
    return _changed(
        facts,
        replace(
            notice,
            contested=False,
            counts_from=event.on,
            revoked=event.outcome == "revoked",
            points=event.points or notice.points,
        ),
        position,
    )


@_fold.register(AppealWithdrawn)
@_fold.register(AppealMooted)
def _(event: AppealWithdrawn | AppealMooted, facts: EmployeeFacts, position: int) -> EmployeeFacts:
    if event.against == "sanction":
        return facts
    notice = facts.notices[event.target]
    if event.against == "liability":
        return _changed(facts, replace(notice, share_appeal="none"), position)
    return _changed(facts, replace(notice, contested=False, counts_from=event.on), position)
