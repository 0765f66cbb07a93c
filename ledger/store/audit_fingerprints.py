"""Events in 40 bytes each: what stands at the positions of a log, and what readers are given, which is held against it.

Whoever reads by position and whoever reads by stream make the same of a row. Its leaf is made once, by whoever goes by
position; that the others have the same event shows without one. Like `audit_scan` it needs the driver and the proofs alone.
"""

from array import array
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from hashlib import sha256
from itertools import chain, groupby
from struct import Struct, error
from typing import Any, Final

_LAYOUT: Final = "8sqq16s"
"""The first bytes of the SHA-256 of the kind, the version, the schema, the first bytes of the SHA-256 of the state."""
SIZE: Final = Struct(f"={_LAYOUT}").size
NO_EVENT: Final = (TypeError, AttributeError, UnicodeError, OverflowError, error)
"""What comes of a row with a column of another type: 1.0 and `true` are no versions, though they equal 1."""
_NONE: Final = bytes(SIZE)


class _Kinds(dict[str, bytes]):
    """The SHA-256 of each kind of event."""

    def __missing__(self, kind: str) -> bytes:
        self[kind] = digest = sha256(kind.encode()).digest()
        return digest


def digests_of(states: Iterable[bytes]) -> list[bytes]:
    """The SHA-256 of each. TypeError."""
    return [sha256(state).digest() for state in states]


def require_integers(*columns: Iterable[object]) -> None:
    """TypeError where a column holds anything else; a truth value is an integer to Python alone."""
    if any(kinds != {int} for kinds in ({*map(type, column)} for column in columns)):
        raise TypeError("a position, a version and a schema are integers")


def require_texts(names: Iterable[object]) -> None:
    """TypeError where one is none."""
    if any(type(name) is not str for name in names):
        raise TypeError("the name of a stream is a text")


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

    def add_row(self, row: Sequence[Any]) -> None:
        """One more: position, stream, version, kind, schema, state, and perhaps more; of what is no event, zeros."""
        position, stream, version, kind, schema, state, *_ = row
        try:
            require_integers([position], [version], [schema])
            require_texts([stream])
            self.add([kind], [version], [schema], digests_of([state]))
        except NO_EVENT:
            self.add_none()

    def add_none(self, count: int = 1) -> None:
        """So many that are no events: zeros."""
        self.prints.extend(bytes(SIZE * count))

    def extend(self, others: "Fingerprints") -> None:
        """Those of others behind these."""
        self.prints += others.prints

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

    def add(self, rows: Sequence[Any], asked: Collection[str]) -> None:
        """More of them, of streams that were asked for: position, stream, version, kind, schema, state.

        Of one that is no event, or was not asked for, nothing is kept but its position, if it has one, and its stream.
        """
        try:
            self._add(rows, asked)
        except NO_EVENT:
            for row in rows:
                try:
                    self._add([row], asked)
                except NO_EVENT:
                    self._add_none(row)

    def _add(self, rows: Sequence[Any], asked: Collection[str]) -> None:
        if not rows:
            return
        positions, streams, versions, kinds, schemas, states = zip(*rows, strict=True)
        require_integers(positions, versions, schemas)
        at = array("q", positions)
        counted = [(name, len([*theirs])) for name, theirs in groupby(streams)]
        require_texts(name for name, _ in counted)
        if not all(name in asked for name, _ in counted):
            raise TypeError("nobody asked for this stream")
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
