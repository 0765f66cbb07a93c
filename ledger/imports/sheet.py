"""A file to verdicts: read, its header found, each row looked at; nothing is decided and nothing recorded (finance §15)."""

import hashlib
from dataclasses import dataclass, replace
from typing import Final, Protocol

from ledger.errors import InputError, LedgerError, WrongState
from ledger.imports import batch, employees, notices, pay_rows, payroll, reader, rewards, wages
from ledger.imports.asked import Asked
from ledger.imports.batch import Batch
from ledger.imports.headers import Header, Kind, count_known, find_header
from ledger.imports.known import Known, listed
from ledger.imports.pay_map import ITEM
from ledger.imports.row_cells import RowCells
from ledger.imports.rows import Sums, below
from ledger.imports.table import Cell, Row, Table
from ledger.imports.verdicts import Preview, RowVerdict, Values, Warned
from ledger.texts import described


class Rows(Protocol):
    """What a kind of sheet makes of its rows."""

    WANTED: frozenset[str]
    """The fields it cannot do without, beside whose row it is."""

    def verdicts(self, rows: list[RowCells], known: Known, asked: Asked) -> list[RowVerdict]:
        """What each row comes to, in their order."""


KINDS: Final[dict[Kind, Rows]] = {
    "notices": notices,
    "employees": employees,
    "wages": wages,
    "rewards": rewards,
    "payroll": payroll,
}
_ONE_EACH: Final = frozenset(("employees", "wages", "payroll"))
"""The kinds of sheets in which nobody stands twice."""

_OF_A_MONTH: Final = frozenset(("wages", "payroll"))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that was read: its table with the header found, and which hand-off it says it is of."""

    kind: Kind
    file_sha256: str
    table: Table
    header: Header
    batch: Batch | None


def read_sheet(kind: Kind, content: bytes, asked: Asked) -> Sheet:
    """A file as a sheet of a kind. InputError `sheet_*`, `column_*`, `encoding_*`, `cell_*`."""
    also = batch.control_sheets() if kind == "payroll" else []
    named = asked.sheet or asked.map.sheet.name
    book = reader.read(content, count_known(kind, asked.map), named, asked.encoding, also)
    table = book.tables[0]
    person = "name" if asked.map.match_names and "employee" not in asked.map.columns else "employee"
    header = find_header(table, kind, _wanted(kind, asked) | {person}, asked.map)
    found = batch.batch_of(content, book) if kind == "payroll" else None
    return Sheet(kind, hashlib.sha256(content).hexdigest(), table, header, found)


def _wanted(kind: Kind, asked: Asked) -> frozenset[str]:
    """The fields without which a sheet of a kind says nothing."""
    if asked.pay_map is not None and asked.pay_map.returned.items and not asked.pay_map.is_long:
        return frozenset(f"{ITEM}{title}" for title in asked.pay_map.returned.items)
    return _rows_of(kind, asked).WANTED


def _rows_of(kind: Kind, asked: Asked) -> Rows:
    """What makes something of a sheet's rows: what payroll gives back may have several of a person."""
    return pay_rows if asked.pay_map is not None and asked.pay_map.is_long else KINDS[kind]


def preview(sheet: Sheet, known: Known, asked: Asked) -> Preview:
    """What each row of a sheet comes to on what is on record.

    WrongState `payroll_batch_unknown`, `month_not_closed`; InputError `import_month_needed`.
    """
    asked, warnings = _of_month(sheet, known, asked)
    rows, others = _rows(sheet, known, asked)
    found = _rows_of(sheet.kind, asked).verdicts(list(rows.values()), known, asked)
    warnings += _left(sheet, found, known, asked)
    by_number = others | {each.row.number: each for each in found}
    header = [
        row for row in sheet.table.rows if sheet.header.first_row <= row.number <= sheet.header.last_row
    ]
    return Preview(
        kind=sheet.kind,
        site=known.site,
        month=asked.month,
        file_sha256=sheet.file_sha256,
        map_digest=asked.map_digest(),
        sheet=sheet.table.sheet,
        encoding=sheet.table.encoding,
        columns=dict(sheet.header.texts),
        places=dict(sheet.header.columns),
        header=tuple(header),
        rows=tuple(by_number[number] for number in sorted(by_number)),
        warnings=warnings,
    )


