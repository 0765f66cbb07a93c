"""Everybody's facts in bulk: slices of the log folded once each, with the departures and policies that figures need.

For whoever reckons everybody's months: the drawing of projections, and the trial of a policy.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from ledger.events.employees import DepartureCorrected, EmployeeDeparted, EmployeeRehired, employee_stream
from ledger.policy.model import Policy
from ledger.reckoning import fold_facts as folding
from ledger.reckoning.facts import Departures, EmployeeFacts
from ledger.state.ledger_state import LedgerState
from ledger.store.log import Log
from ledger.store.stream_scan import Placed, Slice, checked, named_streams, streams_of
from ledger.timeline import Absence

EMPLOYEES: Final = "employee/"
EVENTS_A_SLICE: Final = 2_000
_DEPARTING: Final = (EmployeeDeparted.kind, DepartureCorrected.kind, EmployeeRehired.kind)

Streams = Slice | tuple[str, ...]
"""The streams of a slice, or those named."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """An employee's stream, its facts folded."""

    stream: str
    events: list[Placed]
    facts: EmployeeFacts


class Scan:
    """The log up to a position, read slice by slice; what was learnt of departures and policies is kept meanwhile."""

    def __init__(self, log: Log, as_of: int) -> None:
        self.log = log
        self.as_of = as_of
        self._memory = LedgerState(log, as_of)
        self._policies: dict[tuple[str, str], Policy] = {}
        self._left: dict[str, tuple[Absence, ...]] = {}

    def streams(self, wanted: Streams) -> Iterator[tuple[str, list[Placed]]]:
        """The streams wanted, each whole and in order. StoreError `ledger_damaged`."""
        if isinstance(wanted, Slice):
            return streams_of(self.log, wanted, self.as_of)
        return named_streams(self.log, wanted, self.as_of)

    def people(self, streams: Iterable[tuple[str, list[Placed]]]) -> list[Scanned]:
        """The employees among some streams, with whoever left of them and of those above them known from now on."""
        found = []
        for stream, events in streams:
            with checked(self.log, stream, self.as_of):
                found.append(Scanned(stream, events, folding.fold_all(EmployeeFacts(), events)))
        self._left.update((one.stream.removeprefix(EMPLOYEES), one.facts.absences) for one in found)
        self._read_departures(one.facts for one in found)
        return found

    def registered(self, facts: EmployeeFacts, employee: str) -> EmployeeFacts:
        """The facts of somebody whom a registry knows. StoreError `stream_incomplete` where no event registers them."""
        return self._memory.registered(facts, employee)

    def policy(self, site: str, month: str) -> Policy:
        """The policy in force at a site on the first day of a month."""
        policy = self._policies.get((site, month))
        if policy is None:
            policy = self._policies[site, month] = self._memory.policy_of(site, month)
        return policy

    def departures(self, facts: EmployeeFacts) -> Departures:
        """When those of an employee's supervisors were away who have left."""
        return {name: left for name in _line(facts) if (left := self._left[name])}

    def _read_departures(self, all_facts: Iterable[EmployeeFacts]) -> None:
        unread = {name for facts in all_facts for name in _line(facts) if name not in self._left}
        if unread:
            self._left.update(dict.fromkeys(unread, ()))
            streams = map(employee_stream, unread)
            for stream, events in named_streams(self.log, streams, self.as_of, *_DEPARTING):
                left = folding.fold_all(EmployeeFacts(), events).absences
                self._left[stream.removeprefix(EMPLOYEES)] = left


def _line(facts: EmployeeFacts) -> set[str]:
    """Everybody who was ever set above an employee."""
    return {change.value for change in facts.supervisors.changes if change.value is not None}
