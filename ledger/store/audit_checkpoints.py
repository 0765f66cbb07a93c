"""The checkpoints of a log against its tree: those kept in it, those given from outside, and what its key signed last."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from ledger.proofs import Checkpoint, MalformedProof, ProofError, Verifier, open_checkpoint, root_at
from ledger.proofs.note import parse_note
from ledger.store.schema import checkpoints
from ledger.store.signing import origin_of
from ledger.store.sql import bytes_of
from ledger.store.tree import hash_reader

if TYPE_CHECKING:
    from ledger.store.audit import Audited
    from ledger.store.log import Log


def check_checkpoints(
    found: "Audited",
    connection: Connection,
    log: "Log",
    outside: Sequence[bytes],
    remembered: Sequence[bytes],
    verifiers: Sequence[Verifier],
) -> None:
    """Every checkpoint: signature, origin, and the root the tree has at its size.

    One that is kept here and signed by a key not known here is held against the tree without its signature.
    """
    query = select(checkpoints.c.size, checkpoints.c.note).where(checkpoints.c.ledger == log.ledger)
    kept = connection.execute(query.order_by(checkpoints.c.number))
    notes: list[tuple[int | None, bytes, bool]] = [(size, bytes_of(note), False) for size, note in kept]
    notes += [(None, note, False) for note in remembered] + [(None, note, True) for note in outside]
    found.checkpoints = len(notes)
    origin, root_of = origin_of(log.identity()), _roots(connection, log.ledger, found.size)
    for size, note, given in notes:
        try:
            checkpoint = _opened(note, verifiers, given)
        except ProofError as error:
            found.fault("checkpoint_bad", size, reason=str(error), given=given)
            continue
        if checkpoint.origin != origin or (size is not None and checkpoint.size != size):
            found.fault("checkpoint_foreign", size, origin=checkpoint.origin)
        elif checkpoint.size > found.size:
            found.fault("log_shortened", found.size + 1, signed=checkpoint.size, events=found.size)
        elif root_of(checkpoint.size) != checkpoint.root:
            found.fault("log_rewritten", checkpoint.size, signed=checkpoint.size)
        elif _is_newest(found, checkpoint, given):
            found.checkpoint, found.given = checkpoint, given


def _roots(connection: Connection, ledger: str, size: int) -> Callable[[int], bytes | None]:
    """The root of a tree of so many leaves at an earlier size; None where what is kept of it is no tree's."""
    read = hash_reader(connection, ledger, size)

    @cache
    def root_of(earlier: int) -> bytes | None:
        try:
            return root_at(earlier, read)
        except MalformedProof:
            return None

    return root_of


def _is_newest(found: "Audited", checkpoint: Checkpoint, given: bool) -> bool:
    """Whether a checkpoint goes before the one found so far: one from outside always, of those kept the larger."""
    if given or found.checkpoint is None:
        return True
    return not found.given and checkpoint.size >= found.checkpoint.size


def _opened(note: bytes, verifiers: Sequence[Verifier], given: bool) -> Checkpoint:
    """A checkpoint; ProofError where it is none, or is not signed as it says by one of the keys known."""
    text, signatures = parse_note(note)
    ids = {each.key_id for each in verifiers}
    if given or any(signature.key_id in ids for signature in signatures):
        return open_checkpoint(note, verifiers).checkpoint
    return Checkpoint.parse(text)
