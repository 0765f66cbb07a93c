"""Signed notes (C2SP signed-note): a text, an empty line, and signature lines `— <name> <base 64 of id ‖ signature>`.

Nothing of a note is to be believed before `open_note` has returned. Parsing is strict: every byte of a note has
one meaning or the note is refused.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from .errors import BadSignature, MalformedKey, MalformedNote
from .keys import TIMESTAMP_SIZE, Signer, Verifier, is_key_name
from .wire import read_base64, read_text, write_base64

SIGNATURE_LIMIT: Final = 100
"""How many signatures a note may carry (signed-note asks for a limit of at least 16; Go has this one)."""

_ED25519_SIZE: Final = 64
_DASH = "— "
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f]")


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line."""

    name: str
    key_id: bytes
    signature: bytes

    @property
    def timestamp(self) -> int | None:
        """When a witness says it signed, in POSIX seconds, not checked; None: it is no witness's."""
        if len(self.signature) != TIMESTAMP_SIZE + _ED25519_SIZE:
            return None
        return int.from_bytes(self.signature[:TIMESTAMP_SIZE], "big")

    def line(self) -> str:
        """The line with its newline."""
        return f"{_DASH}{self.name} {write_base64(self.key_id + self.signature)}\n"


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature that was checked: whose, and for a witness when, in POSIX seconds."""

    verifier: Verifier
    timestamp: int | None


@dataclass(frozen=True, slots=True)
class Opened:
    """What a note says, and which of the known keys say so. Never empty-handed: at least one does."""

    text: str
    signed: tuple[Signed, ...]


def parse_note(raw: bytes) -> tuple[str, list[Signature]]:
    """The text and the signature lines, none of them checked (signed-note, “Format”)."""
    content = read_text(raw, MalformedNote, "a note")
    if _CONTROL.search(content):
        raise MalformedNote("a note has a control character in it")
    text, blank, signatures = content.rpartition("\n\n")
    if not blank:
        raise MalformedNote("a note has an empty line between text and signatures")
    if not signatures.endswith("\n"):
        raise MalformedNote("a note ends with a signature line")
    lines = signatures.removesuffix("\n").split("\n")
    if len(lines) > SIGNATURE_LIMIT:
        raise MalformedNote(f"a note has at most {SIGNATURE_LIMIT} signatures")
    return text + "\n", [_parse_line(line) for line in lines]


def _parse_line(line: str) -> Signature:
    if not line.startswith(_DASH):
        raise MalformedNote("a signature line begins with a dash and a space")
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    if not is_key_name(name):
        raise MalformedNote("a signature line names a key")
    content = read_base64(encoded, MalformedNote, "a signature")
    if len(content) < 5:
        raise MalformedNote("a signature is too short")
    return Signature(name, content[:4], content[4:])


def open_note(raw: bytes, verifiers: Iterable[Verifier]) -> Opened:
    """The note, if a known key signed it and no known key's signature is wrong; unknown keys are ignored.

    A key counts once, however many good signatures of it there are; of a witness's the first is told.
    """
    known: dict[tuple[str, bytes], Verifier] = {}
    for verifier in verifiers:
        if (verifier.name, verifier.key_id) in known:
            raise MalformedKey(f"two of the known keys are called {verifier.name} and have one id")
        known[verifier.name, verifier.key_id] = verifier
    text, signatures = parse_note(raw)
    signed: dict[Verifier, Signed] = {}
    for each in signatures:
        verifier_or_none = known.get((each.name, each.key_id))
        if verifier_or_none is not None:
            timestamp = verifier_or_none.check(text.encode(), each.signature)
            signed.setdefault(verifier_or_none, Signed(verifier_or_none, timestamp))
    if not signed:
        raise BadSignature("no known key signed this")
    return Opened(text, tuple(signed.values()))


def sign_text(text: str, signer: Signer, timestamp: int | None = None) -> Signature:
    """A signature line for a text."""
    check_text(text)
    signature = signer.sign(text.encode(), timestamp)
    return Signature(signer.name, signer.verifier.key_id, signature)


def write_note(text: str, signatures: Iterable[Signature]) -> bytes:
    """The note of a text and its signature lines."""
    check_text(text)
    lines = "".join(each.line() for each in signatures)
    if not lines:
        raise MalformedNote("a note has a signature")
    return f"{text}\n{lines}".encode()


def add_signatures(raw: bytes, signatures: Iterable[Signature]) -> bytes:
    """The note with more signatures below those it has, as a witness's are added."""
    text, present = parse_note(raw)
    return write_note(text, [*present, *signatures])


def check_text(text: str) -> None:
    """Whether a text can be signed: it ends its last line, and has no control characters."""
    if not text.endswith("\n") or _CONTROL.search(text):
        raise MalformedNote("the text of a note ends with a newline and has no control characters")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise MalformedNote("the text of a note can be written in UTF-8") from None
