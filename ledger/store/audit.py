"""Checking a whole log against its own tree and against what was signed: every fault, each with its position.

One snapshot, one pass over exact stored bytes: nothing is decoded, decrypted or serialised again. Memory grows with the
number of streams and of full tiles only. What is found wrong here is told, never raised.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_all_start_methods, get_context
from typing import Any, Final

from sqlalchemy import Connection, select

from ledger.proofs import (
    Checkpoint,
    Frontier,
    MalformedProof,
    ProofError,
    Tile,
    Verifier,
    open_checkpoint,
    root_at,
    tile_root,
)
from ledger.proofs.entry import leaf_writer
from ledger.proofs.merkle import HASH_SIZE
from ledger.proofs.tiles import TILE_WIDTH
from ledger.store import guards
from ledger.store.engine import reading
from ledger.store.log import Log
from ledger.store.schema import checkpoints, heads, subjects, tiles
from ledger.store.tree import hash_reader

_BATCH: Final = 10_000
_NO_LEAF: Final = bytes(HASH_SIZE)
_CONTEXT: Final[Any] = get_context("fork" if "fork" in get_all_start_methods() else "spawn")
"""The other process opens the database itself; forked, it need not import everything again."""
_PARALLEL_FROM: Final = 50_000
"""So many events are worth starting a second process for."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it was recorded: what, where (None: nowhere in particular), and the blanks of its words."""

    code: str
    position: int | None
    fields: dict[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class Audited:
    """What an audit found. `events` were checked one by one; `size` and `root` are the log's."""

    events: int = 0
    size: int = 0
    root: bytes = b""
    checkpoint: Checkpoint | None = None
    """The newest signed checkpoint known, given from outside or kept."""
    given: bool = False
    """Whether that one came from outside."""
    faults: list[Fault] = field(default_factory=list)

    @property
    def window(self) -> int:
        """How many events are newer than that checkpoint."""
        return self.size - (self.checkpoint.size if self.checkpoint else 0)

    def fault(self, code: str, position: int | None = None, **fields: object) -> None:
        """Adds a fault."""
        self.faults.append(Fault(code, position, fields))


def audit(
    log: Log,
    outside: Sequence[bytes] = (),
    verifiers: Sequence[Verifier] = (),
    after: int = 0,
    processes: int = 1,
) -> Audited:
    """Checks the log. `outside` are checkpoints kept elsewhere, `verifiers` the keys trusted for them.

    `after`: events up to there are taken from the tree as it stands, which the outside checkpoint vouches for.
    """
    found = Audited()
    with log.usable(), reading(log.engine) as connection:
        head = connection.execute(select(heads).where(heads.c.ledger == log.ledger)).one()
        found.size = head.position
        people = _people(connection, log.ledger)
        start = min(after, head.position) // TILE_WIDTH * TILE_WIDTH
        walked = _walk_all(log, connection, people, start, head.position, processes)
        found.events = walked.events
        found.faults += walked.faults
        _check_people(found, people, walked.last, start)
        loose = _check_tiles(found, connection, log.ledger, walked, start)
        _check_head(found, head, walked, loose, start)
        _check_checkpoints(found, connection, log, outside, verifiers)
        for guard in guards.missing(connection):
            found.fault("guard_missing", guard=guard)
    found.faults.sort(key=lambda fault: (fault.position is None, fault.position or 0))
    return found


# --- one pass over the events ---------------------------------------------------------------------------


@dataclass(slots=True)
class _Walk:
    """A stretch of events: the roots of its full tiles, the leaves after the last, each stream's first and last version."""

    events: int = 0
    roots: list[bytes] = field(default_factory=list)
    rest: list[bytes] = field(default_factory=list)
    first: dict[str, int] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)
    state: bytes = b""
    faults: list[Fault] = field(default_factory=list)


def _walk_all(
    log: Log, connection: Connection, people: Mapping[str, str], start: int, end: int, processes: int
) -> _Walk:
    """Walks from an index to the end, the later part in another process where that pays."""
    middle = (start + end) // 2 // TILE_WIDTH * TILE_WIDTH
    if processes < 2 or end - start < _PARALLEL_FROM:
        return _walk(log, connection, people, start, None)
    ours, theirs = _CONTEXT.Pipe(duplex=False)
    later = _CONTEXT.Process(
        target=_walk_elsewhere, args=(str_url(log), log.ledger, middle, theirs), daemon=True
    )
    later.start()
    theirs.close()
    early = _walk(log, connection, people, start, middle)
    try:
        late = ours.recv()
    except EOFError:  # it was lost, so it is done here
        late = _walk(log, connection, people, middle, None)
    later.join()
    return _joined(early, late)


def str_url(log: Log) -> str:
    """The log's URL with its password, for another process of ours."""
    return log.url.render_as_string(hide_password=False)


