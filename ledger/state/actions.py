"""Where actions stand, by their own events and by what happened since (appraisal §9.3)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from ledger.aggregates.actions import ActionState
from ledger.events.actions import action_stream
from ledger.reckoning.rules.recurrence import recurrences
from ledger.state.ledger_state import LedgerState
from ledger.state.rounds import looked_at, rounds_at
from ledger.terms import month_of


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A standing notice, as an action sees it."""

    notice: str
    clause: str
    department: str | None
    occurred_on: date
    contested: bool


Occurrences = Callable[[ActionState], Iterable[Occurrence]]
"""The standing notices of an action's clause and department, at least those that occurred after its last completion."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an action stands: its status, and the notices that opened it again, or do not suffice to."""

    status: str
    recurrences: tuple[str, ...] = ()
    reopened_on: date | None = None


def actions_at(state: LedgerState, site: str) -> list[ActionState]:
    """The actions of a site, by id."""
    names = state.ids_at("action", site)
    state.load(map(action_stream, names))
    return [state.thing("action", name) for name in names]


def standing_of(state: LedgerState, action: ActionState, occurrences: Occurrences | None = None) -> Standing:
    """Where an action stands; `occurrences` says what happened, where it is known otherwise than by all streams."""
    last = action.last
    if action.recorded_status != "closed" or last is None or last.checked_on is None:
        return Standing(action.recorded_status)
    rules = state.policy_of(action.site, month_of(last.checked_on)).actions
    happened = (occurrences or occurrences_in(state))(action)
    again = recurrences(
        last.completed_on,
        last.checked_on,
        [(each.occurred_on, each.notice) for each in happened if not each.contested],
        rules.watch_days,
    )
    names = tuple(notice for _, notice in again)
    if len(again) < rules.reopen_notices:
        return Standing("closed", names)
    return Standing("reopened", names, again[0][0])


def occurrences_in(state: LedgerState) -> Occurrences:
    """What happened, by the streams of everybody of the site."""

    def happened(action: ActionState) -> Iterable[Occurrence]:
        for employee in state.employees_at(action.site):
            for notice in employee.standing_notices():
                department = employee.departments.on(notice.occurred_on)
                here = employee.site_in(notice.month) == action.site
                if here and notice.clause == action.clause and action.department in (None, department):
                    appealed = bool(employee.pending_appeals("notice", target=notice.notice))
                    contested = appealed or notice.referred is not None
                    yield Occurrence(notice.notice, notice.clause, department, notice.occurred_on, contested)

    return happened


def looks_since(state: LedgerState, action: ActionState) -> int:
    """How many rounds have answered the clause ok or at fault since the last completion, where the action is at home."""
    last = action.last
    if last is None:
        return 0
    return sum(
        each.looked_on > last.completed_on
        and looked_at(each, action.clause)
        and (action.department is None or each.department in (None, action.department))
        for each in rounds_at(state, action.site)
    )
