"""Making text from outside harmless wherever it is shown: what cannot be seen is spelled out as an escape.

Terminal, page and JSON all ask here, and nothing is dropped. The proofs room stands alone and has its own.
"""

import re
import unicodedata
from typing import Final

_NEVER: Final = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
"""Unicode categories of characters that control, hide, reorder or end a line."""

_SPACES: Final = " \u3000"
"""The only spaces that are shown as they are: of others nobody sees how wide they are, or that they are there."""

_INVISIBLE: Final = (  # compiled when first used: `kaoji --help` asks nothing of it
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\ufff0-\ufff8\U000e0000-\U000e0fff]"
)
"""Letters and marks that leave nothing to be seen: fillers, variation selectors, tags."""

_IDEOGRAPHIC: Final = "\u3000"


def visible(text: str, kept: str = "") -> str:
    """The text with every character that is not seen spelled `\\u202e` or `\\U000e0041`, line ends too but for `kept`."""
    if _is_plain(text):
        return text
    return "".join(c if c in kept or not _is_hidden(c) else _spelled(c) for c in text)


def visible_json(text: str) -> str:
    """JSON text with the same characters as JSON's own escapes: it says exactly what it said before."""
    lines = text.split("\n")
    return "\n".join(line if _is_plain(line) else "".join(map(_json_safe, line)) for line in lines)


def _is_plain(text: str) -> bool:
    return text.replace(_IDEOGRAPHIC, " ").isprintable() and not re.search(_INVISIBLE, text)


def _is_hidden(character: str) -> bool:
    if " " <= character <= "~":
        return False
    category = unicodedata.category(character)
    return (
        category in _NEVER
        or (category == "Zs" and character not in _SPACES)
        or re.match(_INVISIBLE, character) is not None
        or ord(character) & 0xFFFE == 0xFFFE
        or 0xFDD0 <= ord(character) <= 0xFDEF
    )


def _spelled(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _json_safe(character: str) -> str:
    if not _is_hidden(character):
        return character
    code = ord(character)
    if code < 0x10000:
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
