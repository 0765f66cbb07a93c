"""What events put into the registries beside their commands: things, closes, and who bears shares for whom.

It is taken from the exact bytes, without a model of any event. Where a fact begins with all that is wanted, as the program
writes it, one pattern finds it; else the whole of it is read, which takes no longer than a pattern of many fields.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, Final

import orjson

THINGS: Final = (
    "SELECT kind, id, stream, site, position FROM things"
    " WHERE ledger = ? AND position > {:d} AND position <= {:d} ORDER BY position"
)
_CLOSED: Final = re.compile(rb'"fact":\{"site":"([^"\\]*)","month":"([^"\\]*)",')
"""How the fact of a close begins, which is long; written otherwise it is read as a whole."""
_HEAD: Final = 150
"""A state's head is no shorter: before here no fact is looked for."""
_NAMED: Final = b'"supervisor":'
_POSITION = itemgetter(4)

Row = tuple[Any, ...]


class Ordered:
    """Rows of `things` in the order of positions, as far as they are asked for."""

    def __init__(self, batches: Iterator[Sequence[Any]]) -> None:
        self._batches = batches
        self._ahead: list[Row] = []

    def until(self, position: int) -> list[Row]:
        """Those not given yet, up to a position."""
        while not self._ahead or self._ahead[-1][4] <= position:
            batch = next(self._batches, None)
            if batch is None:
                break
            self._ahead += batch
        count = bisect_right(self._ahead, position, key=_POSITION)
        given, self._ahead = self._ahead[:count], self._ahead[count:]
        return given

    def close(self) -> None:
        """Nothing more is read."""
        self._batches.close()  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Plan:
    """What events put into the registries, as plain values another process can be sent (`registry_rows.plan`)."""

    things: Mapping[str, tuple[str, str, str | None]]
    """Kind of event → the kind of thing it introduces, the field with its id, the one with its site."""
    supervising: frozenset[str]
    closing: str


@dataclass(slots=True)
class Facts:
    """What the events of a stretch say of things, closes and bearers, and how it is found in them."""

    plan: Plan
    closes: set[Row] = field(default_factory=set)
    pairs: set[Row] = field(default_factory=set)
    noted: frozenset[str] = frozenset()
    """The kinds of events that put anything but commands into a registry."""
    leading: dict[str, tuple[str, re.Pattern[bytes]]] = field(default_factory=dict)
    """Kind of event → the kind of thing it introduces, and how its id is found where the fact begins with it."""

    def __post_init__(self) -> None:
        plan, others = self.plan, {*self.plan.supervising, self.plan.closing}
        self.noted = frozenset({*plan.things, *others})
        for kind, (thing, name, site) in plan.things.items():
            if site is None and kind not in others:
                begins = re.compile(rb'"fact":\{"%b":"([^"\\]*)"' % name.encode())
                self.leading[kind] = thing, begins

    def introduced(self, batch: Sequence[Sequence[Any]]) -> list[Row]:
        """The things a batch introduces, in its order; takes what its events say of the other registries. KeyError."""
        found: list[Row] = []
        noted, leading = self.noted, self.leading
        for position, stream, _, kind, _, state, _ in [row for row in batch if row[3] in noted]:
            if kind in leading:
                thing, begins = leading[kind]
                if told := begins.search(state, _HEAD):
                    found.append((thing, told[1].decode(), stream, None, position))
                    continue
            row = self._take_fact(kind, state, stream, position)
            found += () if row is None else (row,)
        return found

    def _take_fact(self, kind: str, state: bytes, stream: str, position: int) -> Row | None:
        """What an event introduces, if anything; takes what it says of the other registries. KeyError, ValueError."""
        plan = self.plan
        if kind == plan.closing and (closed := _CLOSED.search(state)):
            self.closes.add((closed[1].decode(), closed[2].decode(), position))
            return None
        if kind in plan.supervising and kind not in plan.things and _NAMED not in state:
            return None
        fact = orjson.loads(state)["fact"]
        if kind == plan.closing:
            self.closes.add((fact["site"], fact["month"], position))
        if kind in plan.supervising and fact.get("supervisor") is not None:
            self.pairs.add((fact["supervisor"], fact["employee"]))
        if kind not in plan.things:
            return None
        thing, name, place = plan.things[kind]
        return thing, fact[name], stream, None if place is None else fact[place], position
