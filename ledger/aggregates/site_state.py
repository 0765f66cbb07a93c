"""A site: its time zone and who has held which office in it (domain §1)."""

from dataclasses import dataclass, replace
from datetime import date

from ledger.events import Event
from ledger.events.employees import EmployeeTransferred
from ledger.events.offices import OfficeAppointed
from ledger.events.sites import SiteRegistered


@dataclass(frozen=True, slots=True)
class Appointment:
    """An office held; `until` includes its day, None: until further notice."""

    office: str
    employee: str
    department: str | None
    effective_from: date
    until: date | None
    position: int

    def covers(self, day: date) -> bool:
        """Whether the office is held on the day."""
        return self.effective_from <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class SiteState:
    """What a site's stream comes to."""

    site: str
    name: str
    timezone: str
    appointments: tuple[Appointment, ...] = ()
    transferred: frozenset[str] = frozenset()
    """Everybody who ever came from another site, or went to one."""


def evolve(state: SiteState | None, event: Event, position: int) -> SiteState | None:
    """The state after an event. An appointment to the same office from the same day replaces the earlier one."""
    match event:
        case SiteRegistered():
            return SiteState(event.site, event.name, event.timezone)
        case OfficeAppointed() if state is not None:
            place = (event.office, event.employee, event.department, event.effective_from)
            kept = tuple(
                a
                for a in state.appointments
                if (a.office, a.employee, a.department, a.effective_from) != place
            )
            return replace(state, appointments=(*kept, Appointment(*place, event.until, position)))
        case EmployeeTransferred() if state is not None:
            return replace(state, transferred=state.transferred | {event.employee})
    return state
