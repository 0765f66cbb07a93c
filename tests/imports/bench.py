"""The stage of an import: an office on record, files made of rows as data, and what is expected of each row."""

import csv
import io
import tomllib
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
from openpyxl.utils import get_column_letter

from ledger.application.ledger import Ledger
from ledger.application.recording.imports import Asked, Imported, load_map
from ledger.labels.messages import load
from tests.support import office

HERE = Path(__file__).parent
Rows = list[list[Any]]

PEOPLE = [
    office.register_employee("007", name="王芳", supervisor="L01", post="客服員"),
    office.register_employee("1E5", name="李強", supervisor="L01"),
    office.register_employee("E100", name="陳 大文", supervisor="L02", department="order"),
    office.register_employee("E101", name="張偉", supervisor="L02", department="order"),
    office.register_employee("E102", name="張偉", supervisor="L02", department="order"),
    office.register_employee("F01", name="何會計"),
    office.appoint("finance", "F01"),
]
RECORDED = [
    office.issue_notice("N1", "E001", 5),
    office.issue_notice("N2", "E002", 9, clause="FD-02"),
    office.find_responsibility("N2"),
    office.issue_notice("N3", "007", 2, clause="PF-D"),
    office.grant_reward("R1", "E004", 2),
    office.record_wage("E002", "3000.00", "2200.00"),
]
OPEN = [*office.office(), *PEOPLE, *RECORDED]
"""August is open: notices, rewards and wages can be recorded."""
CLOSED = [*OPEN, office.close_month()]
"""August is closed: what pay took can be returned."""


# --- files ------------------------------------------------------------------------------------------


@dataclass
class Made:
    """How a file is made of rows. `texts` keeps every cell as text; `formulas` cell → formula without a result."""

    rows: Rows
    form: str = "xlsx"
    encoding: str = "utf-8"
    separator: str = ","
    merges: list[str] = field(default_factory=list)
    dimension: str | None = None
    fills: int = 0
    from_1904: bool = False
    formulas: dict[str, str] = field(default_factory=dict)
    name: str = "表一"
    before: Rows | None = None

    def content(self) -> bytes:
        """The bytes of the file."""
        if self.form == "csv":
            return self._csv()
        return self._ods() if self.form == "ods" else self._xlsx()

    def _csv(self) -> bytes:
        file = io.StringIO()
        writer = csv.writer(file, delimiter=self.separator, lineterminator="\r\n")
        writer.writerows([["" if cell == "" else cell for cell in row] for row in self.rows])
        return file.getvalue().encode(self.encoding)

    def _xlsx(self) -> bytes:
        book = openpyxl.Workbook()
        if self.from_1904:
            book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
        sheet = book.active
        sheet.title = self.name
        for number, row in enumerate(self.rows, start=1):
            for column, cell in enumerate(row, start=1):
                if cell != "":
                    sheet.cell(number, column, cell)
        for block in self.merges:
            sheet.merge_cells(block)
        for place, formula in self.formulas.items():
            sheet[place] = formula
        grey = openpyxl.styles.PatternFill("solid", fgColor="DDDDDD")
        for number in range(len(self.rows) + 1, len(self.rows) + self.fills + 1):
            for column in range(1, 12):
                sheet.cell(number, column).fill = grey
        file = io.BytesIO()
        book.save(file)
        return self._with_dimension(file.getvalue())

    def _with_dimension(self, content: bytes) -> bytes:
        """The same with the dimension that WPS writes, which is wrong."""
        if self.dimension is None:
            return content
        found = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(content)) as old,
            zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as new,
        ):
            for part in old.infolist():
                text = old.read(part)
                if part.filename == "xl/worksheets/sheet1.xml":
                    end = text.index(b"/>", text.index(b"<dimension")) + 2
                    start = text.index(b"<dimension")
                    text = text[:start] + f'<dimension ref="{self.dimension}"/>'.encode() + text[end:]
                new.writestr(part.filename, text)
        return found.getvalue()

    def _ods(self) -> bytes:
        space = (
            'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
            ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
            ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
        )
        rows = "".join(
            f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in self.rows
        )
        body = f'<table:table table:name="{self.name}">{rows}</table:table>'
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
            archive.writestr(
                "content.xml",
                f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {space} office:version="1.2">'
                f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>",
            )
            archive.writestr(
                "META-INF/manifest.xml",
                '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest'
                ' xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
                '<manifest:file-entry manifest:full-path="/"'
                ' manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>',
            )
        return file.getvalue()


