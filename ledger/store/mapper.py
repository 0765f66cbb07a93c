"""Between a recorded event and its stored bytes.

The library's own mapper imports whatever module a stored topic names; here a topic is a kind of the closed
registry and nothing else, and what is read is validated.
"""

from collections.abc import Callable, Container
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any, Final, Literal, cast

import msgspec
import orjson
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import (
    JSONTranscoder,
    Mapper,
    MapperDeserialisationError,
    Notification,
    StoredEvent,
)
from pydantic import BaseModel

from ledger.events import Event, Recorded, kinds, read_event, trusted_kind, write_fields
from ledger.events.months import MonthClosed
from ledger.store.interning import interned, interned_if_short
from ledger.store.personal import personal_fields
from ledger.store.sealing import Sealing
from ledger.terms import format_recorded

_UNREAD: Final = datetime.min.replace(tzinfo=UTC)
_ENVELOPE: Final = {
    "v": int,
    "at": str,
    "operator": str,
    "command": str,
    "subject": str,
    "step": int,
    "fact": dict,
}


def encode(recorded: Recorded, sealing: Sealing | None = None) -> bytes:
    """The exact bytes kept for an event: who and when beside the fact, in which personal texts are sealed."""
    fields = write_fields(recorded.event) if sealing is None else sealing.sealed_fields(recorded)
    edition = {} if recorded.edition == 1 else {"edition": recorded.edition}
    clock = {} if recorded.clock is None else {"clock": format_recorded(recorded.clock)}
    return orjson.dumps(
        {
            "v": recorded.event.schema_version,
            "at": format_recorded(recorded.recorded_at),
            "operator": recorded.operator,
            "command": recorded.command,
            "subject": recorded.subject,
            "step": recorded.step,
            **edition,
            **clock,
            "fact": fields,
        }
    )


def decode(position: int, stream: str, version: int, kind: str, state: bytes) -> Recorded:
    """Stored columns to a recorded event, sealed as it is. MapperDeserialisationError names the position."""
    try:
        stored, event = _closing(state) if kind == MonthClosed.kind else _read(kind, state)
        return Recorded(
            position=position,
            stream=interned(stream),
            version=version,
            recorded_at=_instant(stored["at"]),
            operator=interned(stored["operator"]),
            command=stored["command"],
            subject=interned(stored["subject"]),
            step=stored["step"],
            event=event,
            edition=stored.get("edition", 1),
            clock=None if "clock" not in stored else _instant(stored["clock"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        reason = f"no such kind or version: {error}" if isinstance(error, KeyError) else str(error)
        raise MapperDeserialisationError(f"position {position}, kind {kind}: {reason}") from error


def bare(position: int, stream: str, version: int, kind: str, state: bytes) -> Recorded:
    """The same for figures alone, without validating what is verified: who recorded it and when is left out.

    What is damaged ends as in `decode`.
    """
    try:
        event = stored_event(kind, state)
    except Exception:
        return decode(position, stream, version, kind, state)
    return Recorded(position, stream, version, _UNREAD, "", "", "", 0, event)


def _read(kind: str, state: bytes) -> tuple[dict[str, Any], Event]:
    stored = _envelope(state)
    event = read_event(kind, stored["v"], stored["fact"])
    _share_values(event, personal_fields(type(event)))
    return stored, event


def _share_values(model: BaseModel, but: Container[str] = ()) -> None:
    """What an event and its parts say in few characters is the same object as where it was read before; not its words."""
    values = vars(model)
    for name, value in values.items():
        if name in but:
            continue
        values[name] = interned_if_short(value)
        if type(value) is tuple:
            for part in value:
                if isinstance(part, BaseModel):
                    _share_values(part)


@lru_cache(maxsize=256)
def _closing(state: bytes) -> tuple[dict[str, Any], Event]:
    """A close of a month: long, and read again by whoever asks what would change. Its parts cannot be changed."""
    return _read(MonthClosed.kind, state)


def _envelope(state: bytes) -> dict[str, Any]:
    stored: dict[str, Any] = orjson.loads(state)
    shape = dict(zip(stored, map(type, stored.values()), strict=True)) if type(stored) is dict else {}
    if shape.pop("edition", int) is not int or shape.pop("clock", str) is not str or shape != _ENVELOPE:
        raise ValueError("the envelope has another shape")
    if (
        orjson.dumps(stored) != state
    ):  # a name told twice says one thing to one reader and another to the next
        raise ValueError("the text is not written as this program writes it")
    if stored.get("edition", 2) < 2:
        raise ValueError("the first edition is not said")
    if stored.get("clock", "") >= stored["at"]:
        raise ValueError("a clock that did not lie before the instant of recording is not said")
    if stored["step"] < 0:
        raise ValueError("a command's events are counted from 0")
    return stored


@lru_cache(maxsize=1_000)
def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None or format_recorded(instant) != text:
        raise ValueError("an instant of recording is written in UTC with six decimals")
    return instant


def stored_event(kind: str, state: bytes) -> Event:
    """The event in an event's stored bytes; one of an older schema version is upcast and validated.

    KeyError for an unknown kind. Where the bytes are damaged it raises anything or nothing: whoever needs to know
    what is wrong reads them with the mapper.
    """
    try:
        return cast(Event, _decode(kind)(state).fact)
    except msgspec.ValidationError:
        stored = orjson.loads(state)
        return read_event(kind, stored["v"], stored["fact"])


@cache
def _decode(kind: str) -> Callable[[bytes], Any]:
    """What reads the stored bytes of a kind where they are of its present schema version."""
    fields = [("v", Literal[kinds()[kind].schema_version]), ("fact", trusted_kind(kind))]
    return msgspec.json.Decoder(msgspec.defstruct("Stored", fields, gc=False)).decode


class EventMapper(Mapper[str]):
    """The library's mapper over our registry; a `Recorded` is the domain event."""

    def __init__(self, sealing: Sealing) -> None:
        super().__init__(JSONTranscoder())
        self._sealing = sealing

    def to_stored_event(self, domain_event: DomainEventProtocol[str]) -> StoredEvent:
        """The stored form of a `Recorded`."""
        recorded = cast(Recorded, domain_event)
        return StoredEvent(
            recorded.stream, recorded.version, recorded.event.kind, encode(recorded, self._sealing)
        )

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[str]:
        """A `Recorded`; its position is known for notifications only, else 0."""
        position = stored_event.id if isinstance(stored_event, Notification) else 0
        recorded = decode(
            position,
            str(stored_event.originator_id),
            stored_event.originator_version,
            stored_event.topic,
            stored_event.state,
        )
        return cast("DomainEventProtocol[str]", recorded)
