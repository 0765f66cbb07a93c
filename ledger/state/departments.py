"""Which departments a site has, by whoever was ever placed in one or appointed its head, and who left it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final

from ledger.aggregates.authority import holders
from ledger.aggregates.context import DecisionContext
from ledger.aggregates.site_state import Appointment
from ledger.events import Recorded
from ledger.events.employees import (
    DepartureCorrected,
    EmployeeDeparted,
    EmployeeReassigned,
    EmployeeRegistered,
    EmployeeRehired,
)
from ledger.events.offices import OfficeAppointed
from ledger.terms import first_day, last_day

if TYPE_CHECKING:
    from ledger.state.ledger_state import LedgerState

_PLACES: Final = (
    *(EmployeeRegistered, EmployeeReassigned, EmployeeRehired, OfficeAppointed),
    *(EmployeeDeparted, DepartureCorrected),
)
_PLACING: Final = tuple(each.kind for each in _PLACES)


@dataclass(slots=True)
class _Site:
    """What is known of one site, each in the order of recording."""

    members: dict[str, dict[str, None]] = field(default_factory=dict)
    """Department → everybody ever placed in it."""
    headed: dict[str, date] = field(default_factory=dict)
    """The departments that are meant to have a head → since when: one was appointed, or somebody moved there."""
    left: dict[str, None] = field(default_factory=dict)
    """Everybody who ever left."""


class Departments:
    """The departments of every site, read from the log when they are first asked for, and kept up with what is added."""

    def __init__(self) -> None:
        self._added: list[Recorded] = []
        self._sites: dict[str, _Site] | None = None

    def add(self, recorded: Recorded) -> None:
        """One more event, uncommitted, imagined, or somebody else's."""
        if recorded.event.kind in _PLACING:
            self._added.append(recorded)

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
        if self._sites is None:
            self._sites = {}
            if not state.reading.is_empty:
                for recorded in state.log.of_kinds(_PLACING, state.as_of):
                    _take(state, self._sites, recorded)
        added, self._added = self._added, []
        for recorded in added:
            _take(state, self._sites, recorded)
        return self._sites.get(site) or _Site()


def _take(state: "LedgerState", sites: dict[str, _Site], recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, _PLACES)
    joins = (EmployeeRegistered, OfficeAppointed)
    name = event.site if isinstance(event, joins) else _site_of(state, event)
    site = sites.setdefault(name, _Site())
    if isinstance(event, EmployeeDeparted | DepartureCorrected):
        site.left[event.employee] = None
    elif event.department is not None:
        placed = site.members.setdefault(event.department, {})
        if not isinstance(event, OfficeAppointed):
            placed[event.employee] = None
        if not isinstance(event, EmployeeRegistered):
            site.headed.setdefault(event.department, event.effective_from)


def _site_of(
    state: "LedgerState", event: EmployeeReassigned | EmployeeRehired | EmployeeDeparted | DepartureCorrected
) -> str:
    """Where somebody was on the day of which an event of their place speaks; the latest site where it speaks of none."""
    person = state.employee(event.employee)
    if isinstance(event, EmployeeReassigned | EmployeeRehired):
        return person.site_on(event.effective_from)
    return person.last_site if event.on is None else person.site_on(event.on)


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
