"""Draws the rows of projections from slices of the log, each read once.

The rows are made by the functions that make every figure and every row (law 3). A task and its packed batch can
cross between processes.
"""

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from typing import Final, cast

from ledger.aggregates import posted_list_state
from ledger.aggregates.employee import evolve as employees
from ledger.aggregates.employee_state import EmployeeState
from ledger.events.employees import employee_stream
from ledger.events.months import MonthClosed
from ledger.projections.rebuild import Batch, Borne, Packed
from ledger.projections.tables import drawn_from
from ledger.reckoning.facts import EmployeeFacts
from ledger.reckoning.reckon import reckon, reckon_month
from ledger.state.people_scan import EMPLOYEES, EVENTS_A_SLICE, Scan, Streams
from ledger.store.log import Log
from ledger.store.stream_scan import Placed, checked, slices
from ledger.terms import last_day

MONTHS: Final = "month/"
CLOSES_A_SLICE: Final = 50
MANY: Final = 40
"""So many notices of one employee are sorted by month before their rows are drawn."""


@dataclass(frozen=True, slots=True)
class People:
    """The task to draw some streams; only one month where one is given."""

    streams: Streams
    month: str | None = None


@dataclass(frozen=True, slots=True)
class Bearers:
    """The task to draw the summaries of those who bear shares, with what they bear."""

    borne: tuple[Borne, ...]


Task = People | Bearers


def everything(log: Log) -> Iterator[Task]:
    """The tasks that draw all projections but for what is borne."""
    for prefix, size in ((EMPLOYEES, EVENTS_A_SLICE), (MONTHS, CLOSES_A_SLICE)):
        for one in slices(log, prefix, size):
            yield People(one)


class Builder:
    """Draws tasks from the log up to a position, packed for projections of a dialect.

    `expected`: what somebody bears, as it stands in their summaries; who bears something else is to be drawn once more.
    """

    def __init__(self, log: Log, as_of: int, dialect: str, expected: Iterable[Borne] = ()) -> None:
        self._log = log
        self._upto = as_of
        self._dialect = dialect
        self._scan = Scan(log, as_of)
        self._expected: dict[str, dict[str, int]] = {}
        for supervisor, month, fen in expected:
            self._expected.setdefault(supervisor, {})[month] = fen

    def draw(self, task: Task) -> Packed:
        """The packed batch of a task."""
        batch = Batch()
        if isinstance(task, Bearers):
            self._draw_bearers(batch, task.borne)
        else:
            self._draw_people(batch, task)
        return batch.packed(self._dialect)

    def _draw_people(self, batch: Batch, task: People) -> None:
        somebodys: list[tuple[str, list[Placed]]] = []
        for stream, events in self._scan.streams(task.streams):
            batch.events += len(events)
            if stream.startswith(EMPLOYEES):
                somebodys.append((stream, events))
                continue
            with checked(self._log, stream, self._upto):
                _draw_closes(batch, events, task.month)
        for scanned in self._scan.people(somebodys):
            with checked(self._log, scanned.stream, self._upto):
                state = employees.evolve_all(None, scanned.events)
                if state is None:  # never registered
                    continue
                batch.people += 1
                months = scanned.facts.touched.keys()
                wanted = months if task.month is None else months & {task.month}
                self._draw_employee(batch, scanned.facts, state, wanted)
                if task.month is None:
                    for projection in drawn_from("appeal"):
                        rows = batch.of(projection)
                        for appeal in state.appeals.values():
                            rows += projection.rows(appeal, state.employee, state.site_in(appeal.month))

    def _draw_employee(
        self, batch: Batch, facts: EmployeeFacts, state: EmployeeState, months: Set[str]
    ) -> None:
        departures = self._scan.departures(facts)
        by_month = facts.by_month()
        states = state.by_month() if len(state.notices) > MANY else {}
        of_cell = [(each.rows, batch.of(each)) for each in drawn_from("cell")]
        of_summary = [(each.rows, batch.of(each)) for each in drawn_from("summary")]
        borne = self._expected.get(facts.employee, {})
        for month in sorted(months | borne.keys()):
            notices, rewards = by_month.get(month, ((), ()))
            site = facts.site_in(month)
            policy = self._scan.policy(site, month)
            cell = reckon_month(facts, month, notices, rewards, policy, departures, last_day(month))
            of_month, fen = states.get(month, state), borne.get(month, 0)
            for rows, found in of_cell:
                found += rows(of_month, cell, policy)
            for rows, found in of_summary:
                found += rows(cell, site, fen)

    def _draw_bearers(self, batch: Batch, borne: Iterable[Borne]) -> None:
        names = tuple({employee_stream(supervisor) for supervisor, _, _ in borne})
        known = {one.facts.employee: one.facts for one in self._scan.people(self._scan.streams(names))}
        for supervisor, month, fen in borne:
            facts = self._scan.registered(known.get(supervisor, EmployeeFacts()), supervisor)
            policy = self._scan.policy(facts.site_in(month), month)
            cell = reckon(facts, month, policy, self._scan.departures(facts), last_day(month))
            for projection in drawn_from("summary"):
                batch.of(projection).extend(projection.rows(cell, facts.site_in(month), fen))


def _draw_closes(batch: Batch, events: list[Placed], only: str | None) -> None:
    """What a month's stream says: its close, and what was posted of its list."""
    posted = posted_list_state.evolve_all(events)
    if posted is not None and only in (None, posted.posted.month):
        for projection in drawn_from("list"):
            batch.of(projection).extend(projection.rows(posted))
    for event, _ in events:
        if event.kind == MonthClosed.kind:
            close = cast(MonthClosed, event)
            if only in (None, close.month):
                for projection in drawn_from("close"):
                    batch.of(projection).extend(projection.rows(close))
