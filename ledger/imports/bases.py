"""The bases of a quarterly bonus from a sheet, as the lines that are typed or pasted otherwise (appraisal §4.6)."""

from typing import Final

from ledger.errors import LedgerError
from ledger.imports import cells, reader
from ledger.imports.headers import count_known, find_header
from ledger.imports.import_map import NO_MAP
from ledger.imports.rows import below
from ledger.imports.table import Row, address

WANTED: Final = frozenset(("employee", "base"))


def lines_of(content: bytes) -> str:
    """A line for each person's row: staff number, tab, base as it is written. Sums and signatures are left out.

    InputError `sheet_*`, `column_ambiguous`, `encoding_*`; `cell_*` with the cell.
    """
    table = reader.read(content, count_known("bonus", NO_MAP)).tables[0]
    header = find_header(table, "bonus", WANTED, NO_MAP)
    employee, base = (header.columns[name] for name in ("employee", "base"))
    rows = [row for row, sort in below(table, header, None) if sort == "row"]
    return "\n".join(f"{_said(row, employee)}\t{_said(row, base)}".rstrip() for row in rows)


def _said(row: Row, column: int) -> str:
    try:
        return cells.code(row.cell(column)) or ""
    except LedgerError as error:
        raise error.at(cell=address(row.number, column)) from None
