"""The hash tree in the log's tables: leaves beside their events, full tiles, and the frontier in the head row.

It grows in the transaction that appends the events. Proofs are read from full tiles and the last few leaves.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Connection, select

from ledger.proofs import (
    Frontier,
    HashReader,
    MalformedProof,
    Tile,
    completed_tiles,
    reader_from_tiles,
    tile_root,
)
from ledger.proofs.merkle import HASH_SIZE
from ledger.proofs.tiles import TILE_WIDTH
from ledger.store.bulk import insert_rows
from ledger.store.schema import tiles
from ledger.store.sql import Question, bytes_of, fetch_all

_HEAD: Final = "SELECT layout, position, recorded_at, identity, frontier FROM heads WHERE ledger = ?"
LAST: Final = "SELECT position, leaf FROM events WHERE ledger = ? ORDER BY position DESC LIMIT 1"

_LEAVES: Final = (
    "SELECT leaf FROM events WHERE ledger = ? AND position > ? AND position <= ? ORDER BY position"
)
_ROOTS: Final = (
    "SELECT root FROM tiles WHERE ledger = ? AND level = ? AND number BETWEEN ? AND ? ORDER BY number"
)


def grow(connection: Connection, ledger: str, frontier: Frontier, leaves: Sequence[bytes]) -> Frontier:
    """Adds the leaves of new events, whose rows stand already; returns the new frontier for the head row."""
    grown = frontier.extend(leaves)
    rows = []
    roots: dict[Tile, bytes] = {}
    for tile in completed_tiles(frontier.size, grown.size):
        if tile.level == 0:
            missing = frontier.size - tile.index * TILE_WIDTH
            old = (
                read_leaves(connection, ledger, tile.index * TILE_WIDTH, frontier.size)
                if missing > 0
                else b""
            )
            start = max(0, tile.index * TILE_WIDTH - frontier.size)
            hashes = old + b"".join(leaves[start : start + TILE_WIDTH - len(old) // HASH_SIZE])
        else:
            below = tile.below()
            stored = [each for each in below if each not in roots]
            roots.update(zip(stored, read_roots(connection, ledger, stored), strict=True))
            hashes = b"".join(roots[each] for each in below)
        roots[tile] = tile_root(hashes)
        rows.append((ledger, tile.level, tile.index, hashes, roots[tile]))
    insert_rows(connection, tiles, ("ledger", "level", "number", "hashes", "root"), rows)
    return grown


@dataclass(frozen=True, slots=True)
class Head:
    """A head row as it lies."""

    layout: int
    position: int
    recorded_at: str
    identity: str
    frontier: bytes
    leaf: bytes = b""
    """Of the last event, where it was appended in this unit."""


def read_head(connection: Connection, ledger: str) -> Head | None:
    """The head row."""
    return head_in(fetch_all(connection, _HEAD, ledger))


def head_locked(ledger: str, dialect: str) -> Question:
    """What asks for the head row, with which nobody else writes to the ledger until the transaction's end.

    Whatever is asked behind it sees what was being written meanwhile. On SQLite the transaction has the whole file.
    """
    return _HEAD if dialect == "sqlite" else f"{_HEAD} FOR UPDATE", (ledger,)


def head_in(rows: Sequence[Any]) -> Head | None:
    """The head row in the answer to that; None where there is none."""
    if not rows:
        return None
    layout, position, recorded_at, identity, frontier = rows[0]
    stored = bytes_of(frontier)
    if (
        type(layout) is not int or type(position) is not int
    ):  # no layout of ours, no position a frontier could have
        layout, position = layout if type(layout) is int else 0, -1
    return Head(layout, position, str(recorded_at), str(identity), stored)


def head_stands(head: Head, last: Sequence[Any]) -> bool:
    """Whether the head row, the last event and the frontier agree: looked at whenever a ledger is used (proofs.md).

    `last`: what `LAST` finds, asked after the lock: one statement for both would see the log as it was before.
    """
    try:
        peaks = Frontier.unpack(head.position, head.frontier).peaks
    except MalformedProof:
        return False
    if not last or head.position == 0:
        return not last and head.position == 0
    position, leaf = last[0][:2]
    is_peak = head.position & 1 == 0 or peaks[-1] == bytes_of(leaf)
    return is_peak and bool(head.position == position)


def hash_reader(connection: Connection, ledger: str, size: int) -> HashReader:
    """What `proofs.paths` needs to build a proof over the first `size` events."""

    def read(wanted: Sequence[Tile]) -> list[bytes]:
        return [read_tile(connection, ledger, tile) for tile in wanted]

    return reader_from_tiles(size, read)


def read_tile(connection: Connection, ledger: str, tile: Tile) -> bytes:
    """The hashes of a tile, full or partial; shorter than it should be where the ledger lacks some."""
    if tile.full:
        query = select(tiles.c.hashes).where(
            tiles.c.ledger == ledger, tiles.c.level == tile.level, tiles.c.number == tile.index
        )
        return bytes(connection.execute(query).scalar_one_or_none() or b"")
    if tile.level == 0:
        start = tile.index * TILE_WIDTH
        return read_leaves(connection, ledger, start, start + tile.width)
    return b"".join(read_roots(connection, ledger, tile.below()))


def read_leaves(connection: Connection, ledger: str, start: int, end: int) -> bytes:
    """The leaf hashes from an index up to another, from 0."""
    return b"".join(bytes(leaf) for (leaf,) in fetch_all(connection, _LEAVES, ledger, start, end))


def read_roots(connection: Connection, ledger: str, wanted: Sequence[Tile]) -> Iterator[bytes]:
    """The roots of full tiles, in their order; of neighbours with one question."""
    for level, group in groupby(wanted, key=lambda tile: tile.level):
        numbers = [tile.index for tile in group]
        asked = fetch_all(connection, _ROOTS, ledger, level, numbers[0], numbers[-1])
        yield from (bytes(root) for (root,) in asked)
