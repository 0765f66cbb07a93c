"""Verified reads: every event that is read is held against its leaf in the tree before anybody decodes it (proofs.md).

The leaf is computed from the row's own columns and the very bytes that are about to be decoded, and compared with the
tree: full tiles as they are kept, and the leaves after the last one, which must make the frontier in the head row. So
what an index, a view or a policy gives instead of what was recorded is refused, whichever statement asked for it. It
costs about two SHA-256 an event. What is left out at the end of a stream is found by `verify` alone.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final, TypeVar, cast

from ledger.errors import StoreError
from ledger.proofs.entry import Leaf, leaf_writer
from ledger.proofs.errors import MalformedProof
from ledger.proofs.merkle import HASH_SIZE, Frontier
from ledger.proofs.tiles import TILE_WIDTH

T = TypeVar("T", int, str)

Row = Sequence[Any]
"""position, stream, version, kind, schema, state, as they are stored; what stands behind them does not matter here."""

Fetch = Callable[..., Sequence[Any]]
"""A statement and its values → its rows, in the snapshot in which the events were read, or in a later one."""

_TAIL: Final = (
    "SELECT heads.position, heads.frontier, events.position, events.leaf FROM heads LEFT JOIN events"
    " ON events.ledger = heads.ledger AND events.position > heads.position / 256 * 256"
    " AND events.position <= heads.position AND events.position > ? WHERE heads.ledger = ?"
    " ORDER BY events.position"
)
"""The head and the leaves that are in no full tile yet, in one statement: what is recorded meanwhile is not half seen.

