"""A hand-off file held against itself: of which close it says it is, and the digest that its sheets make.

What a file holds comes here as rows already read: whatever parses it has limits of its own (finance §15).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from ledger.errors import InputError
from ledger.events.months import PayrollLine, RunLine
from ledger.exports.handoff import LINES, PAY, Handoff
from ledger.exports.handoff_cells import NOTHING, Difference, Expected, Rows, compared
from ledger.formats import LANGUAGES, Language, column_letters
from ledger.labels.messages import Labels, keys_behind, load
from ledger.reckoning import payroll
from ledger.terms import COMPONENTS, Component

_MAP: Final = re.compile(r".+ [0-9a-f]{64}", re.DOTALL)
_PERSON: Final = (0,)
_LINE: Final = (0, 3, 4)
"""Staff number, month and component: what names a line."""
_ACTUAL: Final = [key for key, _ in PAY].index("actual")
"""From here on payroll fills in what it took."""
_KEYS: Final = {
    "control": ("site", "month", "digest", "mapping", "checkpoint"),
    "handoff": tuple(key for key, _ in (*PAY, *LINES)),
}


@dataclass(frozen=True, slots=True)
class Found:
    """What a hand-off file holds: of which close it says it is, the digest it says, and the one its sheets make.

    `ours`: its three sheets of ours, `others` what else stands there, each by its name; `language`: that of its titles.
    """

    site: str
    month: str
    said: str
    digest: str
    language: Language
    ours: tuple[tuple[str, Rows], tuple[str, Rows], tuple[str, Rows]]
    others: tuple[tuple[str, Rows], ...]
    by_map: str | None
    """Name and digest of the mapping file it says it was written with."""
    checkpoint: str
    """The checkpoint that it names, empty where it names none."""


def read(sheets: Sequence[tuple[str, Rows]]) -> Found:
    """A workbook by its sheets' names and rows, ours behind a mapped one.

    InputError `handoff_unreadable`, `handoff_cell`.
    """
    language, ours = _ours(sheets)
    pay, lines, control = (_Sheet(name, rows) for name, rows in ours)
    said = control.pairs()
    for key in ("site", "month", "digest"):
        if key not in said:
            raise InputError("handoff_unreadable", field=f"control_{key}")
    run = [_run(row) for row in pay.rows()]
    found = [_line(row, said["month"]) for row in lines.rows()]
    made = payroll.digest(said["site"], said["month"], found, run)
    others = tuple(sheet for sheet in sheets if sheet not in ours)
    by_map = said.get("mapping", "")
    return Found(
        said["site"],
        said["month"],
        said["digest"],
        made,
        language,
        ours,
        others,
        by_map if _MAP.fullmatch(by_map) else None,
        said.get("checkpoint", ""),
    )


def _ours(
    sheets: Sequence[tuple[str, Rows]],
) -> tuple[Language, tuple[tuple[str, Rows], tuple[str, Rows], tuple[str, Rows]]]:
    """Our three by their titles in one language, the last of a name: a mapped one stands before them."""
    for language in LANGUAGES:
        titles = [load(language).title(f"handoff-{of}") for of in ("pay", "lines", "control")]
        last = {name.removesuffix(" (2)"): (name, rows) for name, rows in sheets}
        if all(title in last for title in titles):
            return language, (last[titles[0]], last[titles[1]], last[titles[2]])
    raise InputError("handoff_unreadable", field="handoff_sheets")


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
        return f"{self.sheet} {column_letters(self.keys.index(key))}{self.number}"

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


def labels_of(found: Found) -> Labels:
    """The words that the file was written in."""
    return load(found.language)


def differences(found: Found, versions: Sequence[Handoff], is_alone: bool) -> Iterator[Difference]:
    """Each cell that says otherwise than the ledger, in any of the versions that it writes or wrote of the close.

    `is_alone`: whether the mapping wants its sheet in a file of its own.
    """
    pay, lines, control = found.ours
    sheets = [
        (pay, Expected([each.pay for each in versions], _PERSON, open_from=_ACTUAL)),
        (lines, Expected([each.lines for each in versions], _LINE)),
        (control, Expected([each.control for each in versions], _PERSON)),
    ]
    others = list(found.others)
    by_map = [each.mapped for each in versions if each.mapped is not None]
    if by_map and others:
        sheets.insert(0, (others.pop(0), Expected(by_map)))
    elif by_map and not is_alone:
        yield by_map[0].name, NOTHING, by_map[0].name
    for (name, rows), expected in sheets:
        yield from compared(name, rows, expected)
    for name, _ in others:
        yield name, name, NOTHING
