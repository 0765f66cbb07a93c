"""The notary of a log: checkpoints signed, kept and found again, and requests to witnesses (proofs.md).

Reads exact stored bytes and hashes; nothing is decoded, nothing re-serialised.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, func, insert, select

from ledger.errors import StoreError
from ledger.proofs import (
    BadSignature,
    Checkpoint,
    Frontier,
    OpenedCheckpoint,
    ProofError,
    Verifier,
    WitnessRequest,
    consistency_path,
    open_checkpoint,
    root_at,
)
from ledger.proofs.note import Signature, parse_note
from ledger.store.key_locations import key_file
from ledger.store.log import Log
from ledger.store.registry_queries import NO_END
from ledger.store.schema import checkpoints
from ledger.store.signing import KeyFile, origin_of
from ledger.store.sql import bytes_of
from ledger.store.transactions import reading
from ledger.store.tree import hash_reader, read_head

_LARGEST: Final = (checkpoints.c.size.desc(), checkpoints.c.number.desc())
"""The order in which the kept checkpoint over the most events comes first, and of those the newest."""


class Notary:
    """The notary of one log."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self._signed: bytes | None = None
        """What it signed last for `covering`."""

    @property
    def origin(self) -> str:
        """How the log is called in its checkpoints."""
        return origin_of(self.log.identity())

    @property
    def key(self) -> KeyFile:
        """The file of its signing key."""
        return self.key_for(self.log.identity())

    def key_for(self, identity: str) -> KeyFile:
        """The file of the signing key of a ledger of this identity, were it here."""
        return KeyFile(key_file(self.log.url, self.log.ledger, identity))

    # --- checkpoints --------------------------------------------------------------------------------

    def checkpoint(self, give: Callable[[bytes], object] | None = None) -> bytes:
        """A signed checkpoint over everything recorded, kept in the ledger too where it can be written.

        `give` hands it out of the house first: what is kept counts as handed out, so what could not be is not kept.

        StoreError `key_missing`, `key_unusable`, `history_rewritten`, `history_shortened`; what `give` raises.
        """
        note = self.sign()
        if give is not None:
            give(note)
        self.keep(note)
        return note

    def keep(self, note: bytes) -> None:
        """Keeps a checkpoint of this log that has left the house; nothing where the ledger cannot be written to."""
        with suppress(StoreError):
            self._keep(size_of(note), note)

    def sign(self) -> bytes:
        """A signed checkpoint over everything recorded that the key remembers, and the ledger does not keep.

        StoreError as of `checkpoint`.
        """
        key = self.key
        with key.locked(), self.log.usable(), reading(self.log.engine) as connection:
            checkpoint = self._present(connection)
            return key.sign(checkpoint, hash_reader(connection, self.log.ledger, checkpoint.size))

    def latest(self) -> bytes | None:
        """A checkpoint over everything where the key is here (`sign`), else the newest kept; None where there is none."""
        return self.sign() if self.key.exists() else self.newest()

    def newest(self, least: int = 0) -> bytes | None:
        """The kept checkpoint over the most events, at least so many, with its cosignatures; None where there is none."""
        return self._kept(least, *_LARGEST)

    def earliest(self, least: int) -> bytes | None:
        """The earliest kept checkpoint over at least so many events; None where there is none."""
        return self._kept(least, checkpoints.c.number)

    def covering(self, position: int) -> bytes:
        """The earliest kept checkpoint over an event, else one signed now (`sign`), the same for all it is asked for.

        StoreError as of `checkpoint`.
        """
        if kept := self.earliest(position):
            return kept
        if self._signed is None or size_of(self._signed) < position:
            self._signed = self.sign()
        return self._signed

    def covered(self, most: int = NO_END) -> int:
        """Over how many events the largest kept checkpoint of this log is, of those over so many at most; 0: none."""
        try:
            note = self._kept(0, *_LARGEST, most=most)
        except StoreError as error:
            if error.code != "key_unusable":
                raise
            return 0  # whose keys cannot be read, of them nothing is believed
        return 0 if note is None else size_of(note)

    def _kept(self, least: int, *order: ColumnElement[Any], most: int = NO_END) -> bytes | None:
        """The first in this order that is this log's; what else somebody has put there is told by `verify`."""
        sizes = checkpoints.c.size.between(least, most)
        query = select(checkpoints.c.size, checkpoints.c.note).where(
            checkpoints.c.ledger == self.log.ledger, sizes
        )
        for asked in (
            query.order_by(*order).limit(1),
            query.order_by(*order),
        ):  # the first is nearly always good
            rows = self.log.rows(asked)
            found = next((bytes(note) for size, note in rows if self._is_own(note, size, size)), None)
            if found is not None or not rows:
                return found
        return None

    def kept(self, before: int | None = None, limit: int = 1) -> list[tuple[int, bytes]]:
        """The number and the note of what is kept as checkpoints, the newest first; of those before a number."""
        query = select(checkpoints.c.number, checkpoints.c.note).where(
            checkpoints.c.ledger == self.log.ledger,
            checkpoints.c.number < (NO_END if before is None else before),
        )
        rows = self.log.rows(query.order_by(checkpoints.c.number.desc()).limit(limit))
        return [(number, bytes_of(note)) for number, note in rows]

    def signatures(self) -> list[tuple[int, list[Signature]]]:
        """Of each kept checkpoint of this log its size, and the signatures it bears, none of them checked."""
        query = select(checkpoints.c.note).where(checkpoints.c.ledger == self.log.ledger)
        found = []
        with self.log.usable(), reading(self.log.engine) as connection:
            notes = list(connection.execute(query).scalars())
        for note in notes:
            with suppress(ProofError, ValueError, TypeError):
                text, signatures = parse_note(bytes(note))
                checkpoint = Checkpoint.parse(text)
                if checkpoint.origin == self.origin:
                    found.append((checkpoint.size, signatures))
        return found

    def _is_own(self, note: object, least: int, most: int = NO_END) -> bool:
        """Whether it is a checkpoint of this log, of such a size, by a key that is known here where any is."""
        verifiers = self.verifiers()
        try:
            text = bytes_of(note)
            found = open_checkpoint(text, verifiers).checkpoint if verifiers else Checkpoint.of_note(text)
        except (ProofError, ValueError):
            return False
        return found.origin == self.origin and least <= found.size <= most

    def verifiers(self, given: Iterable[Verifier] = ()) -> list[Verifier]:
        """The keys that are trusted to speak for this log: the given ones, else those beside its signing key."""
        return list(given) or self.key.verifiers()

    def proves(self, note: bytes, position: int) -> bool:
        """Whether it is a checkpoint of this log over an event, with the root that the tree has at its size."""
        return self._is_own(note, position) and self.has_root(Checkpoint.of_note(note))

    def has_root(self, checkpoint: Checkpoint) -> bool:
        """Whether the tree has its root at its size."""
        with self.log.usable(), reading(self.log.engine) as connection:
            present = self._present(connection)
            read = hash_reader(connection, self.log.ledger, present.size)
            return checkpoint.size <= present.size and root_at(checkpoint.size, read) == checkpoint.root

    def _present(self, connection: Connection) -> Checkpoint:
        head = read_head(connection, self.log.ledger)
        if head is None:
            raise AssertionError("only a ledger that is there is signed for")
        return Checkpoint(self.origin, head.position, Frontier.unpack(head.position, head.frontier).root())

    def _keep(self, size: int, note: bytes) -> None:
        """Keeps a checkpoint, unless the very same is kept."""
        with self.log.usable(), self.log.recorder.unit() as connection:
            mine = checkpoints.c.ledger == self.log.ledger
            same = select(checkpoints.c.number).where(
                mine, checkpoints.c.size == size, checkpoints.c.note == note
            )
            if connection.execute(same.limit(1)).first() is None:
                last = (
                    connection.execute(select(func.max(checkpoints.c.number)).where(mine)).scalar_one() or 0
                )
                row = {"ledger": self.log.ledger, "number": last + 1, "size": size, "note": note}
                connection.execute(insert(checkpoints).values(row))

    # --- witnesses ----------------------------------------------------------------------------------

    def witness_request(self, old_size: int, give: Callable[[bytes], object] | None = None) -> bytes:
        """The request to a witness that saw the log last at a size (C2SP tlog-witness, add-checkpoint).

        `give` and what is raised as of `checkpoint`.
        """
        note = self.sign()
        size = size_of(note)
        if old_size > size:
            raise StoreError("history_shortened", signed=old_size, events=size)
        with self.log.usable(), reading(self.log.engine) as connection:
            path = consistency_path(old_size, size, hash_reader(connection, self.log.ledger, size))
        request = WitnessRequest(old_size, tuple(path), note).encode()
        if give is not None:
            give(request)
        self.keep(note)
        return request

    def take_cosigned(
        self, note: bytes, witnesses: Iterable[Verifier], keep: bool = True
    ) -> OpenedCheckpoint:
        """A checkpoint of this log that a witness has cosigned since, kept from now on unless it is only to be checked.

        ProofError where it is not this log's, or none of the given witnesses signed it; StoreError
        `checkpoint_foreign` where the ledger has another root at that size.
        """
        opened = open_checkpoint(note, [*self.verifiers(), *witnesses])
        if not opened.cosigned:
            raise BadSignature("none of the given witnesses signed this checkpoint")
        if not self.has_root(opened.checkpoint):
            raise StoreError("checkpoint_foreign", size=opened.checkpoint.size)
        if keep:
            self._keep(opened.checkpoint.size, note)
        return opened


def size_of(note: bytes) -> int:
    """The size of a checkpoint of our own."""
    return Checkpoint.of_note(note).size
