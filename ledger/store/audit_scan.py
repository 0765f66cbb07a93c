"""One pass over a stretch of a log's exact stored bytes: leaf by leaf, version by version, gap by gap, tile by tile.

Nothing is decoded, decrypted or serialised again. Memory grows with the number of streams and of full tiles, and by 48
bytes an event (`audit_fingerprints`, `audit_streams`), which the readers' pass is held against. It needs the driver and
the proofs alone: another process that walks is ready in a fifth of a second.
"""

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Final

from ledger.proofs.entry import Leaf, Leaves, leaf_writer, leaves_writer
from ledger.proofs.merkle import HASH_SIZE
from ledger.proofs.tiles import TILE_WIDTH, Tile, tile_root
from ledger.store import file_check
from ledger.store.audit_facts import THINGS, Ordered, Plan
from ledger.store.audit_fingerprints import NO_EVENT, Fingerprints, digests_of, require_integers
from ledger.store.audit_registries import Registries
from ledger.store.audit_source import Place, Source, people_of
from ledger.store.audit_streams import Gap, Streams
from ledger.store.workers import without_collecting

_NO_LEAF: Final = bytes(HASH_SIZE)
"""Of a row that is no event, and of a position where none stands."""
_FOLDED_AT_ONCE: Final = 16 * TILE_WIDTH
"""Of so many leaves tiles are made, and asked for in one question."""
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
    """A stretch of events: the roots of its full tiles, the leaves after the last, and where the events of each stream
    stand."""

    streams: Streams
    events: int = 0
    roots: list[bytes] = field(default_factory=list)
    rest: list[bytes] = field(default_factory=list)
    state: bytes = b""
    prints: Fingerprints = field(default_factory=Fingerprints)
    """What stands at each position after the start."""
    faults: list[Fault] = field(default_factory=list)
    registries: Registries | None = None
    """What the events say that the registries must say, if that was asked."""


def unwatched(*_: object) -> None:
    """Nobody waits."""


@without_collecting()
def stretch(
    source: Source,
    identity: str,
    people: Mapping[str, str],
    start: int,
    end: int,
    plan: Plan | None,
    watch: Watch = unwatched,
) -> Walk:
    """Walks events from an index up to a position: leaf by leaf, version by version, gap by gap.

    `plan`: what the registries must say of them; without it they are not looked at.
    """
    registries = None if plan is None else Registries(plan, start)
    walk = Walk(Streams(start == 0), registries=registries)
    leaves_of, one_by_one = leaves_writer(identity, people), leaf_writer(identity)
    leaves: list[bytes] = []
    expected = start + 1
    with closing(Ordered(source.batches(THINGS.format(start, end), "things"))) as things:
        for batch in _rows(source, start, end):
            if _stand(walk, leaves, batch, expected, leaves_of, source.sqlite):
                expected += len(batch)
            else:
                expected = _look_closely(walk, leaves, batch, expected, people, one_by_one)
            walk.state = batch[-1][5]
            walk.events += len(batch)
            if registries is not None and not walk.faults:
                registries.take(source, things, batch)
            if len(leaves) >= _FOLDED_AT_ONCE:
                _fold_tiles(walk, leaves, source, start)
            watch(walk.events, end - start, "events", walk.faults)
    if expected <= end:
        _gap(walk, leaves, expected, end + 1)
    _fold_tiles(walk, leaves, source, start)
    walk.rest = leaves
    return walk


def _stand(
    walk: Walk, leaves: list[bytes], batch: Sequence[Any], expected: int, leaves_of: Leaves, sqlite: bool
) -> bool:
    """Takes rows that stand from a position on as they were recorded; False where one does not: none is taken."""
    positions, streams, versions, kinds, schemas, states, stored = zip(*batch, strict=True)
    try:
        if not sqlite:  # which has no truth values
            require_integers(positions, versions, schemas)
        digests = digests_of(states)
        made = leaves_of(positions, streams, versions, kinds, schemas, digests)
        right = array("q", positions) == array("q", range(expected, expected + len(batch)))
        if not right or made != list(stored):
            return False
        walk.prints.add(kinds, versions, schemas, digests)
    except NO_EVENT:
        return False
    leaves += made
    walk.faults += map(_gap_in_stream, walk.streams.take(positions, streams, versions))
    return True


def _look_closely(
    walk: Walk,
    leaves: list[bytes],
    batch: Sequence[Any],
    expected: int,
    people: Mapping[str, str],
    leaf_of: Leaf,
) -> int:
    """Rows not all of which are as they were recorded, one by one; the position that is expected behind them."""
    for row in batch:
        position, stream, version, kind, schema, state, leaf = row
        if type(position) is not int:  # a view makes anything of it
            walk.faults.append(Fault("event_changed", None, {"stream": stream}))
            continue
        if position != expected:
            _gap(walk, leaves, expected, position)
        fingerprint = Fingerprints()
        fingerprint.add_row(row)
        if position >= expected:
            walk.prints.extend(fingerprint)
            leaves.append(leaf if type(leaf) is bytes and len(leaf) == HASH_SIZE else _NO_LEAF)
        try:
            made = leaf_of(position, stream, version, kind, schema, people.get(stream), state)
        except NO_EVENT:
            made = _NO_LEAF
        if made != leaf or fingerprint.is_none(0):  # in a leaf "1" and 1 look alike
            walk.faults.append(Fault("event_changed", position, {"stream": stream}))
        if type(stream) is str and type(version) is int:
            walk.faults += map(_gap_in_stream, walk.streams.take([position], [stream], [version]))
        elif type(stream) is str:
            walk.streams.meet(stream, position)
        expected = max(expected, position + 1)
    return expected


def _gap_in_stream(gap: Gap) -> Fault:
    return Fault("version_gap", gap.position, {"stream": gap.stream, "version": gap.version})


def joined(source: Source, early: Walk, late: Walk) -> Walk:
    """Two stretches, one after the other, as one."""
    registries = late.registries
    if early.registries is not None and registries is not None:
        registries = early.registries.joined(source, registries)
    early.prints.extend(late.prints)
    return Walk(
        streams=early.streams,
        events=early.events + late.events,
        roots=early.roots + late.roots,
        rest=late.rest,
        state=late.state or early.state,
        prints=early.prints,
        faults=[*early.faults, *late.faults, *map(_gap_in_stream, early.streams.joined(late.streams))],
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
    leaves.extend([_NO_LEAF] * missing)
    walk.prints.add_none(missing)


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
