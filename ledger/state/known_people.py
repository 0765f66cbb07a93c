"""People as decisions see them, and as figures rest on them, folded from as much of their streams as was read."""

from collections.abc import Callable
from typing import Final, TypeVar
from weakref import ref

from msgspec.structs import replace

from ledger.aggregates.employee import evolve as employees
from ledger.aggregates.employee_state import EmployeeState, Placement
from ledger.aggregates.in_part import ListedInPart, ThingsInPart
from ledger.errors import LedgerError, StoreError, Unknown
from ledger.events import Recorded
from ledger.events.employees import PLACES, employee_stream
from ledger.reckoning import fold_facts as folding
from ledger.reckoning.facts import EmployeeFacts
from ledger.state.affected import only_cell
from ledger.state.folded import Fold, Folded
from ledger.state.in_part import InPart
from ledger.store.address import MAIN

S = TypeVar("S")

_NO_FACTS: Final = EmployeeFacts()
_MOST_CELLS: Final = 1_000
"""So many months of people are kept reckoned while events are added."""
_AT_HAND: Final = frozenset({*Placement.__struct_fields__, "names", "things", "bonus_bases"})
"""What is known of somebody of whom some months were read: things by their months, the rest is of none."""
_MAPPED: Final = tuple(
    name
    for name in EmployeeState.__struct_fields__
    if name not in _AT_HAND and name in ("answers", "bonus_bases")
)
_LISTED: Final = tuple(
    name for name in EmployeeState.__struct_fields__ if name not in _AT_HAND and name not in _MAPPED
)


class KnownPeople(InPart):
    """The people of a ledger up to a position."""

    def _take(self, recorded: Recorded) -> None:
        """Figures may have changed, too."""
        cell = only_cell(recorded.event)
        if cell is None or len(self._cells) > _MOST_CELLS:
            self._cells.clear()
        else:
            self._cells.pop(cell, None)
        if recorded.event.kind in PLACES:
            self._placed.clear()
        super()._take(recorded)

    def employee(self, employee: str) -> EmployeeState:
        """An employee as decisions see them; Unknown `employee_unknown`.

        StoreError `stream_incomplete` where no event tells of somebody whom a registry knows.
        """
        state = self._folded(self._employees, employee, None, employees.evolve_all)
        if state is None:
            if self.reading.is_registered(employee):
                raise self.log.verified.gap(employee_stream(employee), 1)
            raise self.here(Unknown("employee_unknown", employee=employee))
        return self._asked(state)

    def placed(self, employee: str) -> Placement:
        """Where an employee belongs, by as much of the stream as was read; Unknown `employee_unknown`."""
        places = self.places(employee_stream(employee))
        if places is None:
            return self.employee(employee)
        if employee not in self._placed:
            found = employees.evolve_all(None, places)
            if found is None:
                raise self._unproven()
            self._placed[employee] = found
        return self._placed[employee]

    def here(self, error: Unknown) -> LedgerError:
        """The same error; where the ledger is not the one that is meant when none is named, it says which one."""
        return error if self.log.ledger == MAIN else error.at(ledger=self.log.ledger)

    def facts(self, employee: str) -> EmployeeFacts:
        """An employee's facts as figures rest on them."""
        if self.is_asking:
            self.widen([employee])
        return self._facts_as_read(employee)

    def facts_in(self, employee: str, month: str) -> EmployeeFacts:
        """The same as far as one month asks."""
        at_hand = self.reading.months is None or month in self.reading.months
        return self._facts_as_read(employee) if at_hand else self.facts(employee)

    def _facts_as_read(self, employee: str) -> EmployeeFacts:
        return self._folded(self._facts, employee, _NO_FACTS, folding.fold_all)

    def registered(self, facts: EmployeeFacts, employee: str) -> EmployeeFacts:
        """The facts of somebody whom a registry knows. StoreError `stream_incomplete` where no event registers them."""
        if not facts.sites.changes:
            raise self.log.verified.gap(employee_stream(employee), 1)
        return facts

    def _folded(self, known: dict[str, Folded[S]], employee: str, start: S, fold: Fold[S]) -> S:
        """What somebody's stream comes to, as far as it was read; whole, where an event rests on what was not."""
        folded = known.get(employee)
        if folded is None:
            folded = known[employee] = Folded(self.as_read(employee_stream(employee)), start)
        if folded.count < len(folded.events):
            try:
                folded.fold(fold)
            except LookupError:
                if not self.widen([employee]):
                    raise
                return self._folded(known, employee, start, fold)
        return folded.state

    def _unproven(self) -> StoreError:
        return self.log.registry.unproven("things")

    def _asked(self, state: EmployeeState) -> EmployeeState:
        """Somebody as far as they were read; where more may be asked, with what reads the rest when it is."""
        if not self.is_asking or self.holds(employee_stream(state.employee)):
            return state
        before, shown = self._shown.get(state.employee, (None, state))
        if before is not state:
            shown = _in_part(state, self.reading.months or frozenset(), self._whole(state.employee))
            self._shown[state.employee] = state, shown
        return shown

    def _whole(self, employee: str) -> Callable[[], EmployeeState]:
        """Reads somebody whole. It does not keep this alive: a state of somebody is no part of the search for garbage."""
        here = ref(self)

        def read() -> EmployeeState:
            state = here()
            assert state is not None, "nothing is asked of a ledger that is over"
            state.widen([employee])
            return state.employee(employee)

        return read


def _in_part(
    state: EmployeeState, months: frozenset[str], whole: Callable[[], EmployeeState]
) -> EmployeeState:
    """Somebody of whom some months were read, whose other fields read the rest where they are looked into."""
    things = {
        kind: ThingsInPart(held, months, lambda kind=kind: whole().things[kind])  # type: ignore[misc]
        for kind, held in state.things.items()
    }
    mapped = {name: ThingsInPart({}, (), lambda name=name: getattr(whole(), name)) for name in _MAPPED}  # type: ignore[misc]
    listed = {name: ListedInPart(lambda name=name: getattr(whole(), name)) for name in _LISTED}  # type: ignore[misc]
    return replace(state, things=things, **mapped, **listed)
