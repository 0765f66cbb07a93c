"""Keeps the sheets current: only the cells that new events touched are reckoned and rewritten.

With `redraw`, which draws them anew, the only writer of sheets.
What it needs of the ledger it asks of a `Source`; it never decides a figure itself.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, Protocol

from sqlalchemy import Connection, Table

from ledger.aggregates.employee_state import EmployeeState
from ledger.events import (
    AppealEvent,
    EmployeeDeparted,
    EmployeeReassigned,
    Event,
    MonthClosed,
    PolicyAdopted,
    Recorded,
)
from ledger.policy.model import Policy
from ledger.projections import appeals, joint_liability, monthly, payroll, public_list, register
from ledger.projections.schema import LAYOUT, Row, columns, drawn_up_to
from ledger.reckoning.facts import EmployeeFacts, cell_of
from ledger.reckoning.reckon import Cell
from ledger.store.sql import Statement, chunks, execute_all, fetch_all, placeholders
from ledger.terms import month_of

CellKey = tuple[str, str]
"""(employee, month)"""


class Source(Protocol):
    """What the sheets are drawn from: the log up to where they shall stand, folded and reckoned."""

    def cell(self, employee: str, month: str) -> Cell:
        """An employee's month, reckoned."""

    def facts(self, employee: str) -> EmployeeFacts:
        """An employee's facts."""

    def employee(self, employee: str) -> EmployeeState:
        """An employee as decisions see them."""

    def employee_ids(self, site: str) -> list[str]:
        """The employees of a site."""

    def site_ids(self) -> list[str]:
        """All sites."""

    def policy_of(self, site: str, month: str) -> Policy:
        """The policy in force at a site on the first day of a month."""

    def supervised_by(self, supervisor: str) -> set[str]:
        """For whom somebody may ever have borne a share."""


def drawn_at(connection: Connection, ledger: str) -> tuple[int, str] | None:
    """The position and the mark of the log the sheets are drawn at; None where they are not, or in another layout."""
    rows = fetch_all(connection, "SELECT layout, position, mark FROM sheets_drawn WHERE ledger = ?", ledger)
    return (rows[0][1], rows[0][2]) if rows and rows[0][0] == LAYOUT else None


def refresh(
    connection: Connection,
    ledger: str,
    source: Source,
    new: Iterable[Recorded],
    stand: tuple[int, str],
) -> None:
    """Takes new events into the sheets, which afterwards are drawn at a position and the log's mark there."""
    cells: set[CellKey] = set()
    docket: dict[str, str] = {}
    said: list[Statement] = []
    for recorded in new:
        event = recorded.event
        cells.update(touched(event, source))
        if isinstance(event, AppealEvent):
            docket[event.appeal] = event.employee
        if isinstance(event, MonthClosed):
            said.append(_inserted(payroll.head, ledger, payroll.head_rows(event)))
            said.append(_inserted(payroll.lines, ledger, payroll.line_rows(event)))
            said.append(_inserted(payroll.run, ledger, payroll.run_rows(event)))
    said += _rewritten_cells(connection, ledger, source, cells)
    said += _rewritten_docket(ledger, source, docket)
    execute_all(connection, [*said, *drawn_up_to(ledger, stand)])


def touched(event: Event, source: Source) -> Iterator[CellKey]:
    """The cells whose figures an event may change; a superset is fine."""
    match event:
        case EmployeeReassigned():
            yield from _months_of(source, [event.employee], month_of(event.effective_from))
        case EmployeeDeparted():
            below = source.supervised_by(event.employee)
            yield from _months_of(source, {event.employee, *below}, month_of(event.on))
        case PolicyAdopted():
            start = "" if event.effective_from is None else month_of(event.effective_from)
            for site in source.site_ids() if event.site is None else [event.site]:
                yield from _months_of(source, source.employee_ids(site), start)
        case _:
            cell = cell_of(event)
            if cell is not None:
                yield cell


def _months_of(source: Source, employees: Iterable[str], start: str) -> Iterator[CellKey]:
    for employee in employees:
        for month in source.facts(employee).touched:
            if month >= start:
                yield employee, month


