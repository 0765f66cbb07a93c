"""What decisions need to remember of an employee, and the fold that makes it. `evolve` never refuses (law 2)."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import singledispatch
from typing import Literal

from ledger.events import (
    AppealDecided,
    AppealEscalated,
    AppealFiled,
    AppealMooted,
    AppealWithdrawn,
    EmployeeDeparted,
    EmployeeReassigned,
    EmployeeRegistered,
    Event,
    NoticeAcknowledged,
    NoticeCorrected,
    NoticeIssued,
    NoticeRectified,
    NoticeWithdrawn,
    ResponsibilityCleared,
    ResponsibilityFound,
    RewardGranted,
    RewardWithdrawn,
    RouteLevel,
    SanctionImposed,
    SanctionRevoked,
)
from ledger.events.appeals import ObjectKind
from ledger.terms import SanctionKind
from ledger.timeline import Timeline

Standing = Literal["stands", "withdrawn", "revoked"]
AppealStatus = Literal["pending", "dismissed", "reduced", "revoked", "withdrawn", "moot"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding against the supervisor; `supervisor` None means the line supervisor of the day."""

    supervisor: str | None
    by: str
    on: date
    cleared: bool = False


@dataclass(frozen=True, slots=True)
class NoticeState:
    """A notice as decisions see it."""

    notice: str
    scheme: str
    clause: str
    points: int
    occurred_at: datetime
    occurred_on: date
    month: str
    issued_by: str
    issued_on: date
    standing: Standing = "stands"
    acknowledged_on: date | None = None
    rectified_on: date | None = None
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class AppealState:
    """An appeal as decisions and the appeals report see it. `since` is the filing or the last escalation."""

    appeal: str
    appellant: str
    against: ObjectKind
    target: str
    month: str
    ground: str
    respondent: str
    route: tuple[RouteLevel, ...]
    conflicted: tuple[str, ...]
    level: str
    status: AppealStatus
    filed_on: date
    since: date
    due_on: date
    decided_on: date | None = None
    decided_by: str | None = None
    ever_decided: bool = False


@dataclass(frozen=True, slots=True)
class RewardState:
    """A reward as decisions see it."""

    reward: str
    month: str
    points: int
    by: str
    approved_by: str
    occurred_on: date
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class SanctionState:
    """A sanction as decisions and the sanctions report see it."""

    sanction: str
    month: str
    kind: SanctionKind
    by: str
    on: date
    checklist: tuple[str, ...] = ()
    revoked_on: date | None = None

    @property
    def stands(self) -> bool:
        """Whether it has not been revoked."""
        return self.revoked_on is None


