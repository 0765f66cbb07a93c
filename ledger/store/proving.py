"""A checked read: every event that was read in one snapshot is proven to stand in the tree that was signed.

1. Whatever is read is held against its leaf in the tree, as ever (`verified`), and its leaf is noted.
2. The tree as it stands must continue the signed checkpoint (RFC 6962 §2.1.4).
3. Of each tile from which a leaf came one inclusion path is built from that very tile, and folded to the tree's root: what
   holds for one leaf of it holds for all, since their hashes are folded too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from ledger.errors import StoreError
from ledger.proofs import (
    BadConsistency,
    Checkpoint,
    Frontier,
    ProofError,
    Tile,
    consistency_path,
    inclusion_path,
    reader_from_tiles,
    verify_consistency,
    verify_inclusion,
)
from ledger.proofs.merkle import HASH_SIZE
from ledger.proofs.tiles import TILE_WIDTH
from ledger.store.log import Log
from ledger.store.signing import origin_of
from ledger.store.tree import read_head, read_tile


@dataclass(slots=True)
class Proven:
    """What a checked read came to: how many events were used, and how many of them are newer than the signed size."""

    events: int = 0
    newer: int = 0
    signed: int = 0


def prove(log: Log, used: Mapping[int, bytes], checkpoint: Checkpoint) -> Proven:
    """Proves the leaves that were used, by position, in the snapshot that is held.

    StoreError `event_unproven`, `history_rewritten`, `history_shortened`, `ledger_head_wrong`.
    """
    with log.usable(), log.recorder.snapshot() as connection:
        tree = _Tree(log, connection)
        tree.continues(checkpoint)
        for number in sorted({(position - 1) // TILE_WIDTH for position in used}):
            tree.holds(number, used)
    newer = sum(position > checkpoint.size for position in used)
    return Proven(len(used), newer, checkpoint.size)


class _Tree:
    """The tree as it stands in one snapshot; a tile is read once, so that what is compared is what is folded."""

    def __init__(self, log: Log, connection: Connection) -> None:
        self._log, self._connection = log, connection
        self._kept: dict[Tile, bytes] = {}
        head = read_head(connection, log.ledger)
        self.size = 0 if head is None else head.position
        try:
            self.root = Frontier.unpack(self.size, b"" if head is None else head.frontier).root()
        except ProofError:
            raise StoreError("ledger_head_wrong", url=log.shown_url()) from None
        self._read = reader_from_tiles(self.size, self._tiles)

    def _tiles(self, wanted: Sequence[Tile]) -> list[bytes]:
        for tile in wanted:
            if tile not in self._kept:
                self._kept[tile] = read_tile(self._connection, self._log.ledger, tile)
        return [self._kept[tile] for tile in wanted]

    def continues(self, checkpoint: Checkpoint) -> None:
        """The tree continues what was signed. StoreError `history_rewritten`, `history_shortened`."""
        signed = checkpoint.size
        if checkpoint.origin != origin_of(self._log.identity()):
            raise StoreError("checkpoint_foreign", size=signed)
        if signed > self.size:
            raise StoreError("history_shortened", signed=signed, events=self.size)
        try:
            path = consistency_path(signed, self.size, self._read)
            if signed:
                verify_consistency(signed, self.size, checkpoint.root, self.root, path)
        except (BadConsistency, ProofError):
            raise StoreError("history_rewritten", signed=signed) from None

    def holds(self, number: int, used: Mapping[int, bytes]) -> None:
        """A tile holds the leaves that were used of it, and the tree's root is made of it. StoreError `event_unproven`."""
        first = number * TILE_WIDTH
        tile = Tile(0, number, min(TILE_WIDTH, self.size - first))
        (hashes,) = self._tiles([tile])
        index = first
        for at in range(tile.width):
            leaf = used.get(first + at + 1)
            if leaf is not None:
                index = first + at
                if leaf != hashes[at * HASH_SIZE : (at + 1) * HASH_SIZE]:
                    raise self._unproven(index)
        try:
            path = inclusion_path(index, self.size, self._read)
            verify_inclusion(index, self.size, used[index + 1], path, self.root)
        except ProofError:
            raise self._unproven(index) from None

    def _unproven(self, index: int) -> StoreError:
        return StoreError("event_unproven", url=self._log.shown_url(), position=index + 1, stream="?")
