"""Tables as an XLSX workbook: ids and texts as text, amounts as numbers, panes frozen, ready to print (finance §11, §12)."""

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime

import xlsxwriter

from ledger.exports.table import Column, Table
from ledger.texts import looks_like_formula

LIMIT = 1_048_575
"""How many rows a sheet may have below its titles."""


def xlsx_bytes(tables: Sequence[Table], day: date, properties: Mapping[str, str]) -> bytes:
    """The workbook; the same tables, day and properties make the same bytes. `day` is the file's date in its metadata."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(
        file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"created": datetime(day.year, day.month, day.day)})
    for name, value in properties.items():
        book.set_custom_property(name, value, "text")
    formats = {
        "title": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
        "money_title": book.add_format({"bold": True, "bottom": 1, "align": "right", "valign": "top"}),
        "money": book.add_format({"num_format": "0.00"}),
        "text": book.add_format({"num_format": "@"}),
        "quoted": book.add_format({"num_format": "@", "quote_prefix": True}),
    }
    for table in tables:
        _write(book.add_worksheet(table.name), table, formats)
    book.close()
    return file.getvalue()


def _write(sheet: "xlsxwriter.workbook.Worksheet", table: Table, formats: Mapping[str, object]) -> None:
    top = len(table.before)
    sheet.freeze_panes(top + 1, 0)
    sheet.set_row(top, 20)
    sheet.repeat_rows(0, top)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, _width(column, place, table))
        sheet.write_string(
            top, place, column.title, formats["money_title" if column.kind == "money" else "title"]
        )
    for number, line in enumerate(table.before):
        for place, text in enumerate(line):
            sheet.write_string(number, place, text, formats["text"])
    for number, row in enumerate(table.rows, top + 1):
        for place, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(number, place, value / 100, formats["money"])
            elif value is not None:
                quoted = "quoted" if looks_like_formula(value) else "text"
                sheet.write_string(number, place, value, formats[quoted])


def _width(column: Column, place: int, table: Table) -> int:
    """So wide that its cells can be read; an ideograph takes two."""
    texts = [column.title, *(str(row[place]) for row in table.rows[:200] if row[place] is not None)]
    return min(60, max(len(text.encode("gb18030")) for text in texts) + 2)
