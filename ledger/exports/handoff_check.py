"""A hand-off file held against itself and against the close it says it is of: the digest is reckoned from its sheets.

What a file holds comes here as rows already read: whatever parses it has limits of its own (finance §15).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from ledger.errors import InputError
from ledger.events.months import MonthClosed, PayrollLine, RunLine
from ledger.exports.handoff import LINES, PAY, runs_by_person
from ledger.formats import LANGUAGES, format_money
from ledger.labels.messages import keys_behind, load
from ledger.reckoning import payroll
from ledger.reckoning.allotment import allotments
from ledger.state.hand_off import close_before
from ledger.state.ledger_state import LedgerState
from ledger.terms import COMPONENTS, Component

Rows = Sequence[tuple[int, Sequence[Any]]]
"""A sheet: rows with their number in the file, from 1; None where a cell is blank."""

_KEYS: Final = {
    "control": ("site", "month", "digest"),
    "handoff": tuple(key for key, _ in (*PAY, *LINES)),
}
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MONEY: Final = ("own", "joint", "performance", "deducted", "carried_before", "brought", "due", "carried")
"""The amounts of somebody's run that the program wrote into their row."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a hand-off file holds: of which close it says it is, the digest it says, and the one its sheets make.

    `lines` and `run`: what each row says by its keys; `places`: where each value stands, such as `扣款匯總 H2`.
    """

    site: str
    month: str
    said: str
    digest: str
    lines: Mapping[str, Mapping[str, str]]
    run: Mapping[str, Mapping[str, str]]
    places: Mapping[tuple[str, str], str]


def titles() -> list[str]:
    """What our three sheets are called, in every language; where a company's sheet took the name, with a number."""
    names = [
        load(language).title(f"handoff-{of}") for language in LANGUAGES for of in ("pay", "lines", "control")
    ]
    return [*names, *(f"{name} (2)" for name in names)]


def read(sheets: Sequence[tuple[str, Rows]]) -> Found:
    """A workbook by its sheets' names and rows, ours behind a mapped one.

    InputError `handoff_unreadable`, `handoff_cell`.
    """
    if len(sheets) < 3:
        raise InputError("handoff_unreadable", field="handoff_sheets")
    pay, lines, control = (_Sheet(name, rows) for name, rows in sheets[-3:])
    said = control.pairs()
    for key in _KEYS["control"]:
        if key not in said:
            raise InputError("handoff_unreadable", field=f"control_{key}")
    run = [_run(row) for row in pay.rows()]
    found = [_line(row, said["month"]) for row in lines.rows()]
    places: dict[tuple[str, str], str] = {}
    told_run = {
        each.employee: _run_values(row, each, places) for row, each in zip(pay.rows(), run, strict=True)
    }
    told_lines = {
        _named(each): _line_values(row, each, places) for row, each in zip(lines.rows(), found, strict=True)
    }
    made = payroll.digest(said["site"], said["month"], found, run)
    return Found(said["site"], said["month"], said["digest"], made, told_lines, told_run, places)


class _Sheet:
    """One of our sheets: its header in any language, and its rows by the keys of their columns."""

    def __init__(self, name: str, rows: Rows) -> None:
        self._name = name
        self._table = rows

    def pairs(self) -> dict[str, str]:
        """A control sheet: what stands beside each key."""
        told = {_key(cells[0], "control"): cells[1] for _, cells in self._table if len(cells) > 1}
        return {key: str(value) for key, value in told.items() if value is not None}

    def rows(self) -> "Iterator[_Row]":
        """Each row below the header that holds anything."""
        if not self._table:
            raise InputError("handoff_unreadable", field="handoff_employee")
        _, header = self._table[0]
        keys = [_key(title, "handoff") for title in header]
        for number, cells in self._table[1:]:
            if any(cell is not None for cell in cells):
                filled = [*cells, *[None] * (len(keys) - len(cells))]
                yield _Row(self._name, number, dict(zip(keys, filled, strict=False)), keys)


