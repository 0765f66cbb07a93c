"""The event that introduced a thing, with everybody's words in it opened."""

from ledger.errors import StoreError, Unknown
from ledger.events import Event, write_fields
from ledger.state.ledger_state import LedgerState
from ledger.store import registry_batch
from ledger.subjects import BY_KIND
from ledger.terms import ERASED, SEALED


def introduction(state: LedgerState, kind: str, name: str) -> Event:
    """It, for copying what it says. Unknown `<kind>_unknown`; StoreError `person_key_missing` where no key opens it."""
    event = opened(state, kind, name)
    if {ERASED, SEALED} & set(map(str, write_fields(event).values())):
        raise StoreError("person_key_missing", employee=getattr(event, "employee", None) or state.log.ledger)
    return event


def opened(state: LedgerState, kind: str, name: str) -> Event:
    """It, for being shown: where no key opens a word, it says so. Unknown `<kind>_unknown`."""
    stream = state.stream_of(kind, name)
    if stream is None:
        raise state.here(Unknown(f"{kind}_unknown", **{kind: name}))
    first = BY_KIND[kind].introduced_by
    found = next(
        recorded
        for recorded in state.stream(stream)
        if recorded.event.kind == first and getattr(recorded.event, kind) == name
    )
    return state.opened(found).event


def month_of_thing(state: LedgerState, kind: str, name: str) -> str | None:
    """The month that the event names which introduced a thing, read alone; None where none did, or it names none."""
    found = state.reading.introduced.get((kind, name))
    if found is None:
        first = registry_batch.introduction(state.log, kind, name)
        if first is None:
            return None
        month = getattr(first.event, "month", None)
        found = state.reading.introduced[kind, name] = first.position, month
    position, month = found
    return month if state.as_of is None or position <= state.as_of else None
