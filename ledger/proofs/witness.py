"""A witness (C2SP tlog-witness, add-checkpoint): sees that a log only grows, and signs that it saw it.

The request is `old <size>`, the consistency proof one hash a line, an empty line, and the checkpoint; the answer is
a signature line of kind `cosignature/v1` (C2SP tlog-cosignature). Files serve as well as HTTP. What was seen last is
handed in, and must be kept by the caller before the answer leaves.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from .checkpoint import Checkpoint, check_successor, open_checkpoint
from .errors import MalformedProof, StaleSize
from .keys import Signer, Verifier
from .note import Signature, sign_text
from .wire import read_decimal, read_path, read_text, write_base64


@dataclass(frozen=True, slots=True)
class WitnessRequest:
    """A checkpoint, and the proof that it continues a tree of `old_size` leaves."""

    old_size: int
    path: tuple[bytes, ...]
    checkpoint: bytes

    def encode(self) -> bytes:
        """The request (tlog-witness, “add-checkpoint”)."""
        lines = [f"old {self.old_size}", *map(write_base64, self.path), "", ""]
        return "\n".join(lines).encode() + self.checkpoint

    @classmethod
    def parse(cls, raw: bytes) -> "WitnessRequest":
        """The request of such bytes; MalformedProof for anything else. The checkpoint in it is not read yet."""
        head, blank, checkpoint = raw.partition(b"\n\n")
        if not blank:
            raise MalformedProof("a request has an empty line before the checkpoint")
        old, *path = read_text(head, MalformedProof, "a request").split("\n")
        if not old.startswith("old "):
            raise MalformedProof("a request begins with the old size")
        old_size = read_decimal(old.removeprefix("old "), MalformedProof, "the old size")
        return cls(old_size, read_path(path), checkpoint)


def cosign(
    request: bytes, logs: Iterable[Verifier], last: Checkpoint | None, witness: Signer, timestamp: int
) -> tuple[Checkpoint, Signature]:
    """What this witness has now seen of the log, and its signature; raises what tlog-witness answers with an error.

    MalformedProof and MalformedNote are its 400, UnknownLog its 404, BadSignature 403, StaleSize 409 and
    BadConsistency 422 (409 where two trees of one size differ).
    """
    asked = WitnessRequest.parse(request)
    new = open_checkpoint(asked.checkpoint, logs).checkpoint
    if asked.old_size > new.size:
        raise MalformedProof("the old size is larger than the checkpoint's")
    known_size = last.size if last else 0
    if asked.old_size != known_size:
        raise StaleSize(known_size)
    check_successor(last, new, asked.path)
    return new, sign_text(new.text(), witness, timestamp)