Those up to a position are known already.
"""
_TILES: Final = "SELECT number, hashes FROM tiles WHERE ledger = ? AND level = 0 AND number IN ({})"
_SUBJECTS: Final = "SELECT stream, subject FROM subjects WHERE ledger = ? AND stream IN ({})"
_IN_CHUNK: Final = 500
_MOST_TILES: Final = 4_096
"""So many tiles are kept, 8 KB each: the leaves of a million events. A full tile never changes."""
_EMPLOYEE: Final = "employee/"
"""As `employee_stream` has it, without the events: a report that needs none of them reads names by this, too."""


@dataclass(frozen=True, slots=True)
class _Tail:
    """The size of the tree, the leaves after its last full tile, and what these come to by themselves."""

    size: int = 0
    leaves: bytes = b""
    frontier: Frontier = field(default_factory=Frontier)


class VerifiedReads:
    """What of one ledger's tree was needed so far. Threads may share it."""

    def __init__(
        self, ledger: str, identity: Callable[[], str], fetch: Fetch, url: Callable[[], str]
    ) -> None:
        """`identity` gives the random id of the ledger, `url` what it is called where something is refused."""
        self._ledger, self._identity, self._fetch, self._url = ledger, identity, fetch, url
        self._subjects: dict[str, str] = {}
        self._tiles: dict[int, bytes] = {}
        self._tail = _Tail()
        self._leaf_of: Leaf | None = None
        self._collected: ContextVar[dict[int, bytes] | None] = ContextVar("collected", default=None)

    @property
    def is_collecting(self) -> bool:
        """Whether what is read is noted, for being proven at the end."""
        return self._collected.get() is not None

    @contextmanager
    def collecting(self) -> Iterator[Mapping[int, bytes]]:
        """The leaves of all events that this thread reads meanwhile, by position."""
        collected: dict[int, bytes] = {}
        token = self._collected.set(collected)
        try:
            yield collected
        finally:
            self._collected.reset(token)

    def forget(self) -> None:
        """What was read in a unit that is taken back never was."""
        self._subjects, self._tiles, self._tail = {}, {}, _Tail()

    def take_subjects(self, subjects: Mapping[str, str]) -> None:
        """The random ids of people by their streams, which were read beside events."""
        self._subjects.update(subjects)

    def agree(self, subjects: Mapping[str, str]) -> None:
        """Ids that something is going to be sealed, written or destroyed by are those under which events are read, too.

        StoreError `registry_unproven`: somebody has changed them since, or changes them for a while.
        """
        for stream, subject in subjects.items():
            if self._subjects.setdefault(stream, subject) != subject:
                raise StoreError("registry_unproven", url=self._url(), table="subjects")

    def take_leaves(self, leaves: Mapping[int, bytes], size: int, frontier: bytes) -> None:
        """Leaves by position which were read beside the head: they are not asked for again where none is lacking.

        StoreError `ledger_head_wrong`: they do not make the head's frontier.
        """
        known = self._tail
        lacking = range(max(known.size, size // TILE_WIDTH * TILE_WIDTH) + 1, size + 1)
        if lacking and all(each in leaves for each in lacking):
            self._tail = self._grown(known, size, frontier, [leaves[each] for each in lacking])

    def check(self, rows: Sequence[Row]) -> None:
        """StoreError `event_unproven` for the first row that is not what the tree says was recorded there."""
        if not rows:
            return
        if self._leaf_of is None:
            self._leaf_of = leaf_writer(self._identity())
        leaf_of, subjects = self._leaf_of, self._people(row[1] for row in rows)
        try:
            kept = self._leaves({(row[0] - 1) // TILE_WIDTH for row in rows}, max(row[0] for row in rows))
        except TypeError:  # a number was made a text
            raise self._unproven(rows[0]) from None
        collected = self._collected.get()
        for row in rows:
            position, stream, version, kind, schema, state = row[:6]
            number, at = divmod(position - 1, TILE_WIDTH)
            try:
                leaf = leaf_of(position, stream, version, kind, schema, subjects.get(stream), state)
                stands = leaf == kept.get(number, b"")[at * HASH_SIZE : (at + 1) * HASH_SIZE]
            except (TypeError, AttributeError, UnicodeError):
                raise self._unproven(row) from None
            if not stands:
                raise self._unproven(row)
            if collected is not None:
                collected[position] = leaf

    def leaf_at(self, position: int) -> bytes:
        """The leaf that the tree has for an event; empty where there is none."""
        number, at = divmod(position - 1, TILE_WIDTH)
        kept = self._leaves({number}, position) if position > 0 else {}
        return kept.get(number, b"")[at * HASH_SIZE : (at + 1) * HASH_SIZE]

    def check_streams(self, rows: Sequence[Row]) -> None:
        """The same for whole streams up to a position, one after the other and in order; none may lack a version.

        StoreError `stream_incomplete`.
        """
        self.check(rows)
        before, version = None, 0
        for row in rows:
            version = version + 1 if row[1] == before else 1
            if row[2] != version:
                raise self.gap(row[1], version)
            before = row[1]

    def check_versions(self, counted: Iterable[tuple[str, int, int]]) -> None:
        """Stream, last version, how many there are: none may be missing. StoreError `stream_incomplete`."""
        for stream, last, count in counted:
            if last != count:
                raise self.gap(stream, last)

    def check_positions(self, rows: Sequence[Row], first: int) -> None:
        """The same for events that follow each other from a position on. StoreError `position_incomplete`."""
        self.check(rows)
        for expected, row in enumerate(rows, first):
            if row[0] != expected:
                raise self.incomplete(expected)

    def incomplete(self, position: int) -> StoreError:
        """What is said where the event of a position is not given, or given twice."""
        return StoreError("position_incomplete", url=self._url(), position=position)

    def gap(self, stream: str, version: int) -> StoreError:
        """What is said where a version of a stream is not given."""
        return StoreError("stream_incomplete", url=self._url(), stream=stream, version=version)

    def _unproven(self, row: Row) -> StoreError:
        return StoreError("event_unproven", url=self._url(), position=row[0], stream=str(row[1]))

    # --- what is needed of the tree -----------------------------------------------------------------

    def _people(self, streams: Iterable[str]) -> Mapping[str, str]:
        """The random ids of the people among these streams, and of others."""
        wanted = {each for each in streams if each not in self._subjects and str(each).startswith(_EMPLOYEE)}
        for chunk in _chunks(wanted):
            self._subjects.update(self._fetch(_SUBJECTS.format(_blanks(chunk)), self._ledger, *chunk))
        return self._subjects

    def _leaves(self, numbers: set[int], last: int) -> Mapping[int, bytes]:
        """The leaves of tiles by number, the one that is not full yet among them."""
        if last > self._tail.size:
            self._tail = self._read_tail(self._tail)
        size, loose = self._tail.size, self._tail.leaves
        kept = self._tiles
        missing = {each for each in numbers if each not in kept and each < size // TILE_WIDTH}
        if missing:
            if len(kept) + len(missing) > _MOST_TILES:
                kept = {each: kept[each] for each in numbers if each in kept}
            read: dict[int, bytes] = {}
            for chunk in _chunks(missing):
                found = self._fetch(_TILES.format(_blanks(chunk)), self._ledger, *chunk)
                read.update((number, _bytes(hashes)) for number, hashes in found)
            self._tiles = kept = {**kept, **read}
        return {**kept, size // TILE_WIDTH: loose}

    def _read_tail(self, known: "_Tail") -> "_Tail":
        """What was known, and the leaves since. StoreError `ledger_head_wrong`: they do not make the head's frontier."""
        rows = self._fetch(_TAIL, known.size, self._ledger)
        if not rows:
            return _Tail()
        size, frontier = rows[0][0], _bytes(rows[0][1])
        try:
            if known.size and size < known.size:
                return self._read_tail(_Tail())
            new = [_bytes(leaf) for _, _, position, leaf in rows if position is not None]
        except TypeError:
            raise self._head_wrong() from None
        return self._grown(known, size, frontier, new)

    def _grown(self, known: "_Tail", size: int, frontier: bytes, new: list[bytes]) -> "_Tail":
        """What was known, and the leaves since. StoreError `ledger_head_wrong`: they do not make the head's frontier."""
        try:
            base = known if known.size >= size // TILE_WIDTH * TILE_WIDTH else _Tail()
            computed, leaves = base.frontier.extend(new), base.leaves + b"".join(new)
            peaks = Frontier.unpack(size, frontier).peaks
        except (MalformedProof, TypeError, AttributeError):
            raise self._head_wrong() from None
        is_whole = len(leaves) == size % TILE_WIDTH * HASH_SIZE
        if not is_whole or peaks[len(peaks) - len(computed.peaks) :] != computed.peaks:
            raise self._head_wrong()
        return _Tail(size, leaves, computed)

    def _head_wrong(self) -> StoreError:
        return StoreError("ledger_head_wrong", url=self._url())


def _chunks(wanted: Iterable[T]) -> Iterator[Sequence[T]]:
    rest = iter(sorted(wanted))
    while chunk := list(islice(rest, _IN_CHUNK)):
        yield chunk


def _blanks(chunk: Sequence[object]) -> str:
    return ", ".join("?" * len(chunk))


def _bytes(value: object) -> bytes:
    """A column of bytes; whatever else stands there is none of ours."""
    return bytes(cast(bytes, value)) if isinstance(value, bytes | bytearray | memoryview) else b""
