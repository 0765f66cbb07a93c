"""What is on record, as far as a sheet has to be compared with it: people by number and name, what was told of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from zoneinfo import ZoneInfo

from ledger.aggregates.employee_state import EmployeeState, NoticeState
from ledger.errors import Unknown
from ledger.events.employees import EmployeeReassigned, EmployeeRegistered, EmployeeRehired, employee_stream
from ledger.imports.cells import folded
from ledger.state.ledger_state import LedgerState
from ledger.subjects import BY_COMMAND
from ledger.texts import ERASED, SEALED


@dataclass(frozen=True)
class Known:
    """A site as it stands under the lock. Nothing here decides: a row is told early what a decision would tell late."""

    state: LedgerState
    site: str

    @cached_property
    def people(self) -> dict[str, EmployeeState]:
        """Everybody of the site, by staff number in its order."""
        employees = self.state.employee_ids(self.site)
        self.state.load(map(employee_stream, employees))
        everybody = {employee: self.state.employee(employee) for employee in employees}
        return {employee: person for employee, person in everybody.items() if person.last_site == self.site}

    @cached_property
    def timezone(self) -> ZoneInfo:
        """The clock of the site."""
        return ZoneInfo(self.state.site(self.site).timezone)

    def person(self, employee: str) -> EmployeeState | None:
        """Somebody by staff number, of whichever site; None where nobody has it."""
        found = self.people.get(employee)
        if found is not None:
            return found
        try:
            return self.state.employee(employee)
        except Unknown:
            return None

    def name(self, employee: str, day: date | None) -> str | None:
        """Somebody's name on a day, the latest where none is given; None where it cannot be read."""
        person = self.person(employee)
        if person is None:
            return None
        name = (person.names.on(day) if day is not None else None) or person.name
        return None if name in (ERASED, SEALED) else name

    def by_name(self, name: str, day: date | None) -> list[str]:
        """Who of the site has this name on a day and is there, by staff number."""
        return [
            employee
            for employee in self._by_name.get(spaceless(name), ())
            if (held := self.name(employee, day)) is not None and same_name(held, name)
            if day is None or not self.people[employee].gone_by(day)
        ]

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        """Every name anybody ever had, without its blanks → who."""
        found: dict[str, list[str]] = {}
        for employee, person in self.people.items():
            for name in {spaceless(change.value) for change in person.names.changes}:
                found.setdefault(name, []).append(employee)
        return found

    def numbered(self, number: int) -> list[str]:
        """Whose staff number a spreadsheet would show as this number: 007 is 7, 1E5 is 100000."""
        return self._by_number.get(number, [])

    @cached_property
    def _by_number(self) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        for employee in self.people:
            if (number := _as_number(employee)) is not None:
                found.setdefault(number, []).append(employee)
        return found

    def post(self, employee: str) -> str | None:
        """The post somebody holds by what was recorded last."""
        said = [
            recorded.event.post
            for recorded in self.state.stream(employee_stream(employee))
            if isinstance(recorded.event, EmployeeRegistered | EmployeeReassigned | EmployeeRehired)
        ]
        return next((post for post in reversed(said) if post is not None), None)

    def is_taken(self, do: str, name: str) -> bool:
        """Whether the id of what a command brings into being is taken."""
        return self.state.stream_of(BY_COMMAND[do].kind, name) is not None

    def alike(self, employee: str, clause: str, day: date) -> list[NoticeState]:
        """The standing notices of somebody on a clause and a day of the site."""
        person = self.person(employee)
        if person is None:
            return []
        return [
            notice
            for notice in person.standing_notices()
            if notice.clause == clause and notice.occurred_at.astimezone(self.timezone).date() == day
        ]


def same_name(one: str, other: str) -> bool:
    """Whether two names are one, however they are spaced."""
    return spaceless(one) == spaceless(other)


def spaceless(name: str) -> str:
    """A name without its blanks, as names are compared."""
    return "".join(name.split())


def listed(ids: Iterable[str]) -> str:
    """Ids as a message names them."""
    return ", ".join(ids)


def _as_number(employee: str) -> int | None:
    """What a spreadsheet makes of a staff number that it takes for a number."""
    text = folded(employee)
    try:
        number = float(text) if text[:1].isdigit() and "_" not in text else None
        return int(number) if number is not None and number.is_integer() else None
    except (ValueError, OverflowError):
        return None
