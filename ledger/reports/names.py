"""Names as reports show them, and a site's day."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from ledger.state.ledger_state import LedgerState


def names_of(ledger_state: LedgerState, employees: Iterable[str]) -> dict[str, str]:
    """Employee to name, read at once, and only what says names. Unknown `employee_unknown`."""
    wanted = set(employees)
    named = ledger_state.log.names(wanted, ledger_state.as_of)
    return {employee: named.get(employee) or ledger_state.employee(employee).name for employee in wanted}


def local_day(ledger_state: LedgerState, site: str, instant: datetime) -> date:
    """The civil day of an instant at a site."""
    return instant.astimezone(ZoneInfo(ledger_state.site(site).timezone)).date()
