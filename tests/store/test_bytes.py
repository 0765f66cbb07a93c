"""What the log keeps of an event, and what it refuses to read."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import orjson
import pytest
from eventsourcing.persistence import IntegrityError, MapperDeserialisationError, StoredEvent
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from sqlalchemy import select

from ledger.errors import StoreError
from ledger.events import Recorded, kinds
from ledger.events.sites import SiteRegistered
from ledger.proofs.seal import PREFIX
from ledger.store import mapper
from ledger.store.log import Log
from ledger.store.personal import owners_of, personal_fields
from ledger.store.schema import events
from tests.support.events import examples, recorded
from tests.support.units import a_site
from tests.support.whole import personal_texts

LAST = datetime(2026, 11, 1, tzinfo=UTC)
"""No server takes events of the future."""

# --- bytes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(kinds()))
@settings(max_examples=20, deadline=None)
@given(drawn=st.data())
def test_the_stored_bytes_of_an_event_decode_to_an_equal_event(kind: str, drawn: st.DataObject) -> None:
    original = drawn.draw(recorded(kind))
    state = mapper.encode(original)
    again = mapper.decode(1, original.stream, 1, kind, state)
    assert again == original
    assert type(again.event) is kinds()[kind]
    assert mapper.encode(again) == state


def test_the_names_of_what_events_state_are_kept_once_and_a_copy_has_its_own() -> None:
    for fact in examples(3):
        state = mapper.encode(fact)
        one, other = (mapper.decode(1, fact.stream, 1, fact.event.kind, state).event for _ in range(2))
        for mine, theirs in zip(_with_parts(one), _with_parts(other), strict=True):
            assert mine.model_fields_set is theirs.model_fields_set
        stated = set(one.model_fields_set)
        one.model_copy(update=dict.fromkeys(type(one).model_fields))
        assert other.model_fields_set == stated


def test_what_events_say_in_few_characters_is_kept_once_but_for_peoples_words() -> None:
    for fact in examples(3):
        state = mapper.encode(fact)
        one, other = (mapper.decode(1, f"{fact.stream}", 1, fact.event.kind, state) for _ in range(2))
        assert one.stream is other.stream
        assert one.operator is other.operator
        words = personal_fields(type(one.event))
        for name, value in vars(one.event).items():
            if type(value) is date or (type(value) is str and 1 < len(value) <= 40):
                assert (value is getattr(other.event, name)) == (name not in words), (fact.event.kind, name)


def _with_parts(model: BaseModel) -> list[BaseModel]:
    """An event and the models in its lists."""
    held = (part for value in vars(model).values() if isinstance(value, tuple) for part in value)
    return [model, *(found for part in held if isinstance(part, BaseModel) for found in _with_parts(part))]


def test_the_databases_give_back_the_exact_bytes_of_events_of_every_kind(log: Log) -> None:
    facts = [
        replace(fact, position=n, version=n, recorded_at=min(fact.recorded_at, LAST))
        for n, fact in enumerate(examples(3), start=1)
    ]
    assert {fact.event.kind for fact in facts} == set(kinds())
    stored = _stored(log, facts)
    sealed = [mapper.decode(n, f.stream, f.version, f.event.kind, stored[n]) for n, f in enumerate(facts, 1)]
    for fact, kept in zip(facts, sealed, strict=True):
        assert len(personal_texts(kept)) == len(personal_texts(fact))
        assert all(text.startswith(PREFIX) for text in personal_texts(kept))
    assert [log.people.opened(kept) for kept in sealed] == facts
    assert [log.people.opened(kept) for kept in log.events()] == facts
    assert [log.people.opened(kept) for kept in log.stream("employee/E001")] == facts
    streamed: list[Any] = list(log.event_store.get("employee/E001"))
    assert streamed == [replace(kept, position=0) for kept in sealed]
    notifications = log.recorder.select_notifications(start=None, limit=len(facts))
    assert {notified.id: notified.state for notified in notifications} == stored
    notified: list[Any] = [log.event_store.mapper.to_domain_event(n) for n in notifications]
    assert notified == sealed
    assert log.hashes(range(1, len(facts) + 1)) == {
        position: hashlib.sha256(state).hexdigest() for position, state in stored.items()
    }


def _stored(log: Log, facts: list[Recorded]) -> dict[int, bytes]:
    """The bytes under which a log keeps events by position, once everybody they are about is admitted."""
    with log.recorder.unit() as connection:
        for employee in sorted(owners_of(facts)):
            log.people.create_key(employee)
        log.sealing.persist_new_keys(connection)
        log.event_store.put(facts, subject_of=log.sealing.subject_of)  # type: ignore[arg-type]
        log.sealing.end_unit(committed=True)
        rows = connection.execute(select(events.c.position, events.c.state)).all()
    return {row.position: bytes(row.state) for row in rows}


# --- what cannot be read ----------------------------------------------------------------------------


GOOD = orjson.loads(mapper.encode(a_site(1)))


def _with(**changes: Any) -> bytes:
    return orjson.dumps({**GOOD, **changes})


def _without(name: str) -> bytes:
    return orjson.dumps({key: value for key, value in GOOD.items() if key != name})


UNREADABLE: dict[str, tuple[str, bytes]] = {
    "a kind nobody knows": ("site_dreamt_of", _with()),
    "a kind that names a module": ("os:system", _with()),
    "a newer schema version": ("site_registered", _with(v=99)),
    "a schema version before the first": ("site_registered", _with(v=0)),
    "a schema version that is no number": ("site_registered", _with(v="1")),
    "no bytes": ("site_registered", b""),
    "bytes that are no JSON": ("site_registered", b"\x80\x04\x95"),
    "bytes cut short": ("site_registered", _with()[:-3]),
    "a list": ("site_registered", b"[]"),
    "a number": ("site_registered", b"1"),
    "null": ("site_registered", b"null"),
    "no fact": ("site_registered", _without("fact")),
    "a fact that is no object": ("site_registered", _with(fact="jinse")),
    "a fact with a field missing": ("site_registered", _with(fact={"site": "jinse"})),
    "a fact with a field too many": ("site_registered", _with(fact={**GOOD["fact"], "fine": 5})),
    "a fact with a wrong value": ("site_registered", _with(fact={**GOOD["fact"], "site": "no id"})),
    "another kind's fact": ("notice_issued", _with()),
    "no instant": ("site_registered", _without("at")),
    "an instant that is none": ("site_registered", _with(at="yesterday")),
    "an instant without offset": ("site_registered", _with(at="2026-09-02T01:00:00")),
    "an instant that is a number": ("site_registered", _with(at=20260902)),
    "no operator": ("site_registered", _without("operator")),
    "an operator that is no text": ("site_registered", _with(operator=None)),
    "a command that is no text": ("site_registered", _with(command=1)),
    "a subject that is no text": ("site_registered", _with(subject=["site"])),
    "a step that is no number": ("site_registered", _with(step="0")),
    "a step before the first": ("site_registered", _with(step=-1)),
    "a step that is true": ("site_registered", _with(step=True)),
    "something in the envelope that is not of it": ("site_registered", _with(fine=5)),
}


@pytest.mark.parametrize("fault", UNREADABLE)
def test_an_event_that_cannot_be_read_is_refused_with_its_position(log: Log, fault: str) -> None:
    kind, state = UNREADABLE[fault]
    with log.unit() as unit:
        unit.append(a_site(1))
        unit.append(a_site(2))
    try:
        log.recorder.insert_events([StoredEvent("site/S3", 1, kind, state)])
    except IntegrityError as error:  # a server takes no event that does not begin with when it was recorded
        assert "begins with when it was recorded" in str(error)
        return
    ways: list[Callable[[], Any]] = [
        lambda: list(log.events()),
        lambda: log.stream("site/S3"),
        lambda: log.streams(["site/S1", "site/S3"]),
    ]
    for read in ways:
        with pytest.raises(StoreError) as error:
            read()
        assert error.value.code == "ledger_damaged"
        assert str(error.value.fields["reason"]).startswith(f"position 3, kind {kind}: ")
    assert [r.position for r in log.events(as_of=2)] == [1, 2]


def test_the_library_is_told_of_an_unreadable_event_in_its_own_words(log: Log) -> None:
    log.recorder.insert_events([StoredEvent("site/S1", 1, "os:system", b"{}")])
    with pytest.raises(MapperDeserialisationError):
        list(log.event_store.get("site/S1"))


def test_the_damage_is_not_met_by_whoever_reads_something_else(log: Log) -> None:
    with log.unit() as unit:
        unit.append(a_site(1))
    log.recorder.insert_events([StoredEvent("site/S2", 1, "site_registered", b"{")])
    assert [r.position for r in log.stream("site/S1")] == [1]


def test_a_fact_of_an_older_schema_version_is_upcast(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SiteRegistered, "schema_version", 2)
    from ledger.events import base

    monkeypatch.setitem(
        base._UPCASTERS, ("site_registered", 1), lambda fields: {**fields, "timezone": "Asia/Macau"}
    )
    log.recorder.insert_events([StoredEvent("site/S1", 1, "site_registered", _with())])
    (found,) = log.events()
    assert isinstance(found.event, SiteRegistered)
    assert found.event.timezone == "Asia/Macau"
