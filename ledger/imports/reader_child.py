"""The process that parses a workbook: started with limits of its own, so that what a file does ends it and never us.

    1  it takes no more address space and processor time than it is given, and leaves no core file
    2  the file's bytes come by stdin, what is wanted of it as JSON in the first argument
    3  it answers in JSON lines on stdout: the sheets, each sheet's merged blocks and rows, and `{"end": true}`;
       where it is wanted, of all sheets, and what is shown otherwise in them than it is

A file that ends it early leaves no last line, and that is all the parent has to know. It imports nothing of ours.
"""

import contextlib
import io
import json
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.parsers import expat

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
    from_1904 = xlsx and counts_from_1904(content)
    whole = wanted.get("whole", False)
    codes = number_formats(content) if whole and xlsx else []
    for name in book.sheet_names if whole else names(book, wanted, visible(book)):
        sheet = book.get_sheet_by_name(name)
        said = {"sheet": name, "merges": sheet.merged_cell_ranges or [], "from_1904": from_1904}
        if whole:
            said["shown"] = shown_otherwise(content, name, codes) if xlsx else []
            said["hidden"] = name not in visible(book)
        yield said
        yield from rows(sheet, unusable_cells(content, name) if xlsx else {}, wanted)
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


# --- what calamine leaves blank: error values and formulas without a result ----------------------------


def unusable_cells(content: bytes, sheet: str) -> dict[tuple[int, int], str]:
    """The cells of an .xlsx sheet that hold an error value or a formula nobody calculated: (row, column) from 0."""
    found: dict[tuple[int, int], str] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        part = _part_of(archive, sheet)
        if part is None:
            return found
        reader = _CellReader(found)
        with archive.open(part) as opened:
            while chunk := opened.read(262_144):
                reader.parser.Parse(chunk, False)
            reader.parser.Parse(b"", True)
    return found


class _CellReader:
    """Follows `c` elements: their place, their type, whether they have a formula and a value."""

    def __init__(self, found: dict[tuple[int, int], str]) -> None:
        self.found = found
        self.row = self.column = -1
        self.kind: str | None = None
        self.formula = self.within_formula = self.value = False
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        local = tag.rpartition(" ")[2]
        if local == "row":
            self.row = int(attributes.get("r", self.row + 2)) - 1
            self.column = -1
        elif local == "c":
            self.column += 1
            if "r" in attributes:
                self.row, self.column = place(attributes["r"])
            self.kind, self.formula, self.value = attributes.get("t"), False, False
        elif local == "f":
            self.formula = self.within_formula = True

    def characters(self, text: str) -> None:
        if text.strip() and not self.within_formula:
            self.value = True

    def end(self, tag: str) -> None:
        local = tag.rpartition(" ")[2]
        if local == "f":
            self.within_formula = False
        if local != "c":
            return
        if self.kind == "e":
            self.found[self.row, self.column] = "error"
        elif self.formula and not self.value:
            self.found[self.row, self.column] = "no_result"


def place(reference: str) -> tuple[int, int]:
    """`B7` to (6, 1)."""
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(reference[len(letters) :]) - 1, column - 1


# --- what a reader of the file sees otherwise than it is ----------------------------------------------------


