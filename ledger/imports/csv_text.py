"""CSV and TSV: which encoding and separator a file has is told by its known headers; bytes alone cannot (finance §15).

Big5 bytes decode as valid GB18030 nonsense: so every reading that decodes is tried, and that with most known headers wins.
Text that holds as strict UTF-8 is UTF-8 where another reading finds as many.
"""

import codecs
import csv
import io
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from ledger.errors import InputError
from ledger.imports.guard import too_large
from ledger.imports.table import MAX_BLANK_ROWS, MAX_CELL_CHARACTERS, MAX_COLUMNS, Cell, Row, Table, Unusable
from ledger.texts import looks_like_formula

ENCODINGS: Final = ("utf-8", "gb18030", "big5hkscs")
"""Tried in this order where no byte order mark decides and none is asked for."""

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (b"\x84\x31\x95\x33", "gb18030"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SEPARATORS: Final = (",", "\t", ";")
_HEADER_CHARACTERS: Final = 65_536


def read(
    content: bytes, known_headers: Callable[[Iterable[Row]], int], encoding: str | None, max_rows: int
) -> Table:
    """The table of a CSV file. InputError `encoding_ambiguous`, `encoding_wrong`, `sheet_not_a_table`, `sheet_broken`."""
    best: list[tuple[int, str, str, str]] = []
    for name, text in _decoded(content, encoding):
        for separator in _SEPARATORS:
            score = known_headers(_start(text, separator))
            if not best or score > best[0][0]:
                best = [(score, name, text, separator)]
            elif score == best[0][0] > 0 and (text, separator) != best[0][2:]:
                best.append((score, name, text, separator))
    if not best:
        if encoding is not None:
            raise InputError("encoding_wrong", encoding=encoding)
        raise InputError("sheet_not_a_table", found="other_file")
    if best[0][1] != "utf-8" and len({name for _, name, _, _ in best}) > 1:
        raise InputError(
            "encoding_ambiguous", encodings=", ".join(dict.fromkeys(name for _, name, _, _ in best))
        )
    _, name, text, separator = best[0]
    return Table(None, name, tuple(_rows(text, separator, max_rows)))


def _decoded(content: bytes, encoding: str | None) -> Iterator[tuple[str, str]]:
    """Every reading of the bytes that holds strictly, the same text only once."""
    marked = next(((mark, name) for mark, name in _MARKS if content.startswith(mark)), None)
    names = (encoding,) if encoding is not None else (marked[1],) if marked else ENCODINGS
    seen: set[str] = set()
    for name in names:
        try:
            text = content.removeprefix(marked[0] if marked else b"").decode(name)
        except LookupError:
            raise InputError("encoding_wrong", encoding=name) from None
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            raise InputError("sheet_not_a_table", found="other_file")
        if text not in seen:
            seen.add(text)
            yield name, text


def _start(text: str, separator: str) -> list[Row]:
    """The rows in which a header may stand, as far as they can be read."""
    head = text[:_HEADER_CHARACTERS]
    rows = []
    try:
        for number, cells in enumerate(
            csv.reader(io.StringIO(head, newline=""), delimiter=separator), start=1
        ):
            rows.append(Row(number, tuple(cell or None for cell in cells[:MAX_COLUMNS])))
            if number >= 30:
                break
    except csv.Error:
        pass  # told when the whole of it is read
    return rows


def _rows(text: str, separator: str, max_rows: int) -> Iterator[Row]:
    """All rows, each with the number of the record in the file, as a spreadsheet shows it."""
    blank = kept = 0
    records = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(records)
        except StopIteration:
            return
        except csv.Error as error:
            longer = "field limit" in str(error)
            raise InputError("sheet_broken", found="cell_beyond_limit" if longer else "quote_open") from None
        while cells and not cells[-1].strip():
            cells.pop()
        if not cells:
            blank += 1
            if blank > MAX_BLANK_ROWS:
                return
            continue
        blank = 0
        kept += 1
        if kept > max_rows:
            raise too_large("sheet_rows", max_rows)
        if len(cells) > MAX_COLUMNS:
            raise too_large("sheet_columns", MAX_COLUMNS)
        yield Row(number, tuple(map(_cell, cells)))


def _cell(text: str) -> Cell:
    """A cell's text without what stands before it only to keep spreadsheets from reading it as something else."""
    if len(text) > MAX_CELL_CHARACTERS:
        return Unusable.TOO_LONG
    guarded = text.startswith("'") and looks_like_formula(text.lstrip("'"))
    if guarded or text.startswith("\t"):
        text = text[1:]
    return text or None
