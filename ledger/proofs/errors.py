"""What a verifier says no with, as one tree.

Each error is a sentence in lower case for whoever handed something in, and its class says what failed.
Nothing here is ever an assert: `python -O` must not turn a verifier into a yes-man.

    ProofError
    ├── Malformed               not of the published form; nothing in it was believed
    │   ├── MalformedKey          a verifier or signer key string
    │   ├── MalformedNote         a signed note
    │   ├── MalformedCheckpoint   the text of a checkpoint
    │   ├── MalformedProof        hashes, tiles, a tlog-proof, a witness request
    │   ├── MalformedEntry        an envelope that has no leaf entry
    │   └── MalformedReceipt      a receipt
    ├── BadSignature            no known key signed, or a known key's signature is wrong
    │   └── UnknownLog            no known key belongs to the log that is named
    ├── BadInclusion            the leaf is not shown to stand in the tree
    ├── BadConsistency          the new tree is not shown to continue the old one
    │   └── StaleSize             the proof starts elsewhere than at what was seen last: `known_size`
    └── SealError               sealed bytes do not open
"""


class ProofError(Exception):
    """The root: a proof, a signature or a seal was not accepted."""


class Malformed(ProofError):
    """What was handed in is not of the published form."""


class MalformedKey(Malformed):
    """A key string, or a key no signature of which would prove anything."""


class MalformedNote(Malformed):
    """Not a C2SP signed note."""


class MalformedCheckpoint(Malformed):
    """Not a C2SP tlog-checkpoint."""


class MalformedProof(Malformed):
    """Not a proof, a tile or a request for a cosignature."""


class MalformedEntry(Malformed):
    """An envelope that cannot be written as a leaf entry."""


class MalformedReceipt(Malformed):
    """Not a receipt."""


class BadSignature(ProofError):
    """No known key signed the note, or a known key's signature is wrong."""


class UnknownLog(BadSignature):
    """No known key belongs to the log the checkpoint names."""


class BadInclusion(ProofError):
    """The leaf is not shown to stand in the tree."""


class BadConsistency(ProofError):
    """The new tree is not shown to continue the old one."""


class StaleSize(BadConsistency):
    """The proof starts elsewhere than at the tree seen last, which has `known_size` leaves."""

    def __init__(self, known_size: int) -> None:
        super().__init__(f"the tree seen last has {known_size} leaves, and the proof does not start there")
        self.known_size = known_size


class SealError(ProofError):
    """Sealed bytes do not open: another key, another place, or other bytes."""
