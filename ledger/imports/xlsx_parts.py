"""What an .xlsx file holds and its parser does not tell, read from its XML: the process that parses a workbook uses it.

It knows the standard library alone: whatever it imports is at the mercy of the file.
"""

import io
import re
import zipfile
from typing import Any
from xml.parsers import expat

# --- what calamine leaves blank: error values and formulas without a result ----------------------------


def unusable_cells(content: bytes, sheet: str) -> dict[tuple[int, int], str]:
    """The cells of an .xlsx sheet that hold an error value or a formula nobody calculated: (row, column) from 0."""
    reader = _CellReader()
    _read(content, sheet, reader)
    return reader.found


class _CellReader:
    """Follows `c` elements: their place, their type, whether they have a formula and a value."""

    def __init__(self) -> None:
        self.found: dict[tuple[int, int], str] = {}
        self.row = self.column = -1
        self.kind: str | None = None
        self.formula = self.within_formula = self.value = False

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
    reader = _LooksReader(codes)
    _read(content, sheet, reader)
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


# --- the parts of the file ---------------------------------------------------------------------------------


def _read(content: bytes, sheet: str, reader: _CellReader | _LooksReader) -> None:
    """Has a reader follow the elements of a sheet; nothing where the workbook leads to no part of that name."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        part = _part_of(archive, sheet)
        if part is None:
            return
        with archive.open(part) as opened:
            while chunk := opened.read(262_144):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)


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
