"""Checkpoints (C2SP tlog-checkpoint): what a log commits to, as the text of a signed note.

    <origin>            which log
    <size>              how many leaves
    <root>              base 64 of the tree's root
    <extension lines>   none of ours; kept as they are, for they are signed

A log never signs a checkpoint inconsistent with one it signed before: `sign_checkpoint` asks for that one each time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .errors import BadConsistency, BadSignature, MalformedCheckpoint, UnknownLog
from .keys import LOG, Signer, Verifier
from .merkle import EMPTY_ROOT, HASH_SIZE, verify_consistency
from .note import Signed, open_note, parse_note, sign_text, write_note
from .wire import NUMBER_LIMIT, read_base64, read_decimal, write_base64


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log's tree at one size."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for line in (self.origin, *self.extensions):
            if not line or "\n" in line:
                raise MalformedCheckpoint("an origin, and an extension, is one line and not an empty one")
        if not 0 <= self.size < NUMBER_LIMIT:
            raise MalformedCheckpoint(f"there is no tree of {self.size} leaves")
        if len(self.root) != HASH_SIZE:
            raise MalformedCheckpoint("a root has 32 bytes")
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise MalformedCheckpoint("this is not the root of an empty tree")

    def text(self) -> str:
        """The text of the note (tlog-checkpoint, “Note text”)."""
        lines = (self.origin, str(self.size), write_base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def of_note(cls, raw: bytes) -> "Checkpoint":
        """The checkpoint of a note, whoever signed it. MalformedNote, MalformedCheckpoint."""
        return cls.parse(parse_note(raw)[0])

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """The checkpoint of a text; MalformedCheckpoint for any other spelling."""
        lines = text.split("\n")
        if len(lines) < 4 or lines.pop():
            raise MalformedCheckpoint("a checkpoint is three lines or more, each with its end")
        size = read_decimal(lines[1], MalformedCheckpoint, "the size")
        root = read_base64(lines[2], MalformedCheckpoint, "the root")
        return cls(lines[0], size, root, tuple(lines[3:]))


@dataclass(frozen=True, slots=True)
class OpenedCheckpoint:
    """A checkpoint, the keys of its log that signed it, and the witnesses among the known keys that did."""

    checkpoint: Checkpoint
    signed: tuple[Signed, ...]
    cosigned: tuple[Signed, ...]


def sign_checkpoint(
    checkpoint: Checkpoint, signer: Signer, last: Checkpoint | None, path: Sequence[bytes]
) -> bytes:
    """The signed note. `last` is what this key signed last, `path` the consistency proof from there.

    None of a kept `last` is what lets a restored copy sign a second history: whoever calls must keep it
    outside what can be restored.
    """
    if (signer.name, signer.kind) != (checkpoint.origin, LOG):
        raise BadSignature("a checkpoint is signed with the log's own key, which is called like the log")
    check_successor(last, checkpoint, path)
    text = checkpoint.text()
    return write_note(text, [sign_text(text, signer)])


def open_checkpoint(raw: bytes, verifiers: Iterable[Verifier]) -> OpenedCheckpoint:
    """The checkpoint, if its own log signed it: a known log key that is called like the origin.

    tlog-checkpoint only recommends that name; here it is what keeps one log's key from speaking for another.
    A key that was replaced counts up to the size at which it was: BadSignature beyond it.
    """
    verifiers = list(verifiers)
    origin = parse_note(raw)[0].partition("\n")[0]
    if not any(each.kind == LOG and each.name == origin for each in verifiers):
        raise UnknownLog("none of the known keys is a key of the log this checkpoint names")
    opened = open_note(raw, verifiers)
    signed = tuple(s for s in opened.signed if s.verifier.kind == LOG and s.verifier.name == origin)
    if not signed:
        raise BadSignature("the log did not sign this checkpoint with a known key")
    checkpoint = Checkpoint.parse(opened.text)
    signed = tuple(s for s in signed if s.verifier.until is None or checkpoint.size <= s.verifier.until)
    if not signed:
        raise BadSignature("the key that signed this was replaced before the log had so many events")
    cosigned = tuple(s for s in opened.signed if s.verifier.kind != LOG)
    return OpenedCheckpoint(checkpoint, signed, cosigned)


def check_successor(last: Checkpoint | None, new: Checkpoint, path: Sequence[bytes]) -> None:
    """Whether `new` continues `last`, as a log owes it (tlog-checkpoint, “Signatures”) and a witness checks it.

    Where there is no last one, or an empty one, everything continues it and the path must be empty.
    """
    if last is not None and last.origin != new.origin:
        raise BadConsistency("two logs do not continue each other")
    if last is None or last.size == 0:
        if path:
            raise BadConsistency("from nothing, the path is empty")
        return
    verify_consistency(last.size, new.size, last.root, new.root, path)
