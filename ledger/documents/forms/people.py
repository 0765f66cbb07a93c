"""Who is meant on a form: names and places as they were on a day, and of whom anything is on it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from ledger.labels.messages import Labels
from ledger.state.ledger_state import LedgerState
from ledger.texts import masked


def spoken_month(month: str, labels: Labels) -> str:
    """A month as a form says it: 2026 年 8 月."""
    year, _, number = month.partition("-")
    return labels.form("of_month", year=year, month=str(int(number)))


class People:
    """The names on one form; whoever is asked for is one of those in `named`."""

    def __init__(self, ledger_state: LedgerState, labels: Labels, mask: bool = False) -> None:
        self._state = ledger_state
        self._labels = labels
        self._mask = mask
        self.named: set[str] = set()

    def name(self, employee: str, day: date) -> str:
        """Somebody's name on a day, opened, and masked where the form masks names."""
        self.named.add(employee)
        state = self._state.employee(employee)
        name = state.names.on(day) or state.name
        return masked(name) if self._mask else name

    def signed(self, employee: str | None, day: date) -> str:
        """Name and staff number of somebody, in the brackets of the language; empty where nobody is meant."""
        return "" if employee is None else self._labels.remarked(self.name(employee, day), employee)

    def department(self, employee: str, day: date) -> str:
        """The department on a day, as it is on record; empty where none is."""
        departments = self._state.employee(employee).departments
        return departments.on(day) or departments.last() or ""

    def post(self, employee: str, day: date) -> str:
        """The post on a day; empty where none is said."""
        return self._state.employee(employee).posts.on(day) or ""

    def moment(self, instant: datetime, site: str) -> str:
        """An instant by the site's clock."""
        return instant.astimezone(ZoneInfo(self._state.site(site).timezone)).strftime("%Y-%m-%d %H:%M")
