"""The same facts for everybody: what a synthetic site recorded, in plain words and without our envelope."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

import orjson

from benchmarks import synthetic
from benchmarks.stamping import ModelSite
from ledger.events import Recorded, write_fields

POINT_VALUE: Final = 5
"""Yuan a point, for those who only know sums."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One event: where it stands, what happened to whom, and all its fields as JSON."""

    stream: str
    version: int
    kind: str
    employee: str
    month: str
    points: int
    state: bytes


def facts(size: int) -> list[Fact]:
    """So many facts of as many sites as it takes."""
    return [_fact(recorded) for recorded in recorded_events(size)]


def recorded_events(size: int) -> list[Recorded]:
    """The same as events of ours, from position 2 on."""
    site = ModelSite()
    found: list[Recorded] = []
    for number in count():
        if len(found) >= size:
            break
        found += site.stamped(synthetic.label_of(number), len(found) + 1)
    return found[:size]


def _fact(recorded: Recorded) -> Fact:
    fields: dict[str, Any] = write_fields(recorded.event)
    employee, month = fields.get("employee") or "", fields.get("month") or ""
    kind, points = recorded.event.kind, fields.get("points") or 0
    return Fact(recorded.stream, recorded.version, kind, employee, month, points, orjson.dumps(fields))


def rows(found: Sequence[Fact]) -> list[tuple[int, str, int, str, bytes]]:
    """As rows of a bare table: position, stream, version, kind, state."""
    return [
        (position, fact.stream, fact.version, fact.kind, fact.state)
        for position, fact in enumerate(found, start=1)
    ]