@dataclass(frozen=True, slots=True)
class EmployeeState:
    """What an employee's stream comes to."""

    employee: str
    site: str
    registered_from: date
    names: Timeline[str] = field(default_factory=Timeline)
    departments: Timeline[str] = field(default_factory=Timeline)
    supervisors: Timeline[str | None] = field(default_factory=Timeline)
    departed_on: date | None = None
    notices: dict[str, NoticeState] = field(default_factory=dict)
    appeals: dict[str, AppealState] = field(default_factory=dict)
    rewards: dict[str, RewardState] = field(default_factory=dict)
    sanctions: dict[str, SanctionState] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The latest name."""
        return self.names.last() or self.employee

    def employed_on(self, day: date) -> bool:
        """Whether the person is employed on a day; the day of departure still counts."""
        return self.registered_from <= day and not self.gone_by(day)

    def gone_by(self, day: date) -> bool:
        """Whether the person has departed before a day."""
        return self.departed_on is not None and self.departed_on < day

    def appeals_against(self, *against: ObjectKind, target: str) -> list[AppealState]:
        """The appeals about a notice, its share or a sanction, in the order of filing."""
        return [a for a in self.appeals.values() if a.against in against and a.target == target]

    def pending_appeals(self, *against: ObjectKind, target: str) -> list[AppealState]:
        """Those of them that wait for a decision."""
        return [a for a in self.appeals_against(*against, target=target) if a.status == "pending"]

    def standing_sanctions(self, month: str) -> list[SanctionState]:
        """The sanctions of a month that have not been revoked."""
        return [s for s in self.sanctions.values() if s.month == month and s.stands]

    def standing_notices(self) -> list[NoticeState]:
        """The notices that stand."""
        return [n for n in self.notices.values() if n.standing == "stands"]


def evolve(state: EmployeeState | None, event: Event, position: int) -> EmployeeState | None:
    """The state after an event; None until the employee is registered."""
    if isinstance(event, EmployeeRegistered):
        start = event.effective_from
        return EmployeeState(
            employee=event.employee,
            site=event.site,
            registered_from=start,
            names=Timeline.starting(start, position, event.name),
            departments=Timeline.starting(start, position, event.department),
            supervisors=Timeline.starting(start, position, event.supervisor),
        )
    return None if state is None else _evolve(event, state, position)


@singledispatch
def _evolve(event: Event, state: EmployeeState, position: int) -> EmployeeState:
    return state


@_evolve.register
def _(event: EmployeeReassigned, state: EmployeeState, position: int) -> EmployeeState:
    day = event.effective_from
    if event.name is not None:
        state = replace(state, names=state.names.changed(day, position, event.name))
    if event.department is not None:
        state = replace(state, departments=state.departments.changed(day, position, event.department))
    if event.supervisor is not None or event.supervisor_vacant:
        state = replace(state, supervisors=state.supervisors.changed(day, position, event.supervisor))
    return state


@_evolve.register
def _(event: EmployeeDeparted, state: EmployeeState, position: int) -> EmployeeState:
    return replace(state, departed_on=event.on)


@_evolve.register
def _(event: RewardGranted, state: EmployeeState, position: int) -> EmployeeState:
    reward = RewardState(
        event.reward, event.month, event.points, event.by, event.approved_by, event.occurred_on
    )
    return replace(state, rewards={**state.rewards, event.reward: reward})


@_evolve.register
def _(event: RewardWithdrawn, state: EmployeeState, position: int) -> EmployeeState:
    reward = replace(state.rewards[event.reward], withdrawn=True)
    return replace(state, rewards={**state.rewards, event.reward: reward})


@_evolve.register
def _(event: SanctionImposed, state: EmployeeState, position: int) -> EmployeeState:
    sanction = SanctionState(
        event.sanction, event.month, event.imposed, event.by, event.on, tuple(sorted(event.checklist))
    )
    return replace(state, sanctions={**state.sanctions, event.sanction: sanction})


@_evolve.register
def _(event: SanctionRevoked, state: EmployeeState, position: int) -> EmployeeState:
    sanction = replace(state.sanctions[event.sanction], revoked_on=event.on)
    return replace(state, sanctions={**state.sanctions, event.sanction: sanction})


def _with_notice(state: EmployeeState, notice: NoticeState) -> EmployeeState:
    return replace(state, notices={**state.notices, notice.notice: notice})


@_evolve.register
def _(event: NoticeIssued, state: EmployeeState, position: int) -> EmployeeState:
    return _with_notice(
        state,
        NoticeState(
            notice=event.notice,
            scheme=event.scheme,
            clause=event.clause,
            points=event.points,
            occurred_at=event.occurred_at,
            occurred_on=event.occurred_on,
            month=event.month,
            issued_by=event.issued_by,
            issued_on=event.issued_on,
        ),
    )


@_evolve.register
def _(event: NoticeAcknowledged, state: EmployeeState, position: int) -> EmployeeState:
    notice = state.notices[event.notice]
    if notice.acknowledged_on is not None:
        return state
    return _with_notice(state, replace(notice, acknowledged_on=event.on))


@_evolve.register
def _(event: NoticeRectified, state: EmployeeState, position: int) -> EmployeeState:
    notice = state.notices[event.notice]
    return _with_notice(state, replace(notice, rectified_on=notice.rectified_on or event.on))


@_evolve.register
def _(event: NoticeCorrected, state: EmployeeState, position: int) -> EmployeeState:
    notice = state.notices[event.notice]
    return _with_notice(
        state,
        replace(
            notice,
            points=event.points or notice.points,
            clause=event.clause or notice.clause,
            occurred_at=event.occurred_at or notice.occurred_at,
            occurred_on=event.occurred_on or notice.occurred_on,
        ),
    )


@_evolve.register
def _(event: NoticeWithdrawn, state: EmployeeState, position: int) -> EmployeeState:
    return _with_notice(state, replace(state.notices[event.notice], standing="withdrawn"))


@_evolve.register
def _(event: ResponsibilityFound, state: EmployeeState, position: int) -> EmployeeState:
    finding = Finding(event.supervisor, event.by, event.on)
    return _with_notice(state, replace(state.notices[event.notice], finding=finding))


@_evolve.register
def _(event: ResponsibilityCleared, state: EmployeeState, position: int) -> EmployeeState:
    notice = state.notices[event.notice]
    if notice.finding is None:
        return state
    return _with_notice(state, replace(notice, finding=replace(notice.finding, cleared=True)))


def _with_appeal(state: EmployeeState, appeal: AppealState) -> EmployeeState:
    return replace(state, appeals={**state.appeals, appeal.appeal: appeal})


@_evolve.register
def _(event: AppealFiled, state: EmployeeState, position: int) -> EmployeeState:
    first = next((level.level for level in event.route if level.skipped is None), "company")
    return _with_appeal(
        state,
        AppealState(
            appeal=event.appeal,
            appellant=event.by,
            against=event.against,
            target=event.target,
            month=event.month,
            ground=event.ground,
            respondent=event.respondent,
            route=event.route,
            conflicted=event.conflicted,
            level=first,
            status="pending",
            filed_on=event.on,
            since=event.on,
            due_on=event.due_on,
        ),
    )


@_evolve.register
def _(event: AppealDecided, state: EmployeeState, position: int) -> EmployeeState:
    appeal = state.appeals[event.appeal]
    state = _with_appeal(
        state,
        replace(
            appeal,
            status=event.outcome,
            level=event.level,
            decided_on=event.on,
            decided_by=event.by,
            ever_decided=True,
        ),
    )
    if event.outcome == "dismissed" or event.against == "liability":
        return state
    if event.against == "sanction":
        sanction = replace(state.sanctions[event.target], revoked_on=event.on)
        return replace(state, sanctions={**state.sanctions, event.target: sanction})
    notice = state.notices[event.target]
    if event.outcome == "revoked":
        return _with_notice(state, replace(notice, standing="revoked"))
    return _with_notice(state, replace(notice, points=event.points or notice.points))


@_evolve.register
def _(event: AppealEscalated, state: EmployeeState, position: int) -> EmployeeState:
    appeal = state.appeals[event.appeal]
    return _with_appeal(
        state,
        replace(
            appeal,
            status="pending",
            level=event.level,
            since=event.on,
            due_on=event.due_on,
            decided_on=None,
            decided_by=None,
        ),
    )


@_evolve.register
def _(event: AppealWithdrawn, state: EmployeeState, position: int) -> EmployeeState:
    return _with_appeal(state, replace(state.appeals[event.appeal], status="withdrawn"))


@_evolve.register
def _(event: AppealMooted, state: EmployeeState, position: int) -> EmployeeState:
    return _with_appeal(state, replace(state.appeals[event.appeal], status="moot"))
