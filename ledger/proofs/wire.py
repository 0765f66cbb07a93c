"""How the published text formats write bytes and numbers; one spelling each, every other is refused.

Base 64 is RFC 4648 §4 with padding and zero trailing bits (§3.5); numbers are ASCII decimals without
leading zeros below 2^63 (C2SP tlog-checkpoint, tlog-proof, tlog-cosignature).
"""

import base64
import re
from collections.abc import Sequence
from typing import Final

from .errors import Malformed, MalformedProof
from .merkle import HASH_SIZE

NUMBER_LIMIT: Final = 2**63
PATH_LIMIT: Final = 63
"""No proof is longer in a tree of fewer than 2^63 leaves (tlog-witness says so too)."""

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_DECIMAL = re.compile("0|[1-9][0-9]{0,18}")


def as_handed_out(raw: bytes) -> bytes:
    """A file as it was handed out, where an editor or a mail program has saved it anew since.

    Without a byte-order mark, and with newlines alone: no note and no receipt holds a carriage return of its own
    (signed-note, “Format”; RFC 8259 §7), so nothing that was signed is lost.
    """
    return raw.removeprefix(_BYTE_ORDER_MARK).replace(b"\r\n", b"\n")


def write_base64(content: bytes) -> str:
    """Bytes to base 64."""
    return base64.b64encode(content).decode("ascii")


def read_base64(text: str, error: type[Malformed], what: str) -> bytes:
    """Base 64 to bytes, or `error`."""
    try:
        content = base64.b64decode(text)
    except ValueError:  # binascii.Error is one
        raise error(f"{what} is not base 64") from None
    if write_base64(content) != text:
        raise error(f"{what} is not base 64 as it must be written")
    return content


def read_decimal(text: str, error: type[Malformed], what: str) -> int:
    """An ASCII decimal to a number, or `error`."""
    number = int(text) if _DECIMAL.fullmatch(text) else NUMBER_LIMIT
    if number >= NUMBER_LIMIT:
        raise error(f"{what} is not a decimal number below 2^63")
    return number


def read_text(content: bytes, error: type[Malformed], what: str) -> str:
    """UTF-8 to text, or `error`."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise error(f"{what} is not UTF-8") from None


def read_path(lines: Sequence[str]) -> tuple[bytes, ...]:
    """The hashes of a proof, one a line, or MalformedProof."""
    if len(lines) > PATH_LIMIT:
        raise MalformedProof(f"a proof has at most {PATH_LIMIT} hashes")
    path = tuple(read_base64(line, MalformedProof, "a hash") for line in lines)
    if any(len(each) != HASH_SIZE for each in path):
        raise MalformedProof("a hash has 32 bytes")
    return path
