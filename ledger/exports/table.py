"""A table on its way into a file: titles, kinds of cells, rows. What spreadsheets do with cells is forestalled here.

Texts may be anybody's: one that a spreadsheet would take for a formula is marked as text (finance §11.4).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["text", "id", "money", "month"]
Value = str | int | None
"""Money in fen; everything else is text. None: an empty cell."""

_MISREAD: Final = re.compile(r"0\d+|\d+[eE]\d+|\d+[-/]\d+([-/]\d+)?|\d{12,}")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title and what its cells hold."""

    title: str
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet of a file; `before` are literal rows above its titles."""

    name: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Value]]
    before: Sequence[Sequence[str]] = ()


def misread_ids(table: Table) -> list[str]:
    """The ids that a spreadsheet would take for numbers or days where a file cannot say that they are text; sorted."""
    places = [place for place, column in enumerate(table.columns) if column.kind == "id"]
    found = {str(row[place]) for row in table.rows for place in places if row[place] is not None}
    return sorted(each for each in found if _MISREAD.fullmatch(each))
