"""One pass over a stretch of a log's exact stored bytes: leaf by leaf, version by version, gap by gap, tile by tile.

Nothing is decoded, decrypted or serialised again. Memory grows with the number of streams and of full tiles, and by 16
bytes an event, which the readers' pass (`audit_readers`) is held against. It needs
the driver and the proofs alone: another process that walks is ready in a fifth of a second.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import lru_cache
from struct import Struct
from typing import Any, Final

from ledger.proofs.entry import Leaf, leaf_writer, leaves_writer
from ledger.proofs.merkle import HASH_SIZE
from ledger.proofs.tiles import TILE_WIDTH, Tile, tile_root
from ledger.store import file_check
from ledger.store.audit_facts import THINGS, Ordered, Plan
from ledger.store.audit_registries import Registries
from ledger.store.audit_source import Place, Source, people_of
from ledger.store.workers import without_collecting

NO_LEAF: Final = bytes(HASH_SIZE)
"""Of a row that is no event, and of a position where none stands."""
MARK: Final = 16
"""So many bytes of an event's leaf are kept, as it was computed here; whoever reads it otherwise is told apart by them."""
Watch = Callable[[int, int, str, Sequence["Fault"]], None]
"""Whoever waits for a check: called with how many events of a pass are done, of how many, which pass, and its faults."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it was recorded: what, where (None: nowhere in particular), and the blanks of its words."""

    code: str
    position: int | None
    fields: dict[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class Walk:
    """A stretch of events: the roots of its full tiles, the leaves after the last, each stream's first version
    with its position, and its last version."""

    events: int = 0
    roots: list[bytes] = field(default_factory=list)
    rest: list[bytes] = field(default_factory=list)
    first: dict[str, tuple[int, int]] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)
    state: bytes = b""
    marks: bytearray = field(default_factory=bytearray)
    """Of each position after the start: the first bytes of the leaf computed of what stands there; zeros for none."""
    faults: list[Fault] = field(default_factory=list)
    registries: Registries | None = None
    """What the events say that the registries must say."""


def unwatched(*_: object) -> None:
    """Nobody waits."""


@without_collecting()
def stretch(
    source: Source,
    identity: str,
    people: Mapping[str, str],
    start: int,
    end: int,
    plan: Plan,
    watch: Watch = unwatched,
) -> Walk:
    """Walks events from an index up to a position: leaf by leaf, version by version, gap by gap."""
    walk = Walk()
    walk.registries = registries = Registries(plan, start)
    leaves_of, one_by_one = leaves_writer(identity, people), leaf_writer(identity)
    leaves: list[bytes] = []
    expected = start + 1
    with closing(Ordered(source.batches(THINGS.format(start, end), "things"))) as things:
        for batch in _rows(source, start, end):
            try:
                made = leaves_of(batch)
            except (TypeError, AttributeError, UnicodeError):
                made = []
            right = range(expected, expected + len(batch))
            if made == [row[6] for row in batch] and [row[0] for row in batch] == list(right):
                walk.marks += marks_of(made)
                leaves += made
                expected += len(batch)
            else:
                expected = _look_closely(walk, leaves, batch, expected, people, one_by_one)
            _count_versions(walk, batch, start)
            walk.state = batch[-1][5]
            walk.events += len(batch)
            if not walk.faults:
                registries.take(source, things, batch)
            _fold_tiles(walk, leaves, source, start)
            watch(walk.events, end - start, "events", walk.faults)
    if expected <= end:
        _gap(walk, leaves, expected, end + 1)
        _fold_tiles(walk, leaves, source, start)
    walk.rest = leaves
    return walk


def _look_closely(
    walk: Walk,
    leaves: list[bytes],
    batch: Sequence[Any],
    expected: int,
    people: Mapping[str, str],
    leaf_of: Leaf,
) -> int:
    """Rows not all of which are as they were recorded, one by one; the position that is expected behind them."""
    for position, stream, version, kind, schema, state, leaf in batch:
        if position != expected:
            _gap(walk, leaves, expected, position)
        try:
            made = leaf_of(position, stream, version, kind, schema, people.get(stream), state)
        except (TypeError, AttributeError, UnicodeError):
            made = NO_LEAF
        if position >= expected:
            walk.marks += made[:MARK]
            leaves.append(leaf if type(leaf) is bytes and len(leaf) == HASH_SIZE else NO_LEAF)
        if made != leaf or made == NO_LEAF:
            walk.faults.append(Fault("event_changed", position, {"stream": stream}))
        expected = max(expected, position + 1)
    return expected


def marks_of(leaves: Sequence[bytes]) -> bytes:
    """The marks of leaves, one behind the other."""
    return _marks(len(leaves)).pack(*leaves)


@lru_cache(64)
def _marks(count: int) -> Struct:
    return Struct(f"{MARK}s" * count)  # which takes the first bytes of each


