"""A sheet as read: rows of cells with their place in the file, whatever program wrote it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Final

from ledger.formats import column_letters

MAX_ROWS: Final = 20_000
MAX_COLUMNS: Final = 200
MAX_CELL_CHARACTERS: Final = 20_000
MAX_MERGES: Final = 20_000
MAX_BLANK_ROWS: Final = 1_000
"""After so many blank rows a sheet is over: what stands below is a stray space."""


class Unusable(Enum):
    """What a cell holds instead of a value."""

    ERROR = "error"
    """An error value such as `#REF!`."""
    NO_RESULT = "no_result"
    """A formula that no program has calculated."""
    TOO_LONG = "too_long"
    """More characters than any field takes."""


Cell = None | str | int | float | bool | date | datetime | time | timedelta | Unusable
"""None where nothing is written; numbers as the file has them, text untrimmed."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row with its number in the file, from 1; cells from column A on."""

    number: int
    cells: tuple[Cell, ...]

    def cell(self, column: int) -> Cell:
        """The cell of a column, from 0; None beyond the last."""
        return self.cells[column] if column < len(self.cells) else None


@dataclass(frozen=True, slots=True)
class Merge:
    """A block of merged cells; rows from 1, columns from 0, both ends within."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet. `encoding` of a CSV, else None; `from_1904`: a bare number in it counts days from another day."""

    sheet: str | None
    encoding: str | None
    rows: tuple[Row, ...]
    merges: tuple[Merge, ...] = ()
    from_1904: bool = False
    shown: tuple[tuple[int, int, str], ...] = ()
    """Of a workbook that is read whole: where it shows something otherwise than it is. Row from 1, column from 0, what."""
    is_hidden: bool = False


def address(row: int, column: int) -> str:
    """A cell's name as every spreadsheet shows it: row from 1, column from 0."""
    return f"{column_letters(column)}{row}"


def is_blank(cell: Cell) -> bool:
    """Nothing, or nothing but spaces."""
    return cell is None or (isinstance(cell, str) and not cell.strip())
