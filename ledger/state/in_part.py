"""People read as far as some months ask, with what is folded of them; what is read or asked of more is read whole."""

from collections.abc import Iterable
from copy import copy
from typing import Self

from ledger.aggregates.employee_state import EmployeeState, Placement
from ledger.events.employees import employee_stream
from ledger.reckoning.facts import EmployeeFacts
from ledger.reckoning.reckon import Cell
from ledger.state.folded import Folded
from ledger.state.log_reader import LogReader
from ledger.state.streams import Streams
from ledger.store.log import Log


class InPart(Streams):
    """The streams of a ledger, of which those of people may be read in part."""

    def __init__(self, log: Log, as_of: int | None, reading: LogReader | None) -> None:
        super().__init__(log, as_of, reading)
        self._employees: dict[str, Folded[EmployeeState | None]] = {}
        self._placed: dict[str, Placement] = {}
        self._facts: dict[str, Folded[EmployeeFacts]] = {}
        self._cells: dict[tuple[str, str], Cell] = {}

    def within(self, months: Iterable[str]) -> Self:
        """The same ledger as far as some months ask: of people whose streams were not read, no other month is.

        Who belongs where is known of every month, and so is what is of no month. Nothing is added to it. Where what was
        read is going to be proven, it is all of it.
        """
        if self.log.verified.is_collecting:
            return self
        other = copy(self)
        other.reading = self.reading.within(months)
        other._streams = {name: events for name, events in self._streams.items() if self.holds(name)}
        other._in_part = set()
        whole = [name for name in self._facts | self._employees if self.holds(employee_stream(name))]
        other._employees = {name: self._employees[name] for name in whole if name in self._employees}
        other._facts = {name: self._facts[name] for name in whole if name in self._facts}
        other._cells, other._placed = {}, dict(self._placed)
        return other

    def widen(self, employees: Iterable[str]) -> bool:
        """Reads people whole of whom some months alone were read: whether there are any."""
        in_part = [name for name in employees if not self.holds(employee_stream(name))]
        for employee in in_part:
            self._facts.pop(employee, None)
            self._employees.pop(employee, None)
        if in_part:
            self._cells.clear()
            self.read_whole(map(employee_stream, in_part))
        return bool(in_part)
