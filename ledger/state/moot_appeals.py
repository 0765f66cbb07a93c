"""Appeals that end as moot with what is decided: whoever appealed bears the share no longer (domain §6)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Final

from msgspec.structs import replace

from ledger.aggregates.context import Decision
from ledger.aggregates.employee_state import AppealState
from ledger.aggregates.in_part import of_months
from ledger.events import Event
from ledger.events.appeals import AppealDecided, AppealFiled, AppealMooted
from ledger.events.employees import (
    DepartureCorrected,
    EmployeeDeparted,
    EmployeeReassigned,
    EmployeeRehired,
    employee_of,
    employee_stream,
)
from ledger.events.notices import NoticeCorrected, NoticeWithdrawn
from ledger.events.responsibility import ResponsibilityCleared, ResponsibilityFound
from ledger.reckoning import fold_facts
from ledger.reckoning.entries import Share
from ledger.reckoning.facts import EmployeeFacts
from ledger.reckoning.reckon import reckon
from ledger.state.ledger_state import LedgerState
from ledger.terms import last_day

_LEAVING: Final = (EmployeeDeparted, DepartureCorrected, EmployeeRehired)
_ON_NOTICES: Final = (
    NoticeCorrected,
    NoticeWithdrawn,
    ResponsibilityFound,
    ResponsibilityCleared,
    AppealDecided,
)
_MOVING: Final = (EmployeeReassigned, *_LEAVING, *_ON_NOTICES)
"""What may take a share from whoever bears it."""

_OF_SHARES: Final = b'"against":"liability"'
"""What is written in the filing of an appeal against a share."""
_NOT_RECORDED_YET: Final = 2**62
"""The position of what is being decided: behind everything."""


def mooted(
    state: LedgerState, decisions: Iterable[Decision], today: Callable[[str], date]
) -> Iterator[Decision]:
    """The end of each pending appeal against a share that its appellant bears no longer once this is recorded.

    `today` is the day of recording at a site.
    """
    new: dict[str, list[Event]] = {}
    for decision in decisions:
        new.setdefault(decision.stream, []).append(decision.event)
    moving = [event for events in new.values() for event in events if isinstance(event, _MOVING)]
    if not moving:
        return
    over = {event.appeal for events in new.values() for event in events if isinstance(event, AppealMooted)}
    owners = sorted(_owners(state, moving))
    waiting = {owner: [a for a in _waiting(state, owner) if a.appeal not in over] for owner in owners}
    if not any(waiting.values()):
        return
    facts = {employee_of(stream): _folded(state, stream, events) for stream, events in new.items()}
    for owner, appeals in waiting.items():
        for appeal in appeals:
            if not _bears(state, facts, owner, appeal):
                event = AppealMooted(
                    appeal=appeal.appeal,
                    employee=owner,
                    month=appeal.month,
                    against="liability",
                    target=appeal.target,
                    on=max(today(state.employee(owner).site_in(appeal.month)), appeal.since),
                )
                yield Decision(employee_stream(owner), event)


def _owners(state: LedgerState, moving: Iterable[Event]) -> set[str]:
    """On whose streams appeals may end: the employee's own, and of everybody below whoever leaves or comes back."""
    found: set[str] = set()
    for event in moving:
        assert isinstance(event, _MOVING)
        found.add(event.employee)
        if isinstance(event, _LEAVING):
            found |= state.supervised_by(event.employee)
    state.load(map(employee_stream, found))
    return found


def _waiting(state: LedgerState, owner: str) -> list[AppealState]:
    """The appeals against shares of somebody's notices that wait for a decision."""
    filed = (r.event for r in state.of_kind(employee_stream(owner), AppealFiled.kind, _OF_SHARES))
    months = {
        event.month for event in filed if isinstance(event, AppealFiled) and event.against == "liability"
    }
    appeals = of_months(state.employee(owner).appeals, months)
    return [each for each in appeals if each.against == "liability" and each.status == "pending"]


def _folded(state: LedgerState, stream: str, events: Iterable[Event]) -> EmployeeFacts:
    facts = state.facts(employee_of(stream))
    return fold_facts.fold_all(facts, [(event, _NOT_RECORDED_YET) for event in events])


def _bears(state: LedgerState, new: Mapping[str, EmployeeFacts], owner: str, appeal: AppealState) -> bool:
    """Whether the share would fall on the appellant, were nothing of it under the employee's own appeal."""
    facts = new.get(owner) or state.facts(owner)
    share = share_of(state, facts, appeal.target, new)
    return share is not None and share.supervisor == appeal.appellant


def share_of(
    state: LedgerState, facts: EmployeeFacts, notice: str, new: Mapping[str, EmployeeFacts]
) -> Share | None:
    """The share of a notice as it would stand were no appeal of the employee's against notices of its clause pending.

    `new` are facts of those about whom something is being decided.
    """
    fact = facts.notices[notice]
    stayed = {
        name: replace(each, stay=None)
        for name, each in facts.notices.items()
        if each.contested and each.month == fact.month and each.clause == fact.clause
    }
    if stayed:
        facts = replace(facts, notices={**facts.notices, **stayed})
    above = {change.value for change in facts.supervisors.changes}
    away = {**state.departures(facts), **{each: new[each].absences for each in new if each in above}}
    policy = state.policy_of(facts.site_in(fact.month), fact.month)
    cell = reckon(facts, fact.month, policy, away, last_day(fact.month))
    return next((share for share in cell.shares if share.notice == notice), None)
