"""One pass over a log's exact stored bytes: leaf by leaf, version by version, gap by gap, tile by tile.

Nothing is decoded, decrypted or serialised again. Memory grows with the number of streams and of full tiles only.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_all_start_methods, get_context
from typing import Any, Final

from sqlalchemy import Connection, select

from ledger.proofs import Tile, tile_root
from ledger.proofs.entry import leaf_writer
from ledger.proofs.merkle import HASH_SIZE
from ledger.proofs.tiles import TILE_WIDTH
from ledger.store.engine import reading
from ledger.store.log import Log
from ledger.store.schema import subjects, tiles

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
class Walk:
    """A stretch of events: the roots of its full tiles, the leaves after the last, each stream's first and last version."""

    events: int = 0
    roots: list[bytes] = field(default_factory=list)
    rest: list[bytes] = field(default_factory=list)
    first: dict[str, int] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)
    state: bytes = b""
    faults: list[Fault] = field(default_factory=list)


def walk_all(
    log: Log, connection: Connection, people: Mapping[str, str], start: int, end: int, processes: int
) -> Walk:
    """Walks from an index to the end, the later part in another process where that pays."""
    middle = (start + end) // 2 // TILE_WIDTH * TILE_WIDTH
    if processes < 2 or end - start < _PARALLEL_FROM:
        return _stretch(log, connection, people, start, None)
    ours, theirs = _CONTEXT.Pipe(duplex=False)
    later = _CONTEXT.Process(
        target=_walk_elsewhere, args=(str_url(log), log.ledger, middle, theirs), daemon=True
    )
    later.start()
    theirs.close()
    early = _stretch(log, connection, people, start, middle)
    try:
        late = ours.recv()
    except EOFError:  # it was lost, so it is done here
        late = _stretch(log, connection, people, middle, None)
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
        answer.send(_stretch(log, connection, people_of(connection, ledger), start, None))


def _joined(early: Walk, late: Walk) -> Walk:
    for stream, version in late.first.items():
        before = early.last.get(stream, 0)
        if version != before + 1:
            early.faults.append(Fault("version_gap", None, {"stream": stream, "version": version}))
    return Walk(
        events=early.events + late.events,
        roots=early.roots + late.roots,
        rest=late.rest,
        first={**late.first, **early.first},
        last={**early.last, **late.last},
        state=late.state or early.state,
        faults=early.faults + late.faults,
    )


def _stretch(
    log: Log, connection: Connection, people: Mapping[str, str], start: int, end: int | None
) -> Walk:
    """Walks events from an index up to another: leaf by leaf, version by version, gap by gap."""
    walk = Walk()
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


def _fold_tiles(walk: Walk, leaves: list[bytes], connection: Connection, ledger: str, start: int) -> None:
    """Takes the full tiles off the front of the leaves, and compares them with those that are kept."""
    full = len(leaves) // TILE_WIDTH * TILE_WIDTH
    number = start // TILE_WIDTH + len(walk.roots)
    walk.roots += compared(walk.faults, connection, ledger, 0, number, leaves[:full])
    del leaves[:full]


def _gap(walk: Walk, leaves: list[bytes], expected: int, position: int) -> None:
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


def people_of(connection: Connection, ledger: str) -> dict[str, str]:
    """The random id of each person by their stream."""
    query = select(subjects.c.stream, subjects.c.subject).where(subjects.c.ledger == ledger)
    return {row.stream: row.subject for row in connection.execute(query)}


def compared(
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
