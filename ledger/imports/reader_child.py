"""The process that parses a workbook: started with limits of its own, so that what a file does ends it and never us.

    1  it takes no more address space and processor time than it is given, and leaves no core file
    2  the file's bytes come by stdin, what is wanted of it as JSON in the first argument
    3  it answers in JSON lines on stdout: the sheets, each sheet's merged blocks and rows, and `{"end": true}`;
       where it is wanted, of all sheets, and what is shown otherwise in them than it is

A file that ends it early leaves no last line, and that is all the parent has to know. It imports nothing of ours but
`xlsx_parts`.
"""

import contextlib
import io
import json
import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))  # started alone, it finds nothing of ours

from ledger.imports import xlsx_parts

ADDRESS_SPACE_BYTES = 700 * 1_048_576
PROCESSOR_SECONDS = 20
_ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!"}


class Refused(Exception):
    """A file that will not be read, by the code of its refusal and the fields of its words."""

    def __init__(self, code: str, **fields: object) -> None:
        super().__init__(code)
        self.answer = {"refused": code, "fields": fields}


def limit() -> None:
    """Step 1. Where a system has no such limits the guard before and the parent's clock must do."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE_BYTES, ADDRESS_SPACE_BYTES))


def main() -> None:
    """Steps 2 and 3."""
    limit()
    wanted = json.loads(sys.argv[1])
    content = sys.stdin.buffer.read()
    try:
        for line in answers(content, wanted):
            print(json.dumps(line, ensure_ascii=True, separators=(",", ":")))
    except Refused as refused:
        print(json.dumps(refused.answer))
    sys.stdout.flush()


def answers(content: bytes, wanted: dict[str, Any]) -> Iterator[dict[str, Any] | list[Any]]:
    """The lines of the answer. `wanted`: format, sheet (null for the first one that holds anything), also, limits."""
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    except python_calamine.PasswordError:
        raise Refused("sheet_encrypted") from None
    kinds = python_calamine.SheetTypeEnum
    if any(sheet.typ in (kinds.MacroSheet, kinds.Vba) for sheet in book.sheets_metadata):
        raise Refused("sheet_active", part="macro sheet")
    xlsx = wanted["format"] == "xlsx"
    from_1904 = xlsx and xlsx_parts.counts_from_1904(content)
    whole = wanted.get("whole", False)
    codes = xlsx_parts.number_formats(content) if whole and xlsx else []
    for name in book.sheet_names if whole else names(book, wanted, visible(book)):
        sheet = book.get_sheet_by_name(name)
        said = {"sheet": name, "merges": sheet.merged_cell_ranges or [], "from_1904": from_1904}
        if whole:
            said["shown"] = xlsx_parts.shown_otherwise(content, name, codes) if xlsx else []
            said["hidden"] = name not in visible(book)
        yield said
        yield from rows(sheet, xlsx_parts.unusable_cells(content, name) if xlsx else {}, wanted)
    yield {"end": True}


def visible(book: Any) -> list[str]:
    """The sheets with cells that a reader of the file sees."""
    import python_calamine

    kinds, seen = python_calamine.SheetTypeEnum, python_calamine.SheetVisibleEnum.Visible
    return [
        each.name for each in book.sheets_metadata if each.visible == seen and each.typ == kinds.WorkSheet
    ]


def names(book: Any, wanted: dict[str, Any], seen: list[str]) -> Iterator[str]:
    """The sheet asked for, or the first visible one that holds anything; then those that are wanted beside it."""
    first = wanted["sheet"]
    if first is not None and first not in book.sheet_names:
        raise Refused("worksheet_unknown", sheet=first, sheets=", ".join(seen))
    if first is None:
        first = next((name for name in seen if book.get_sheet_by_name(name).start is not None), None)
    if first is not None:
        yield first
        yield from (name for name in book.sheet_names if name in wanted["also"] and name != first)


def rows(sheet: Any, unusable: dict[tuple[int, int], str], wanted: dict[str, Any]) -> Iterator[list[Any]]:
    """The rows of a sheet that hold anything, each [number, cell, …], and nothing below a long blank stretch."""
    start = sheet.start or (0, 0)
    last = max((row for row, _ in unusable), default=-1)
    blank = kept = characters = 0
    number = 0
    for number, cells in enumerate(_from_the_top(sheet, start), start=1):
        row = [_told(cell, wanted) for cell in cells]
        for column in [column for at, column in unusable if at == number - 1]:
            row += [None] * (column + 1 - len(row))
            row[column] = [unusable[number - 1, column]]
        while row and row[-1] in (None, ""):
            row.pop()
        if not row:
            blank += 1
            if blank > wanted["blank_rows"]:
                break
            continue
        blank = 0
        kept += 1
        characters += sum(len(cell) for cell in row if isinstance(cell, str))
        _check(kept, len(row), characters, wanted)
        yield [number, *row]
    for missing in range(number + 1, last + 2):
        columns = {column: kind for (at, column), kind in unusable.items() if at == missing - 1}
        if columns:
            yield [missing, *([columns[c]] if c in columns else None for c in range(max(columns) + 1))]


def _from_the_top(sheet: Any, start: tuple[int, int]) -> Iterable[list[Any]]:
    """Rows from column A on: calamine begins with the sheet's first row, but with the first column that holds anything."""
    for row in sheet.iter_rows():
        yield [None] * start[1] + row


def _check(kept: int, columns: int, characters: int, wanted: dict[str, Any]) -> None:
    if kept > wanted["rows"]:
        raise Refused("sheet_too_large", found="sheet_rows", limit=wanted["rows"])
    if columns > wanted["columns"]:
        raise Refused("sheet_too_large", found="sheet_columns", limit=wanted["columns"])
    if characters > wanted["characters"]:
        raise Refused("sheet_too_large", found="sheet_characters", limit=wanted["characters"])


def _told(cell: Any, wanted: dict[str, Any]) -> Any:
    """A cell in JSON: text as it is, numbers and truth as they are, days and times as [kind, ISO 8601]."""
    if isinstance(cell, str):
        if len(cell) > wanted["cell_characters"]:
            return ["too_long"]
        return ["error"] if cell in _ERRORS or cell.startswith("Err:5") else cell
    if isinstance(cell, datetime):
        return ["datetime", cell.isoformat()]
    if isinstance(cell, date):
        return ["date", cell.isoformat()]
    if isinstance(cell, time):
        return ["time", cell.isoformat()]
    if isinstance(cell, timedelta):
        return ["duration", cell.total_seconds()]
    return cell


if __name__ == "__main__":
    main()
