"""What each event changes of the facts that figures rest on. The mappings given to a rule are the fold's, to be changed."""

from functools import singledispatch
from typing import Any, Literal

from msgspec.structs import replace

from ledger.events import Event
from ledger.events.appeals import (
    AppealDecided,
    AppealEscalated,
    AppealEvent,
    AppealFiled,
    AppealMooted,
    AppealWithdrawn,
)
from ledger.events.employees import (
    DepartureCorrected,
    EmployeeDeparted,
    EmployeeReassigned,
    EmployeeRegistered,
    EmployeeRehired,
)
from ledger.events.handbook import HandbookClosed, HandbookReferred
from ledger.events.notices import (
    NoticeAcknowledged,
    NoticeCorrected,
    NoticeIssued,
    NoticeWithdrawn,
)
from ledger.events.responsibility import ResponsibilityCleared, ResponsibilityFound
from ledger.events.rewards import RewardGranted, RewardWithdrawn
from ledger.events.sanctions import SanctionImposed, SanctionRevoked
from ledger.events.wages import WageRecorded
from ledger.reckoning.facts import (
    EmployeeFacts,
    FindingFact,
    NoticeFact,
    RewardFact,
    SanctionFact,
    ShareAppeal,
    WageFact,
)
from ledger.timeline import Absence, Timeline, corrected, returned


@singledispatch
def fold_event(event: Event, facts: EmployeeFacts, position: int) -> EmployeeFacts | None:
    """The facts after one event; None where no figure rests on it."""
    return None


@fold_event.register
def _(event: EmployeeRegistered, facts: EmployeeFacts, position: int) -> EmployeeFacts | None:
    start = event.effective_from
    return replace(
        facts,
        employee=event.employee,
        sites=Timeline.starting(start, position, event.site),
        departments=Timeline.starting(start, position, event.department),
        supervisors=Timeline.starting(start, position, event.supervisor),
    )


@fold_event.register
def _(event: EmployeeReassigned, facts: EmployeeFacts, position: int) -> EmployeeFacts | None:
    day = event.effective_from
    if event.site is not None:
        facts = replace(facts, sites=facts.sites.changed(day, position, event.site))
    if event.department is not None:
        facts = replace(facts, departments=facts.departments.changed(day, position, event.department))
    if event.supervisor is not None or event.supervisor_vacant:
        facts = replace(facts, supervisors=facts.supervisors.changed(day, position, event.supervisor))
    return facts


@fold_event.register
def _(event: EmployeeDeparted, facts: EmployeeFacts, position: int) -> EmployeeFacts | None:
    absences = (*facts.absences, Absence(event.on, position))
    return replace(facts, absences=absences, absences_at=(*facts.absences_at, position))


@fold_event.register
def _(event: DepartureCorrected, facts: EmployeeFacts, position: int) -> EmployeeFacts | None:
    absences = corrected(facts.absences, event.on, position)
    return replace(facts, absences=absences, absences_at=(*facts.absences_at, position))


@fold_event.register
def _(event: EmployeeRehired, facts: EmployeeFacts, position: int) -> EmployeeFacts | None:
    day = event.effective_from
    facts = replace(
        facts,
        absences=returned(facts.absences, day),
        departments=facts.departments.changed(day, position, event.department),
    )
    if event.supervisor is not None or event.supervisor_vacant:
        facts = replace(facts, supervisors=facts.supervisors.changed(day, position, event.supervisor))
    return facts


@fold_event.register
def _(event: WageRecorded, facts: EmployeeFacts, position: int) -> EmployeeFacts | None:
    facts.wages[event.month] = WageFact(event.wage_fen, event.minimum_wage_fen, position)
    return facts


@fold_event.register
def _(event: RewardGranted, facts: EmployeeFacts, position: int) -> EmployeeFacts | None:
    facts.rewards[event.reward] = RewardFact(event.reward, event.month, event.points, (position,))
    return facts


@fold_event.register
def _(event: RewardWithdrawn, facts: EmployeeFacts, position: int) -> EmployeeFacts | None:
    reward = facts.rewards[event.reward]
    facts.rewards[event.reward] = replace(reward, withdrawn=True, positions=(*reward.positions, position))
    return facts


@fold_event.register
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
        values=(("issued", event.points),),
    )
    return facts


@fold_event.register
def _(event: NoticeAcknowledged, facts: EmployeeFacts, position: int) -> EmployeeFacts | None:
    notice = facts.notices[event.notice]
    if event.served and notice.service is None:
        notice = replace(notice, told=True, service=position, served_on=event.on)
    elif not notice.told:
        notice = replace(notice, told=True)
    facts.notices[event.notice] = notice
    return facts


def _changed(facts: EmployeeFacts, name: str, position: int, **changes: Any) -> EmployeeFacts:
    notice = facts.notices[name]
    facts.notices[name] = replace(notice, positions=(*notice.positions, position), **changes)
    return facts


