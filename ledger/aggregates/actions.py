"""Corrective and preventive actions 糾正預防措施, from opening to their check (appraisal §9.3; 篇3 4.1.6)."""

from datetime import date, timedelta

from msgspec import Struct
from msgspec.structs import replace

from ledger.aggregates.authority import (
    heads_department,
    offices_of,
    policy_of_month,
    require_between,
    require_employed,
    require_not_before,
    require_office,
)
from ledger.aggregates.charges import clause_in_force
from ledger.aggregates.context import Decision, DecisionContext
from ledger.aggregates.dispatch import decides
from ledger.aggregates.evidence import files_of
from ledger.aggregates.stream_state import StreamState, evolves_apart
from ledger.commands.actions import CancelAction, CheckAction, CompleteAction, MoveAction, OpenAction
from ledger.errors import NotEntitled, Taken, WrongState, WrongTime
from ledger.events.actions import (
    ActionCancelled,
    ActionChecked,
    ActionCompleted,
    ActionMoved,
    ActionOpened,
    action_stream,
)
from ledger.terms import month_of

_OPENING = {"quality", "director", "manager"}
_UNDOING = {"director", "manager"}


class Cycle(Struct, frozen=True, gc=False):
    """One completion of an action, and the check of it, if there was one."""

    completed_on: date
    completed_by: str
    checked_on: date | None = None
    checked_by: str | None = None
    effective: bool | None = None


class ActionState(Struct, frozen=True, gc=False):
    """An action as decisions and reports see it; what was done before stays in `cycles`."""

    action: str
    site: str
    sort: str
    clause: str
    department: str | None
    analysis: str | None
    owner: str
    due_on: date
    opened_by: str
    opened_on: date
    moved: int = 0
    cycles: tuple[Cycle, ...] = ()
    cancelled_on: date | None = None

    @property
    def last(self) -> Cycle | None:
        """The latest completion."""
        return self.cycles[-1] if self.cycles else None

    @property
    def recorded_status(self) -> str:
        """open, done, closed or cancelled, as recorded: whether it happened again is reckoned."""
        if self.cancelled_on is not None:
            return "cancelled"
        if self.last is None or self.last.effective is False:
            return "open"
        return "done" if self.last.checked_on is None else "closed"


@evolves_apart
def _(event: ActionOpened, state: StreamState, position: int) -> StreamState:
    told = ActionState(
        action=event.action,
        site=event.site,
        sort=event.sort,
        clause=event.clause,
        department=event.department,
        analysis=event.analysis,
        owner=event.owner,
        due_on=event.due_on,
        opened_by=event.by,
        opened_on=event.on,
    )
    return state.put("action", event.action, told)


@evolves_apart
def _(event: ActionMoved, state: StreamState, position: int) -> StreamState:
    known: ActionState = state.things["action"][event.action]
    return state.put("action", event.action, replace(known, due_on=event.due_on, moved=known.moved + 1))


@evolves_apart
def _(event: ActionCompleted, state: StreamState, position: int) -> StreamState:
    known: ActionState = state.things["action"][event.action]
    cycles = (*known.cycles, Cycle(event.on, event.by))
    return state.put("action", event.action, replace(known, cycles=cycles))


@evolves_apart
def _(event: ActionChecked, state: StreamState, position: int) -> StreamState:
    known: ActionState = state.things["action"][event.action]
    *before, last = known.cycles
    checked = replace(last, checked_on=event.on, checked_by=event.by, effective=event.effective)
    return state.put("action", event.action, replace(known, cycles=(*before, checked)))


@evolves_apart
def _(event: ActionCancelled, state: StreamState, position: int) -> StreamState:
    known: ActionState = state.things["action"][event.action]
    return state.put("action", event.action, replace(known, cancelled_on=event.on))


@decides(OpenAction)
def open_action(command: OpenAction, context: DecisionContext) -> list[Decision]:
    """On a clause in force, with an owner who is there and a day that is still to come."""
    if context.is_taken("action", command.action):
        raise Taken("id_taken", kind="action", id=command.action)
    site = context.site(command.site).site
    require_between(context, site, command.on, command.on, "action")
    require_employed(context, command.by, command.on)
    own = command.department is not None and heads_department(
        context, command.by, site, command.department, command.on
    )
    if not own and not _OPENING & offices_of(context, command.by, site, command.on):
        raise NotEntitled("action_not_entitled", by=command.by, on=command.on)
    clause_in_force(context, site, month_of(command.on), command.clause)
    if command.analysis is not None:
        context.thing("analysis", command.analysis)
    require_employed(context, command.owner, command.on)
    require_not_before(command.due_on, command.on, "action")
    event = ActionOpened(
        action=command.action,
        site=site,
        sort=command.kind,
        clause=command.clause,
        department=command.department,
        analysis=command.analysis,
        what=command.what,
        effect=command.effect,
        owner=command.owner,
        due_on=command.due_on,
        by=command.by,
        on=command.on,
    )
    return [Decision(action_stream(command.action), event)]


