"""What a pay run took, from the sheet that was handed over and filled in (finance §13, "Import of the return")."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, Final

from ledger.aggregates.employee.pay_returns import expected_of, returned, returns_of
from ledger.errors import LedgerError, Unknown, WrongState
from ledger.events.months import MonthClosed
from ledger.formats import format_day, format_money, last_day, parse_money
from ledger.imports.asked import Asked
from ledger.imports.headers import meanings, normal
from ledger.imports.known import Known
from ledger.imports.pay_map import ITEM, PayMap
from ledger.imports.row_cells import RowCells
from ledger.imports.verdicts import RowVerdict, Values, Verdict, Warned
from ledger.state.closes import close_of

WANTED: Final = frozenset(("deducted",))


def verdicts(rows: list[RowCells], known: Known, asked: Asked) -> list[RowVerdict]:
    """What each row comes to. WrongState `month_not_closed`, `month_closed_with`."""
    close = close_of(known.state, known.site, str(asked.month))
    return [_verdict(row, known, asked, close) for row in rows]


def _verdict(row: RowCells, known: Known, asked: Asked, close: MonthClosed) -> RowVerdict:
    employee = row.employee(last_day(close.month))
    amount = _taken(row, asked.pay_map)
    reason, note = why(row)
    expected = row.money("expected")
    if row.errors or employee is None:
        return row.outcome(name=employee)
    handed = expected_of(close, employee)
    if expected is not None and expected != (handed or 0):
        fields = {"stated": format_money(expected), "handed": format_money(handed or 0)}
        row.warn(Warned("expected_edited", fields, row.place("expected")))
    warn_of_sign(row, amount, handed)
    if amount is None and asked.blank_is == "unreported":
        return row.outcome(name=employee, verdict="skipped")
    amount = amount or 0
    fault, verdict = standing(known, asked, close, employee, amount)
    if fault is not None:
        row.fault(fault, "deducted" if fault.code == "payroll_returned_otherwise" else "employee")
    if verdict == "known":
        return row.outcome(name=employee, verdict=verdict)
    return row.outcome((returned_by(employee, amount, reason, note),), employee, verdict)


def warn_of_sign(row: RowCells, amount: int | None, handed: int | None) -> None:
    """Says where somebody is paid out what was to be taken, or the other way round: mostly a minus is missing."""
    if amount is not None and handed is not None and amount * handed < 0:
        fields = {"taken": format_money(amount), "handed": format_money(handed)}
        row.warn(Warned("sign_differs", fields, row.place("deducted")))


def returned_by(employee: str, amount: int, reason: str | None = None, note: str | None = None) -> Values:
    """A row's part of the command that stands for all rows."""
    command: Values = {"do": "record_payroll", "deducted": {employee: format_money(amount)}}
    command |= {"reasons": {employee: reason}} if reason is not None else {}
    return command | ({"notes": {employee: note}} if note is not None else {})


def _taken(row: RowCells, pay_map: PayMap | None) -> int | None:
    """What was taken in all, in fen: one column, or the sum of the pay items that the map names; None: not reported."""
    if pay_map is None or not pay_map.returned.items:
        return row.money("deducted")
    found: list[int] = []
    for title in pay_map.returned.items:
        amount, item = row.money(f"{ITEM}{title}"), pay_map.item(title)
        if amount is not None and item is not None:
            paid = item.sign == "pay" and item.shown == "positive"
            found.append(-amount if paid else amount)
    return sum(found) if found else None


def why(row: RowCells) -> tuple[str | None, str | None]:
    """Why something else was taken: one of our codes, or `other` and the words themselves."""
    said, note = row.text("reason"), row.text("note")
    if said is None:
        return None, note
    code = meanings("reason").get(normal(said))
    return (code, note) if code is not None else ("other", said if note is None else f"{said}；{note}")


def standing(
    known: Known, asked: Asked, close: MonthClosed, employee: str, amount: int
) -> tuple[LedgerError | None, Verdict]:
    """What stands of somebody's run beside what the row says; row by row, since the command is one for all."""
    person = known.person(employee)
    if person is None:
        return Unknown("employee_unknown", employee=employee), "refused"
    if person.erased_on is not None:
        return WrongState("erased", employee=employee, on=person.erased_on), "refused"
    before = returned(person, close.site, close.month, asked.run)
    if before is None or before.amount_fen is None:
        return None, "new"
    if before.amount_fen == amount:
        return None, "known"
    if asked.correction is not None:
        return None, "changes"
    about = {"employee": employee, "month": close.month, "run": asked.run}
    stands, now = format_money(before.amount_fen), format_money(amount)
    return WrongState("payroll_returned_otherwise", **about, before=stands, now=now), "refused"


def unreported(found: Iterable[RowVerdict], known: Known, month: str) -> list[str]:
    """Whoever stands in the run of a month and is neither in this file nor in a return before it."""
    close = close_of(known.state, known.site, month)
    told = {row.id for row in found if row.verdict in ("new", "known", "changes")}
    waiting = [line.employee for line in close.run if line.employee not in told]
    return [
        employee
        for employee in waiting
        if not returns_of(known.state.employee(employee), close.site, close.month)
    ]


def joined(parts: Iterable[Values], known: Known, asked: Asked) -> list[Values]:
    """One command for all rows: what a run took is said at once; several rows of a person add up (finance §13)."""
    said: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    taken: Counter[str] = Counter()
    for part in parts:
        taken.update({employee: parse_money(amount) for employee, amount in part["deducted"].items()})
        for field in ("reasons", "notes"):
            said[field].update(part.get(field, {}))
    said["deducted"] = {employee: format_money(amount) for employee, amount in taken.items()}
    if not taken:
        return []
    command: Values = {"do": "record_payroll", "site": known.site, "month": asked.month, "run": asked.run}
    command |= {field: told for field, told in said.items() if told}
    command |= {"by": asked.by, "on": format_day(asked.on)}
    return [command if asked.correction is None else {**command, "correction": asked.correction}]
