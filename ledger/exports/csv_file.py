"""A table as CSV: RFC 4180, amounts as plain numbers, texts that look like formulas behind an apostrophe (finance §11)."""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from ledger.exports.table import Column, Table, Value
from ledger.formats import format_money
from ledger.texts import looks_like_formula


def csv_bytes(table: Table, encoding: str, tab_before_ids: bool = False) -> bytes:
    """The file in an encoding. UnicodeEncodeError where it lacks a character."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    for line in table.before:
        writer.writerow([f"'{text}" if looks_like_formula(text) else text for text in line])
    writer.writerow([column.title for column in table.columns])
    for row in table.rows:
        writer.writerow(_cells(table.columns, row, tab_before_ids))
    return written.getvalue().encode(encoding)


def csv_lines(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """A file of texts line by line, in UTF-8 with a mark of it, for more rows than are held at once."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    yield codecs.BOM_UTF8
    for row in chain([titles], rows):
        writer.writerow([f"'{text}" if looks_like_formula(text) else text for text in row])
        yield written.getvalue().encode()
        written.seek(0)
        written.truncate()


def _cells(columns: tuple[Column, ...], row: Sequence[Value], tab: bool) -> Iterator[str]:
    for column, value in zip(columns, row, strict=True):
        if value is None:
            yield ""
        elif isinstance(value, int):
            yield format_money(value)
        elif column.kind == "id" and tab:
            yield f"\t{value}"
        else:
            yield f"'{value}" if looks_like_formula(value) else value
