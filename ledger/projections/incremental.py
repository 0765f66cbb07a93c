"""Keeps the sheets current: only the cells that new events touched are reckoned and rewritten.

With `rebuild`, which draws them anew, the only writer of sheets.
What it needs of the ledger it asks of a `Source`; it never decides a figure itself.

Catching up (`Projections.current` begins it, before any report is read):

1. Read where the projections are drawn at, and the log's end. Equal: nothing is to do.
2. Hold the mark they keep against the hash of the event at that position: another log's projections are drawn anew.
3. Read the events since. Many of them: all is drawn anew, which is faster.
4. Take the turn (one drawer a ledger), and look whether the position still is that of 1; else begin anew.
5. Find the cells that the events touch, reckon these, and rewrite their rows, shares first, since others bear them.
6. Write the new position and mark with them, in one transaction.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, Protocol

from sqlalchemy import Connection

from ledger.aggregates import posted_list_state
from ledger.aggregates.employee_state import EmployeeState
from ledger.events import Recorded
from ledger.events.appeals import AppealEvent
from ledger.events.months import MonthClosed, month_stream
from ledger.events.posted_lists import ListEvent
from ledger.policy.model import Policy
from ledger.projections.projection import Projection
from ledger.projections.schema import Row, columns
from ledger.projections.stand import drawn_up_to
from ledger.projections.tables import drawn_from, joint_liability
from ledger.reckoning.facts import EmployeeFacts
from ledger.reckoning.reckon import Cell
from ledger.state.affected import CellKey, affected
from ledger.store.sql import Statement, chunks, execute_all, fetch_all, placeholders


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

    def stream(self, stream: str) -> list[Recorded]:
        """A stream's events."""


def refresh(
    connection: Connection,
    ledger: str,
    source: Source,
    new: Iterable[Recorded],
    stand: tuple[int, str],
) -> None:
    """Takes new events into the sheets, which afterwards are drawn at a position and the log's mark there."""
    cells: set[CellKey] = set()
    appeals: dict[str, str] = {}
    lists: set[tuple[str, str]] = set()
    statements: list[Statement] = []
    for recorded in new:
        event = recorded.event
        cells.update(affected(event, source))
        if isinstance(event, AppealEvent):
            appeals[event.appeal] = event.employee
        if isinstance(event, ListEvent):
            lists.add((event.site, event.month))
        if isinstance(event, MonthClosed):
            statements += [_inserted(each, ledger, each.rows(event)) for each in drawn_from("close")]
    statements += _rewritten_cells(connection, ledger, source, cells)
    statements += _rewritten_appeals(ledger, source, appeals)
    statements += _rewritten_lists(ledger, source, lists)
    execute_all(connection, [*statements, *drawn_up_to(ledger, stand)])


def _rewritten_cells(
    connection: Connection,
    ledger: str,
    source: Source,
    cells: set[CellKey],
) -> Iterator[Statement]:
    """Shares first, and at once, then the rows of everybody who has or had one of them, and of the cells themselves."""
    keys = sorted(cells)
    bearers = _bearers(connection, ledger, keys)
    of_cell: dict[Projection, list[Row]] = {each: [] for each in drawn_from("cell")}
    for employee, month in keys:
        cell, state = source.cell(employee, month), source.employee(employee)
        policy = source.policy_of(state.site_in(month), month)
        for projection, rows in of_cell.items():
            rows += projection.rows(state, cell, policy)
        bearers.update((s.supervisor, month) for s in cell.shares if s.supervisor is not None)
    for projection, rows in of_cell.items():
        written = [_deleted(projection, ledger, keys), _inserted(projection, ledger, rows)]
        if projection is joint_liability.PROJECTION:
            execute_all(connection, written)
        else:
            yield from written
    rows_of = sorted(cells | bearers)
    borne = _enforceable(connection, ledger, rows_of)
    for projection in drawn_from("summary"):
        rows = []
        for employee, month in rows_of:
            cell, site = source.cell(employee, month), source.facts(employee).site_in(month)
            rows += projection.rows(cell, site, borne.get((employee, month), 0))
        yield _deleted(projection, ledger, rows_of)
        yield _inserted(projection, ledger, rows)


def _rewritten_appeals(ledger: str, source: Source, appeals: dict[str, str]) -> Iterator[Statement]:
    for projection in drawn_from("appeal"):
        rows: list[Row] = []
        for appeal, employee in sorted(appeals.items()):
            state = source.employee(employee)
            filed = state.appeals[appeal]
            rows += projection.rows(filed, employee, state.site_in(filed.month))
        deleted = f"DELETE FROM {projection.name} WHERE ledger = ? AND appeal = ?"
        yield deleted, [(ledger, appeal) for appeal in sorted(appeals)]
        yield _inserted(projection, ledger, rows)


def _rewritten_lists(ledger: str, source: Source, lists: set[tuple[str, str]]) -> Iterator[Statement]:
    for projection in drawn_from("list"):
        rows: list[Row] = []
        for site, month in sorted(lists):
            events = source.stream(month_stream(site, month))
            posted = posted_list_state.evolve_all((each.event, each.position) for each in events)
            rows += [] if posted is None else projection.rows(posted)
        deleted = f"DELETE FROM {projection.name} WHERE ledger = ? AND site = ? AND month = ?"
        yield deleted, [(ledger, site, month) for site, month in sorted(lists)]
        yield _inserted(projection, ledger, rows)


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


def _deleted(projection: Projection, ledger: str, keys: Sequence[CellKey]) -> Statement:
    statement = f"DELETE FROM {projection.name} WHERE ledger = ? AND employee = ? AND month = ?"
    return statement, [(ledger, employee, month) for employee, month in keys]


def _inserted(projection: Projection, ledger: str, rows: Sequence[Row]) -> Statement:
    statement, values_of = _insert(projection)
    return statement, [values_of({"ledger": ledger, **row}) for row in rows]


@lru_cache(maxsize=20)
def _insert(projection: Projection) -> tuple[str, Callable[[Row], tuple[Any, ...]]]:
    """The statement that inserts a row, and what puts its values in their order."""
    table = projection.table
    names = [str(column.name) for column in table.c]
    return f"INSERT INTO {table.name} ({columns(table)}) VALUES ({placeholders(len(names))})", itemgetter(
        *names
    )
