"""Names and other texts as they are kept, shortened, masked and compared."""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from unicodedata import category, normalize

ERASED: Final = "[已刪除 erased]"
"""Stands where a person's words stood whose key was destroyed."""
SEALED: Final = "[密封 sealed]"
"""Stands where a person's words stand that no key at hand opens."""

_UNSEEN: Final = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters that leave nothing to be seen: fillers, and the empty Braille cell."""
_FORMULA: Final = tuple("=+-@\t\r＝＋－＠")


def plain(text: str) -> str:
    """A text as it is meant where it is typed by hand: half width (NFKC), with nothing around it that nobody sees."""
    return normalize("NFKC", tidied(text)).strip()


def folded(text: str) -> str:
    """A text as it is looked for among others: `plain`, and capitals make no difference."""
    return plain(text).casefold()


def tidied(text: str) -> str:
    """A name as it is kept: each character written one way (NFC), with nothing around it that nobody sees."""
    text = normalize("NFC", text)
    seen = [place for place, character in enumerate(text) if not _is_unseen(character)]
    return text[seen[0] : seen[-1] + 1].strip() if seen else ""


def letters(text: str) -> str:
    """What a reader counts of a text: no marks on a letter, nothing that nobody sees."""
    return "".join(c for c in text if not _is_unseen(c) and category(c) not in ("Mn", "Me"))


def _is_unseen(character: str) -> bool:
    return character.isspace() or character in _UNSEEN or category(character) == "Cf"


def described(value: Any) -> str:
    """A value as an error message shows it: short, and never more than a line."""
    text = str(value)
    return text if len(text) <= 80 else text[:77] + "…"


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet would reckon with a text that begins so."""
    return text.startswith(_FORMULA)


def masked(name: str) -> str:
    """A name as it is posted: its first letter, and `*` for each of the others; none that cannot be read."""
    if name in (ERASED, SEALED):
        return name
    seen = letters(tidied(name))
    return seen[:1] + "*" * max(1, len(seen) - 1)


def named_as(names: str, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows whose `name` is in `full`, `masked`, or (`none`) left out as null."""
    if names == "full":
        return [dict(row) for row in rows]
    return [{**row, "name": masked(row["name"]) if names == "masked" else None} for row in rows]
