"""The tables for analysis (papers §18): every figure's lines, what was handed over, what pay took, and all notices.

No names and no words: codes, staff numbers, money in fen. Rows are sorted; days and months are ISO texts.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from ledger.events.employees import employee_stream
from ledger.events.months import MonthClosed
from ledger.events.pay_returns import PayReturned
from ledger.formats import format_day
from ledger.reckoning.explain import Explained
from ledger.state.figures import figures_of, status_of
from ledger.state.ledger_state import LedgerState
from ledger.state.months import months_of

Kind = Literal["id", "code", "number", "flag", "positions"]
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class AnalysisTable:
    """A table: what its columns hold by name, and its rows of a state. Any but flags and positions may be null."""

    name: str
    columns: dict[str, Kind]
    rows: Callable[[LedgerState], Iterator[Row]]


def by_month(
    table: AnalysisTable, rows: Iterable[Row], ledger: str
) -> tuple[AnalysisTable, dict[str, list[Row]]]:
    """The table with the ledger's name in front, and its rows by month, the months sorted."""
    at = list(table.columns).index("month")
    months: dict[str, list[Row]] = {}
    for row in rows:
        months.setdefault(row[at], []).append((ledger, *row))
    return replace(table, columns={"ledger": "code", **table.columns}), dict(sorted(months.items()))


def _entries(state: LedgerState) -> Iterator[Row]:
    """Every line of every money figure; those of `deduction` are the other figures it is made of, carried over."""
    for employee in _employees(state):
        for month in months_of(state, employee):
            for figure in _figures(state, employee, month):
                for line in figure.lines:
                    yield (
                        *(
                            state.employee(employee).site_in(month),
                            employee,
                            month,
                            figure.figure,
                            line.amount,
                        ),
                        *(line.of, line.notice, line.reward, line.rule, line.clause, line.policy),
                        list(line.rests_on),
                    )


def _figures(state: LedgerState, employee: str, month: str) -> Iterable[Explained]:
    return (figure for figure in figures_of(state, employee, month) if figure.unit == "fen")


def _employees(state: LedgerState) -> list[str]:
    found = state.everybody()
    state.load(map(employee_stream, found))
    return found


def _closes(state: LedgerState) -> Iterator[tuple[int, MonthClosed]]:
    for site in state.site_ids():
        yield from state.closes.placed(site)


def _lines(state: LedgerState) -> Iterator[Row]:
    for position, close in _closes(state):
        for line in close.lines:
            yield (
                *(close.site, close.month, line.employee, line.obligation_month, line.component),
                *(line.amount_fen, line.adjustment, position, list(line.because)),
            )


def _runs(state: LedgerState) -> Iterator[Row]:
    for position, close in _closes(state):
        for line in close.run:
            money = (line.due_fen, line.deducted_fen, line.carried_fen, line.brought_fen)
            yield (close.site, close.month, line.employee, *money, position)


def _returns(state: LedgerState) -> Iterator[Row]:
    """Every entry as it was recorded; a null amount takes the earlier one of the run back."""
    for recorded in state.log.of_kind(PayReturned.kind, state.as_of):
        event = recorded.event
        assert isinstance(event, PayReturned)
        yield (
            *(event.site, event.month, event.run, event.employee, event.amount_fen, event.reason),
            *(event.by, event.on.isoformat(), recorded.position),
        )


def _notices(state: LedgerState) -> Iterator[Row]:
    for employee in _employees(state):
        known, facts = state.employee(employee), state.facts(employee)
        for notice in known.notices.values():
            fact = facts.notices[notice.notice]
            department = known.departments.on(notice.occurred_on)
            days = (notice.occurred_on, notice.issued_on, notice.acknowledged_on, notice.rectified_on)
            yield (
                *(
                    known.site_in(notice.month),
                    employee,
                    department,
                    notice.month,
                    notice.notice,
                    notice.clause,
                ),
                *(notice.points, status_of(notice, fact), fact.late, notice.issued_by),
                *(format_day(day) for day in days),
                list(fact.positions),
            )


_AT: Final[dict[str, Kind]] = {"site": "code", "month": "code", "employee": "code"}

TABLES: Final = (
    AnalysisTable(
        "entries",
        {
            "site": "code",
            "employee": "code",
            "month": "code",
            "figure": "code",
            "amount_fen": "number",
            "of": "code",
            "notice": "id",
            "reward": "id",
            "rule": "code",
            "clause": "code",
            "policy": "code",
            "rests_on": "positions",
        },
        _entries,
    ),
    AnalysisTable(
        "lines",
        {
            **_AT,
            "obligation_month": "code",
            "component": "code",
            "amount_fen": "number",
            "adjustment": "flag",
            "position": "number",
            "because": "positions",
        },
        _lines,
    ),
    AnalysisTable(
        "runs",
        {
            **_AT,
            "due_fen": "number",
            "deducted_fen": "number",
            "carried_fen": "number",
            "brought_fen": "number",
            "position": "number",
        },
        _runs,
    ),
    AnalysisTable(
        "returns",
        {
            "site": "code",
            "month": "code",
            "run": "code",
            "employee": "code",
            "amount_fen": "number",
            "reason": "code",
            "by": "code",
            "on": "code",
            "position": "number",
        },
        _returns,
    ),
    AnalysisTable(
        "notices",
        {
            "site": "code",
            "employee": "code",
            "department": "code",
            "month": "code",
            "notice": "id",
            "clause": "code",
            "points": "number",
            "status": "code",
            "late": "flag",
            "issued_by": "code",
            "occurred_on": "code",
            "issued_on": "code",
            "acknowledged_on": "code",
            "rectified_on": "code",
            "positions": "positions",
        },
        _notices,
    ),
)
