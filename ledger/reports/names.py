"""Names as reports show them, and a site's day."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from ledger.events.employees import EmployeeReassigned, EmployeeRegistered, employee_stream
from ledger.state.appraisal import PlacedSheet
from ledger.state.ledger_state import LedgerState


def names_of(ledger_state: LedgerState, employees: Iterable[str]) -> dict[str, str]:
    """Employee to name; of whoever was not read yet at once, and only what says names. Unknown `employee_unknown`."""
    wanted = set(employees)
    unread = [employee for employee in wanted if not ledger_state.holds(employee_stream(employee))]
    named = ledger_state.log.names(unread, ledger_state.as_of)
    return {employee: named.get(employee) or ledger_state.employee(employee).name for employee in wanted}


def names_on_sheets(ledger_state: LedgerState, sheets: Iterable[PlacedSheet]) -> dict[str, str]:
    """The same of those whose sheets are known, and with them the event that named each last."""
    people = {each.employee: each.person.names.changes[-1].position for each in sheets}
    named = {
        recorded.event.employee: recorded.event.name
        for recorded in ledger_state.log.at(people.values())
        if isinstance(recorded.event, EmployeeRegistered | EmployeeReassigned)
    }
    unnamed = people.keys() - {employee for employee, name in named.items() if name}
    return {employee: name for employee, name in named.items() if name} | names_of(ledger_state, unnamed)


def local_day(ledger_state: LedgerState, site: str, instant: datetime) -> date:
    """The civil day of an instant at a site."""
    return instant.astimezone(ZoneInfo(ledger_state.site(site).timezone)).date()
