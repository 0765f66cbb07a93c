"""A receipt: one JSON file with which anyone can check, offline, that an event stands in the ledger and what it says.

    receipt     "kaoji.receipt/v1"
    envelope    where the event stands: everything of its leaf entry but the digest
    state       base 64 of the exact stored bytes; their digest is taken anew
    keys        base 64 of the event keys that open what is sealed in the state; may be none
    proof       a C2SP tlog-proof (index, inclusion path, signed checkpoint) that other tools read too

Checked in this order: the form, the log's signature, the position against the index, the path from the bytes and
the envelope to the signed root, the seals. A valid proof beside other bytes, or another envelope, fails.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from .checkpoint import Checkpoint
from .content import Content, read_content, read_json
from .entry import Envelope
from .errors import BadInclusion, MalformedReceipt
from .keys import Verifier
from .merkle import verify_inclusion
from .note import Signed
from .tlog_proof import TlogProof
from .wire import read_base64, read_text, write_base64

FORMAT: Final = "kaoji.receipt/v1"
SIZE_LIMIT: Final = 16 * 2**20
"""No receipt is larger, in bytes."""

KEY_LIMIT: Final = 16
"""So many keys at most: one for the person it is about, and one for each site whose words stand in it."""

_MEMBERS: Final = {"receipt": str, "envelope": dict, "state": str, "keys": list, "proof": str}
_ENVELOPE: Final = {field.name for field in fields(Envelope)}


@dataclass(frozen=True, slots=True)
class Receipt:
    """What stands in a receipt; not yet believed."""

    envelope: Envelope
    state: bytes
    keys: tuple[bytes, ...]
    proof: TlogProof

    def encode(self) -> bytes:
        """The file."""
        members = {
            "receipt": FORMAT,
            "envelope": asdict(self.envelope),
            "state": write_base64(self.state),
            "keys": [write_base64(key) for key in self.keys],
            "proof": self.proof.encode().decode(),
        }
        return json.dumps(members, ensure_ascii=False, indent=1).encode() + b"\n"

    @classmethod
    def parse(cls, raw: bytes) -> "Receipt":
        """The receipt of a file; Malformed for anything else."""
        members = _members(raw)
        if {name: type(member) for name, member in members.items()} != _MEMBERS:
            raise MalformedReceipt("a receipt has the members receipt, envelope, state, keys and proof")
        if members["receipt"] != FORMAT:
            raise MalformedReceipt(f"only receipts of the form {FORMAT} can be read")
        if members["envelope"].keys() != _ENVELOPE:
            raise MalformedReceipt(f"an envelope has the members {', '.join(sorted(_ENVELOPE))}")
        if len(members["keys"]) > KEY_LIMIT:
            raise MalformedReceipt(f"a receipt has at most {KEY_LIMIT} keys")
        if not all(isinstance(key, str) for key in members["keys"]):
            raise MalformedReceipt("a key is written in base 64")
        proof = TlogProof.parse(members["proof"].encode())
        if proof.extra:
            raise MalformedReceipt("the proof in a receipt has no extra line")
        return cls(
            Envelope(**members["envelope"]),
            read_base64(members["state"], MalformedReceipt, "the state"),
            tuple(read_base64(key, MalformedReceipt, "a key") for key in members["keys"]),
            proof,
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """What a receipt says.

    `proven` is False where no key was given: then bytes, envelope, path and checkpoint agree with each other, which
    anyone can arrange, and nobody is known to have signed.
    """

    envelope: Envelope
    state: bytes
    content: Content
    checkpoint: Checkpoint
    signed: tuple[Signed, ...]
    cosigned: tuple[Signed, ...]

    @property
    def proven(self) -> bool:
        """Whether a known key of the ledger signed what this rests on."""
        return bool(self.signed)


def verify_receipt(raw: bytes, vkeys: Iterable[str | Verifier] = ()) -> Reading:
    """What the receipt says, if all of it holds; ProofError otherwise. `vkeys` are the keys that are trusted."""
    verifiers = [Verifier.parse_line(key) if isinstance(key, str) else key for key in vkeys]
    receipt = Receipt.parse(raw)
    envelope, proof = receipt.envelope, receipt.proof
    if proof.index != envelope.index:
        raise BadInclusion(f"the envelope says position {envelope.position}, the proof is of another")
    leaf = envelope.leaf(receipt.state)
    signed: tuple[Signed, ...] = ()
    cosigned: tuple[Signed, ...] = ()
    if verifiers:
        opened = proof.verify(leaf, verifiers)
        checkpoint, signed, cosigned = opened.checkpoint, opened.signed, opened.cosigned
    else:
        checkpoint = Checkpoint.of_note(proof.checkpoint)
        verify_inclusion(proof.index, checkpoint.size, leaf, proof.path, checkpoint.root)
    content = read_content(receipt.state, receipt.keys)
    return Reading(envelope, receipt.state, content, checkpoint, signed, cosigned)


def _members(raw: bytes) -> dict[str, Any]:
    if len(raw) > SIZE_LIMIT:
        raise MalformedReceipt("this is too large for a receipt")
    try:
        members = read_json(read_text(raw, MalformedReceipt, "a receipt"))
    except ValueError as error:
        raise MalformedReceipt(f"this is no receipt: {error}") from None
    if not isinstance(members, dict):
        raise MalformedReceipt("a receipt is a JSON object")
    return members
