"""What somebody brings to be checked is held against the ledger as it is now: a receipt's event, the code of a paper."""

import re
from dataclasses import dataclass
from typing import Final, Literal

from ledger.errors import InputError
from ledger.proofs import Checkpoint, Malformed
from ledger.proofs.wire import read_base64
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


def stands_at(log: Log, identity: str, position: int, digest: str) -> Stands:
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
    stands = stands_at(log, identity, int(position), digest)
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