def _walk_elsewhere(url: str, ledger: str, start: int, answer: Any) -> None:
    log = Log(url, ledger)
    with (
        suppress(Exception),
        reading(log.engine) as connection,
    ):  # what fails here fails again where it is told
        answer.send(_walk(log, connection, _people(connection, ledger), start, None))


def _joined(early: _Walk, late: _Walk) -> _Walk:
    for stream, version in late.first.items():
        before = early.last.get(stream, 0)
        if version != before + 1:
            early.faults.append(Fault("version_gap", None, {"stream": stream, "version": version}))
    return _Walk(
        events=early.events + late.events,
        roots=early.roots + late.roots,
        rest=late.rest,
        first={**late.first, **early.first},
        last={**early.last, **late.last},
        state=late.state or early.state,
        faults=early.faults + late.faults,
    )


def _walk(log: Log, connection: Connection, people: Mapping[str, str], start: int, end: int | None) -> _Walk:
    """Walks events from an index up to another: leaf by leaf, version by version, gap by gap."""
    walk = _Walk()
    leaf_of, last, first = leaf_writer(log.identity()), walk.last, walk.first
    leaves: list[bytes] = []
    expected = start + 1
    whole = start == 0
    for batch in _rows(connection, log.ledger, start, end):
        for position, stream, version, kind, schema, state, leaf in batch:
            if position != expected:
                _gap(walk, leaves, expected, position)
            try:
                right = leaf_of(position, stream, version, kind, schema, people.get(stream), state) == leaf
            except (TypeError, AttributeError, UnicodeError):
                right = False
            if not right:
                walk.faults.append(Fault("event_changed", position, {"stream": stream}))
            leaves.append(leaf if type(leaf) is bytes and len(leaf) == HASH_SIZE else _NO_LEAF)
            seen = last.get(stream)
            if seen is None:
                first[stream] = version
            if version != (seen or 0) + 1 and (seen is not None or whole):
                walk.faults.append(Fault("version_gap", position, {"stream": stream, "version": version}))
            last[stream] = version
            expected = position + 1
            walk.state = state
        walk.events += len(batch)
        _fold_tiles(walk, leaves, connection, log.ledger, start)
    if end is not None and expected <= end:
        _gap(walk, leaves, expected, end + 1)
        _fold_tiles(walk, leaves, connection, log.ledger, start)
    walk.rest = leaves
    return walk


def _fold_tiles(walk: _Walk, leaves: list[bytes], connection: Connection, ledger: str, start: int) -> None:
    """Takes the full tiles off the front of the leaves, and compares them with those that are kept."""
    full = len(leaves) // TILE_WIDTH * TILE_WIDTH
    number = start // TILE_WIDTH + len(walk.roots)
    walk.roots += _compared(walk.faults, connection, ledger, 0, number, leaves[:full])
    del leaves[:full]


def _gap(walk: _Walk, leaves: list[bytes], expected: int, position: int) -> None:
    """Positions that are not there; nothing stands in for their leaves but zeros, a million of them at most."""
    walk.faults.append(Fault("events_missing", expected, {"last": position - 1}))
    leaves.extend([_NO_LEAF] * min(position - expected, 1_000_000))


def _rows(connection: Connection, ledger: str, start: int, end: int | None) -> Iterator[Sequence[Any]]:
    """The stored columns, in batches straight from the driver."""
    sqlite = connection.dialect.name == "sqlite"
    blank = "?" if sqlite else "%s"
    upto = "" if end is None else f" AND position <= {end:d}"
    statement = (
        "SELECT position, stream, version, kind, schema, state, leaf FROM events"
        f" WHERE ledger = {blank} AND position > {start:d}{upto} ORDER BY position"
    )
    driver: Any = connection.connection.driver_connection
    cursor = driver.cursor() if sqlite else driver.cursor("audit", binary=True)
    try:
        cursor.execute(statement, (ledger,))
        while batch := cursor.fetchmany(_BATCH):
            yield batch
    finally:
        cursor.close()


# --- what stands beside the events ------------------------------------------------------------------------


def _people(connection: Connection, ledger: str) -> dict[str, str]:
    query = select(subjects.c.stream, subjects.c.subject).where(subjects.c.ledger == ledger)
    return {row.stream: row.subject for row in connection.execute(query)}


def _check_people(found: Audited, people: Mapping[str, str], seen: Mapping[str, int], start: int) -> None:
    """Every subject has a stream. A stream without its subject has other leaves, which is told there."""
    if start:
        return
    for stream in sorted(people.keys() - seen.keys()):
        found.fault("subject_of_nothing", stream=stream)


