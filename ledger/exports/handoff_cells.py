"""A hand-off file held against what the ledger writes of the same close: cell by cell, and how the cells are shown.

A cell is right if it says what the ledger says now, or what it said at the close: a name or a place may have been put
right since. The two columns that payroll fills in are payroll's own.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from ledger.exports.table import Table
from ledger.formats import column_letters, format_money

Rows = Sequence[tuple[int, Sequence[Any]]]
"""A sheet: rows with their number in the file, from 1; None where a cell is blank."""
Difference = tuple[str, str, str]
"""Where, what the file has, what is right."""

NOTHING: Final = "–"
_MOST_MONEY: Final = 40
"""So many characters no amount has."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A sheet as it may be: the same rows in each of `versions`; `known_by`: how many cells name a row, 0: its place.

    `open_from`: the first of the columns that are filled in by whoever gets the file.
    """

    versions: Sequence[Table]
    known_by: Sequence[int] = ()
    open_from: int | None = None


def compared(name: str, rows: Rows, expected: Expected) -> Iterator[Difference]:
    """The differences of a sheet that is called `name` in the file."""
    versions = [_lines(table) for table in expected.versions]
    top = len(expected.versions[0].before) + 1
    right = {_key(line, expected, place): place for place, line in enumerate(versions[0], 1) if place > top}
    found: set[int] = set()
    for number, cells in rows:
        place: int | None = number
        if number > top:
            place = right.get(_key([_text(cell) for cell in cells], expected, number))
        if place is None or place > len(versions[0]) or place in found:
            yield f"{name} A{number}", _row(cells), NOTHING
            continue
        found.add(place)
        yield from _compared_row(name, number, cells, [lines[place - 1] for lines in versions], expected)
    for place, line in enumerate(versions[0], 1):
        if place not in found and any(line):
            yield f"{name} A{place}", NOTHING, _row(line)


def _lines(table: Table) -> list[list[str]]:
    """All rows of a table as text, literal ones and titles first; an amount with two decimals."""
    titles = [column.title for column in table.columns]
    return [list(map(_told, line)) for line in [*table.before, titles, *table.rows]]


def _key(cells: Sequence[str], expected: Expected, place: int) -> tuple[str, ...]:
    if not expected.known_by:
        return (str(place),)
    return tuple(cells[column] if column < len(cells) else "" for column in expected.known_by)


def _compared_row(
    name: str, number: int, cells: Sequence[Any], versions: Sequence[Sequence[str]], expected: Expected
) -> Iterator[Difference]:
    """One row, cell by cell."""
    open_from = len(versions[0]) if expected.open_from is None else expected.open_from
    is_title = number <= len(expected.versions[0].before) + 1
    for column in range(max(len(cells), len(versions[0]))):
        if not is_title and open_from <= column < len(versions[0]):
            continue
        there = cells[column] if column < len(cells) else None
        allowed = [line[column] if column < len(line) else "" for line in versions]
        if not any(_same(there, each) for each in allowed):
            yield f"{name} {column_letters(column)}{number}", _shown(there, allowed[0]), allowed[0] or NOTHING


def _same(there: Any, right: str) -> bool:
    text = _text(there)
    if text == right:
        return True
    if isinstance(there, bool) or len(text) > _MOST_MONEY or "." not in right:
        return False
    try:
        return Decimal(text) == Decimal(right) and isinstance(there, int | float)
    except InvalidOperation:
        return False


def _shown(there: Any, right: str) -> str:
    """What a cell says, as an amount where there should be one."""
    if isinstance(there, float | int) and not isinstance(there, bool) and "." in right:
        return f"{there:.2f}" if round(there * 100) == there * 100 else str(there)
    return _text(there) or NOTHING


def _text(cell: Any) -> str:
    """What a cell of the file says."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _told(value: Any) -> str:
    return "" if value is None else format_money(value) if isinstance(value, int) else value


def _row(cells: Iterable[Any]) -> str:
    return " ".join(text for text in map(_text, cells) if text)[:80]
