"""A table's lines: as wide as its cells where nothing bounds it, else made to fit a terminal.

What is lost is as little as can be, in this order: headings and running text are folded, columns are left out in the
order their table declares, running text is folded more narrowly; in the end each row becomes a card of a few lines.
Ids, numbers and money are never cut.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from cli.widths import columns_taken, folded_heading, folded_text, heading_columns

_GAP = "   "
_INDENT = "    "
_FOLDED_WIDTH = 40
_NARROWEST = 18
_GOES_ON = "↪ "


@dataclass(frozen=True)
class Table:
    """Headings and cells; `flush_right`, `folding` and `spare` hold places of columns, `spare` the least important first."""

    headings: Sequence[str]
    cells: Sequence[Sequence[str]]
    flush_right: Collection[int] = ()
    folding: Collection[int] = ()
    spare: Sequence[int] = ()

    def without(self, count: int) -> "Table":
        """The table without so many of its spare columns; none can be spared in what is left."""
        kept = [place for place in range(len(self.headings)) if place not in self.spare[:count]]
        return Table(
            [self.headings[place] for place in kept],
            [[row[place] for place in kept] for row in self.cells],
            {new for new, place in enumerate(kept) if place in self.flush_right},
            {new for new, place in enumerate(kept) if place in self.folding},
        )

    def left_out(self, count: int) -> list[str]:
        """The headings of what `without` leaves out."""
        return [self.headings[place] for place in sorted(self.spare[:count])]


def fitted(table: Table, terminal: int) -> tuple[list[str], list[str]]:
    """The table's lines, none wider than the terminal, and the headings of the columns that are left out."""
    plain = list(laid_out(table.headings, table.cells, table.flush_right, table.folding, terminal))
    if fits(plain, terminal):
        return plain, []
    all_of_them = len(table.spare)
    for count in range(all_of_them + 1):
        for cut in (False, True):
            lines = _narrowed(table.without(count), terminal, _FOLDED_WIDTH, cut)
            if fits(lines, terminal):
                return lines, table.left_out(count)
    lines = _narrowed(table.without(all_of_them), terminal, _NARROWEST, cut=True)
    if not fits(lines, terminal):
        lines = list(cards(table.without(all_of_them), terminal))
    return lines, table.left_out(all_of_them)


def fits(lines: Sequence[str], terminal: int) -> bool:
    """Whether no line is wider than the terminal."""
    return all(columns_taken(line) <= terminal for line in lines)


def laid_out(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    flush_right: Collection[int] = (),
    folding: Collection[int] = (),
    terminal: int | None = None,
) -> Iterator[str]:
    """A table's lines. Columns of running text are folded to the terminal's width, where one is given.

    Nothing else is ever broken: where that needs more than the terminal has, a line runs over.
    """
    table = [headings, *rows]
    widths = [max(columns_taken(row[place]) for row in table) for place in range(len(headings))]
    if terminal is not None:
        _narrow(widths, folding, terminal, _FOLDED_WIDTH)
    yield from _lines([[heading] for heading in headings], rows, widths, flush_right, folding)


def _narrowed(table: Table, terminal: int, narrowest: int, cut: bool) -> list[str]:
    """The table with folded headings, `cut` anywhere or not, and running text folded to so many columns where it must be."""
    widths = [
        max(heading_columns(heading, cut), *(columns_taken(row[place]) for row in table.cells))
        for place, heading in enumerate(table.headings)
    ]
    _narrow(widths, table.folding, terminal, narrowest)
    headings = [folded_heading(heading, width) for heading, width in zip(table.headings, widths, strict=True)]
    return list(_lines(headings, table.cells, widths, table.flush_right, table.folding))


def _lines(
    headings: Sequence[Sequence[str]],
    rows: Sequence[Sequence[str]],
    widths: Sequence[int],
    flush_right: Collection[int],
    folding: Collection[int],
) -> Iterator[str]:
    """Headings, a rule and the rows, in columns of these widths."""
    folded = [
        [_folded_cell(cell, widths[place]) if place in folding else [cell] for place, cell in enumerate(row)]
        for row in rows
    ]
    for number, row in enumerate([headings, *folded]):
        for line in zip_longest(*row, fillvalue=""):
            yield _GAP.join(
                _padded(cell, width, place in flush_right)
                for place, (cell, width) in enumerate(zip(line, widths, strict=True))
            ).rstrip()
        if number == 0:
            yield "─" * (sum(widths) + len(_GAP) * (len(widths) - 1))


def cards(table: Table, terminal: int) -> Iterator[str]:
    """Each row as a card: its first value, and behind it what else it holds with the headings."""
    for row in table.cells:
        told = [f"{heading} {cell}" for heading, cell in zip(table.headings, row, strict=True) if cell]
        line = ""
        for piece in [row[0], *told[1:]] if row[0] else told:
            longer = f"{line}{_GAP}{piece}" if line.strip() else f"{line}{piece}"
            if columns_taken(longer) > terminal and line.strip():
                yield from folded_line(line, terminal)
                longer = f"{_INDENT}{piece}"
            line = longer
        yield from folded_line(line, terminal)


def folded_line(line: str, terminal: int | None) -> list[str]:
    """A line as lines that fit the terminal; what goes on is marked, and as far from the margin as the line itself."""
    if terminal is None or columns_taken(line) <= terminal:
        return [line]
    text = line.lstrip(" ")
    indent = " " * min(len(line) - len(text), terminal // 2)
    return [f"{indent}{part}" for part in _folded_cell(text, terminal - len(indent))]


def _folded_cell(cell: str, width: int) -> list[str]:
    """A cell's lines. What goes on is marked, so that nobody's words can pass for a line of ours."""
    if columns_taken(cell) <= width:
        return [cell]
    first, *rest = folded_text(cell, width - columns_taken(_GOES_ON))
    return [first, *(f"{_GOES_ON}{line}" for line in rest)]


def _narrow(widths: list[int], folding: Collection[int], terminal: int, narrowest: int) -> None:
    """Takes from the widest columns of running text what the terminal does not have."""
    while (excess := sum(widths) + len(_GAP) * (len(widths) - 1) - terminal) > 0:
        widest = max(folding, key=lambda place: widths[place], default=None)
        if widest is None or widths[widest] <= narrowest:
            return
        widths[widest] -= min(excess, widths[widest] - narrowest)


def _padded(cell: str, width: int, right: bool) -> str:
    gap = " " * (width - columns_taken(cell))
    return f"{gap}{cell}" if right else f"{cell}{gap}"
