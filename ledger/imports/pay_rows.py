"""What a pay run took, from a sheet with a row for each person and pay item: somebody's rows add up (finance §12, §13).

A person is returned whole or not at all: a row that cannot be read keeps that person's other rows out too.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from ledger.aggregates.employee.pay_returns import expected_of
from ledger.errors import InputError, Taken, WrongState
from ledger.events.months import MonthClosed
from ledger.formats import last_day
from ledger.imports.asked import Asked
from ledger.imports.headers import normal
from ledger.imports.known import Known, listed
from ledger.imports.pay_map import PayItem, PayMap
from ledger.imports.payroll import returned_by, standing, warn_of_sign, why
from ledger.imports.row_cells import RowCells
from ledger.imports.verdicts import RowVerdict, Values, Verdict
from ledger.state.closes import close_of
from ledger.texts import described

WANTED: Final = frozenset(("item", "deducted"))


@dataclass(slots=True)
class _Read:
    """A row as it was read. `counts`: whether its pay item is one of those returned; `amount` has the run's sign, in fen."""

    row: RowCells
    employee: str | None
    item: str | None
    counts: bool
    amount: int | None


def verdicts(rows: list[RowCells], known: Known, asked: Asked) -> list[RowVerdict]:
    """What each row comes to. WrongState `month_not_closed`, `month_closed_with`."""
    if asked.pay_map is None:
        raise AssertionError("a long sheet is one by its map")
    close = close_of(known.state, known.site, str(asked.month))
    read = [_read(row, asked.pay_map, close) for row in rows]
    people: defaultdict[str | None, list[_Read]] = defaultdict(list)
    for each in read:
        people[each.employee].append(each)
    lost = next((each.row.row.number for each in people[None]), None)
    found: dict[int, RowVerdict] = {}
    for employee, theirs in people.items():
        if employee is None:
            found |= {each.row.row.number: each.row.outcome() for each in theirs}
        else:
            found |= _somebody(employee, theirs, known, asked, close, lost)
    return [found[each.row.row.number] for each in read]


def _read(row: RowCells, pay_map: PayMap, close: MonthClosed) -> _Read:
    employee = row.employee(last_day(close.month))
    said = row.text("item", needed=True)
    item = None if said is None else _item(row, said, pay_map)
    amount = row.money("deducted")
    if item is not None and amount is not None and item.sign == "pay" and item.shown == "positive":
        amount = -amount
    title = None if item is None else item.title
    counts = title is not None and title in (pay_map.returned.items or (title,))
    return _Read(row, employee, title, counts, amount)


def _item(row: RowCells, said: str, pay_map: PayMap) -> PayItem | None:
    """The pay item of a row; None where it is another, which is a fault unless the map lists those that come back."""
    found = next((item for item in pay_map.items if normal(item.title) == normal(said)), None)
    if found is None and not pay_map.returned.items:
        choices = listed([item.title for item in pay_map.items])
        row.fault(InputError("cell_value_unknown", value=described(said), choices=choices), "item")
    return found


def _somebody(
    employee: str, theirs: list[_Read], known: Known, asked: Asked, close: MonthClosed, lost: int | None
) -> dict[int, RowVerdict]:
    """What one person's rows come to together; rows of other pay items are skipped. `lost`: a row that may be theirs too."""
    counted = [each for each in theirs if each.counts or each.row.errors]
    verdict: Verdict = "skipped"
    if asked.blank_is == "zero" or any(each.amount is not None for each in counted):
        _whole(employee, counted, asked)
        if not any(each.row.errors for each in counted):
            taken = sum(each.amount or 0 for each in counted)
            warn_of_sign(counted[0].row, taken, expected_of(close, employee))
            fault, verdict = standing(known, asked, close, employee, taken)
            if fault is not None:
                field = "deducted" if fault.code == "payroll_returned_otherwise" else "employee"
                for each in counted:
                    each.row.fault(fault, field)
    _keep_out(employee, counted, lost)
    commands = _commands(employee, counted) if verdict in ("new", "changes") else {}
    found = {}
    for each in theirs:
        number = each.row.row.number
        of_row: Verdict = verdict if each in counted else "skipped"
        found[number] = each.row.outcome(commands.get(number, ()), employee, of_row)
    return found


def _whole(employee: str, counted: list[_Read], asked: Asked) -> None:
    """Faults `row_twice` where a pay item stands twice, `cell_missing` where one of several amounts is left blank."""
    first: dict[str | None, int] = {}
    for each in counted:
        before = first.setdefault(each.item, each.row.row.number)
        if each.item is not None and before != each.row.row.number:
            each.row.fault(Taken("row_twice", first=before))
        if each.amount is None and asked.blank_is == "unreported" and not each.row.errors:
            each.row.fault(InputError("cell_missing", field="deducted"), "deducted")


def _keep_out(employee: str, counted: list[_Read], lost: int | None) -> None:
    """Fault `return_in_part` of whoever's other row is refused: without it the sum would be another."""
    wrong = next((each.row.row.number for each in counted if each.row.errors), lost)
    for each in counted if wrong is not None else ():
        if not each.row.errors:
            each.row.fault(WrongState("return_in_part", employee=employee, first=wrong))


def _commands(employee: str, counted: list[_Read]) -> dict[int, tuple[Values, ...]]:
    """Each row's part of the command that stands for all; why less was taken is said once, by the first of them."""
    told = [why(each.row) for each in counted]
    reason = next((code for code, _ in told if code is not None), None)
    notes = listed(list(dict.fromkeys(note for _, note in told if note is not None)))
    found = {each.row.row.number: returned_by(employee, each.amount or 0) for each in counted}
    number = counted[0].row.row.number
    found[number] = returned_by(employee, counted[0].amount or 0, reason, notes or None)
    return {number: (command,) for number, command in found.items()}
