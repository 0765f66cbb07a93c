"""Draws the rows of sheets from slices of the log, each read once.

The rows are made by the functions that make every figure and every row (law 3). A task and its packed batch can
cross between processes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, cast

from ledger.aggregates import posted_list_state
from ledger.aggregates.employee import evolve as employees
from ledger.aggregates.employee_state import EmployeeState
from ledger.events.employees import DepartureCorrected, EmployeeDeparted, EmployeeRehired, employee_stream
from ledger.events.months import MonthClosed
from ledger.policy.model import Policy
from ledger.projections.rebuild import Batch, Borne, Packed
from ledger.projections.tables import drawn_from
from ledger.reckoning import fold_facts as folding
from ledger.reckoning.facts import Departures, EmployeeFacts
from ledger.reckoning.fold_facts import months_of
from ledger.reckoning.reckon import reckon, reckon_month
from ledger.state.ledger_state import LedgerState
from ledger.store.log import Log
from ledger.store.stream_scan import Placed, Slice, checked, named_streams, slices, streams_of
from ledger.terms import last_day
from ledger.timeline import Absence

EMPLOYEES: Final = "employee/"
MONTHS: Final = "month/"
_DEPARTING: Final = (EmployeeDeparted.kind, DepartureCorrected.kind, EmployeeRehired.kind)
EVENTS_A_SLICE: Final = 2_000
CLOSES_A_SLICE: Final = 50
MANY: Final = 40
"""So many notices of one employee are sorted by month before their rows are drawn."""


@dataclass(frozen=True, slots=True)
class People:
    """The task to draw the streams of a slice, or those named; only one month where one is given."""

    streams: Slice | tuple[str, ...]
    month: str | None = None


@dataclass(frozen=True, slots=True)
class Bearers:
    """The task to draw the summaries of those who bear shares, with what they bear."""

    borne: tuple[Borne, ...]


Task = People | Bearers


def everything(log: Log) -> Iterator[Task]:
    """The tasks that draw all sheets but for what is borne."""
    for prefix, size in ((EMPLOYEES, EVENTS_A_SLICE), (MONTHS, CLOSES_A_SLICE)):
        for one in slices(log, prefix, size):
            yield People(one)


class Builder:
    """Draws tasks from the log up to a position, packed for sheets of a dialect.

    `expected`: what somebody bears, as it stands in their summaries; who bears something else is to be drawn once more.
    """

    def __init__(self, log: Log, as_of: int, dialect: str, expected: Iterable[Borne] = ()) -> None:
        self._log = log
        self._upto = as_of
        self._dialect = dialect
        self._memory = LedgerState(log, as_of)
        self._policies: dict[tuple[str, str], Policy] = {}
        self._left: dict[str, tuple[Absence, ...]] = {}
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
        if isinstance(task.streams, Slice):
            found = streams_of(self._log, task.streams, self._upto)
        else:
            found = named_streams(self._log, task.streams, self._upto)
        folded: list[_Employee] = []
        for stream, events in found:
            batch.events += len(events)
            with checked(self._log, stream, self._upto):
                if stream.startswith(EMPLOYEES):
                    folded += _folded(stream, events, task.month)
                else:
                    _draw_closes(batch, events, task.month)
        self._learn(folded)
        for one in folded:
            with checked(self._log, one.stream, self._upto):
                self._draw_employee(batch, one)
                if task.month is None:
                    for projection in drawn_from("appeal"):
                        rows = batch.of(projection)
                        for appeal in one.state.appeals.values():
                            rows += projection.rows(appeal, one.state.employee, one.state.site)

    def _draw_employee(self, batch: Batch, one: "_Employee") -> None:
        facts, state = one.facts, one.state
        departures = self._departures(facts)
        by_month = facts.by_month()
        states = state.by_month() if len(state.notices) > MANY else {}
        of_cell = [(each.rows, batch.of(each)) for each in drawn_from("cell")]
        of_summary = [(each.rows, batch.of(each)) for each in drawn_from("summary")]
        borne = self._expected.get(facts.employee, {})
        for month in sorted(one.months | borne.keys()):
            notices, rewards = by_month.get(month, ((), ()))
            policy = self._policy(facts.site, month)
            cell = reckon_month(facts, month, notices, rewards, policy, departures, last_day(month))
            of_month, fen = states.get(month, state), borne.get(month, 0)
            for rows, found in of_cell:
                found += rows(of_month, cell, policy)
            for rows, found in of_summary:
                found += rows(cell, facts.site, fen)

    def _draw_bearers(self, batch: Batch, borne: Iterable[Borne]) -> None:
        known: dict[str, EmployeeFacts] = {}
        names = {supervisor for supervisor, _, _ in borne}
        for stream, events in named_streams(self._log, map(employee_stream, names), self._upto):
            with checked(self._log, stream, self._upto):
                known[stream.removeprefix(EMPLOYEES)] = folding.fold_all(EmployeeFacts(), events)
        for supervisor, month, fen in borne:
            facts = known.get(supervisor) or EmployeeFacts()
            self._read_departures(facts)
            policy = self._policy(facts.site, month)
            cell = reckon(facts, month, policy, self._departures(facts), last_day(month))
            for projection in drawn_from("summary"):
                batch.of(projection).extend(projection.rows(cell, facts.site, fen))

    def _policy(self, site: str, month: str) -> Policy:
        policy = self._policies.get((site, month))
        if policy is None:
            policy = self._policies[site, month] = self._memory.policy_of(site, month)
        return policy

    def _learn(self, folded: Iterable["_Employee"]) -> None:
        """Who of these has left, and who of those above them: of whom is not among these the departures are read."""
        folded = list(folded)
        self._left.update((one.state.employee, one.facts.absences) for one in folded)
        self._read_departures(*(one.facts for one in folded))

    def _read_departures(self, *all_facts: EmployeeFacts) -> None:
        unread = {name for facts in all_facts for name in _line(facts) if name not in self._left}
        if unread:
            self._left.update(dict.fromkeys(unread, ()))
            streams = map(employee_stream, unread)
            for stream, events in named_streams(self._log, streams, self._upto, *_DEPARTING):
                left = folding.fold_all(EmployeeFacts(), events).absences
                self._left[stream.removeprefix(EMPLOYEES)] = left

    def _departures(self, facts: EmployeeFacts) -> Departures:
        """When those of an employee's supervisors were away who have left."""
        return {name: left for name in _line(facts) if (left := self._left[name])}


@dataclass(frozen=True, slots=True)
class _Employee:
    """An employee's stream, folded, and the months to draw."""

    stream: str
    facts: EmployeeFacts
    state: EmployeeState
    months: set[str]


def _folded(stream: str, events: list[Placed], only: str | None) -> list[_Employee]:
    """None where the employee was never registered, else one."""
    state = employees.evolve_all(None, events)
    if state is None:
        return []
    facts = folding.fold_all(EmployeeFacts(), events)
    months = months_of(events)
    return [_Employee(stream, facts, state, months if only is None else months & {only})]


def _line(facts: EmployeeFacts) -> set[str]:
    """Everybody who was ever set above an employee."""
    return {change.value for change in facts.supervisors.changes if change.value is not None}


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
