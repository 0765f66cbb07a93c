"""Charts as SVG: values in, text out. Each says in words what it shows; the table below it is the real content."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final
from unicodedata import east_asian_width

WIDTH: Final = 360
"""The width in units of the drawing: as wide as a phone, so that the letters stay readable there."""
_LEFT, _ROW, _FOOT = 8, 42, 22
_SPAN: Final = WIDTH - 2 * _LEFT


@dataclass(frozen=True, slots=True)
class Mark:
    """A mean on a box; `far`: it lies outside the middle half."""

    name: str
    at: float
    far: bool


@dataclass(frozen=True, slots=True)
class Box:
    """A spread: lowest, middle half, median, highest; `few`: the sample says nothing."""

    label: str
    lowest: float
    lower: float
    median: float
    upper: float
    highest: float
    few: bool
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Bar:
    """A share between 0 and 1."""

    label: str
    share: float
    few: bool


def boxes(rows: Sequence[Box], told: str) -> str:
    """Boxes one below the other over one axis from nothing to the highest value; no rows, no chart."""
    if not rows:
        return ""
    most = max(1.0, *(row.highest for row in rows))
    parts = [part for place, row in enumerate(rows) for part in _box(row, place * _ROW, most)]
    step = max(1, round(most / 6))
    ticks = [(value, str(value)) for value in range(0, int(most) + 1, step)]
    return _drawing([*parts, *_axis(ticks, most, len(rows) * _ROW)], len(rows) * _ROW + _FOOT, told)


def bars(rows: Sequence[Bar], told: str) -> str:
    """Shares one below the other, from none to all; no rows, no chart."""
    if not rows:
        return ""
    parts = [part for place, row in enumerate(rows) for part in _bar(row, place * _ROW)]
    ticks = [(0.0, "0"), (0.5, "50%"), (1.0, "100%")]
    return _drawing([*parts, *_axis(ticks, 1.0, len(rows) * _ROW)], len(rows) * _ROW + _FOOT, told)


def shortened(text: str, most: int) -> str:
    """A text that takes no more room than so many letters; a Chinese character takes that of two."""
    room, kept = 0, ""
    for each in text:
        room += 2 if east_asian_width(each) in "WF" else 1
        if room > most:
            return f"{kept.rstrip()}…"
        kept += each
    return text


def _x(value: float, most: float) -> str:
    return f"{_LEFT + _SPAN * min(max(value, 0.0), most) / most:.1f}"


def _box(row: Box, top: int, most: float) -> Iterable[str]:
    middle, left, right = top + 29, _x(row.lower, most), _x(row.upper, most)
    yield f'<g class="{"few" if row.few else "box"}">'
    yield f'<text x="{_LEFT}" y="{top + 14}">{escape(row.label)}</text>'
    yield f'<path class="line" d="M{_x(row.lowest, most)} {middle}H{_x(row.highest, most)}"/>'
    width = max(float(right) - float(left), 2.0)
    yield f'<rect x="{left}" y="{middle - 8}" width="{width:.1f}" height="16"/>'
    yield f'<path class="median" d="M{_x(row.median, most)} {middle - 8}v16"/>'
    for mark in row.marks:
        yield f'<g class="{"far" if mark.far else "mark"}"><title>{escape(mark.name)}</title>'
        if mark.far:
            at = float(_x(mark.at, most))
            yield f'<path d="M{at:.1f} {middle - 7}l6 7l-6 7l-6 -7z"/>'
        else:
            yield f'<circle cx="{_x(mark.at, most)}" cy="{middle}" r="4"/>'
        yield "</g>"
    yield "</g>"


def _bar(row: Bar, top: int) -> Iterable[str]:
    yield f'<g class="{"few" if row.few else "box"}">'
    yield f'<text x="{_LEFT}" y="{top + 14}">{escape(row.label)}</text>'
    yield f'<rect class="all" x="{_LEFT}" y="{top + 20}" width="{_SPAN}" height="14"/>'
    width = float(_x(row.share, 1.0)) - _LEFT
    yield f'<rect x="{_LEFT}" y="{top + 20}" width="{width:.1f}" height="14"/></g>'


def _axis(ticks: Iterable[tuple[float, str]], most: float, top: int) -> Iterable[str]:
    yield f'<path class="line" d="M{_LEFT} {top + 4}h{_SPAN}"/>'
    for value, label in ticks:
        at = float(_x(value, most))
        anchor = "start" if at < _LEFT + 1 else "end" if at > WIDTH - _LEFT - 1 else "middle"
        yield f'<path class="line" d="M{at:.1f} {top + 2}v4"/>'
        yield f'<text class="tick" x="{at:.1f}" y="{top + 18}" text-anchor="{anchor}">{escape(label)}</text>'


def _drawing(parts: Iterable[str], height: int, told: str) -> str:
    inside = "".join(parts)
    head = f'<svg class="chart" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(told)}">'
    return f"{head}<title>{escape(told)}</title>{inside}</svg>"