def in_order(kind: Kind, rows: list[RowVerdict]) -> list[RowVerdict]:
    """The rows in the order in which they are decided."""
    return employees.order(rows) if kind == "employees" else rows


def together(preview: Preview, rows: list[RowVerdict], known: Known, asked: Asked) -> list[Values] | None:
    """The commands that stand for all rows; None where each row has its own."""
    if preview.kind != "payroll":
        return None
    of_month = replace(asked, month=preview.month)
    return payroll.joined([command for row in rows for command in row.commands], known, of_month)


def _of_month(sheet: Sheet, known: Known, asked: Asked) -> tuple[Asked, tuple[Warned, ...]]:
    """The month a sheet is of: said, or by the hand-off it was made from, which is this ledger's own."""
    if sheet.kind not in _OF_A_MONTH:
        return asked, ()
    if sheet.batch is None:
        if asked.month is None:
            raise InputError("import_month_needed").at(field="month")
        unproven = Warned("batch_unchecked", {"month": asked.month})
        return asked, (unproven,) if sheet.kind == "payroll" else ()
    closes = {close.digest: close.month for close in known.state.closes.of(known.site)}
    months = {closes.get(digest) for digest in sheet.batch.digests}
    months |= {month for month in (sheet.batch.month, asked.month) if month is not None}
    month = next(iter(months))
    if len(months) > 1 or month is None or sheet.batch.site not in (None, known.site):
        raise WrongState("payroll_batch_unknown", month=asked.month or sheet.batch.month, site=known.site)
    return replace(asked, month=month), ()


def _left(sheet: Sheet, found: list[RowVerdict], known: Known, asked: Asked) -> tuple[Warned, ...]:
    """Of whom nothing is returned yet, neither here nor before."""
    left = payroll.unreported(found, known, str(asked.month)) if sheet.kind == "payroll" else []
    if not left:
        return ()
    return (Warned("return_lacks", {"people": len(left), "employees": described(listed(left))}),)


def _rows(sheet: Sheet, known: Known, asked: Asked) -> tuple[dict[int, RowCells], dict[int, RowVerdict]]:
    """Somebody's rows by their number, and what came of all others: sums, signatures, what stands twice."""
    rows: dict[int, RowCells] = {}
    others: dict[int, RowVerdict] = {}
    sums = Sums(sheet.header)
    first_saying = _First(sheet, asked)
    for row, sort in below(sheet.table, sheet.header, asked.map.sheet.last_row):
        if sort == "row":
            sums.add(row)
            made = RowCells(row, sheet.header, asked, known, sheet.table.from_1904)
            first = first_saying(row)
            if first is None:
                rows[row.number] = made
            else:
                others[row.number] = made.twice(first)
            continue
        faults: list[LedgerError] = sums.compare(row, sort) if sort in ("total", "subtotal") else []
        verdict = "refused" if faults else "skipped"
        others[row.number] = RowVerdict(row, verdict, errors=tuple(faults), total=True)  # type: ignore[arg-type]
    return rows, others


class _First:
    """Tells of a row which earlier one says the same, or is of the same person where nobody stands twice."""

    def __init__(self, sheet: Sheet, asked: Asked) -> None:
        columns = sheet.header.columns
        long = asked.pay_map is not None and asked.pay_map.is_long
        one_each = sheet.kind in _ONE_EACH and "employee" in columns
        self._columns = [columns["employee"]] if one_each else sorted(columns.values())
        if long:  # the rows of a person are looked at together
            self._columns = []
        self._seen: dict[tuple[Cell, ...], int] = {}

    def __call__(self, row: Row) -> int | None:
        said = tuple(_trimmed(row.cell(column)) for column in self._columns)
        if not any(cell is not None for cell in said):
            return None
        first = self._seen.setdefault(said, row.number)
        return None if first == row.number else first


def _trimmed(cell: Cell) -> Cell:
    return cell.strip() or None if isinstance(cell, str) else cell
