"""`report actions`: corrective and preventive actions, whether they worked, and what opened them again (篇3 4.1.6)."""

from datetime import date

from ledger.aggregates.actions import ActionState
from ledger.events.actions import ActionOpened
from ledger.formats import format_day
from ledger.reports.shapes import Report
from ledger.reports.source import Rows, occurrences_of
from ledger.state.actions import Occurrences, actions_at, looks_since, standing_of
from ledger.state.introduction import opened
from ledger.state.ledger_state import LedgerState

_OPEN = ("open", "reopened")


def actions(rows: Rows, state: LedgerState, site: str, today: date, only_open: bool = False) -> list[Report]:
    """The actions of a site, by id; only those still to be done or checked where it is asked for."""
    happened = occurrences_of(rows, state, today)
    found = [_row(state, action, today, happened) for action in actions_at(state, site)]
    return [row for row in found if not only_open or row["status"] in ("open", "done", "reopened")]


def _row(state: LedgerState, action: ActionState, today: date, happened: Occurrences) -> Report:
    said, standing = opened(state, "action", action.action), standing_of(state, action, happened)
    assert isinstance(said, ActionOpened)
    last = action.last
    checked_on = None if last is None else last.checked_on
    return {
        "action": action.action,
        "kind": action.sort,
        "clause": action.clause,
        "department": action.department,
        "analysis": action.analysis,
        "what": said.what,
        "effect": said.effect,
        "owner": action.owner,
        "opened_on": action.opened_on.isoformat(),
        "due_on": action.due_on.isoformat(),
        "moved": action.moved,
        "status": standing.status,
        "overdue": standing.status in _OPEN and action.due_on < today,
        "completed_on": None if last is None else last.completed_on.isoformat(),
        "looks_since": looks_since(state, action),
        "checked_on": format_day(checked_on),
        "checked_by": None if last is None else last.checked_by,
        "effective": None if last is None else last.effective,
        "recurrences": list(standing.recurrences),
        "reopened_on": format_day(standing.reopened_on),
        "cycle": len(action.cycles),
    }
