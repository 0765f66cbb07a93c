"""Which characters a font can print, read from its own table: typst prints a box for any other and says nothing.

OpenType: a collection lists its faces; in each, `name` says the family and `cmap` (format 12) the characters.
"""

import re
import struct
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from ledger.errors import InputError

FAMILIES: Final = {"zh-Hant": "Noto Sans CJK TC", "zh-Hans": "Noto Sans CJK SC", "en": "Noto Sans CJK SC"}
"""Language → the family its forms are printed in."""

_INVISIBLE: Final = frozenset("\n\t\u200b")
_RUN: Final = re.compile(r"([^\s\u200b\u2e80-\ufaff\ufe30-\uffef]{12})(?=[^\s\u200b])")
"""Twelve characters between which no line breaks."""


def font_file() -> Path:
    """The font that comes with the package `noto-cjk-sans-otc`."""
    import noto_cjk_sans_otc

    return next(Path(noto_cjk_sans_otc.__file__).parent.glob("*.ttc"))


def printable(value: Any, family: str, field: str = "") -> Any:
    """A form's values as they can be printed: every character is in the font, and no run is too long for a line.

    InputError `name_has_no_glyph` names character, code point and field.
    """
    if isinstance(value, str):
        known = characters(family)
        for character in value:
            if ord(character) not in known and character not in _INVISIBLE:
                point = f"U+{ord(character):04X}"
                raise InputError("name_has_no_glyph", character=character, point=point).at(
                    field=field or None
                )
        return _RUN.sub("\\1\u200b", value)
    if isinstance(value, dict):
        told = str(value.get("label") or "") or field
        return {name: printable(each, family, told) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [printable(each, family, field) for each in value]
    return value


@lru_cache(maxsize=4)
def characters(family: str) -> frozenset[int]:
    """The code points that a family of the font has a glyph for. LookupError where there is no such family."""
    raw = font_file().read_bytes()
    for start in _faces(raw):
        tables = _tables(raw, start)
        if _family(raw, tables[b"name"]) == family:
            return frozenset(_mapped(raw, tables[b"cmap"]))
    raise LookupError(family)


def _faces(raw: bytes) -> tuple[int, ...]:
    (count,) = struct.unpack_from(">I", raw, 8)
    return struct.unpack_from(f">{count}I", raw, 12)


def _tables(raw: bytes, start: int) -> dict[bytes, int]:
    (count,) = struct.unpack_from(">H", raw, start + 4)
    found = {}
    for at in range(count):
        tag, _, offset, _ = struct.unpack_from(">4sIII", raw, start + 12 + 16 * at)
        found[tag] = offset
    return found


def _family(raw: bytes, start: int) -> str | None:
    """The English name of the family, as Windows is told it."""
    _, count, storage = struct.unpack_from(">HHH", raw, start)
    for at in range(count):
        platform, _, language, name, length, offset = struct.unpack_from(">6H", raw, start + 6 + 12 * at)
        if (platform, language, name) == (3, 0x409, 1):
            begin = start + storage + offset
            return raw[begin : begin + length].decode("utf-16-be")
    return None


def _mapped(raw: bytes, start: int) -> Iterator[int]:
    (count,) = struct.unpack_from(">H", raw, start + 2)
    for at in range(count):
        _, _, offset = struct.unpack_from(">HHI", raw, start + 4 + 8 * at)
        (kind,) = struct.unpack_from(">H", raw, start + offset)
        if kind == 12:
            (groups,) = struct.unpack_from(">I", raw, start + offset + 12)
            for group in range(groups):
                first, last, _ = struct.unpack_from(">III", raw, start + offset + 16 + 12 * group)
                yield from range(first, last + 1)
            return
