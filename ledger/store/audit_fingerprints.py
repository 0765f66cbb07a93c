"""Events in 34 bytes each: what stands at the positions of a log, and what readers are given, which is held against it.

Whoever reads by position and whoever reads by stream make the same of a row. Its leaf is made once, by whoever goes by
position; that the others have the same event shows without one. Like `audit_scan` it needs the driver and the proofs alone.
"""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from hashlib import sha256
from itertools import chain, groupby
from struct import Struct, error
from typing import Any, Final

_LAYOUT: Final = "8sqH16s"
"""The first bytes of the SHA-256 of the kind, the version, the schema, the first bytes of the SHA-256 of the state."""
SIZE: Final = Struct(f"={_LAYOUT}").size
NO_EVENT: Final = (TypeError, AttributeError, UnicodeError, OverflowError, error)
"""What comes of a row with a column of another type: 1.0 is no version, though it equals 1."""
_NONE: Final = bytes(SIZE)


class _Kinds(dict[str, bytes]):
    """The SHA-256 of each kind of event."""

    def __missing__(self, kind: str) -> bytes:
        self[kind] = digest = sha256(kind.encode()).digest()
        return digest


def digests_of(states: Iterable[bytes]) -> list[bytes]:
    """The SHA-256 of each. TypeError."""
    return [sha256(state).digest() for state in states]


@lru_cache(256)
def _layout(count: int) -> Struct:
    return Struct(f"={_LAYOUT * count}")


@dataclass(slots=True)
class Fingerprints:
    """What distinguishes events, one behind the other."""

    prints: bytearray = field(default_factory=bytearray)
    _kinds: _Kinds = field(default_factory=_Kinds)

    def __len__(self) -> int:
        return len(self.prints) // SIZE

    def add(
        self, kinds: Iterable[str], versions: Iterable[int], schemas: Iterable[int], digests: Sequence[bytes]
    ) -> None:
        """More events, with the SHA-256 of their states. NO_EVENT, and none of them is added."""
        columns = map(self._kinds.__getitem__, kinds), versions, schemas, digests
        self.prints += _layout(len(digests)).pack(*chain.from_iterable(zip(*columns, strict=True)))

    def add_none(self, count: int = 1) -> None:
        """So many that are no events: zeros."""
        self.prints.extend(bytes(SIZE * count))

    def at(self, index: int) -> bytes:
        """One of them."""
        return bytes(self.prints[index * SIZE : (index + 1) * SIZE])

    def is_none(self, index: int) -> bool:
        """Whether it is no event."""
        return self.at(index) == _NONE


@dataclass(slots=True)
class Given:
    """Rows in the order in which they were given: where each stands, and what it is."""

    positions: "array[int]" = field(default_factory=partial(array, "q"))
    streams: list[tuple[str, int]] = field(default_factory=list)
    """Each stream, and how many rows of it follow each other."""
    prints: Fingerprints = field(default_factory=Fingerprints)

    def add(self, rows: Sequence[Any]) -> None:
        """More of them: position, stream, version, kind, schema, state.

        Of one that is no event nothing is kept but its position, if it has one, and its stream.
        """
        try:
            self._add(rows)
        except NO_EVENT:
            for row in rows:
                try:
                    self._add([row])
                except NO_EVENT:
                    self._add_none(row)

    def _add(self, rows: Sequence[Any]) -> None:
        if not rows:
            return
        positions, streams, versions, kinds, schemas, states, *_ = zip(*rows, strict=True)
        at = array("q", positions)
        counted = [(name, len([*theirs])) for name, theirs in groupby(streams)]
        if any(type(name) is not str for name, _ in counted):
            raise TypeError("the name of a stream is a text")
        self.prints.add(kinds, versions, schemas, digests_of(states))
        self.positions += at
        self.streams += counted

    def _add_none(self, row: Sequence[Any]) -> None:
        try:
            self.positions.append(row[0])
        except NO_EVENT:
            self.positions.append(0)
        self.streams.append((row[1], 1))
        self.prints.add_none()
