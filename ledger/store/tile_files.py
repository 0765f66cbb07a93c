"""The files of a C2SP tlog-tiles tree: checkpoint, hashes, entries."""

from collections.abc import Iterator

from sqlalchemy import Connection

from ledger.errors import StoreError
from ledger.proofs import tiles_of
from ledger.proofs.tiles import TILE_WIDTH
from ledger.store.log import Log
from ledger.store.notary import Notary, size_of
from ledger.store.receipts import envelopes
from ledger.store.transactions import reading
from ledger.store.tree import read_tile


def tiles(notary: Notary) -> Iterator[tuple[str, bytes]]:
    """The path and the bytes of every file of a C2SP tlog-tiles tree: checkpoint, hashes, entries.

    One snapshot; the checkpoint is `Notary.latest`, and is kept once all of them were taken. StoreError `key_missing`.
    """
    log = notary.log
    note = notary.latest()
    if note is None:
        raise StoreError("key_missing", file=str(notary.key.path))
    size = size_of(note)
    yield "checkpoint", note
    with log.usable(), reading(log.engine) as connection:
        for tile in tiles_of(size):
            yield tile.path(), read_tile(connection, log.ledger, tile)
        yield from _bundles(log, connection, size)
    notary.keep(note)


def _bundles(log: Log, connection: Connection, size: int) -> Iterator[tuple[str, bytes]]:
    """The entry bundles: 256 entries each, every one behind its length in two bytes (tlog-tiles, "Log entries")."""
    for tile in tiles_of(size):
        if tile.level:
            return
        start = tile.index * TILE_WIDTH
        bundle = bytearray()
        for envelope, state in envelopes(log, connection, start, start + tile.width):
            entry = envelope.entry(state)
            bundle += len(entry).to_bytes(2, "big") + entry
        yield tile.path().replace("tile/0/", "tile/entries/"), bytes(bundle)