def _compared(
    faults: list[Fault], connection: Connection, ledger: str, level: int, number: int, hashes: Sequence[bytes]
) -> list[bytes]:
    """The roots of full tiles from a number on, whose hashes are given; a fault for each that is kept otherwise."""
    roots = []
    for chunk in range(0, len(hashes), TILE_WIDTH * TILE_WIDTH):
        contents = [
            b"".join(hashes[i : i + TILE_WIDTH])
            for i in range(chunk, min(chunk + TILE_WIDTH * TILE_WIDTH, len(hashes)), TILE_WIDTH)
        ]
        query = select(tiles.c.number, tiles.c.hashes, tiles.c.root).where(
            tiles.c.ledger == ledger,
            tiles.c.level == level,
            tiles.c.number.between(number, number + len(contents) - 1),
        )
        stored = {n: (h, r) for n, h, r in connection.execute(query)}
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


def _check_tiles(
    found: Audited, connection: Connection, ledger: str, walk: _Walk, start: int
) -> list[list[bytes]]:
    """The tiles above the lowest; returns for each level the hashes that are in no full tile."""
    query = (
        select(tiles.c.root)
        .where(tiles.c.ledger == ledger, tiles.c.level == 0, tiles.c.number < start // TILE_WIDTH)
        .order_by(tiles.c.number)
    )
    before = [bytes(root) for (root,) in connection.execute(query)]
    loose, roots, level = [walk.rest], before + walk.roots, 0
    counts = {0: len(roots)}
    while roots:
        level += 1
        width = len(roots) // TILE_WIDTH * TILE_WIDTH
        loose.append(roots[width:])
        roots = _compared(found.faults, connection, ledger, level, 0, roots[:width])
        counts[level] = len(roots)
    query = select(tiles.c.level, tiles.c.number).where(tiles.c.ledger == ledger)
    for level, number in connection.execute(query.order_by(tiles.c.level, tiles.c.number)):
        if not 0 <= number < counts.get(level, 0):
            found.fault("tile_too_many", None, tile=f"{level}/{number}")
    return loose


def _check_head(found: Audited, head: Any, walk: _Walk, loose: Sequence[list[bytes]], start: int) -> None:
    """The head row against what was walked: its position, its frontier, its last instant."""
    size = start + len(walk.roots) * TILE_WIDTH + len(walk.rest)
    peaks = [peak for hashes in reversed(loose) for peak in Frontier().extend(hashes).peaks]
    try:
        computed = Frontier(size, tuple(peaks))
    except MalformedProof:  # where an audit began at a checkpoint and tiles before it are missing
        computed = Frontier()
    found.root = computed.root()
    if size != head.position:
        found.fault("head_position_wrong", min(size, head.position) + 1, said=head.position, found=size)
    if bytes(head.frontier) != computed.pack():
        found.fault("head_frontier_wrong")
    if walk.state and f'"at":"{head.recorded_at}"'.encode() not in bytes(walk.state)[:200]:
        found.fault("head_instant_wrong", said=head.recorded_at)


def _check_checkpoints(
    found: Audited,
    connection: Connection,
    log: Log,
    outside: Sequence[bytes],
    verifiers: Sequence[Verifier],
) -> None:
    """Every kept checkpoint and those from outside: signature, origin, and the root the tree has at their size."""
    query = select(checkpoints.c.size, checkpoints.c.note).where(checkpoints.c.ledger == log.ledger)
    kept = [(size, bytes(note)) for size, note in connection.execute(query.order_by(checkpoints.c.number))]
    read = hash_reader(connection, log.ledger, found.size)
    origin = f"kaoji/{log.identity()}"
    roots: dict[int, bytes | None] = {}

    def root_of(size: int) -> bytes | None:
        if size not in roots:
            try:
                roots[size] = root_at(size, read)
            except MalformedProof:
                roots[size] = None
        return roots[size]

    notes = [(size, note, False) for size, note in kept] + [(None, note, True) for note in outside]
    for size, note, given in notes:
        try:
            checkpoint = open_checkpoint(note, verifiers).checkpoint
        except ProofError as error:
            if verifiers or given:
                found.fault("checkpoint_bad", size, reason=str(error), given=given)
            continue
        if checkpoint.origin != origin or (size is not None and checkpoint.size != size):
            found.fault("checkpoint_foreign", size, origin=checkpoint.origin)
        elif checkpoint.size > found.size:
            found.fault("log_shortened", found.size + 1, signed=checkpoint.size, events=found.size)
        elif root_of(checkpoint.size) != checkpoint.root:
            found.fault("log_rewritten", checkpoint.size, signed=checkpoint.size)
        elif (
            found.checkpoint is None
            or given
            or (not found.given and checkpoint.size >= found.checkpoint.size)
        ):
            found.checkpoint, found.given = checkpoint, given