def _count_versions(walk: Walk, batch: Sequence[Any], start: int) -> None:
    """Each stream's versions follow each other; those of one that began before the start begin anywhere."""
    last, unknown = walk.last, -1 if start else 0
    for row in batch:  # whose columns are not all unpacked: it takes twice as long
        stream, version = row[1], row[2]
        before = last.get(stream, unknown)
        last[stream] = version
        if before + 1 == version and before != -1:
            continue
        if before == -1:
            walk.first[stream] = version, row[0]
        else:
            walk.faults.append(Fault("version_gap", row[0], {"stream": stream, "version": version}))


def joined(source: Source, early: Walk, late: Walk, whole: bool) -> Walk:
    """Two stretches, one after the other, as one; `whole`: the first begins with the log."""
    registries = late.registries
    if early.registries is not None and registries is not None:
        registries = early.registries.joined(source, registries)
    for stream, (version, position) in late.first.items():
        before = early.last.get(stream, 0 if whole else None)
        if before is not None and version != before + 1:
            late.faults.append(Fault("version_gap", position, {"stream": stream, "version": version}))
    return Walk(
        events=early.events + late.events,
        roots=early.roots + late.roots,
        rest=late.rest,
        first={**late.first, **early.first},
        last={**early.last, **late.last},
        state=late.state or early.state,
        marks=early.marks + late.marks,
        faults=early.faults + late.faults,
        registries=registries,
    )


def _fold_tiles(walk: Walk, leaves: list[bytes], source: Source, start: int) -> None:
    """Takes the full tiles off the front of the leaves, and compares them with those that are kept."""
    full = len(leaves) // TILE_WIDTH * TILE_WIDTH
    number = start // TILE_WIDTH + len(walk.roots)
    walk.roots += compared(walk.faults, source, 0, number, leaves[:full])
    del leaves[:full]


def _gap(walk: Walk, leaves: list[bytes], expected: int, position: int) -> None:
    """Positions that are not there; nothing stands in for their leaves but zeros, a million of them at most."""
    if position < expected:
        walk.faults.append(Fault("position_twice", position))
        return
    walk.faults.append(Fault("events_missing", expected, {"last": position - 1}))
    missing = min(position - expected, 1_000_000)
    leaves.extend([NO_LEAF] * missing)
    walk.marks.extend(bytes(MARK * missing))


def _rows(source: Source, start: int, end: int) -> Iterator[Sequence[Any]]:
    """The stored columns, in batches straight from the driver."""
    return source.batches(
        "SELECT position, stream, version, kind, schema, state, leaf FROM events"
        f" WHERE ledger = ? AND position > {start:d} AND position <= {end:d} ORDER BY position"
    )


def compared(
    faults: list[Fault], source: Source, level: int, number: int, hashes: Sequence[bytes]
) -> list[bytes]:
    """The roots of full tiles from a number on, whose hashes are given; a fault for each that is kept otherwise."""
    roots = []
    for chunk in range(0, len(hashes), TILE_WIDTH * TILE_WIDTH):
        contents = [
            b"".join(hashes[i : i + TILE_WIDTH])
            for i in range(chunk, min(chunk + TILE_WIDTH * TILE_WIDTH, len(hashes)), TILE_WIDTH)
        ]
        stored = {
            n: (hashes_kept, root)
            for n, hashes_kept, root in source.rows(
                "SELECT number, hashes, root FROM tiles"
                " WHERE ledger = ? AND level = ? AND number BETWEEN ? AND ?",
                level,
                number,
                number + len(contents) - 1,
            )
        }
        for content in contents:
            root = tile_root(content)
            kept = stored.get(number)
            if kept != (content, root):
                first = number * TILE_WIDTH ** (level + 1) + 1
                tile = Tile(level, number).path()
                if kept is None:
                    faults.append(Fault("tile_missing", first, {"tile": tile}))
                else:
                    faults.append(Fault("tile_wrong", first, {"tile": tile}))
            roots.append(root)
            number += 1
    return roots


# --- in another process ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stretch:
    """The task to walk a stretch in a snapshot of its own: where, which events."""

    place: Place
    start: int
    end: int
    plan: Plan

    def do(self) -> Walk:
        """Walks it; whatever the driver raises."""
        with self.place.opened() as source:
            return stretch(source, self.place.identity, people_of(source), self.start, self.end, self.plan)


@dataclass(frozen=True, slots=True)
class FileCheck:
    """The task to have SQLite check its file, in a snapshot of its own."""

    place: Place
    whole: bool

    def do(self) -> list[str]:
        """What it finds; whatever the driver raises."""
        with self.place.opened() as source:
            return file_check.reasons(source.driver.execute(file_check.question(self.whole)).fetchall())
