"""The checkpoints of a log against its tree: those kept in it, those given from outside, and what its key signed last."""

from collections.abc import Sequence
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
    kept = [(size, bytes_of(note)) for size, note in connection.execute(query.order_by(checkpoints.c.number))]
    read = hash_reader(connection, log.ledger, found.size)
    origin = origin_of(log.identity())
    roots: dict[int, bytes | None] = {}

    def root_of(size: int) -> bytes | None:
        if size not in roots:
            try:
                roots[size] = root_at(size, read)
            except MalformedProof:
                roots[size] = None
        return roots[size]

    notes: list[tuple[int | None, bytes, bool]] = [(size, note, False) for size, note in kept]
    notes += [(None, note, False) for note in remembered] + [(None, note, True) for note in outside]
    found.checkpoints = len(notes)
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
        elif (
            found.checkpoint is None
            or given
            or (not found.given and checkpoint.size >= found.checkpoint.size)
        ):
            found.checkpoint, found.given = checkpoint, given


def _opened(note: bytes, verifiers: Sequence[Verifier], given: bool) -> Checkpoint:
    """A checkpoint; ProofError where it is none, or is not signed as it says by one of the keys known."""
    text, signatures = parse_note(note)
    ids = {each.key_id for each in verifiers}
    if given or any(signature.key_id in ids for signature in signatures):
        return open_checkpoint(note, verifiers).checkpoint
    return Checkpoint.parse(text)
