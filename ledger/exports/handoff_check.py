"""A hand-off file held against itself and against the close it says it is of: the digest is reckoned from its sheets."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from python_calamine import CalamineWorkbook

from ledger.errors import InputError
from ledger.events.months import MonthClosed, PayrollLine, RunLine
from ledger.exports.handoff import LINES, PAY
from ledger.labels.messages import keys_behind
from ledger.reckoning import payroll
from ledger.terms import COMPONENTS, Component

MOST: Final = 20 * 1024 * 1024
"""Bytes of a file that is read."""

_KEYS: Final = {
    "control": ("site", "month", "digest"),
    "handoff": tuple(key for key, _ in (*PAY, *LINES)),
}
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Found:
    """What a hand-off file holds: of which close it says it is, the digest it says, and the one its sheets make.

    `cells` are the cells of each line and run, such as `B7`, by what they hold.
    """

    site: str
    month: str
    said: str
    digest: str
    lines: tuple[PayrollLine, ...]
    run: tuple[RunLine, ...]
    rows: Mapping[str, int]


def read(raw: bytes) -> Found:
    """A hand-off as XLSX. InputError `handoff_unreadable`, `handoff_cell`."""
    if len(raw) > MOST:
        raise InputError("handoff_unreadable", reason=f"{len(raw)} bytes")
    try:
        sheets = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        count = len(sheets.sheet_names)  # a mapped sheet stands before ours
        pay, lines, control = (sheets.get_sheet_by_index(count - back).to_python() for back in (3, 2, 1))
    except Exception as wrong:  # whatever the reader says of a file that is none
        raise InputError("handoff_unreadable", reason=str(wrong)) from None
    said = {_key(row[0], "control"): str(row[1]) for row in control[1:] if len(row) > 1}
    try:
        site, month, digest = said["site"], said["month"], said["digest"]
    except KeyError as missing:
        raise InputError("handoff_unreadable", reason=f"{missing.args[0]} is missing") from None
    run = tuple(_run(row) for _, row in _rows(pay, "pay"))
    found = tuple(_line(row, month) for _, row in _rows(lines, "lines"))
    made = payroll.digest(site, month, found, run)
    rows = {f"run {line.employee}": at for at, line in enumerate(run, 2)}
    rows |= {
        f"line {line.employee} {line.obligation_month} {line.component}": at
        for at, line in enumerate(found, 2)
    }
    return Found(site, month, digest, made, found, run, rows)


def differences(found: Found, close: MonthClosed) -> Iterator[tuple[str, str, str]]:
    """Where the sheets say otherwise than the close: sheet and row, what stands there, what was handed over."""
    seen, right = _named(found.run, found.lines), _named(close.run, close.lines)
    for name in sorted({*seen, *right}):
        if seen.get(name) != right.get(name):
            yield f"{name} ({found.rows.get(name, '–')})", _shown(seen.get(name)), _shown(right.get(name))


def _named(run: Iterable[RunLine], lines: Iterable[PayrollLine]) -> dict[str, dict[str, object]]:
    """Each row of the run and of the lines by what it is of."""
    found = {f"run {each.employee}": payroll.run_values(each) for each in run}
    return found | {
        f"line {each.employee} {each.obligation_month} {each.component}": payroll.line_values(each)
        for each in lines
    }


def _shown(values: Mapping[str, object] | None) -> str:
    return "–" if values is None else " ".join(f"{name}={value}" for name, value in values.items())


def _rows(sheet: Sequence[Sequence[Any]], of: str) -> Iterator[tuple[int, dict[str, tuple[str, Any]]]]:
    """Each row by the keys of its columns, with the place of each cell."""
    keys = [_key(title, "handoff") for title in sheet[0]]
    for number, row in enumerate(sheet[1:], 2):
        if any(value not in ("", None) for value in row):
            cells = zip(keys, _LETTERS, row, strict=False)
            yield number, {key: (f"{of} {letter}{number}", value) for key, letter, value in cells}


def _key(title: Any, of: str) -> str:
    """The key behind a title in any language; the title itself for any other."""
    return keys_behind(of, _KEYS[of]).get(str(title), str(title))


def _run(row: Mapping[str, tuple[str, Any]]) -> RunLine:
    return RunLine(
        employee=_text(row, "employee"),
        due_fen=_fen(row, "due"),
        deducted_fen=_fen(row, "deducted"),
        carried_fen=_fen(row, "carried"),
        brought_fen=_fen(row, "brought"),
    )


def _line(row: Mapping[str, tuple[str, Any]], month: str) -> PayrollLine:
    obligation = _text(row, "obligation_month")
    return PayrollLine(
        employee=_text(row, "employee"),
        obligation_month=obligation,
        component=_component(row),
        amount_fen=_fen(row, "amount"),
        adjustment=obligation < month,
        because=tuple(int(each) for each in _text(row, "because").split()),
    )


def _component(row: Mapping[str, tuple[str, Any]]) -> Component:
    word = _text(row, "component")
    code = next((code for code in COMPONENTS if code == _key(word, "handoff")), None)
    if code is None:
        raise InputError("handoff_cell", cell=row["component"][0], value=word)
    return code


def _text(row: Mapping[str, tuple[str, Any]], key: str) -> str:
    if key not in row:
        raise InputError("handoff_unreadable", reason=f"{key} is missing")
    value = row[key][1]
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _fen(row: Mapping[str, tuple[str, Any]], key: str) -> int:
    """A cell of money, in fen. InputError `handoff_cell` where it is none, or has more than two decimals."""
    cell, value = row.get(key, ("–", "0"))
    try:
        fen = Decimal(str(value or "0")) * 100
    except InvalidOperation:
        raise InputError("handoff_cell", cell=cell, value=str(value)) from None
    if fen != fen.to_integral_value():
        raise InputError("handoff_cell", cell=cell, value=str(value))
    return int(fen)