@decides(MoveAction)
def move_action(command: MoveAction, context: DecisionContext) -> list[Decision]:
    """Another day for an action that is open; never by its owner."""
    action = _known(context, command.action, command.on)
    if command.by == action.owner:
        raise NotEntitled("owner_moves_day", by=command.by, action=action.action)
    _check_may_change(context, action, command.by, command.on)
    _require_status(context, action, "open", "reopened")
    require_not_before(command.due_on, command.on, "action")
    event = ActionMoved(
        action=action.action,
        site=action.site,
        due_on=command.due_on,
        reason=command.reason,
        by=command.by,
        on=command.on,
    )
    return [Decision(action_stream(action.action), event)]


@decides(CompleteAction)
def complete_action(command: CompleteAction, context: DecisionContext) -> list[Decision]:
    """Done, as its owner says; opened again by a recurrence it is done anew."""
    action = _known(context, command.action, command.on)
    require_employed(context, command.by, command.on)
    if command.by != action.owner:
        raise NotEntitled("not_the_owner", by=command.by, owner=action.owner, action=action.action)
    _require_status(context, action, "open", "reopened")
    event = ActionCompleted(
        action=action.action,
        site=action.site,
        done=command.done,
        by=command.by,
        on=command.on,
        evidence=files_of(command.evidence),
    )
    return [Decision(action_stream(action.action), event)]


@decides(CheckAction)
def check_action(command: CheckAction, context: DecisionContext) -> list[Decision]:
    """Effective only where somebody looked since, and nothing of the kind happened again."""
    action = _known(context, command.action, command.on)
    last = action.last
    if action.recorded_status != "done" or last is None:
        raise WrongState("action_not_done", action=action.action)
    require_office(context, command.by, action.site, command.on, _OPENING)
    if command.by in (action.owner, last.completed_by):
        raise NotEntitled("checker_is_party", by=command.by, action=action.action)
    rules = policy_of_month(context, action.site, month_of(last.completed_on)).actions
    earliest = last.completed_on + timedelta(days=rules.wait_days)
    if command.on < earliest:
        raise WrongTime("action_too_early", action=action.action, on=command.on, earliest=earliest)
    if command.effective:
        _check_worked(context, action, last.completed_on, rules.needs_look)
    event = ActionChecked(
        action=action.action,
        site=action.site,
        effective=command.effective,
        finding=command.finding,
        by=command.by,
        on=command.on,
    )
    return [Decision(action_stream(action.action), event)]


@decides(CancelAction)
def cancel_action(command: CancelAction, context: DecisionContext) -> list[Decision]:
    """Given up, for a reason; what is closed or given up already is not."""
    action = _known(context, command.action, command.on)
    _check_may_change(context, action, command.by, command.on)
    _require_status(context, action, "open", "done", "reopened")
    event = ActionCancelled(
        action=action.action, site=action.site, reason=command.reason, by=command.by, on=command.on
    )
    return [Decision(action_stream(action.action), event)]


def _known(context: DecisionContext, name: str, on: date) -> ActionState:
    """The action, and a day on which something may be done about it. Unknown `action_unknown`; WrongTime."""
    action: ActionState = context.thing("action", name)
    earliest = action.opened_on if action.last is None else action.last.checked_on or action.last.completed_on
    require_between(context, action.site, on, earliest, "action")
    return action


def _require_status(context: DecisionContext, action: ActionState, *allowed: str) -> None:
    """WrongState `action_not_open` unless it stands so."""
    status = context.action_status(action.action)
    if status not in allowed:
        told = "worked" if status == "closed" else status  # a month is closed otherwise than an action
        raise WrongState("action_not_open", action=action.action, status=told)


def _check_may_change(context: DecisionContext, action: ActionState, by: str, on: date) -> None:
    """Whoever opened it, the director or the manager. WrongTime, NotEntitled `action_undoing_not_entitled`."""
    require_employed(context, by, on)
    if by != action.opened_by and not _UNDOING & offices_of(context, by, action.site, on):
        raise NotEntitled(
            "action_undoing_not_entitled", by=by, done_by=action.opened_by, action=action.action
        )


def _check_worked(context: DecisionContext, action: ActionState, since: date, needs_look: bool) -> None:
    """No notices without anybody looking prove nothing. WrongState `recurred_already`, `not_looked_at`."""
    again = context.occurrences_since(action.action)
    if again:
        raise WrongState("recurred_already", action=action.action, notices=", ".join(again), since=since)
    if needs_look and not context.looks_since(action.action):
        raise WrongState("not_looked_at", action=action.action, clause=action.clause, since=since)
