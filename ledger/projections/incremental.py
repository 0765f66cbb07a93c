"""Keeps the projections current: only the cells that new events touched are reckoned and rewritten.

With `rebuild`, which draws them anew, the only writer of projections.
What it needs of the ledger it asks of a `Source`; it never decides a figure itself.

Catching up (`Projections.current` begins it, before any report is read):

1. Read where the projections are drawn at, and the log's end. Equal: nothing is to do.
2. Hold the mark they keep against the hash of the event at that position: another log's projections are drawn anew.
3. Read the events since. Many of them: all is drawn anew, which is faster.
4. Take the turn (one drawer a ledger), and look whether the position still is that of 1; else begin anew.
5. Find the cells that the events touch, reckon these, and write the rows that changed, shares first, since others bear them.
6. Write the new position and mark with them, in one transaction.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any, Final, NamedTuple, Protocol, cast

import orjson
from sqlalchemy import Connection

from ledger.aggregates import posted_list_state
from ledger.aggregates.employee_state import EmployeeState
from ledger.events import Recorded, kinds
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
from ledger.store.sql import Statement, chunks, execute_all, fetch_each, is_sqlite, placeholders

Values = tuple[Any, ...]
"""A row as it lies."""

_BORNE: Final = (  # what each bears for others in a month, in fen
    "SELECT supervisor, month, sum(share) FROM sheet_joint_liability"
    " WHERE ledger = ? AND status = 'enforceable' AND supervisor {} GROUP BY supervisor, month"
)


class Source(Protocol):
    """What the projections are drawn from: the log up to where they shall stand, folded and reckoned."""

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
    """Takes new events into the projections, which afterwards are drawn at a position and the log's mark there."""
    cells: set[CellKey] = set()
    appeals: dict[str, str] = {}
    lists: set[tuple[str, str]] = set()
    statements: list[Statement] = []
    for recorded in new:
        event = recorded.event
        cells.update(affected(event, source))
        if event.kind in _of_appeals():  # it may be one as figures need it, which is no instance
            filed = cast(AppealEvent, event)
            appeals[filed.appeal] = filed.employee
        if isinstance(event, ListEvent):
            lists.add((event.site, event.month))
        if isinstance(event, MonthClosed):
            statements += [
                _written(connection, each, ledger, each.rows(event)) for each in drawn_from("close")
            ]
    statements += _rewritten_cells(connection, ledger, source, cells)
    statements += _rewritten_appeals(connection, ledger, source, appeals)
    statements += _rewritten_lists(connection, ledger, source, lists)
    execute_all(connection, [*statements, *drawn_up_to(ledger, stand)])


@cache
def _of_appeals() -> frozenset[str]:
    return frozenset(name for name, kind in kinds().items() if issubclass(kind, AppealEvent))


def _rewritten_cells(
    connection: Connection,
    ledger: str,
    source: Source,
    cells: set[CellKey],
) -> Iterator[Statement]:
    """Shares first, and at once, then the rows of everybody who has or had one of them, and of the cells themselves."""
    keys = sorted(cells)
    of_cell: dict[Projection, list[Row]] = {each: [] for each in drawn_from("cell")}
    standing, _ = _standing(connection, ledger, list(of_cell), keys)
    bearers = _bearers(standing[joint_liability.PROJECTION])
    for employee, month in keys:
        cell, state = source.cell(employee, month), source.employee(employee)
        policy = source.policy_of(state.site_in(month), month)
        for projection, rows in of_cell.items():
            rows += projection.rows(state, cell, policy)
        bearers.update((s.supervisor, month) for s in cell.shares if s.supervisor is not None)
    for projection, rows in of_cell.items():
        written = list(_changed(connection, projection, ledger, standing[projection], rows))
        if projection is joint_liability.PROJECTION:
            execute_all(connection, written)
        else:
            yield from written
    rows_of = sorted(cells | bearers)
    standing, sums = _standing(connection, ledger, drawn_from("summary"), rows_of, _BORNE)
    borne = {(supervisor, month): int(fen) for supervisor, month, fen in sums}
    for projection, before in standing.items():
        rows = []
        for employee, month in rows_of:
            cell, site = source.cell(employee, month), source.facts(employee).site_in(month)
            rows += projection.rows(cell, site, borne.get((employee, month), 0))
        yield from _changed(connection, projection, ledger, before, rows)


def _rewritten_appeals(
    connection: Connection, ledger: str, source: Source, appeals: dict[str, str]
) -> Iterator[Statement]:
    for projection in drawn_from("appeal"):
        rows: list[Row] = []
        for appeal, employee in sorted(appeals.items()):
            state = source.employee(employee)
            filed = state.appeals[appeal]
            rows += projection.rows(filed, employee, state.site_in(filed.month))
        deleted = f"DELETE FROM {projection.name} WHERE ledger = ? AND appeal = ?"
        yield deleted, [(ledger, appeal) for appeal in sorted(appeals)]
        yield _written(connection, projection, ledger, rows)


