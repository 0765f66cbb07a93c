"""`kaoji log`: everything recorded about one person or thing, in order, with who, when, position and hash."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from ledger.aggregates.employee_state import EmployeeState
from ledger.commands import REFERENCES
from ledger.errors import InputError, Unknown
from ledger.events import Event, Recorded, write_fields
from ledger.events.appeals import AppealEvent
from ledger.events.employees import employee_stream
from ledger.events.imports import SheetImported
from ledger.events.offices import OfficeAppointed
from ledger.events.sites import site_stream
from ledger.reports.names import local_day
from ledger.review.sittings import blinded
from ledger.state.ids import called
from ledger.state.introduction import month_of_thing
from ledger.state.ledger_state import LedgerState
from ledger.subjects import KINDS, OWNED
from ledger.terms import format_recorded, month_of
from ledger.texts import plain

_ACTORS = ("by", "issued_by")
_BUSINESS_DAYS = ("on", "issued_on")


def history(ledger_state: LedgerState, name: str) -> list[dict[str, Any]]:
    """The events of an employee, notice, appeal, reward or site; `kind:id` tells equal ids apart.

    Unknown `nothing_of_that_id`; InputError `id_of_several` where the id alone is not enough.
    """
    kind, found = _resolve(ledger_state, name)
    events = [ledger_state.opened(each) for each in ledger_state.stream(found) if _is_about(each, *kind)]
    if kind[0] == "employee":
        for site in ledger_state.employee(kind[1]).all_sites:
            offices = ledger_state.stream(site_stream(site))
            imports = _imports(ledger_state, events, site)
            events += [
                r for r in offices if isinstance(r.event, OfficeAppointed) and r.event.employee == kind[1]
            ]
            events += imports
    elif kind[0] in OWNED:
        events += _imports(ledger_state, events, thing_of(ledger_state, f"{kind[0]}:{kind[1]}")[2])
    events.sort(key=lambda recorded: recorded.position)
    return entries(ledger_state, events)


def news(ledger_state: LedgerState, employee: str, since: datetime) -> list[Recorded]:
    """What was recorded on somebody's stream after an instant (UTC), the earliest first, with its words sealed."""
    return [each for each in ledger_state.stream(employee_stream(employee)) if each.recorded_at > since]


def entries(ledger_state: LedgerState, events: Sequence[Recorded]) -> list[dict[str, Any]]:
    """Events as they are shown, each with its hash."""
    hashes = ledger_state.log.hashes(recorded.position for recorded in events)
    return [entry(ledger_state, recorded, hashes[recorded.position]) for recorded in events]


def _imports(ledger_state: LedgerState, events: list[Recorded], site: str) -> list[Recorded]:
    """The imports of spreadsheets that some events came of."""
    return [
        recorded
        for recorded in ledger_state.stream(site_stream(site))
        if isinstance(recorded.event, SheetImported)
        if any(recorded.event.holds(each.position) for each in events)
    ]


def nothing_of_that_id(name: str) -> Unknown:
    """What is said of an id of nothing, and of what is not the asker's to know of."""
    return Unknown("nothing_of_that_id", id=name, choices=", ".join(KINDS))


def _resolve(ledger_state: LedgerState, name: str) -> tuple[tuple[str, str], str]:
    kind, _, rest = name.partition(":")
    asked = [(kind, rest)] if rest and kind in KINDS else [(kind, name) for kind in KINDS]
    found = [(key, stream) for key in asked if (stream := ledger_state.stream_of(*key)) is not None]
    if not found:
        typed = plain(name)
        for forgiven in (typed, typed.upper()):  # full width, or small letters
            if any(ledger_state.stream_of(each, forgiven) for each in KINDS):
                return _resolve(ledger_state, forgiven)
        employee = called(ledger_state, name, "name")
        if employee is None:
            raise nothing_of_that_id(name)
        return _resolve(ledger_state, f"employee:{employee}")
    if len(found) > 1:
        choices = ", ".join(f"{key[0]}:{key[1]}" for key, _ in found)
        raise InputError("id_of_several", id=name, choices=choices)
    return found[0]


def thing_of(ledger_state: LedgerState, name: str) -> tuple[str, str, str]:
    """What an id as `history` takes it names: kind, id, and the site where it lives. Raises what `history` raises."""
    (kind, thing), stream = _resolve(ledger_state, name)
    if kind in OWNED:
        told = month_of_thing(ledger_state, kind, thing)
        home = ledger_state.asking([] if told is None else [told]).home_of(kind, thing, stream)
        month = getattr(home.things[kind][thing], "month", None)
        if isinstance(home, EmployeeState) and month is not None:
            return kind, thing, home.site_in(month)
    return kind, thing, str(ledger_state.site_of(stream))


def _is_about(recorded: Recorded, kind: str, name: str) -> bool:
    """Whether an event of a stream is about a thing that lives there, or is an appeal against it."""
    event = recorded.event
    if getattr(event, kind, None) == name or kind in ("employee", "site"):
        return True
    return isinstance(event, AppealEvent) and REFERENCES[event.against] == kind and event.target == name


def entry(ledger_state: LedgerState, recorded: Recorded, state_hash: str) -> dict[str, Any]:
    """An event as it is shown, with the SHA-256 (hex) of its stored bytes."""
    on = business_day_of(recorded.event)
    return {
        "position": recorded.position,
        "recorded_at": format_recorded(recorded.recorded_at),
        "operator": recorded.operator,
        "kind": recorded.event.kind,
        "by": actor_of(recorded.event),
        "on": on,
        "backdated": is_backdated(ledger_state, recorded),
        "fields": blinded(ledger_state, recorded, write_fields(recorded.event)),
        "hash": state_hash,
    }


def actor_of(event: Event) -> str | None:
    """Who is said to have done it."""
    return next((by for name in _ACTORS if (by := getattr(event, name, None)) is not None), None)


def business_day_of(event: Event) -> str | None:
    """The day on which it is said to have been done."""
    days = (day for name in _BUSINESS_DAYS if (day := getattr(event, name, None)) is not None)
    return next((day.isoformat() for day in days), None)


def is_backdated(ledger_state: LedgerState, recorded: Recorded) -> bool:
    """Whether the business day lies more days before the recording than the policy lets pass unremarked."""
    days = (day for name in _BUSINESS_DAYS if (day := getattr(recorded.event, name, None)) is not None)
    on: date | None = next(days, None)
    if on is None:
        return False
    site = ledger_state.site_of(recorded.stream)
    if site is None:
        return False
    recorded_on = local_day(ledger_state, site, recorded.on_clock)
    limit = ledger_state.policy_of(site, month_of(recorded_on)).backdating.days
    return (recorded_on - on).days > limit