def _ods_cell(cell: Any) -> str:
    if cell == "":
        return "<table:table-cell/>"
    kind, said = "string", ""
    if isinstance(cell, int | float):
        kind, said = "float", f' office:value="{cell}"'
    elif isinstance(cell, date):
        kind, said = "date", f' office:date-value="{cell.isoformat()}"'
    text = f"<text:p>{escape(str(cell))}</text:p>"
    return f'<table:table-cell office:value-type="{kind}"{said}>{text}</table:table-cell>'


def read_by_openpyxl(content: bytes) -> dict[str, Any]:
    """Every written cell of the first sheet by its address, as the other reader has it."""
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    found = {}
    for row in book.worksheets[0].iter_rows():
        for cell in row:
            if cell.value is not None:
                found[f"{get_column_letter(cell.column)}{cell.row}"] = plain(cell.value)
    return found


def plain(value: Any) -> Any:
    """A cell as both readers can be held against each other: a day without a time is a day, a whole number whole."""
    if isinstance(value, datetime) and value.time() == time():
        return value.date()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


# --- cases ------------------------------------------------------------------------------------------


@dataclass
class Case:
    """A sheet and what is expected of its rows.

    `expect`: row → verdict, and behind it code and cell of what is wrong with it; `says`: row → fields of its first
    command; `fails`: the code with which the whole file is refused; `asked`: options of the import.
    """

    name: str
    kind: str
    rows: Rows
    expect: dict[str, str] = field(default_factory=dict)
    says: dict[str, dict[str, Any]] = field(default_factory=dict)
    fails: str | None = None
    asked: dict[str, Any] = field(default_factory=dict)
    map: str | None = None
    file: dict[str, Any] = field(default_factory=dict)

    def content(self) -> bytes:
        """The bytes of its file."""
        return Made(self.rows, **self.file).content()

    def options(self) -> Asked:
        """What is asked beside it."""
        given = dict(self.asked)
        if self.map is not None:
            given["map"] = load_map(f'format = "kaoji.import-map/v1"\n{self.map}'.encode())
        return Asked(**given)


def cases() -> list[Case]:
    """Every case of the files in this folder."""
    return [
        Case(**table)
        for path in sorted(HERE.glob("*.toml"))
        for table in tomllib.loads(path.read_text("utf-8"))["case"]
    ]


def verdicts(imported: Imported) -> dict[str, str]:
    """Row → verdict, code and cell, as cases expect them."""
    return {
        str(row.row.number): " ".join(
            [row.verdict, *(f"{error.code}{_cell(error.place)}" for error in row.errors)]
        )
        for row in imported.preview.rows
    }


def _cell(place: dict[str, object]) -> str:
    return f" {place['cell']}" if "cell" in place else ""


def handed_over(ledger: Ledger, changes: dict[str, Any], language: str = "zh-Hant") -> bytes:
    """The hand-off of August with some cells of its first sheet filled in, as openpyxl saves it."""
    sheets = ledger.exports.handoff(office.MONTH, None, "full", load(language))
    return filled(ledger.exports.workbook(sheets), changes)


def filled(content: bytes, changes: dict[str, Any], sheet: int = 0) -> bytes:
    """A workbook with some cells changed, saved by openpyxl."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for place, value in changes.items():
        book.worksheets[sheet][place] = value
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()
