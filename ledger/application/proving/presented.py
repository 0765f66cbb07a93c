"""What is presented to be checked: what a receipt says, and how the ledger as it is now stands to it; a paper's code."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, Literal

from ledger.application.proving.witness import verifier
from ledger.errors import InputError, ReceiptError
from ledger.proofs import Checkpoint, Malformed, ProofError, Reading, as_handed_out, verify_receipt
from ledger.proofs.describe import describe, facts
from ledger.proofs.wire import read_base64
from ledger.store import receipts
from ledger.store.log import Log
from ledger.store.notary import Notary

Stands = Literal["stands", "rewritten", "changed", "missing", "elsewhere"]
"""Whether the ledger has the same event there: it has; it has, and others before the checkpoint are not what they were; it
has another, or none any more; it is another ledger."""

_CODE: Final = re.compile(
    r"kaoji:1\?l=([0-9A-Za-z-]{1,64})&p=([0-9]{1,15})&h=([0-9a-f]{64})(?:&c=([0-9]{1,15})&r=([0-9A-Za-z+/=]{1,64}))?"
)


@dataclass(frozen=True, slots=True)
class CheckedCode:
    """A paper's code: at which position, how that stands, and up to where the checkpoint on it reaches (None: none is).

    `root_holds`: whether the ledger still has the root of that checkpoint; whether anybody signed it no code tells.
    """

    position: int
    stands: Stands
    size: int | None
    root_holds: bool | None


# --- what needs no ledger -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReadReceipt:
    """What a receipt says: in English lines, as facts to be told in any language, and what was recorded.

    `recorded` is the event's content, None where it is not JSON; `closed` names its places that no key in the receipt
    opens.
    """

    lines: list[str]
    facts: list[tuple[str, dict[str, object]]]
    recorded: Any
    closed: tuple[str, ...]
    proven: bool
    ledger: str
    position: int
    stream: str
    digest: str
    """SHA-256 (hex) of the stored bytes."""


def read_receipt(raw: bytes, vkeys: Iterable[str]) -> ReadReceipt:
    """What a receipt says, if all of it holds; `proven` where one of these keys signed for it.

    ReceiptError `receipt_bad` where not all of it holds; InputError `vkey_wrong`.
    """
    reading = _reading(raw, vkeys)
    content = reading.content
    envelope = reading.envelope
    return ReadReceipt(
        list(describe(reading)),
        list(facts(reading)),
        content.value,
        content.closed,
        reading.proven,
        envelope.ledger,
        envelope.position,
        envelope.stream,
        sha256(reading.state).hexdigest(),
    )


def _reading(raw: bytes, vkeys: Iterable[str]) -> Reading:
    """All that a receipt holds.

    ReceiptError `receipt_bad` where not all of it holds; InputError `vkey_wrong`.
    """
    verifiers = [verifier(vkey) for vkey in vkeys]
    try:
        return verify_receipt(as_handed_out(raw), verifiers)
    except ProofError as error:
        raise ReceiptError("receipt_bad", reason=str(error)) from None


# --- against a ledger -----------------------------------------------------------------------------------


def compared_receipt(log: Log, raw: bytes, read: ReadReceipt) -> Stands:
    """How a ledger stands to a receipt that was read; whoever signed it, its past is held against its checkpoint."""
    stands = _stands_at(log, read.ledger, read.position, read.digest)
    if stands != "stands":
        return stands
    checkpoint = Checkpoint.of_note(receipts.checkpoint_in(as_handed_out(raw)))
    return "stands" if Notary(log).has_root(checkpoint) else "rewritten"


def _stands_at(log: Log, identity: str, position: int, digest: str) -> Stands:
    """Whether a ledger has an event of these stored bytes (SHA-256, hex) at a position."""
    if identity != log.identity():
        return "elsewhere"
    if not 0 < position <= log.position():
        return "missing"
    return "stands" if log.hashes([position]).get(position) == digest else "changed"


def check_code(log: Log, text: str) -> CheckedCode:
    """What the code of a printed form says (papers §17). InputError `code_wrong`."""
    found = _CODE.fullmatch(text.strip())
    if found is None:
        raise InputError("code_wrong")
    identity, position, digest, size, root = found.groups()
    stands = _stands_at(log, identity, int(position), digest)
    if size is None:
        return CheckedCode(int(position), stands, None, None)
    return CheckedCode(
        int(position), stands, int(size), stands != "elsewhere" and _has_root(log, int(size), root)
    )


def _has_root(log: Log, size: int, root: str) -> bool:
    notary = Notary(log)
    try:
        checkpoint = Checkpoint(notary.origin, size, read_base64(root, Malformed, "the root"))
    except Malformed:
        return False
    return notary.has_root(checkpoint)