def _rewritten_lists(
    connection: Connection, ledger: str, source: Source, lists: set[tuple[str, str]]
) -> Iterator[Statement]:
    for projection in drawn_from("list"):
        rows: list[Row] = []
        for site, month in sorted(lists):
            events = source.stream(month_stream(site, month))
            posted = posted_list_state.evolve_all((each.event, each.position) for each in events)
            rows += [] if posted is None else projection.rows(posted)
        deleted = f"DELETE FROM {projection.name} WHERE ledger = ? AND site = ? AND month = ?"
        yield deleted, [(ledger, site, month) for site, month in sorted(lists)]
        yield _written(connection, projection, ledger, rows)


def _standing(
    connection: Connection,
    ledger: str,
    projections: Sequence[Projection],
    keys: Sequence[CellKey],
    *others: str,
) -> tuple[dict[Projection, list[Values]], list[Values]]:
    """The rows of these cells as they stand, and those of other questions about the same people and months.

    Asked in one exchange; a row begins with its ledger and its cell. SQLite walks through a whole table to find pairs:
    people and months are asked for by themselves, and the pairs are sorted out here.
    """
    wanted, people = set(keys), {employee for employee, _ in keys}
    months = sorted({month for _, month in keys})
    are_all = len(wanted) == len(people) * len(months)
    months = _filled(months)
    standing: dict[Projection, list[Values]] = {each: [] for each in projections}
    rest: list[Values] = []
    asked = [f"{_statements(each).select} AND employee {{}}" for each in projections]
    for chunk in map(_filled, chunks(people)):
        among = f"IN ({placeholders(len(chunk))}) AND month IN ({placeholders(len(months))})"
        values = (ledger, *chunk, *months)
        found = fetch_each(connection, [(each.format(among), values) for each in (*asked, *others)])
        for projection, rows in zip(projections, found, strict=False):
            standing[projection] += rows if are_all else [row for row in rows if row[1:3] in wanted]
        rest += chain.from_iterable(found[len(asked) :])
    return standing, rest


def _filled(names: Sequence[str]) -> list[str]:
    """The names, the last one again until they are 1, 2, 4, 8 …: so any number is asked for in a few statements,
    which databases prepare once."""
    most = 1 << (len(names) - 1).bit_length() if names else 0
    return [*names, *list(names[-1:]) * (most - len(names))]


def _bearers(shares: Iterable[Values]) -> set[CellKey]:
    """Who bears one of these shares, and in which month."""
    names = joint_liability.table.c.keys()
    supervisor, month = names.index("supervisor"), names.index("month")
    return {(row[supervisor], row[month]) for row in shares if row[supervisor] is not None}


def _changed(
    connection: Connection,
    projection: Projection,
    ledger: str,
    standing: Sequence[Values],
    rows: Iterable[Row],
) -> Iterator[Statement]:
    """What makes the rows that stand these rows: most of them are the same, or there with other values."""
    statements = _statements(projection)
    key_of = statements.key_of
    before = dict(zip(map(key_of, standing), standing, strict=True))
    wanted = [(ledger, *row.values()) for row in rows]
    changed = [row for row in wanted if before.pop(key_of(row), None) != row]
    yield statements.delete, sorted(before)
    yield _put(connection, statements, changed)


def _written(connection: Connection, projection: Projection, ledger: str, rows: Sequence[Row]) -> Statement:
    return _put(connection, _statements(projection), [(ledger, *row.values()) for row in rows])


def _put(connection: Connection, statements: "_Statements", rows: Sequence[Values]) -> Statement:
    """What writes rows, over those of the same keys; a server is told all of them at once."""
    if is_sqlite(connection) or not rows:
        return statements.put, rows
    told = [dict(zip(statements.names, row, strict=True)) for row in rows]
    return statements.put_together, [(orjson.dumps(told).decode(),)]


class _Statements(NamedTuple):
    """How a projection's rows are asked for and written, and what takes their keys."""

    names: list[str]
    select: str
    put: str
    put_together: str
    """The same on PostgreSQL, of all rows in one JSON text."""
    delete: str
    key_of: Callable[[Values], Values]


@lru_cache(maxsize=20)
def _statements(projection: Projection) -> _Statements:
    table, all_columns = projection.table, columns(projection.table)
    names = [str(column.name) for column in table.c]
    key = [str(column.name) for column in table.primary_key]
    where = " AND ".join(f'"{name}" = ?' for name in key)
    quoted = [f'"{name}"' for name in key]
    others = ", ".join(f'"{name}" = excluded."{name}"' for name in names if name not in key)
    insert = f"INSERT INTO {table.name} ({all_columns})"
    over = f"ON CONFLICT ({', '.join(quoted)}) DO UPDATE SET {others}"
    told = f"json_populate_recordset(NULL::{table.name}, ?::json)"
    return _Statements(
        names,
        f"SELECT {all_columns} FROM {table.name} WHERE ledger = ?",
        f"{insert} VALUES ({placeholders(len(names))}) {over}",
        f"{insert} SELECT {all_columns} FROM {told} {over}",
        f"DELETE FROM {table.name} WHERE {where}",
        itemgetter(*map(names.index, key)),
    )
