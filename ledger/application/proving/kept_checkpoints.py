"""The checkpoints that a ledger keeps: whether each still is one of this ledger, and whose cosignatures it bears."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from ledger.proofs import Checkpoint, ProofError, Verifier, open_checkpoint
from ledger.proofs.note import Signature, parse_note
from ledger.store.notary import Notary
from ledger.terms import LATEST_YEAR, format_recorded

State = Literal["holds", "no_key", "strange", "other_root", "unreadable"]
"""`no_key`: no public key of the ledger is here; `strange`: none of them signed it; `other_root`: the log is another."""


@dataclass(frozen=True, slots=True)
class Cosignature:
    """Whose a signature beside the ledger's own says it is, and when (UTC; None: at no time that a page can tell).

    `holds`: whether it does; None: no public key of that name and id was given to check it with.
    """

    name: str
    key: str
    at: datetime | None
    holds: bool | None


@dataclass(frozen=True, slots=True)
class ComparedCheckpoint:
    """A checkpoint beside the tree as it is now. `root` is hexadecimal; without size and root where it cannot be read.

    `number`: that of a kept one; None: it was presented.
    """

    number: int | None
    state: State
    size: int | None
    root: str | None
    note: bytes
    cosignatures: tuple[Cosignature, ...]

    def values(self) -> dict[str, Any]:
        """`number`, `state`, `size`, `root`, `note`, and of each cosignature `name`, `key`, `at`, `holds`."""
        return {
            "number": self.number,
            "state": self.state,
            "size": self.size,
            "root": self.root,
            "note": self.note.decode("utf-8", "replace"),
            "cosignatures": [
                {
                    "name": each.name,
                    "key": each.key,
                    "at": None if each.at is None else format_recorded(each.at),
                    "holds": each.holds,
                }
                for each in self.cosignatures
            ],
        }

    def qr(self) -> str | None:
        """All of it as a QR code (SVG) that fills where it stands; None: it bears more signatures than a code holds."""
        from ledger.documents.qr import qr_svg

        return qr_svg(self.note, fills=True)


def kept_checkpoints(
    notary: Notary, witnesses: Sequence[Verifier], before: int | None, limit: int
) -> list[ComparedCheckpoint]:
    """The newest of those before a number, each held against the tree as it is now."""
    return [
        compared_checkpoint(notary, note, witnesses, number) for number, note in notary.kept(before, limit)
    ]


def compared_checkpoint(
    notary: Notary, note: bytes, witnesses: Sequence[Verifier], number: int | None = None
) -> ComparedCheckpoint:
    """A note, held against the tree as it is now."""
    try:
        text, signatures = parse_note(note)
        checkpoint = Checkpoint.parse(text)
    except ProofError:
        return ComparedCheckpoint(number, "unreadable", None, None, note, ())
    verifiers = notary.verifiers()
    own = {each.key_id for each in verifiers}
    others = [each for each in signatures if each.name != notary.origin and each.key_id not in own]
    cosigned = tuple(_cosignatures(text, others, witnesses))
    state = _state(notary, verifiers, note, checkpoint)
    return ComparedCheckpoint(number, state, checkpoint.size, checkpoint.root.hex(), note, cosigned)


def _state(notary: Notary, verifiers: Sequence[Verifier], note: bytes, checkpoint: Checkpoint) -> State:
    if not verifiers:
        return "no_key"
    try:
        opened = open_checkpoint(note, verifiers).checkpoint
    except ProofError:
        return "strange"
    if opened.origin != notary.origin:
        return "strange"
    return "holds" if notary.has_root(checkpoint) else "other_root"


def _cosignatures(
    text: str, signatures: Sequence[Signature], witnesses: Sequence[Verifier]
) -> Iterator[Cosignature]:
    known = {(each.name, each.key_id): each for each in witnesses}
    for each in signatures:
        verifier = known.get((each.name, each.key_id))
        holds = None if verifier is None else _holds(verifier, text, each)
        yield Cosignature(each.name, each.key_id.hex(), instant(each.timestamp), holds)


def _holds(verifier: Verifier, text: str, signature: Signature) -> bool:
    try:
        verifier.check(text.encode(), signature.signature)
    except ProofError:
        return False
    return True


def instant(seconds: int | None) -> datetime | None:
    """An instant (UTC) of POSIX seconds; None: there is none, or none as late as instants are read."""
    if seconds is None:
        return None
    try:
        found = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return found if found.year < LATEST_YEAR else None  # a zone may be in the next year already