def _rewritten_cells(
    connection: Connection,
    ledger: str,
    source: Source,
    cells: set[CellKey],
) -> Iterator[Statement]:
    """Shares first, and at once, then the rows of everybody who has or had one of them, and of the cells themselves."""
    keys = sorted(cells)
    bearers = _bearers(connection, ledger, keys)
    shares: list[Row] = []
    registered: list[Row] = []
    for employee, month in keys:
        cell = source.cell(employee, month)
        state = source.employee(employee)
        shares.extend(joint_liability.rows(cell, state.site))
        registered.extend(register.rows(state, cell, source.policy_of(state.site, month)))
        bearers.update((s.supervisor, month) for s in cell.shares if s.supervisor is not None)
    table = joint_liability.table
    execute_all(connection, [_deleted(table, ledger, keys), _inserted(table, ledger, shares)])
    yield _deleted(register.table, ledger, keys)
    yield _inserted(register.table, ledger, registered)
    rows_of = sorted(cells | bearers)
    joint = _enforceable(connection, ledger, rows_of)
    summaries: list[Row] = []
    posted: list[Row] = []
    for employee, month in rows_of:
        cell, site = source.cell(employee, month), source.facts(employee).site
        summaries.extend(monthly.rows(cell, site, joint.get((employee, month), 0)))
        posted.extend(public_list.rows(cell, site))
    for table, rows in ((monthly.table, summaries), (public_list.table, posted)):
        yield _deleted(table, ledger, rows_of)
        yield _inserted(table, ledger, rows)


def _rewritten_docket(ledger: str, source: Source, docket: dict[str, str]) -> Iterator[Statement]:
    rows: list[Row] = []
    for appeal, employee in sorted(docket.items()):
        state = source.employee(employee)
        rows.extend(appeals.rows(state.appeals[appeal], employee, state.site))
    yield (
        f"DELETE FROM {appeals.table.name} WHERE ledger = ? AND appeal = ?",
        [(ledger, appeal) for appeal in sorted(docket)],
    )
    yield _inserted(appeals.table, ledger, rows)


# SQLite walks through a whole table to find pairs: each of these asks for one column and sorts the pairs out itself,
# or for one pair at a time.


def _bearers(connection: Connection, ledger: str, keys: Sequence[CellKey]) -> set[CellKey]:
    """Who bears a share of these cells as the sheet stands."""
    wanted = set(keys)
    found: set[CellKey] = set()
    for chunk in chunks({employee for employee, _ in keys}):
        statement = (
            "SELECT employee, supervisor, month FROM sheet_joint_liability"
            f" WHERE ledger = ? AND employee IN ({placeholders(len(chunk))})"
        )
        for employee, supervisor, month in fetch_all(connection, statement, ledger, *chunk):
            if supervisor is not None and (employee, month) in wanted:
                found.add((supervisor, month))
    return found


def _enforceable(connection: Connection, ledger: str, keys: Sequence[CellKey]) -> dict[CellKey, int]:
    """What each of these bears for others in the month, in fen."""
    wanted = set(keys)
    found: dict[CellKey, int] = {}
    for chunk in chunks({supervisor for supervisor, _ in keys}):
        statement = (
            "SELECT supervisor, month, sum(share) FROM sheet_joint_liability"
            f" WHERE ledger = ? AND status = 'enforceable' AND supervisor IN ({placeholders(len(chunk))})"
            " GROUP BY supervisor, month"
        )
        sums = {(row[0], row[1]): int(row[2]) for row in fetch_all(connection, statement, ledger, *chunk)}
        found.update((key, fen) for key, fen in sums.items() if key in wanted)
    return found


def _deleted(table: Table, ledger: str, keys: Sequence[CellKey]) -> Statement:
    statement = f"DELETE FROM {table.name} WHERE ledger = ? AND employee = ? AND month = ?"
    return statement, [(ledger, employee, month) for employee, month in keys]


def _inserted(table: Table, ledger: str, rows: Sequence[Row]) -> Statement:
    statement, values_of = _insert(table)
    return statement, [values_of({"ledger": ledger, **row}) for row in rows]


@lru_cache(maxsize=20)
def _insert(table: Table) -> tuple[str, Callable[[Row], tuple[Any, ...]]]:
    """The statement that inserts a row of a sheet, and what puts its values in their order."""
    names = [str(column.name) for column in table.c]
    return f"INSERT INTO {table.name} ({columns(table)}) VALUES ({placeholders(len(names))})", itemgetter(
        *names
    )
