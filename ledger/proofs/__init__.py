"""The notary: a hash tree over the log, signed checkpoints, and receipts anyone can check offline.

Published formats throughout (RFC 6962 and 9162, C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-tiles,
tlog-witness, tlog-proof, RFC 8785), so that other people's tools check ours. The standard library and `cryptography`
only, and nothing of ours outside this directory: a verifier trusts nobody, and can be handed on as it is.

What it does not do:

- It stores nothing, reads no clock and opens no connection. Leaves, tiles, the head row, what was signed or seen last,
  keys and their file modes are the caller's; so is the time in a cosignature, and whether it is plausible.
- It does not know events. It shows that bytes were recorded, and when a witness had seen them; not that they are true, that
  the rules were kept, nor that nothing was recorded later that changes what they mean.
- A checkpoint vouches for what is before it. What is newer than the last one that left the building can be taken back.
- It does not hide how long a sealed text is, nor can it call back a key that was handed out.
- It knows no ML-DSA signatures, the kind tlog-cosignature recommends against quantum computers; such lines are
  ignored like those of any unknown key.
"""

from .checkpoint import Checkpoint, OpenedCheckpoint, check_successor, open_checkpoint, sign_checkpoint
from .entry import Envelope
from .errors import (
    BadConsistency,
    BadInclusion,
    BadSignature,
    Malformed,
    MalformedCheckpoint,
    MalformedEntry,
    MalformedKey,
    MalformedNote,
    MalformedProof,
    MalformedReceipt,
    ProofError,
    SealError,
    StaleSize,
    UnknownLog,
)
from .keys import LOG, WITNESS, Signer, Verifier
from .merkle import EMPTY_ROOT, Frontier, leaf_hash, verify_consistency, verify_inclusion
from .note import add_signatures, open_note
from .paths import HashReader, Node, consistency_path, frontier_at, inclusion_path, root_at
from .receipt import Reading, Receipt, verify_receipt
from .seal import (
    event_key,
    evidence_key,
    is_key_check,
    key_check,
    new_subject_key,
    seal_text,
    site_key,
    unseal_text,
)
from .tiles import Tile, completed_tiles, reader_from_tiles, tile_root, tiles_of
from .tlog_proof import TlogProof
from .wire import as_handed_out
from .witness import WitnessRequest, cosign

__all__ = [
    "EMPTY_ROOT",
    "LOG",
    "WITNESS",
    "BadConsistency",
    "BadInclusion",
    "BadSignature",
    "Checkpoint",
    "Envelope",
    "Frontier",
    "HashReader",
    "Malformed",
    "MalformedCheckpoint",
    "MalformedEntry",
    "MalformedKey",
    "MalformedNote",
    "MalformedProof",
    "MalformedReceipt",
    "Node",
    "OpenedCheckpoint",
    "ProofError",
    "Reading",
    "Receipt",
    "SealError",
    "Signer",
    "StaleSize",
    "Tile",
    "TlogProof",
    "UnknownLog",
    "Verifier",
    "WitnessRequest",
    "add_signatures",
    "as_handed_out",
    "check_successor",
    "completed_tiles",
    "consistency_path",
    "cosign",
    "event_key",
    "evidence_key",
    "frontier_at",
    "inclusion_path",
    "is_key_check",
    "key_check",
    "leaf_hash",
    "new_subject_key",
    "open_checkpoint",
    "open_note",
    "reader_from_tiles",
    "root_at",
    "seal_text",
    "sign_checkpoint",
    "site_key",
    "tile_root",
    "tiles_of",
    "unseal_text",
    "verify_consistency",
    "verify_inclusion",
    "verify_receipt",
]