@dataclass(frozen=True, slots=True)
class _Row:
    """A row by the keys of its columns."""

    sheet: str
    number: int
    cells: Mapping[str, Any]
    keys: Sequence[str]

    def place(self, key: str) -> str:
        """Where a value stands."""
        at = self.keys.index(key) if key in self.keys else len(_LETTERS)
        return f"{self.sheet} {_LETTERS[at] if at < len(_LETTERS) else '?'}{self.number}"

    def text(self, key: str) -> str:
        """A cell of text; a number as it was typed. InputError `handoff_unreadable` where there is no such column."""
        if key not in self.cells:
            raise InputError("handoff_unreadable", field=f"handoff_{key}")
        value = self.cells[key]
        if value is None:
            return ""
        return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)

    def fen(self, key: str) -> int:
        """A cell of money, in fen. InputError `handoff_cell` where it is none, or has more than two decimals."""
        try:
            fen = Decimal(self.text(key) or "0") * 100
            whole = fen.is_finite() and fen == fen.to_integral_value()
        except InvalidOperation:
            whole = False
        if not whole:
            raise InputError("handoff_cell", cell=self.place(key), value=self.text(key))
        return int(fen)


def differences(
    found: Found, state: LedgerState, placed: tuple[int, MonthClosed]
) -> Iterator[tuple[str, str, str]]:
    """Each cell that says otherwise than the close: where it stands, what stands there, what was handed over."""
    _, close = placed
    right_lines = {_named(line): _told_line(line) for line in close.lines}
    for seen, right in ((found.run, _right_run(state, close)), (found.lines, right_lines)):
        for name in sorted({*seen, *right}):
            yield from _compared(name, seen.get(name), right.get(name), found.places)


def _compared(
    name: str,
    seen: Mapping[str, str] | None,
    right: Mapping[str, str] | None,
    places: Mapping[tuple[str, str], str],
) -> Iterator[tuple[str, str, str]]:
    """One row, cell by cell; a row too many or too few as a whole."""
    if seen is None or right is None:
        where = places.get((name, "employee"), name)
        yield where, "–" if seen is None else name, "–" if right is None else name
        return
    for key in right:
        if seen[key] != right[key]:
            yield places[name, key], seen[key] or "–", right[key] or "–"


def _right_run(state: LedgerState, close: MonthClosed) -> dict[str, dict[str, str]]:
    """What the pay sheet says of everybody, from the close and what was allotted at it."""
    runs = runs_by_person(state, close)
    _, before = close_before(state, close)
    left = {} if before is None else {line.employee: line.carried_fen for line in before.run}
    found = {}
    for line in close.run:
        allotment = list(allotments(runs[line.employee]))[-1]
        amounts: dict[str, int] = {component: allotment.of(component) for component in COMPONENTS}
        amounts |= {"deducted": line.deducted_fen, "carried_before": left.get(line.employee, 0)}
        amounts |= {"brought": line.brought_fen, "due": line.due_fen, "carried": line.carried_fen}
        found[line.employee] = {key: format_money(fen) for key, fen in amounts.items()}
    return found


def _run_values(row: _Row, line: RunLine, places: dict[tuple[str, str], str]) -> dict[str, str]:
    places |= {(line.employee, key): row.place(key) for key in ("employee", *_MONEY)}
    return {key: format_money(row.fen(key)) for key in _MONEY}


def _line_values(row: _Row, line: PayrollLine, places: dict[tuple[str, str], str]) -> dict[str, str]:
    told = _told_line(line)
    places |= {(_named(line), key): row.place(key) for key in ("employee", *told)}
    return told


def _named(line: PayrollLine) -> str:
    return f"{line.employee} {line.obligation_month} {line.component}"


def _told_line(line: PayrollLine) -> dict[str, str]:
    return {"amount": format_money(line.amount_fen), "because": " ".join(map(str, line.because))}


def _key(title: Any, of: str) -> str:
    """The key behind a title in any language; the title itself for any other."""
    return keys_behind(of, _KEYS[of]).get(str(title), str(title))


def _run(row: _Row) -> RunLine:
    return RunLine(
        employee=row.text("employee"),
        due_fen=row.fen("due"),
        deducted_fen=row.fen("deducted"),
        carried_fen=row.fen("carried"),
        brought_fen=row.fen("brought"),
    )


def _line(row: _Row, month: str) -> PayrollLine:
    obligation, because = row.text("obligation_month"), row.text("because").split()
    if not all(each.isdecimal() for each in because):
        raise InputError("handoff_cell", cell=row.place("because"), value=row.text("because"))
    return PayrollLine(
        employee=row.text("employee"),
        obligation_month=obligation,
        component=_component(row),
        amount_fen=row.fen("amount"),
        adjustment=obligation < month,
        because=tuple(map(int, because)),
    )


def _component(row: _Row) -> Component:
    word = row.text("component")
    code = next((code for code in COMPONENTS if code == _key(word, "handoff")), None)
    if code is None:
        raise InputError("handoff_cell", cell=row.place("component"), value=word)
    return code
