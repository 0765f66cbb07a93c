"""How many columns of a terminal a text takes (Unicode UAX 11, by `wcwidth`), and folding by it."""

import re
from collections.abc import Iterator

_PLAIN = re.compile("(?:[ -~\u4e00-\u9fff]++|[\u3001-\u3003\u3008-\u3011]++|[\uff01-\uff60]++)*")
"""ASCII, ideographs and their punctuation, of which nearly every text is: one column each, and two.

A class of few ranges is made at once; of more, `re` makes a map of 65,536 characters first.
"""

_CITED = r"(?:篇\d|Doc\. \d)(?: [§\d][!-~]*)?|(?:解讀|解读|reading) \d+"
"""A clause or a reading that is cited: its number stays with its name."""

_UNBROKEN = re.compile(rf"[（「《(]?(?:{_CITED}|[!-~]+|.)[，。；：、）」》]*")
"""What stays on one line: what is cited, a Latin word or an ideograph, with what may not begin or end a line."""

_WORDS = re.compile(r"\s*(?:（[^）]*）?|[^\s（]+)")
"""A heading's words, and what stands in brackets."""


def columns_taken(text: str) -> int:
    """The columns of a text that has been made visible."""
    narrow = len(text.encode("ascii", "ignore"))
    if _PLAIN.fullmatch(text):
        return narrow + 2 * (len(text) - narrow)
    from wcwidth import wcswidth  # its tables take a while to load

    return max(0, wcswidth(text))


def folded_text(text: str, width: int) -> list[str]:
    """A text in lines of so many columns; a line may end behind an ideograph, and within a word that is longer."""
    lines, used = [""], 0
    for piece in _pieces(text, width):
        columns = columns_taken(piece)
        if used + columns > width and lines[-1]:
            lines, used = [*lines, ""], 0
        if piece != " " or lines[-1]:
            lines[-1] += piece
            used += columns
    return [line.rstrip() for line in lines]


def folded_heading(heading: str, width: int) -> list[str]:
    """A heading in lines of so many columns, which end where a word may end."""
    lines = [""]
    for unit in _units(heading):
        if columns_taken(joined := f"{lines[-1]}{unit}".strip()) <= width:
            lines[-1] = joined
        else:
            lines += folded_text(unit.strip(), width)
    return [line for line in lines if line] or [""]


def heading_columns(heading: str, cut: bool) -> int:
    """The columns that a heading needs at least: those of its longest unit, or of two ideographs where it is `cut`."""
    return max((_unit_columns(unit.strip(), cut) for unit in _units(heading)), default=0)


def _unit_columns(unit: str, cut: bool) -> int:
    columns = columns_taken(unit)
    return min(columns, 4) if cut and not _is_whole(unit) else columns


def _units(heading: str) -> Iterator[str]:
    """What of a heading is best left together: Latin words, what is in brackets, two ideographs, three of an odd number."""
    for word in _WORDS.findall(heading):
        text = word.lstrip()
        first = len(word) if _is_whole(text) else len(word) - len(text) + 2 + len(text) % 2
        yield word[:first]
        yield from (word[start : start + 2] for start in range(first, len(word), 2))


def _is_whole(word: str) -> bool:
    return word.isascii() or word.startswith("（")


def _pieces(text: str, width: int) -> Iterator[str]:
    """What stays on one line, cut where no line could hold it."""
    for piece in _UNBROKEN.findall(text):
        if piece.isascii() and len(piece) > width:
            yield from (piece[start : start + width] for start in range(0, len(piece), width))
        elif columns_taken(piece) > width:
            yield from piece
        else:
            yield piece
