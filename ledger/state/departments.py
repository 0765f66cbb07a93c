"""Which departments a site has, by whoever was ever placed in one or appointed its head, and who left it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from ledger.aggregates.authority import holders
from ledger.aggregates.context import DecisionContext
from ledger.aggregates.site_state import Appointment
from ledger.events import Event, Recorded
from ledger.events.employees import (
    DepartureCorrected,
    EmployeeDeparted,
    EmployeeReassigned,
    EmployeeRegistered,
    EmployeeRehired,
    employee_stream,
)
from ledger.events.offices import OfficeAppointed
from ledger.events.sites import site_stream
from ledger.terms import first_day, last_day

if TYPE_CHECKING:
    from ledger.state.ledger_state import LedgerState

_JOINING: Final = frozenset({EmployeeRegistered.kind, OfficeAppointed.kind})
_LEAVING: Final = frozenset({EmployeeDeparted.kind, DepartureCorrected.kind})
_PLACING: Final = _JOINING | _LEAVING | {EmployeeReassigned.kind, EmployeeRehired.kind}
"""Told apart by their kinds: read from the middle of a stream an event is of no class of these (`mapper.stored_event`)."""


@dataclass(slots=True)
class _Site:
    """What is known of one site, each in the order of recording."""

    members: dict[str, dict[str, None]] = field(default_factory=dict)
    """Department → everybody ever placed in it."""
    headed: dict[str, date] = field(default_factory=dict)
    """The departments that are meant to have a head → since when: one was appointed, or somebody moved there."""
    left: dict[str, None] = field(default_factory=dict)
    """Everybody who ever left."""
    taken: int = 0
    """How many of the added events are known here."""

    def take(self, event: Any) -> None:
        """One more event that is of this site."""
        if event.kind in _LEAVING:
            self.left[event.employee] = None
        elif event.department is not None:
            placed = self.members.setdefault(event.department, {})
            if event.kind != OfficeAppointed.kind:
                placed[event.employee] = None
            if event.kind != EmployeeRegistered.kind:
                self.headed.setdefault(event.department, event.effective_from)


class Departments:
    """The departments of sites, each read from the log when it is first asked for, and kept up with what is added.

    Of a site the streams of whoever ever was of it are read, and its own: other sites cost nothing.
    """

    def __init__(self) -> None:
        self._added: list[Event] = []
        self._sites: dict[str, _Site] = {}

    def add(self, recorded: Recorded) -> None:
        """One more event, uncommitted, imagined, or somebody else's."""
        if recorded.event.kind in _PLACING:
            self._added.append(recorded.event)

    def of(self, state: "LedgerState", site: str) -> Mapping[str, Collection[str]]:
        """Department → everybody ever placed in it; nobody where it only has, or had, a head."""
        return self._site(state, site).members

    def headed(self, state: "LedgerState", site: str) -> Mapping[str, date]:
        """The departments that are meant to have a head, and since when."""
        return self._site(state, site).headed

    def left(self, state: "LedgerState", site: str) -> Collection[str]:
        """Everybody of a site who ever left, back or not."""
        return self._site(state, site).left

    def _site(self, state: "LedgerState", site: str) -> _Site:
        known = self._sites.get(site)
        found = _Site() if known is None else known
        new = _recorded(state, site) if known is None else self._added[found.taken :]
        for event in [each for each in new if each.kind in _PLACING and _site_of(state, each) == site]:
            found.take(event)
        found.taken = len(self._added)
        self._sites[site] = found  # once all of it could be read
        return found


def _recorded(state: "LedgerState", site: str) -> list[Event]:
    """What says where people of a site belong and who holds an office there, what was added included, in order."""
    employees = state.employee_ids(site)
    state.reading.load_places(employees)
    found = [(recorded.position, recorded.event) for recorded in state.as_read(site_stream(site))]
    for stream in map(employee_stream, employees):
        placed = state.places(stream)
        if placed is None:
            found += [(recorded.position, recorded.event) for recorded in state.as_read(stream)]
        else:
            found += [(position, event) for event, position in placed]
    return [event for _, event in sorted(found, key=itemgetter(0))]


def _site_of(state: "LedgerState", event: Any) -> str:
    """Where somebody was on the day of which an event of their place speaks; the latest site where it speaks of none."""
    if event.kind in _JOINING:
        return str(event.site)
    person = state.placed(event.employee)
    day = event.on if event.kind in _LEAVING else event.effective_from
    return person.last_site if day is None else person.site_on(day)


def has_head(context: DecisionContext, site: str, department: str, day: date) -> bool:
    """Whether somebody heads a department on a day."""
    return bool(holders(context, site, "department_head", day, department))


def scored(state: "LedgerState", site: str, month: str) -> list[str]:
    """The departments that are scored and looked at in a month, sorted (appraisal §4.1): those the policy names,

    and where it names none, every one that has a head on some day of it.
    """
    named = state.policy_of(site, month).appraisal.departments
    if named:
        return sorted(named)
    first, last = first_day(month), last_day(month)
    return sorted(
        {
            held.department
            for held in state.site(site).appointments
            if held.office == "department_head"
            and held.department is not None
            and _holds_within(state, held, first, last)
        }
    )


def _holds_within(state: "LedgerState", held: Appointment, first: date, last: date) -> bool:
    """Whether an office is held on some day between two."""
    day, end = max(held.effective_from, first), last if held.until is None else min(held.until, last)
    person = state.employee(held.employee)
    return day <= end and not person.vacated(held.effective_from, day)


def has_people(state: "LedgerState", site: str, department: str, day: date) -> bool:
    """Whether anybody employed is in a department on a day."""
    for employee in state.departments.of(state, site).get(department, ()):
        person = state.employee(employee)
        if person.employed_on(day) and (person.site_on(day), person.departments.on(day)) == (
            site,
            department,
        ):
            return True
    return False