@fold_event.register
def _(event: NoticeCorrected, facts: EmployeeFacts, position: int) -> EmployeeFacts | None:
    notice = facts.notices[event.notice]
    fewer = event.points is not None and event.points < notice.points
    return _changed(
        facts,
        event.notice,
        position,
        values=notice.values if event.points is None else (*notice.values, ("corrections", event.points)),
        favours=(*notice.favours, position) if fewer else notice.favours,
        points=event.points or notice.points,
        points_unappealed=event.points or notice.points_unappealed,
        clause=event.clause or notice.clause,
        occurred_on=event.occurred_on or notice.occurred_on,
    )


@fold_event.register
def _(event: NoticeWithdrawn, facts: EmployeeFacts, position: int) -> EmployeeFacts | None:
    notice = facts.notices[event.notice]
    told = notice.told or event.told
    favours = (*notice.favours, position) if told else notice.favours
    return _changed(facts, event.notice, position, withdrawn=True, told=told, favours=favours)


@fold_event.register
def _(event: ResponsibilityFound, facts: EmployeeFacts, position: int) -> EmployeeFacts | None:
    finding = FindingFact(event.supervisor, event.on, position)
    return _changed(facts, event.notice, position, finding=finding)


@fold_event.register
def _(event: ResponsibilityCleared, facts: EmployeeFacts, position: int) -> EmployeeFacts | None:
    return _changed(facts, event.notice, position, finding=None)


@fold_event.register
def _(event: SanctionImposed, facts: EmployeeFacts, position: int) -> EmployeeFacts | None:
    return replace(
        facts, sanctions=(*facts.sanctions, SanctionFact(event.sanction, event.month, event.imposed))
    )


@fold_event.register
def _(event: SanctionRevoked, facts: EmployeeFacts, position: int) -> EmployeeFacts | None:
    return _without_sanction(facts, event.sanction)


def _without_sanction(facts: EmployeeFacts, sanction: str) -> EmployeeFacts:
    return replace(facts, sanctions=tuple([s for s in facts.sanctions if s.sanction != sanction]))


def _appealed(
    facts: EmployeeFacts, event: AppealEvent, status: Literal["none", "pending", "revoked"]
) -> tuple[ShareAppeal, ...]:
    """The appeals against a share with one more, or with what became of one."""
    known = facts.notices[event.target].share_appeals
    if event.appeal not in {each.appeal for each in known}:
        return (*known, ShareAppeal(event.appeal, getattr(event, "by", ""), status))
    return tuple(replace(each, status=status) if each.appeal == event.appeal else each for each in known)


@fold_event.register(AppealFiled)
@fold_event.register(AppealEscalated)
def _(event: AppealEvent, facts: EmployeeFacts, position: int) -> EmployeeFacts | None:
    if event.against == "sanction":
        return None
    if event.against == "liability":
        return _changed(facts, event.target, position, share_appeals=_appealed(facts, event, "pending"))
    return _changed(facts, event.target, position, told=True, stay=position)


@fold_event.register
def _(event: AppealDecided, facts: EmployeeFacts, position: int) -> EmployeeFacts | None:
    if event.against == "sanction":
        return _without_sanction(facts, event.target) if event.outcome == "revoked" else None
    if event.against == "liability":
        outcome: Literal["none", "revoked"] = "revoked" if event.outcome == "revoked" else "none"
        return _changed(facts, event.target, position, share_appeals=_appealed(facts, event, outcome))
    notice = facts.notices[event.target]
    return _changed(
        facts,
        event.target,
        position,
        stay=None,
        counts_from=event.on,
        revoked=event.outcome == "revoked",
        points=event.points or notice.points,
        values=notice.values if event.points is None else (*notice.values, ("appeals", event.points)),
        favours=notice.favours if event.outcome == "dismissed" else (*notice.favours, position),
    )


@fold_event.register(AppealWithdrawn)
@fold_event.register(AppealMooted)
def _(event: AppealWithdrawn | AppealMooted, facts: EmployeeFacts, position: int) -> EmployeeFacts | None:
    if event.against == "sanction":
        return None
    if event.against == "liability":
        return _changed(facts, event.target, position, share_appeals=_appealed(facts, event, "none"))
    return _changed(facts, event.target, position, stay=None, counts_from=event.on)


@fold_event.register
def _(event: HandbookReferred, facts: EmployeeFacts, position: int) -> EmployeeFacts | None:
    return _changed(facts, event.notice, position, stay=position)


@fold_event.register
def _(event: HandbookClosed, facts: EmployeeFacts, position: int) -> EmployeeFacts | None:
    handled = event.outcome == "handled"
    return _changed(facts, event.notice, position, stay=None, handled=handled, counts_from=event.on)
