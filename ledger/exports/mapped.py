"""A hand-off as the sheet that a payroll program takes, by a company's mapping file (finance §12).

It says what our own sheet says, under other titles: what is taken of a person is the sum of their pay items.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from ledger.exports.handoff import PAY
from ledger.exports.table import Column, Kind, Table, Value
from ledger.terms import COMPONENTS

if TYPE_CHECKING:
    from ledger.imports.pay_map import PayItem, PayMap

_KINDS: Mapping[str, Kind] = {"employee": "id", "amount": "money", "month": "month"}
_PLACES = {key: place for place, (key, _) in enumerate(PAY)}


def mapped(pay: Table, wanted: "PayMap") -> Table:
    """The sheet of a mapping file, from the pay sheet of a hand-off."""
    long = wanted.sheet.layout == "long"
    columns = [Column(title, _KINDS.get(key, "text")) for key, title in wanted.columns.items()]
    if not long:
        columns += [Column(item.title, "money") for item in wanted.items]
    made = _long if long else _wide
    rows = [row for person in pay.rows for row in made(dict(_person(person, wanted)), wanted)]
    return Table(wanted.sheet.title, tuple(columns), rows, wanted.sheet.rows_before_header)


def _person(row: Sequence[Value], wanted: "PayMap") -> Iterator[tuple[str, Value]]:
    for key, place in _PLACES.items():
        value = row[place]
        if key == "employee":
            value = wanted.employees.get(str(value), str(value))
        elif key == "department" and value is not None:
            value = wanted.departments.get(str(value), str(value))
        elif key == "month":
            value = _period(str(value), wanted.sheet.period)
        yield key, value


def _wide(person: dict[str, Value], wanted: "PayMap") -> Iterator[list[Value]]:
    """One row; a zero that is left out is an empty cell, and whoever has nothing else is left out."""
    amounts = [_amount(person, item) for item in wanted.items]
    if wanted.sheet.leave_out_zero:
        if not any(amounts):
            return
        yield [*_named(person, wanted), *(amount or None for amount in amounts)]
    else:
        yield [*_named(person, wanted), *amounts]


def _long(person: dict[str, Value], wanted: "PayMap") -> Iterator[list[Value]]:
    """A row for each pay item."""
    for item in wanted.items:
        amount = _amount(person, item)
        if amount or not wanted.sheet.leave_out_zero:
            yield _named({**person, "item": item.title, "amount": amount}, wanted)


def _named(person: Mapping[str, Value], wanted: "PayMap") -> list[Value]:
    return [person[key] for key in wanted.columns]


def _amount(person: Mapping[str, Value], item: "PayItem") -> int:
    """What of a person goes into a pay item, in fen, as it is written there."""
    amounts = [amount for c in COMPONENTS if c in item.of and isinstance(amount := person[c], int)]
    if item.sign == "deduct":
        return sum(max(amount, 0) for amount in amounts)
    paid = sum(min(amount, 0) for amount in amounts)
    return -paid if item.shown == "positive" else paid


def _period(month: str, shape: str) -> str:
    """2026-06 as a payroll program wants it."""
    year, number = month.split("-")
    return shape.replace("YYYY", year).replace("MM", number).replace("M", str(int(number)))
