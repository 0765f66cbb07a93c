"""How many columns of a terminal a text takes (Unicode UAX 11, by `wcwidth`), and folding by it."""

import re
from collections.abc import Iterator

_PLAIN = re.compile("(?:[ -~\u4e00-\u9fff]++|[\u3001-\u3003\u3008-\u3011]++|[\uff01-\uff60]++)*")
"""ASCII, ideographs and their punctuation, of which nearly every text is: one column each, and two.

A class of few ranges is made at once; of more, `re` makes a map of 65,536 characters first.
"""

_UNBROKEN = re.compile(r"[!-~]+[，。；：、）」》]*|.[，。；：、）」》]*")
"""What stays on one line: a word in Latin letters, or an ideograph; and what may not begin a line behind it."""


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


def _pieces(text: str, width: int) -> Iterator[str]:
    """What stays on one line, cut where no line could hold it."""
    for piece in _UNBROKEN.findall(text):
        if piece.isascii() and len(piece) > width:
            yield from (piece[start : start + width] for start in range(0, len(piece), width))
        else:
            yield piece
