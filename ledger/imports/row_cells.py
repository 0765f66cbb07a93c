"""One row's cells by field: read, translated by the map, and every fault kept with the address of its cell (finance §15)."""

from collections.abc import Callable
from datetime import date, time
from typing import TypeVar

from ledger.errors import InputError, LedgerError, Taken, WrongState
from ledger.imports import cells
from ledger.imports.asked import Asked
from ledger.imports.headers import Header, meanings, normal
from ledger.imports.known import Known, listed, same_name
from ledger.imports.table import Cell, Row, address, is_blank
from ledger.imports.verdicts import RowVerdict, Values, Verdict, Warned
from ledger.texts import described

T = TypeVar("T")


class RowCells:
    """A row below the header. What cannot be read is None, and its fault is in `errors`."""

    def __init__(self, row: Row, header: Header, asked: Asked, known: Known, from_1904: bool) -> None:
        self.row = row
        self.header = header
        self.asked = asked
        self.known = known
        self.errors: list[LedgerError] = []
        self.warnings: list[Warned] = []
        self._from_1904 = from_1904

    # --- cells --------------------------------------------------------------------------------------

    def holds(self, field: str) -> bool:
        """Whether the sheet has a column for a field, or the map a constant."""
        return field in self.header.columns or field in self.asked.map.constants

    def cell(self, field: str) -> Cell:
        """What stands in a field's cell, as the map translates it; where it is blank, the map's constant."""
        column = self.header.columns.get(field)
        cell = None if column is None else self.row.cell(column)
        if is_blank(cell):
            return self.asked.map.constants.get(field)
        if isinstance(cell, str):
            meant = {normal(said): value for said, value in self.asked.map.values.get(field, {}).items()}
            return meant.get(normal(cell), cell)
        return cell

    def read(self, field: str, reader: Callable[[Cell], T | None], needed: bool = False) -> T | None:
        """A field's value; None where it is blank or cannot be read. A blank one that is needed is a fault."""
        try:
            value = reader(self.cell(field))
        except InputError as error:
            self.fault(error, field)
            return None
        if value is None and needed:
            self.fault(InputError("cell_missing", field=field), field)
        return value

    def text(self, field: str, needed: bool = False) -> str | None:
        """Words as they are written."""
        return self.read(field, cells.words, needed)

    def code(self, field: str, needed: bool = False) -> str | None:
        """An id or code."""
        return self.read(field, cells.code, needed)

    def money(self, field: str, needed: bool = False) -> int | None:
        """An amount in fen."""
        return self.read(field, cells.money, needed)

    def day(self, field: str, needed: bool = False) -> date | None:
        """A day."""
        return self.read(field, lambda cell: cells.day(cell, self.asked.year, not self._from_1904), needed)

    def moment(self, field: str) -> tuple[date, time | None] | None:
        """A day that is needed, and the clock time beside it where there is one."""
        year = self.asked.year
        return self.read(field, lambda cell: cells.moment(cell, year, not self._from_1904), needed=True)

    def meaning(self, field: str) -> str | None:
        """A code of ours that stands in words. InputError `cell_value_unknown` lists the words there are."""
        said = self.text(field)
        if said is None:
            return None
        known = meanings(field)
        found = known.get(normal(said))
        if found is None:
            choices = listed(sorted(set(known.values())))
            self.fault(InputError("cell_value_unknown", value=described(said), choices=choices), field)
        return found

    # --- people -------------------------------------------------------------------------------------

    def employee(self, day: date | None, named: bool = True) -> str | None:
        """Whose row it is. `named`: the name beside the number is held against that person's on a day.

        Faults `cell_number_for_staff`, `name_differs`, `name_unknown`, `name_of_several`, `cell_missing`.
        """
        cell, name = self.cell("employee"), self.text("name")
        if is_blank(cell) and self.asked.map.match_names and name is not None:
            return self._named("name", name, day)
        if cells.whole_number(cell) is not None:
            return self._numbered(cell, name, day)
        employee = self.code("employee", needed=True)
        if employee is None or not named:
            return employee
        number = int(employee) if employee.isdecimal() and self.known.person(employee) is None else None
        if number is not None and self.known.numbered(number):  # a CSV that a spreadsheet program saved anew
            return self._numbered(number, name, day)
        if name is None:
            return employee
        held = self.known.name(employee, day)
        if held is not None and not same_name(held, name):
            names = f"{name} ≠ {held}" if self.asked.shows_names else None
            self.fault(WrongState("name_differs", employee=employee, names=names), "name")
        return employee

    def someone(self, field: str, day: date | None = None, needed: bool = False) -> str | None:
        """Another person by number; by name where the map lets names stand for numbers."""
        said = self.code(field, needed)
        if said is None or self.known.person(said) is not None or not self.asked.map.match_names:
            return said
        return self._named(field, said, day)

    def _named(self, field: str, name: str, day: date | None) -> str | None:
        found = self.known.by_name(name, day)
        if len(found) == 1:
            return found[0]
        shown = name if self.asked.shows_names else None
        if found:
            self.fault(InputError("name_of_several", name=shown, choices=listed(found)), field)
        else:
            self.fault(InputError("name_unknown", name=shown), field)
        return None

    def _numbered(self, cell: Cell, name: str | None, day: date | None) -> str | None:
        """A staff number that is a number in the file: its zeros in front are lost."""
        number = cells.whole_number(cell)
        candidates = [] if number is None else self.known.numbered(number)
        one = candidates[0] if len(candidates) == 1 else None
        held = None if one is None else self.known.name(one, day)
        if self.asked.numbers_as_staff and held is not None and name is not None and same_name(held, name):
            return one
        self.fault(InputError("cell_number_for_staff", value=str(number), candidate=one), "employee")
        return None

    # --- the outcome --------------------------------------------------------------------------------

    def fault(self, error: LedgerError, field: str | None = None) -> None:
        """Keeps a fault; in a field it is told with the address of its cell."""
        self.errors.append(error.at(**self.place(field)))

    def warn(self, warned: Warned) -> None:
        """Keeps a warning."""
        self.warnings.append(warned)

    def place(self, field: str | None) -> dict[str, object]:
        """The cell of a field, where it has a column, and the field."""
        if field is None:
            return {"row": self.row.number}
        column = self.header.columns.get(field)
        at: dict[str, object] = (
            {"row": self.row.number} if column is None else {"cell": address(self.row.number, column)}
        )
        return {**at, "field": field}

    def outcome(
        self, commands: tuple[Values, ...] = (), name: str | None = None, verdict: Verdict = "new"
    ) -> RowVerdict:
        """What came of the row: refused where it has a fault, else what is said."""
        if self.errors:
            return RowVerdict(
                self.row, "refused", name, errors=tuple(self.errors), warnings=tuple(self.warnings)
            )
        return RowVerdict(self.row, verdict, name, commands, warnings=tuple(self.warnings))

    def twice(self, first: int) -> RowVerdict:
        """The row says again what an earlier one says."""
        return RowVerdict(
            self.row, "refused", errors=(Taken("row_twice", first=first).at(**self.place(None)),)
        )
