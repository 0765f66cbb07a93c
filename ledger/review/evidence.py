"""Every file that something on record rests on: by name and digest, with what, whose, and who handed it in."""

from collections.abc import Iterable
from typing import Any, Final

from ledger.events import Event, Personal, Recorded, kinds
from ledger.events.employees import employee_stream
from ledger.events.evidence import EvidenceAttached, EvidenceDiscarded
from ledger.state.ledger_state import LedgerState

Reference = dict[str, Any]
"""position, thing and id (what it is with), whose (a staff number, or `site/<site>`), name, sha256, size (None where not
said), by, on (ISO, or None)."""

_FIELD: Final = "evidence"
_THINGS: Final = ("appeal", "notice", "finding", "action")
_ACTORS: Final = ("by", "issued_by")
_DAYS: Final = ("on", "issued_on")


def telling(state: LedgerState, owner: str | None) -> list[Recorded]:
    """The events that name files, as they are stored: of somebody's stream, or of the whole ledger."""
    wanted = {kind for kind, cls in kinds().items() if _FIELD in cls.model_fields}
    wanted |= {EvidenceAttached.kind, EvidenceDiscarded.kind}
    if owner is None:
        events = state.log.of_kinds(sorted(wanted), state.as_of)
    else:
        events = [each for each in state.stream(employee_stream(owner)) if each.event.kind in wanted]
    return [each for each in events if isinstance(each.event, EvidenceDiscarded) or _files(each.event)]


def references(state: LedgerState, events: Iterable[Recorded], only: str | None = None) -> list[Reference]:
    """The files that these events name and none of them took out again; of one thing, `notice:N1`, where that is given."""
    found: dict[tuple[Any, ...], Reference] = {}
    for stored in events:
        event = stored.event
        if isinstance(event, EvidenceDiscarded):
            found.pop(_attached_as(event, event.sha256), None)
            continue
        thing, name = _with_what(event)
        if not _files(event) or only not in (None, f"{thing}:{name}"):
            continue
        opened = state.opened(stored).event
        for number, file in enumerate(_files(opened)):
            attached = isinstance(event, EvidenceAttached)
            place = _attached_as(event, file.sha256) if attached else (stored.position, number)
            found[place] = {
                "position": stored.position,
                "thing": thing,
                "id": name,
                "whose": _owner(event),
                "name": file.name,
                "sha256": file.sha256,
                "size": getattr(event, "size", None),
                "by": _first(event, _ACTORS),
                "on": None if (day := _first(event, _DAYS)) is None else str(day),
            }
    return list(found.values())


def standing_copies(state: LedgerState) -> set[tuple[str, str]]:
    """Whose and which digest: the files that were attached and not taken out again, wherever."""
    events = state.log.of_kinds([EvidenceAttached.kind, EvidenceDiscarded.kind], state.as_of)
    return {(row["whose"], row["sha256"]) for row in references(state, events)}


def _attached_as(event: Any, sha256: str) -> tuple[Any, ...]:
    return (event.notice, event.appeal, sha256)


def _files(event: Any) -> tuple[Any, ...]:
    held = getattr(event, _FIELD, ())
    return held if isinstance(held, tuple) else (held,)


def _with_what(event: Event) -> tuple[str, str]:
    for thing in _THINGS:
        if getattr(event, thing, None) is not None:
            return thing, str(getattr(event, thing))
    return "employee", str(getattr(event, "employee", ""))


def _owner(event: Event) -> str:
    if isinstance(event, EvidenceAttached):
        return event.whose
    mark: Personal = type(event).personal_fields()[_FIELD]
    return mark.owner(lambda field: getattr(event, field))


def _first(event: Event, fields: Iterable[str]) -> Any:
    return next((value for each in fields if (value := getattr(event, each, None)) is not None), None)
