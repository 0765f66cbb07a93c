"""The log as CloudEvents 1.0, one JSON object a line (papers §18). Words stay in unless they are asked for."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

import orjson

from ledger.events import SITE_OWNER, Recorded, write_fields
from ledger.store.personal import personal_fields
from ledger.terms import format_recorded


def lines(
    events: Iterable[Recorded],
    hashes: Mapping[int, str],
    identity: str,
    erased: Collection[str],
    words: bool = False,
) -> Iterator[bytes]:
    """Each event as a line with sorted keys; `hashes` by position. With `words` the opened ones of whoever is not erased."""
    for recorded in events:
        event = recorded.event
        yield orjson.dumps(
            {
                "specversion": "1.0",
                "id": str(recorded.position),
                "source": f"urn:kaoji:{identity}",
                "type": f"kaoji.{event.kind}.v{event.schema_version}",
                "time": format_recorded(recorded.recorded_at),
                "subject": recorded.subject,
                "sequence": f"{recorded.position:012}",
                "kaojihash": hashes[recorded.position],
                "datacontenttype": "application/json",
                "data": _fields(recorded, erased, words),
            },
            option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE,
        )


def people_in(events: Iterable[Recorded], erased: Collection[str]) -> set[str]:
    """Whose words these events hold: of those that would be written."""
    return {
        owner
        for recorded in events
        for field, mark in personal_fields(type(recorded.event)).items()
        if write_fields(recorded.event).get(field)
        and not (owner := _owner(recorded, mark)).startswith(SITE_OWNER)
        and owner not in erased
    }


def _fields(recorded: Recorded, erased: Collection[str], words: bool) -> dict[str, Any]:
    """What an event says, without what is sealed, and without what an erasure has taken."""
    marks = personal_fields(type(recorded.event))
    return {
        name: value
        for name, value in write_fields(recorded.event).items()
        if name not in marks or (words and _owner(recorded, marks[name]) not in erased)
    }


def _owner(recorded: Recorded, mark: Any) -> str:
    """Whose words a field holds: a staff number, or `site/<site>`."""
    return str(mark.owner(partial(getattr, recorded.event)))
