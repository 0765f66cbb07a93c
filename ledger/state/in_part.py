"""People read as far as some months ask, with what is folded of them; what is read or asked of more is read whole.

A state is read so in either of two ways. `within` is for whoever knows which months are asked for, as a report of a
month does. `asking` is for decisions, which may ask anything: some months are at hand, and whoever asks for more of
somebody has their stream read whole, without knowing (`ledger/aggregates/in_part.py`).
"""

from collections.abc import Iterable
from copy import copy
from typing import Self

from ledger.aggregates.employee_state import EmployeeState, Placement
from ledger.events import Recorded
from ledger.events.employees import employee_of, employee_stream, is_somebodys
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
        self.is_asking = False
        """Whether what is asked beyond the months that were read is read then."""
        self._employees: dict[str, Folded[EmployeeState | None]] = {}
        self._shown: dict[str, tuple[EmployeeState, EmployeeState]] = {}
        self._placed: dict[str, Placement] = {}
        self._facts: dict[str, Folded[EmployeeFacts]] = {}
        self._cells: dict[tuple[str, str], Cell] = {}

    def within(self, months: Iterable[str], is_bare: bool = False) -> Self:
        """The same ledger as far as some months ask: of people whose streams were not read, no other month need be.

        Who belongs where is known of every month, and so is what is of no month. Nothing is added to it. Where what was
        read is going to be proven, it is all of it. `is_bare`: for figures alone, without names, and without who
        recorded what and when.
        """
        if self.log.verified.is_collecting:
            return self
        wanted = frozenset(months)
        other = copy(self)
        other.is_asking = False
        if self.reading.months is not None and wanted <= self.reading.months:
            return other
        other.reading = self.reading.within(wanted, is_bare)
        other._streams = {name: events for name, events in self._streams.items() if self.holds(name)}
        other._in_part = set()
        whole = [name for name in self._facts | self._employees if self.holds(employee_stream(name))]
        other._employees = {name: self._employees[name] for name in whole if name in self._employees}
        other._facts = {name: self._facts[name] for name in whole if name in self._facts}
        other._cells, other._placed, other._shown = {}, dict(self._placed), {}
        return other

    def asking(self, months: Iterable[str]) -> Self:
        """The same ledger for decisions that are likely to ask for some months; they may ask for others."""
        other = self.within(months)
        if other is self:
            return self
        other.is_asking = True
        return other

    def begin_with(self, months: Iterable[str] | None) -> None:
        """From now on people's streams are read in some months first, as `asking` has it; None: whole."""
        if months is not None and not self.log.verified.is_collecting:
            self.reading.months, self.is_asking = frozenset(months), True

    def of_kind(self, stream: str, kind: str, saying: bytes) -> list[Recorded]:
        """At least those of a stream's events of a kind, the added ones included, whose stored bytes say so."""
        if self.holds(stream):
            found = self.as_read(stream)
        else:
            self.load([stream])
            found = self.log.saying(stream, kind, saying, self.as_of)
            found += self.added_to(stream, found[-1].position if found else 0)
        return [recorded for recorded in found if recorded.event.kind == kind]

    def behind(self, filed: Recorded) -> list[Recorded]:
        """What a stream holds behind one of its events, the added ones included, however far it was read."""
        if self.holds(filed.stream):
            found = self.as_read(filed.stream)
        else:
            found = self.log.behind(filed.stream, filed.version, self.as_of)
            found += self.added_to(filed.stream, found[-1].position if found else 0)
        return [recorded for recorded in found if recorded.position > filed.position]

    def widen(self, employees: Iterable[str]) -> bool:
        """Reads people whole of whom some months alone were read: whether there are any."""
        in_part = [name for name in employees if not self.holds(employee_stream(name))]
        for employee in in_part:
            self._facts.pop(employee, None)
            self._employees.pop(employee, None)
            self._shown.pop(employee, None)
        if in_part:
            self._cells.clear()
            self.read_whole(map(employee_stream, in_part))
        return bool(in_part)

    def stream(self, stream: str) -> list[Recorded]:
        """A stream's events, the added ones included; of some months alone where these are all that is asked for."""
        if self.is_asking and is_somebodys(stream):
            self.widen([employee_of(stream)])
        return self.as_read(stream)
