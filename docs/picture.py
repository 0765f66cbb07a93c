"""The front page's picture: what the demo prints, drawn as a terminal shows it. `python -m docs.picture` draws it anew."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from wcwidth import wcswidth, wcwidth

PICTURE: Final = Path(__file__).parent / "demo.svg"
_CELL, _LINE, _EDGE = 8.4, 20, 16
_FONT = "ui-monospace, Menlo, Consolas, 'Noto Sans Mono CJK TC', 'Microsoft JhengHei', monospace"


def picture(printed: str) -> str:
    """An SVG of the first two tables of what the demo prints; every run of characters of one width stands in its cells."""
    lines = ["$ ./kaoji demo", *_first_tables(printed)]
    width = round(max(map(wcswidth, lines)) * _CELL + 2 * _EDGE)
    height = len(lines) * _LINE + 2 * _EDGE
    texts = "\n".join(_text(line, _EDGE + (row + 0.75) * _LINE) for row, line in enumerate(lines))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">\n'
        f'<rect width="100%" height="100%" rx="8" fill="#1e2430"/>\n'
        f'<g font-family="{_FONT}" font-size="14" fill="#e6e6e6" xml:space="preserve">\n{texts}\n</g>\n</svg>\n'
    )


def _first_tables(printed: str) -> list[str]:
    """From the first heading to the end of the second table."""
    lines = printed.splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith("一、"))
    end = next(at for at, line in enumerate(lines) if line.startswith("三、"))
    return [line.rstrip() for line in lines[start : end - 1]]


def _text(line: str, y: float) -> str:
    """A line as pieces, each at its column and as wide as a terminal makes it."""
    return "".join(_piece(piece, _EDGE + column * _CELL, y) for column, piece in _pieces(line))


def _piece(text: str, x: float, y: float) -> str:
    wide = wcswidth(text) * _CELL
    return f'<text x="{x:.1f}" y="{y:.1f}" textLength="{wide:.1f}">{escape(text)}</text>'


def _pieces(line: str) -> list[tuple[int, str]]:
    """(column, characters of one width without blanks)."""
    found: list[tuple[int, str]] = []
    column, last = 0, 0
    for character in line:
        wide = wcwidth(character)
        if character != " ":
            if found and last == wide and found[-1][0] + wcswidth(found[-1][1]) == column:
                found[-1] = (found[-1][0], found[-1][1] + character)
            else:
                found.append((column, character))
            last = wide
        column += wide
    return found


def main() -> None:
    """Runs the demo in a folder of its own and draws it."""
    with tempfile.TemporaryDirectory() as folder:
        words = [sys.executable, "-m", "cli", "demo", "--lang", "zh-Hant"]
        place = {**os.environ, "PYTHONPATH": str(PICTURE.parents[1]), "COLUMNS": "200"}
        done = subprocess.run(words, cwd=folder, env=place, capture_output=True, text=True, check=True)
    PICTURE.write_text(picture(done.stdout), "utf-8")


if __name__ == "__main__":
    main()
