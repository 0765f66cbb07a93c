"""The registries' rows, as pure functions of the log: written beside the events, comparable with them later."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, cast

from ledger.events import Recorded
from ledger.events.employees import EmployeeErased, EmployeeReassigned, EmployeeRegistered, EmployeeRehired
from ledger.events.months import MonthClosed
from ledger.events.responsibility import ResponsibilityFound
from ledger.store.audit_facts import Plan
from ledger.subjects import BY_EVENT, ERASURE
from ledger.terms import format_recorded

Row = dict[str, Any]

_INTRODUCING: Final = {
    **{event: (s.kind, s.kind, "site" if s.site else None) for event, s in BY_EVENT.items()},
    EmployeeErased.kind: (ERASURE, "employee", None),
}
"""Kind of event → the kind of thing it introduces, the field with its id, and the one with its site."""

_Supervising = EmployeeRegistered | EmployeeReassigned | EmployeeRehired | ResponsibilityFound
_SUPERVISING: Final = {
    EmployeeRegistered.kind,
    EmployeeReassigned.kind,
    EmployeeRehired.kind,
    ResponsibilityFound.kind,
}


def plan() -> Plan:
    """What events put into the registries, for an audit, which reads their bytes without a model of any."""
    return Plan(dict(_INTRODUCING), frozenset(_SUPERVISING), MonthClosed.kind)


def rows(log: Sequence[Recorded]) -> dict[str, list[Row]]:
    """The rows of every registry that events make, by its table; a line is told as often as it is said."""
    return {
        "commands": list(command_rows(log)),
        "things": [row for row in map(thing_row, log) if row is not None],
        "closes": [row for row in map(close_row, log) if row is not None],
        "supervised": [row for row in map(supervised_row, log) if row is not None],
    }


def thing_row(recorded: Recorded) -> Row | None:
    """The id an event introduces, the stream it lives on, and for an employee the site."""
    event = recorded.event
    if event.kind not in _INTRODUCING:
        return None
    kind, name, site = _INTRODUCING[event.kind]
    return {
        "kind": kind,
        "id": getattr(event, name),
        "stream": recorded.stream,
        "site": None if site is None else getattr(event, site),
        "position": recorded.position,
    }


def close_row(recorded: Recorded) -> Row | None:
    """The site and month an event closes."""
    if recorded.event.kind != MonthClosed.kind:
        return None
    event = cast(MonthClosed, recorded.event)
    return {"site": event.site, "month": event.month, "position": recorded.position}


def supervised_row(recorded: Recorded) -> Row | None:
    """Who may come to bear a share for whom: a superset, never shrunk."""
    if recorded.event.kind not in _SUPERVISING:
        return None
    event = cast(_Supervising, recorded.event)
    if event.supervisor is None:
        return None
    return {"supervisor": event.supervisor, "employee": event.employee, "position": recorded.position}


def command_rows(log: Iterable[Recorded]) -> Iterator[Row]:
    """One row a command, which begins with its step 0."""
    row: Row | None = None
    for recorded in log:
        if row is not None and recorded.step > 0:
            row["last_position"] = recorded.position
            continue
        if row is not None:
            yield row
        row = {
            "first_position": recorded.position,
            "last_position": recorded.position,
            "digest": recorded.command,
            "subject": recorded.subject,
            "recorded_at": format_recorded(recorded.recorded_at),
        }
    if row is not None:
        yield row
