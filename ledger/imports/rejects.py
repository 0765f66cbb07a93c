"""The rows of a sheet that were refused, as a workbook to be put right and imported again (finance §15).

The header and the cells are those of the file; beside them stand why a row was refused and what to do.
"""

import io
from datetime import date, datetime, time, timedelta
from typing import Any

import xlsxwriter

from ledger.imports.table import Cell, Row, Unusable
from ledger.imports.verdicts import Preview, RowVerdict
from ledger.labels.messages import Labels
from ledger.texts import looks_like_formula

_EPOCH = datetime(2000, 1, 1)
"""The file's date in its metadata: it is of no business day, and the same rows make the same bytes."""


def workbook(preview: Preview, labels: Labels) -> bytes:
    """The refused rows; lines of sums are left out, since the rest adds up to something else."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(
        file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"created": _EPOCH})
    sheet = book.add_worksheet(labels.title("rejects"))
    writer = _Writer(book, sheet)
    refused = [row for row in preview.refused if not row.total]
    width = max((len(row.cells) for row in (*preview.header, *(each.row for each in refused))), default=0)
    for row in preview.header:
        writer.row(row)
    for place, title in enumerate((labels.heading("refused_because"), labels.heading("what_to_do"))):
        writer.cell(max(len(preview.header) - 1, 0), width + place, title)
    for each in refused:
        writer.row(each.row)
        for place, text in enumerate(_why(each, labels)):
            writer.cell(writer.at - 1, width + place, text)
    sheet.freeze_panes(len(preview.header), 0)
    book.close()
    return file.getvalue()


def _why(row: RowVerdict, labels: Labels) -> tuple[str, str]:
    """Why a row was refused, and the next steps."""
    said = [labels.message(error.code, error.fields) for error in row.errors]
    steps = [step for error in row.errors if (step := labels.hint(error.code, error.fields)) is not None]
    between = labels.say("sentence_separator")
    return between.join(dict.fromkeys(said)), between.join(dict.fromkeys(steps))


class _Writer:
    """Writes cells so that they are read again as they were."""

    def __init__(self, book: Any, sheet: Any) -> None:
        self.at = 0
        self._sheet = sheet
        self._text = book.add_format({"num_format": "@"})
        self._quoted = book.add_format({"num_format": "@", "quote_prefix": True})
        self._day = book.add_format({"num_format": "yyyy-mm-dd"})
        self._instant = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._clock = book.add_format({"num_format": "hh:mm:ss"})

    def row(self, row: Row) -> None:
        """The cells of a row, in the next one."""
        for column, cell in enumerate(row.cells):
            self.cell(self.at, column, cell)
        self.at += 1

    def cell(self, row: int, column: int, cell: Cell) -> None:
        """One cell: text as text, numbers as numbers, days as days."""
        if cell is None or isinstance(cell, Unusable):
            return  # what nobody can read is written anew
        if isinstance(cell, str):
            self._sheet.write_string(
                row, column, cell, self._quoted if looks_like_formula(cell) else self._text
            )
        elif isinstance(cell, bool):
            self._sheet.write_boolean(row, column, cell)
        elif isinstance(cell, int | float):
            self._sheet.write_number(row, column, cell)
        elif isinstance(cell, datetime):
            self._sheet.write_datetime(row, column, cell, self._instant)
        elif isinstance(cell, date):
            self._sheet.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), self._day)
        elif isinstance(cell, time | timedelta):
            self._sheet.write_datetime(row, column, cell, self._clock)
