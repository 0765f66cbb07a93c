"""A round that was filled in on site, read back into the fields of its command (appraisal §9.1).

Titles, results and kinds may be in any of the three languages. A clause left blank was not seen; a line with a finding is a
fault. Cells are read as other sheets' are, and a fault in one names its place.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, tzinfo
from functools import cache
from typing import Any, Final, TypeVar, get_args

from ledger.commands.inspections import SHEET_CLAUSES, SHEET_FACTS
from ledger.errors import InputError
from ledger.formats import LANGUAGES, format_day, format_instant
from ledger.imports import cells, csv_text
from ledger.imports.headers import normal
from ledger.imports.ids import made_id
from ledger.imports.table import MAX_ROWS, Cell, Row, address, is_blank
from ledger.labels.messages import load
from ledger.terms import AnswerResult, InspectionKind
from ledger.texts import described

T = TypeVar("T")
Values = dict[str, Any]

_SIGNS: Final = {"√": "ok", "✓": "ok", "×": "fault", "x": "fault", "/": "not_applicable"}
"""What is written by hand for a result."""


def read_round(content: bytes, encoding: str | None = None) -> Values:
    """The fields of the command; times are naive, the site's. InputError `round_sheet_wrong`, `cell_*`, with the cell."""
    rows = csv_text.read(content, _known, encoding, MAX_ROWS).rows
    head = next((row for row in rows if _fields(row).get(0) == "clause"), None)
    if head is None:
        raise InputError("round_sheet_wrong")
    facts = _facts(row for row in rows if row.number < head.number)
    lines = [_Line(row, _fields(head)) for row in rows if row.number > head.number]
    return facts | _answered(lines, facts.get("started_at"))


@cache
def _titles() -> dict[str, str]:
    """Every title a file may have, in any language → the field."""
    return {
        normal(load(language).heading(f"round_{name}")): name
        for language in LANGUAGES
        for name in (*SHEET_FACTS, *SHEET_CLAUSES)
    }


def _known(rows: Iterable[Row]) -> int:
    return sum(isinstance(cell, str) and normal(cell) in _titles() for row in rows for cell in row.cells)


def _fields(row: Row) -> dict[int, str]:
    """Column → the field its title means."""
    said = {place: normal(cell) for place, cell in enumerate(row.cells) if isinstance(cell, str)}
    return {place: _titles()[title] for place, title in said.items() if title in _titles()}


class _Line:
    """A row of cells by field."""

    def __init__(self, row: Row, fields: dict[int, str]) -> None:
        self.row = row
        self.columns = {field: place for place, field in reversed(fields.items())}

    def read(self, field: str, reader: Callable[[Cell], T | None]) -> T | None:
        """A field's value; None where it is blank. InputError with the cell."""
        place = self.columns.get(field)
        cell = None if place is None else self.row.cell(place)
        if place is None or is_blank(cell):
            return None
        try:
            return reader(cell)
        except InputError as error:
            raise error.at(cell=address(self.row.number, place)) from None


def _facts(rows: Iterable[Row]) -> Values:
    """What stands above the clauses, a title and what was filled in behind it."""
    told: Values = {}
    for row in rows:
        title = row.cell(0)
        field = _titles().get(normal(title)) if isinstance(title, str) else None
        if field in SHEET_FACTS:
            value = _Line(row, {1: field}).read(field, _FACTS.get(field, cells.words))
            if value is not None:
                told[field] = value
    return told


def _moment(cell: Cell) -> datetime:
    """A day and a clock time."""
    found = cells.moment(cell)
    if found is None or found[1] is None:
        raise InputError("cell_not_a_time", value=described(str(cell)))
    return datetime.combine(found[0], found[1])


def _coded(codes: Sequence[str]) -> Callable[[Cell], str]:
    """Reads one of some codes, or its word in any language."""

    def read(cell: Cell) -> str:
        said = str(cells.words(cell) or "")
        words = {normal(load(language).word(code)): code for language in LANGUAGES for code in codes}
        meant = words | {normal(code): code for code in codes}
        sign = _SIGNS.get(said.lower()) if "ok" in codes else None
        code = sign or meant.get(normal(said))
        if code is None:
            raise InputError("cell_value_unknown", value=described(said), choices=", ".join(codes))
        return code

    return read


def _people(cell: Cell) -> list[str]:
    """Staff numbers behind each other."""
    said = str(cells.code(cell) or "")
    for mark in "、;；,":
        said = said.replace(mark, " ")
    return said.split()


def _day(cell: Cell) -> str | None:
    found = cells.day(cell)
    return format_day(found)


_FACTS: Final[dict[str, Callable[[Cell], Any]]] = {
    "inspection": cells.code,
    "kind": _coded(get_args(InspectionKind)),
    "follows": cells.code,
    "started_at": _moment,
    "ended_at": _moment,
    "by": cells.code,
    "with": _people,
    "on": _day,
}


def _answered(lines: Sequence[_Line], started: datetime | None) -> Values:
    """The clauses asked, how each was answered, and what was found; the day of a mere clock time is that of the round."""
    asked: dict[str, None] = {}
    answers: dict[str, Values] = {}
    findings: list[Values] = []
    for line in lines:
        clause = line.read("clause", cells.code)
        if clause is None:
            continue
        asked[clause] = None
        result = line.read("result", _coded(get_args(AnswerResult)))
        narrative = line.read("narrative", cells.words)
        if narrative is not None:
            findings.append(_finding(line, clause, narrative, started))
            result = result or (None if clause in answers else "fault")
        if result is not None:
            answers[clause] = {"clause": clause, "result": result} | _given(
                reading=line.read("reading", cells.points), note=line.read("note", cells.words)
            )
    return {"clauses": list(asked), "answers": list(answers.values())} | _given(findings=findings)


def _finding(line: _Line, clause: str, narrative: str, started: datetime | None) -> Values:
    def occurred(cell: Cell) -> datetime:
        try:
            return _moment(cell)
        except InputError:
            clock = cells.clock(cell)
            if clock is None or started is None:
                raise
            return datetime.combine(started.date(), clock)

    told = {"clause": clause, "narrative": narrative}
    return told | _given(
        finding=line.read("finding", cells.code),
        employee=line.read("employee", cells.code),
        occurred_at=line.read("occurred_at", occurred) or started,
        place=line.read("place", cells.words),
        points=line.read("points", cells.points),
        rectify_by=line.read("rectify_by", _day),
    )


def _given(**fields: Any) -> Values:
    """The fields that say anything."""
    return {name: value for name, value in fields.items() if value not in (None, [])}


def command_of(told: Values, zone: tzinfo) -> Values:
    """The fields as the command takes them, in the site's time; what has no number gets one the file always gets."""
    values = {name: _instant(value, zone) for name, value in told.items()}
    when = values.get("started_at", "")
    made = made_id(
        "IN-", "inspection", str(values.get("by", "")), str(when), str(values.get("department", "")), 0
    )
    values.setdefault("inspection", made)
    for number, finding in enumerate(values.get("findings", ()), start=1):
        finding.setdefault("finding", f"{values['inspection']}-{number}")
    return values


def _instant(value: Any, zone: tzinfo) -> Any:
    if isinstance(value, datetime):
        return format_instant(value.replace(tzinfo=zone))
    if isinstance(value, list):
        return [_instant(each, zone) for each in value]
    return {name: _instant(each, zone) for name, each in value.items()} if isinstance(value, dict) else value
