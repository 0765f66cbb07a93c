"""Between a recorded event and its stored bytes.

The library's own mapper imports whatever module a stored topic names; here a topic is a kind of the closed
registry and nothing else, and what is read is validated.
"""

from datetime import datetime
from typing import Any, cast

import orjson
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import (
    JSONTranscoder,
    Mapper,
    MapperDeserialisationError,
    Notification,
    StoredEvent,
)

from ledger.events import Recorded, read_event, write_fields
from ledger.terms import format_recorded


def encode(recorded: Recorded) -> bytes:
    """The exact bytes kept for an event: who and when beside the fact."""
    return orjson.dumps(
        {
            "v": recorded.event.schema_version,
            "at": format_recorded(recorded.recorded_at),
            "operator": recorded.operator,
            "command": recorded.command,
            "subject": recorded.subject,
            "step": recorded.step,
            "fact": write_fields(recorded.event),
        }
    )


def decode(position: int, stream: str, version: int, kind: str, state: bytes) -> Recorded:
    """Stored columns to a recorded event. MapperDeserialisationError names the position."""
    try:
        stored: dict[str, Any] = orjson.loads(state)
        return Recorded(
            position=position,
            stream=stream,
            version=version,
            recorded_at=datetime.fromisoformat(stored["at"]),
            operator=stored["operator"],
            command=stored["command"],
            subject=stored["subject"],
            step=stored["step"],
            event=read_event(kind, stored["v"], stored["fact"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise MapperDeserialisationError(f"position {position}, kind {kind}: {error}") from error


class EventMapper(Mapper[str]):
    """The library's mapper over our registry; a `Recorded` is the domain event."""

    def __init__(self) -> None:
        super().__init__(JSONTranscoder())

    def to_stored_event(self, domain_event: DomainEventProtocol[str]) -> StoredEvent:
        """The stored form of a `Recorded`."""
        recorded = cast(Recorded, domain_event)
        return StoredEvent(recorded.stream, recorded.version, recorded.event.kind, encode(recorded))

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