def shown_otherwise(content: bytes, sheet: str, codes: list[str]) -> list[list[Any]]:
    """Where the sheet hides or dresses up what it holds: [row from 1 or 0, column from 0, what].

    Hidden rows and columns, formulas, numbers in a format that shows another one, conditional formats, and drawings.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        part = _part_of(archive, sheet)
        reader = _LooksReader(codes)
        if part is not None:
            with archive.open(part) as opened:
                while chunk := opened.read(262_144):
                    reader.parser.Parse(chunk, False)
                reader.parser.Parse(b"", True)
    return reader.found[:_MOST_LOOKS]


_MOST_LOOKS = 100
_DRESSING = {
    "conditionalFormatting": "conditional_format",
    "drawing": "drawing",
    "legacyDrawing": "drawing",
    "picture": "drawing",
}
_HONEST = re.compile(r"(#,##)?0(\.00)?|General|@")
_BUILT_IN = {1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 37: "#,##0;(#,##0)", 38: "#,##0;(#,##0)"}
_BUILT_IN |= {39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;(#,##0.00)", 49: "@", 0: "General"}


class _LooksReader:
    """Follows rows, columns and cells of one sheet."""

    def __init__(self, codes: list[str]) -> None:
        self.found: list[list[Any]] = []
        self.codes = codes
        self.row = 0
        self.column = -1
        self.format = 0
        self.is_number = False
        self.value: list[str] | None = None
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        local = tag.rpartition(" ")[2]
        if local == "row":
            self.row = int(attributes.get("r", self.row + 1))
            self.column = -1
            if is_hidden(attributes, "ht"):
                self.found.append([self.row, 0, "hidden_row"])
        elif local == "col" and is_hidden(attributes, "width"):
            self.found.append([0, int(attributes["min"]) - 1, "hidden_column"])
        elif local == "c":
            self.column += 1
            if "r" in attributes:
                self.column = place(attributes["r"])[1]
            self.format = int(attributes.get("s", 0))
            self.is_number = attributes.get("t", "n") == "n"
        elif local == "f":
            self.found.append([self.row, self.column, "formula"])
        elif local == "v":
            self.value = []
        elif local in _DRESSING:
            self.found.append([0, 0, _DRESSING[local]])

    def characters(self, text: str) -> None:
        if self.value is not None:
            self.value.append(text)

    def end(self, tag: str) -> None:
        if tag.rpartition(" ")[2] != "v" or self.value is None:
            return
        text, self.value = "".join(self.value), None
        code = self.codes[self.format] if self.format < len(self.codes) else "General"
        if self.is_number and not shows(code, text):
            self.found.append([self.row, self.column, "number_format"])


def is_hidden(attributes: dict[str, str], size: str) -> bool:
    """Whether a row or column is hidden, or made too narrow to be read."""
    narrow = attributes.get(size)
    return attributes.get("hidden") in ("1", "true") or (narrow is not None and float(narrow) < 1)


def shows(code: str, number: str) -> bool:
    """Whether a number format shows a number as it is: two decimals, or none where it has none, and its sign."""
    plain = re.sub(r"\[(Red|Black|Blue|Green|[A-Za-z]+\d*)\]|_.|\\.", "", code, flags=re.I)
    positive, *others = plain.split(";")
    signs = [others[0]] if others and number.startswith("-") else []
    if any(not ("-" in each or "(" in each) for each in signs):
        return False
    used = signs[0] if signs else positive
    used = used.strip().removeprefix("-").strip("() ")
    if _HONEST.fullmatch(used) is None:
        return False
    return used in ("General", "@") or used.endswith(".00") or float(number).is_integer()


def number_formats(content: bytes) -> list[str]:
    """The number format of each style of a cell."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        part = next((name for name in archive.namelist() if name.lower() == "xl/styles.xml"), None)
        elements = [] if part is None else _elements(archive, part)
    own = {int(said["numFmtId"]): said.get("formatCode", "") for tag, said in elements if tag == "numFmt"}
    found, within = [], False
    for tag, said in elements:
        within = tag == "cellXfs" or (within and tag not in ("cellStyles", "dxfs"))
        if within and tag == "xf":
            number = int(said.get("numFmtId", 0))
            found.append(own.get(number) or _BUILT_IN.get(number, f"built-in {number}"))
    return found


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The part a sheet stands in, through the workbook's relations."""
    names = {name.lower(): name for name in archive.namelist()}
    book, relations = names.get("xl/workbook.xml"), names.get("xl/_rels/workbook.xml.rels")
    if book is None or relations is None:
        return None
    wanted = ""
    for tag, attributes in _elements(archive, book):
        if tag == "sheet" and attributes.get("name") == sheet:
            wanted = next((value for key, value in attributes.items() if key.endswith(" id")), "")
    for tag, attributes in _elements(archive, relations):
        if tag == "Relationship" and attributes.get("Id") == wanted:
            target = attributes.get("Target", "")
            full = target.lstrip("/") if target.startswith("/") else f"xl/{target.removeprefix('./')}"
            return names.get(full.lower())
    return None


def counts_from_1904(content: bytes) -> bool:
    """Whether bare day numbers of an .xlsx count from 1904."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        book = next((name for name in archive.namelist() if name.lower() == "xl/workbook.xml"), None)
        found = [] if book is None else _elements(archive, book)
    return any(tag == "workbookPr" and said.get("date1904") in ("1", "true") for tag, said in found)


def _elements(archive: zipfile.ZipFile, part: str) -> list[tuple[str, dict[str, str]]]:
    found: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda tag, attributes: found.append((tag.rpartition(" ")[2], attributes))
    parser.Parse(archive.read(part), True)
    return found


if __name__ == "__main__":
    main()
