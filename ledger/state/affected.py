"""Which cells an event may change: what is drawn anew when it is recorded, and compared when it is imagined."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from ledger.events import Event, SheetEvent
from ledger.events.employees import DepartureCorrected, EmployeeDeparted, EmployeeReassigned, EmployeeRehired
from ledger.events.policies import PolicyAdopted
from ledger.reckoning.facts import EmployeeFacts
from ledger.reckoning.fold_facts import cell_of
from ledger.terms import month_of

CellKey = tuple[str, str]
"""(employee, month)"""


class People(Protocol):
    """Whom an event may concern besides the person it is about."""

    def facts(self, employee: str) -> EmployeeFacts:
        """An employee's facts."""

    def employee_ids(self, site: str) -> list[str]:
        """The employees of a site."""

    def site_ids(self) -> list[str]:
        """All sites."""

    def supervised_by(self, supervisor: str) -> set[str]:
        """For whom somebody may ever have borne a share."""


def affected(event: Event, people: People) -> Iterator[CellKey]:
    """The cells whose figures an event may change; a superset is fine."""
    match event:
        case EmployeeReassigned() | EmployeeRehired():
            yield from _rows_of(people, [event.employee], month_of(event.effective_from))
        case EmployeeDeparted():
            below = people.supervised_by(event.employee)
            yield from _months_of(people, {event.employee, *below}, month_of(event.on))
        case DepartureCorrected():
            yield from _months_of(people, {event.employee, *people.supervised_by(event.employee)}, "")
        case PolicyAdopted():
            start = "" if event.effective_from is None else month_of(event.effective_from)
            for site in people.site_ids() if event.site is None else [event.site]:
                yield from _rows_of(people, people.employee_ids(site), start)
        case _:
            cell = only_cell(event)
            if cell is not None:
                yield cell


def only_cell(event: Event) -> CellKey | None:
    """The one cell whose figures an event may change; None where it is not one."""
    match event:
        case (
            EmployeeReassigned()
            | EmployeeRehired()
            | EmployeeDeparted()
            | DepartureCorrected()
            | PolicyAdopted()
        ):
            return None
        case SheetEvent():
            return event.employee, event.month
        case _:
            return cell_of(event)


def _rows_of(people: People, employees: Iterable[str], start: str) -> Iterator[CellKey]:
    """The cells of people, and those in which they have a row for what they bear alone: it shows their department."""
    for employee in employees:
        yield from _months_of(people, [employee], start)
        for below in people.supervised_by(employee):
            yield from ((employee, month) for _, month in _months_of(people, [below], start))


def _months_of(people: People, employees: Iterable[str], start: str) -> Iterator[CellKey]:
    for employee in employees:
        for month in people.facts(employee).touched:
            if month >= start:
                yield employee, month
