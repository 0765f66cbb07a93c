"""What a row of a sheet is: somebody's, a sum to be compared, a line for signatures, or nothing (finance §15)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Final, Literal

from ledger.errors import InputError, LedgerError, WrongState
from ledger.formats import format_money
from ledger.imports import cells
from ledger.imports.headers import Header, normal, words
from ledger.imports.table import Row, Table, address, is_blank
from ledger.terms import ID

Sort = Literal["row", "blank", "total", "subtotal", "remark", "header"]

_NUMBER: Final = re.compile(ID)
SUMMED: Final = ("points", "wage", "deducted", "expected")
"""The fields whose columns a sheet may add up. A minimum wage is nobody's sum."""


@cache
def _words_of(sort: str) -> tuple[str, ...]:
    return tuple(normal(word) for word in words()["rows"][sort])


def sort_of(row: Row, header: Header) -> Sort:
    """What a row below the header is, by its first written cell and by whether any column of ours says anything."""
    first = next((cell for cell in row.cells if not is_blank(cell)), None)
    text = normal(first) if isinstance(first, str) else ""
    if text:
        if text in _words_of("total"):
            return "total"
        if text.startswith(_words_of("subtotal")):
            return "subtotal"
        if text.startswith(_words_of("total")) and _is_sum_line(row, header):
            return "total"
        if text.startswith(_words_of("remark")) and _is_sum_line(row, header):
            return "remark"
    if _repeats(row, header):
        return "header"
    ours = [row.cell(column) for field, column in header.columns.items()]
    return "blank" if all(map(is_blank, ours)) else "row"


def _is_sum_line(row: Row, header: Header) -> bool:
    """Whether a row that begins with such a word is nobody's: no staff number beside it, unless in that first cell."""
    column = header.columns.get("employee")
    if column is None:
        return True
    first = next(place for place, cell in enumerate(row.cells) if not is_blank(cell))
    if column == first:  # a staff number may begin like such a word
        return _NUMBER.fullmatch(str(row.cell(first)).strip()) is None
    return is_blank(row.cell(column))


def _repeats(row: Row, header: Header) -> bool:
    """Whether a row is the header again, as at the top of a printed page."""
    if len(header.texts) < 2:
        return False
    return all(
        isinstance(cell := row.cell(column), str)
        and normal(cell)
        and normal(header.texts[name]).endswith(normal(cell))
        for name, column in header.columns.items()
    )


@dataclass
class Sums:
    """The sums of the summed columns: over the whole sheet and since the last line that gave some."""

    header: Header
    whole: dict[str, int] = field(default_factory=dict)
    part: dict[str, int] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        """Counts a row in; a cell that is not to be read is told where the row is."""
        for name, amount in self._amounts(row):
            self.whole[name] = self.whole.get(name, 0) + amount
            self.part[name] = self.part.get(name, 0) + amount

    def compare(self, row: Row, sort: Sort) -> list[LedgerError]:
        """`total_differs` for every sum that is not that of the rows above it."""
        wrong: list[LedgerError] = []
        for name, stated in self._amounts(row):
            possible = [self.part.get(name, 0)] + ([] if sort == "subtotal" else [self.whole.get(name, 0)])
            if stated not in possible:
                column = self.header.columns[name]
                shown = [
                    str(value) if name == "points" else format_money(value)
                    for value in (stated, possible[-1])
                ]
                error = WrongState(
                    "total_differs", column=self.header.texts[name], stated=shown[0], summed=shown[1]
                )
                error.at(cell=address(row.number, column), field=name)
                wrong.append(error)
        self.part = {}
        return wrong

    def _amounts(self, row: Row) -> Iterator[tuple[str, int]]:
        for name in SUMMED:
            if name in self.header.columns:
                cell = row.cell(self.header.columns[name])
                try:
                    amount = cells.points(cell) if name == "points" else cells.money(cell)
                except InputError:
                    continue
                if amount is not None:
                    yield name, amount


def below(table: Table, header: Header, last_row: int | None) -> Iterator[tuple[Row, Sort]]:
    """The rows below the header with what each of them is."""
    for row in table.rows:
        if row.number > header.last_row and (last_row is None or row.number <= last_row):
            yield row, sort_of(row, header)
