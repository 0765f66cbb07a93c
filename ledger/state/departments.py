"""Which departments a site has, by whoever was ever placed in one or appointed its head."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import TYPE_CHECKING, Final

from ledger.aggregates.authority import holders
from ledger.aggregates.context import DecisionContext
from ledger.events import Recorded
from ledger.events.employees import EmployeeReassigned, EmployeeRegistered, EmployeeRehired
from ledger.events.offices import OfficeAppointed

if TYPE_CHECKING:
    from ledger.state.ledger_state import LedgerState

_PLACING: Final = tuple(
    each.kind for each in (EmployeeRegistered, EmployeeReassigned, EmployeeRehired, OfficeAppointed)
)

Members = dict[str, dict[str, dict[str, None]]]
"""Site → department → everybody ever placed in it, in the order of recording."""


class Departments:
    """The departments of every site, read from the log when they are first asked for, and kept up with what is added."""

    def __init__(self) -> None:
        self._added: list[Recorded] = []
        self._members: Members | None = None

    def add(self, recorded: Recorded) -> None:
        """One more event, uncommitted, imagined, or somebody else's."""
        if recorded.event.kind in _PLACING:
            self._added.append(recorded)

    def of(self, state: "LedgerState", site: str) -> Mapping[str, Collection[str]]:
        """Department → everybody ever placed in it; nobody where it only has, or had, a head."""
        if self._members is None:
            self._members = {}
            if not state.reading.is_empty:
                for recorded in state.log.of_kinds(_PLACING, state.as_of):
                    _place(state, self._members, recorded)
        added, self._added = self._added, []
        for recorded in added:
            _place(state, self._members, recorded)
        return self._members.get(site, {})


def _place(state: "LedgerState", members: Members, recorded: Recorded) -> None:
    event = recorded.event
    if not isinstance(event, EmployeeRegistered | EmployeeReassigned | EmployeeRehired | OfficeAppointed):
        return
    if event.department is None:
        return
    joins = (EmployeeRegistered, OfficeAppointed)
    site = event.site if isinstance(event, joins) else state.employee(event.employee).site
    placed = members.setdefault(site, {}).setdefault(event.department, {})
    if not isinstance(event, OfficeAppointed):
        placed[event.employee] = None


def has_head(context: DecisionContext, site: str, department: str, day: date) -> bool:
    """Whether somebody heads a department on a day."""
    return bool(holders(context, site, "department_head", day, department))


def has_people(state: "LedgerState", site: str, department: str, day: date) -> bool:
    """Whether anybody employed is in a department on a day."""
    for employee in state.departments.of(state, site).get(department, ()):
        person = state.employee(employee)
        if person.employed_on(day) and person.departments.on(day) == department:
            return True
    return False
