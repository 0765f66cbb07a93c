"""Events in 22 bytes each: what stands at the positions of a log, and what readers are given, which is held against it.

Whoever reads by position and whoever reads by stream make the same of a row: its leaf is made once, by whoever goes by
position; that the others have kind, schema and state of the same event shows without one. Like `audit_scan` it needs the
driver and the proofs alone.
"""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from hashlib import sha256
from itertools import groupby
from struct import Struct
from typing import Any, Final

MARK: Final = 16
"""So many bytes of the SHA-256 of an event's state are kept."""
NO_EVENT: Final = (TypeError, AttributeError, UnicodeError, OverflowError)
"""What comes of a row with a column of another type."""
NO_KIND: Final = 0

_integers = partial(array, "q")
_numbers = partial(array, "I")
_schemas = partial(array, "H")


class Kinds(dict[str, int]):
    """The kinds of events, numbered from 1 as they are met."""

    def __missing__(self, kind: str) -> int:
        self[kind] = number = len(self) + 1
        return number

    def as_in(self, others: "Kinds") -> list[int]:
        """By each number of these, that of the same kind among others, which are told of those they do not know."""
        return [NO_KIND, *(others[kind] for kind in self)]


def digests_of(states: Iterable[bytes]) -> list[bytes]:
    """The SHA-256 of each. TypeError."""
    return [sha256(state).digest() for state in states]


@lru_cache(64)
def _marks(count: int) -> Struct:
    return Struct(f"{MARK}s" * count)  # which takes the first bytes of each


@dataclass(slots=True)
class Fingerprints:
    """What distinguishes events, column by column: kind, schema and state."""

    numbers: "array[int]" = field(default_factory=_numbers)
    """Of each one's kind; `NO_KIND` of what is no event."""
    schemas: "array[int]" = field(default_factory=_schemas)
    marks: bytearray = field(default_factory=bytearray)
    """The first bytes of the SHA-256 of each state, one behind the other."""
    kinds: Kinds = field(default_factory=Kinds)

    def __len__(self) -> int:
        return len(self.numbers)

    def add(self, kinds: Iterable[str], schemas: Iterable[int], digests: Sequence[bytes]) -> None:
        """More events, with the SHA-256 of their states. NO_EVENT, and none of them is added."""
        more = _schemas(schemas)  # 1.0 is no schema, though it equals 1
        self.numbers += _numbers(map(self.kinds.__getitem__, kinds))
        self.schemas += more
        self.marks += _marks(len(digests)).pack(*digests)

    def add_none(self, count: int = 1) -> None:
        """So many that are no events."""
        self.numbers.extend([NO_KIND] * count)
        self.schemas.extend([0] * count)
        self.marks.extend(bytes(MARK * count))

    def at(self, index: int) -> tuple[int, int, bytes]:
        """Number of the kind, schema, mark."""
        return self.numbers[index], self.schemas[index], bytes(self.marks[index * MARK : (index + 1) * MARK])

    def all(self) -> tuple[list[int], list[int], bytes]:
        """The same of them all, column by column."""
        return self.numbers.tolist(), self.schemas.tolist(), bytes(self.marks)

    def at_all(self, positions: "array[int]") -> tuple[list[int], list[int], bytes]:
        """The same of positions, counted from 1, all of which there are."""
        numbers, schemas = self.numbers, self.schemas
        marks = bytes(self.marks)  # a part of a bytearray takes twice as long
        return (
            [numbers[position - 1] for position in positions],
            [schemas[position - 1] for position in positions],
            b"".join([marks[end - MARK : end] for end in map(MARK.__mul__, positions)]),
        )

    def renumbered(self, kinds: Kinds) -> None:
        """From now on the kinds have the numbers that they have among others."""
        self.numbers = _numbers(map(self.kinds.as_in(kinds).__getitem__, self.numbers))
        self.kinds = kinds

    def joined(self, late: "Fingerprints") -> "Fingerprints":
        """These and the next ones."""
        late.renumbered(self.kinds)
        self.numbers += late.numbers
        self.schemas += late.schemas
        self.marks += late.marks
        return self


@dataclass(slots=True)
class Given:
    """Rows in the order in which they were given, column by column: position, stream, version, kind, schema, state."""

    positions: "array[int]" = field(default_factory=_integers)
    streams: list[tuple[str, int]] = field(default_factory=list)
    """Each stream, and how many rows of it follow each other."""
    versions: "array[int]" = field(default_factory=_integers)
    prints: Fingerprints = field(default_factory=Fingerprints)

    def add(self, rows: Sequence[Any]) -> None:
        """More of them. Of one that is no event nothing is kept but its position, if it has one, and its stream."""
        try:
            self._add(rows)
        except NO_EVENT:
            for row in rows:
                try:
                    self._add([row])
                except NO_EVENT:
                    self._add_none(row)

    def _add(self, rows: Sequence[Any]) -> None:
        columns = tuple(zip(*rows, strict=True))
        if not columns:
            return
        positions, versions = _integers(columns[0]), _integers(columns[2])
        streams = [(name, len([*theirs])) for name, theirs in groupby(columns[1])]
        if any(type(name) is not str for name, _ in streams):
            raise TypeError("the name of a stream is a text")
        self.prints.add(columns[3], columns[4], digests_of(columns[5]))
        self.positions += positions
        self.streams += streams
        self.versions += versions

    def _add_none(self, row: Sequence[Any]) -> None:
        try:
            self.positions.append(row[0])
        except NO_EVENT:
            self.positions.append(0)
        self.streams.append((row[1], 1))
        self.versions.append(0)
        self.prints.add_none()
