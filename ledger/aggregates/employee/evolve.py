"""The fold of an employee's stream into what decisions remember. It never refuses (law 2).

The rules for places, notices and appeals, which change what others read, stand here; those for any other event in the
file of its subject.
"""

from collections.abc import Iterable
from functools import singledispatch
from typing import Final, cast

from msgspec.structs import replace

from ledger.aggregates.employee_state import (
    AppealState,
    EmployeeState,
    NoticeState,
)
from ledger.events import Event
from ledger.events.appeals import AppealDecided, AppealEscalated, AppealFiled, AppealMooted, AppealWithdrawn
from ledger.events.employees import (
    DepartureCorrected,
    EmployeeDeparted,
    EmployeeErased,
    EmployeeReassigned,
    EmployeeRegistered,
    EmployeeRehired,
)
from ledger.events.folding import rules_by_kind
from ledger.events.notices import (
    NoticeAcknowledged,
    NoticeCorrected,
    NoticeIssued,
    NoticeRectified,
    NoticeWithdrawn,
)
from ledger.events.remarks import NoticeReplaced
from ledger.timeline import Absence, Timeline, corrected, returned

Folded = EmployeeState | None

_REGISTERED: Final = EmployeeRegistered.kind


def evolve(state: Folded, event: Event, position: int) -> Folded:
    """The state after an event; None until the employee is registered."""
    return evolve_all(state, [(event, position)])


def evolve_all(state: Folded, events: Iterable[tuple[Event, int]]) -> Folded:
    """The state after more events, each with its position; the state given stays as it is."""
    if state is not None:
        state = replace(
            state,
            things={kind: dict(held) for kind, held in state.things.items()},
            bonus_bases=dict(state.bonus_bases),
        )
    for event, position in events:
        kind = event.kind
        if kind == _REGISTERED:
            state = _registered(cast(EmployeeRegistered, event), position)
        elif state is not None:
            state = _rule(kind)(event, state, position)
    return state


def _registered(event: EmployeeRegistered, position: int) -> EmployeeState:
    start = event.effective_from
    return EmployeeState(
        employee=event.employee,
        registered_from=start,
        sites=Timeline.starting(start, position, event.site),
        names=Timeline.starting(start, position, event.name),
        departments=Timeline.starting(start, position, event.department),
        supervisors=Timeline.starting(start, position, event.supervisor),
        posts=Timeline.starting(start, position, event.post),
    )


# --- the rules of the fold: each changes the mappings of the state given, which are the fold's own, and returns
# --- the state


@singledispatch
def _evolve(event: Event, state: EmployeeState, position: int) -> EmployeeState:
    return state


_rule = rules_by_kind(_evolve)

evolves = _evolve.register
"""Makes a function the rule by which an event is folded: `@evolves`, in the file of the event's subject."""


@evolves
def _(event: EmployeeReassigned, state: EmployeeState, position: int) -> EmployeeState:
    day = event.effective_from
    if event.name is not None:
        state = replace(state, names=state.names.changed(day, position, event.name))
    if event.site is not None:
        state = replace(state, sites=state.sites.changed(day, position, event.site))
    if event.department is not None:
        state = replace(state, departments=state.departments.changed(day, position, event.department))
    return _posted(state, event, position)


def _posted(
    state: EmployeeState, event: EmployeeReassigned | EmployeeRehired, position: int
) -> EmployeeState:
    """With the post and the supervisor that an event names; what it leaves out stays."""
    day = event.effective_from
    if event.post is not None:
        state = replace(state, posts=state.posts.changed(day, position, event.post))
    if event.supervisor is not None or event.supervisor_vacant:
        state = replace(state, supervisors=state.supervisors.changed(day, position, event.supervisor))
    return state


@evolves
def _(event: EmployeeDeparted, state: EmployeeState, position: int) -> EmployeeState:
    return replace(state, absences=(*state.absences, Absence(event.on, position)))


@evolves
def _(event: DepartureCorrected, state: EmployeeState, position: int) -> EmployeeState:
    return replace(state, absences=corrected(state.absences, event.on, position))


@evolves
def _(event: EmployeeRehired, state: EmployeeState, position: int) -> EmployeeState:
    day = event.effective_from
    state = replace(
        state,
        absences=returned(state.absences, day),
        departments=state.departments.changed(day, position, event.department),
    )
    return _posted(state, event, position)


@evolves
def _(event: EmployeeErased, state: EmployeeState, position: int) -> EmployeeState:
    return replace(state, erased_on=event.on)


def _with_notice(state: EmployeeState, notice: NoticeState) -> EmployeeState:
    state.notices[notice.notice] = notice
    return state


@evolves
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
            position=position,
            replaces=event.replaces,
            place=event.place,
            found_as=event.finding,
        ),
    )


@evolves
def _(event: NoticeAcknowledged, state: EmployeeState, position: int) -> EmployeeState:
    notice = state.notices[event.notice]
    served_on = event.on if event.served else None
    return _with_notice(
        state, replace(notice, told=True, acknowledged_on=notice.acknowledged_on or served_on)
    )


@evolves
def _(event: NoticeRectified, state: EmployeeState, position: int) -> EmployeeState:
    notice = state.notices[event.notice]
    return _with_notice(state, replace(notice, rectified_on=notice.rectified_on or event.on))


@evolves
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
            place=event.place or notice.place,
            changed_on=event.on if event.clause or event.occurred_at else notice.changed_on,
        ),
    )


@evolves
def _(event: NoticeWithdrawn, state: EmployeeState, position: int) -> EmployeeState:
    return _with_notice(
        state, replace(state.notices[event.notice], standing="withdrawn", withdrawn_on=event.on)
    )


@evolves
def _(event: NoticeReplaced, state: EmployeeState, position: int) -> EmployeeState:
    return _with_notice(state, replace(state.notices[event.notice], replaced_by=event.replaced_by))


def _with_appeal(state: EmployeeState, appeal: AppealState) -> EmployeeState:
    state.appeals[appeal.appeal] = appeal
    return state


@evolves
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
            position=position,
        ),
    )


@evolves
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
            deciders=(*appeal.deciders, event.by),
        ),
    )
    if event.outcome == "dismissed" or event.against == "liability":
        return state
    if event.against == "sanction":
        state.sanctions[event.target] = replace(state.sanctions[event.target], revoked_on=event.on)
        return state
    notice = state.notices[event.target]
    if event.outcome == "revoked":
        return _with_notice(state, replace(notice, standing="revoked"))
    return _with_notice(state, replace(notice, points=event.points or notice.points))


@evolves
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


@evolves
def _(event: AppealWithdrawn, state: EmployeeState, position: int) -> EmployeeState:
    return _with_appeal(state, replace(state.appeals[event.appeal], status="withdrawn"))


@evolves
def _(event: AppealMooted, state: EmployeeState, position: int) -> EmployeeState:
    return _with_appeal(state, replace(state.appeals[event.appeal], status="moot"))
