"""A month's wages from a sheet, for the wage guard (finance §15; domain §7)."""

from typing import Final

from ledger.formats import format_money, last_day
from ledger.imports.asked import Asked
from ledger.imports.known import Known
from ledger.imports.row_cells import RowCells
from ledger.imports.verdicts import RowVerdict, Verdict

WANTED: Final = frozenset(("wage", "minimum_wage"))


def verdicts(rows: list[RowCells], known: Known, asked: Asked) -> list[RowVerdict]:
    """What each row comes to: new, on record as it is, or another amount than is on record."""
    return [_verdict(row, known, asked) for row in rows]


def _verdict(row: RowCells, known: Known, asked: Asked) -> RowVerdict:
    month = str(asked.month)
    employee = row.employee(last_day(month))
    wage, minimum = row.money("wage", needed=True), row.money("minimum_wage", needed=True)
    if row.errors or employee is None or wage is None or minimum is None:
        return row.outcome(name=employee)
    verdict: Verdict = "new"
    if known.person(employee) is not None:
        there = known.state.facts(employee).wages.get(month)
        if there is not None:
            same = (there.wage_fen, there.minimum_wage_fen) == (wage, minimum)
            verdict = "known" if same else "changes"
    if verdict == "known":
        return row.outcome(name=employee, verdict=verdict)
    command = {
        "do": "record_wage",
        "employee": employee,
        "month": month,
        "wage": format_money(wage),
        "minimum_wage": format_money(minimum),
        **({} if asked.by is None else {"by": asked.by}),
    }
    return row.outcome((command,), employee, verdict)
