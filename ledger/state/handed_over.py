"""What closes handed over of people before: each person's latest close, what it carried on, what all of them submitted.

Somebody is handed over by the site they are of in the month closed (domain §7): a move takes them into another site's.
"""

from collections.abc import Iterable
from functools import partial
from operator import itemgetter

from ledger.events.employees import employee_stream
from ledger.events.months import MonthClosed
from ledger.reckoning import payroll
from ledger.reckoning.facts import EmployeeFacts, NoticeFact
from ledger.reckoning.fold_facts import fold_all
from ledger.reckoning.reckon import performance_notices
from ledger.reckoning.tally import tally
from ledger.state.ledger_state import LedgerState
from ledger.terms import Component

Closed = tuple[int, MonthClosed] | None
"""A close and its position; None where there was none."""


class HandedOver:
    """The closes of the sites that people are of and were of: of each only those that are asked for are read."""

    def __init__(self, ledger_state: LedgerState) -> None:
        self._state = ledger_state
        self._latest: dict[str, Closed] = {}
        self._placed: dict[str, list[tuple[int, MonthClosed]]] = {}
        self._carried: dict[int, dict[str, int]] = {}

    def last(self, employee: str) -> Closed:
        """The latest close that reckoned somebody."""
        facts, sites = self._state.facts(employee), self._sites(employee)
        if len(sites) == 1:
            (site,) = sites
            if site not in self._latest:
                self._latest[site] = self._state.closes.latest(site)
            return self._latest[site]
        found = (self._state.closes.latest(site, partial(_is_of, facts, site)) for site in sites)
        return max(filter(None, found), key=itemgetter(0), default=None)

    def closes(self, employee: str, until: int) -> list[tuple[int, MonthClosed]]:
        """The closes that reckoned somebody, each with its position, up to one; in the order of recording."""
        facts, sites = self._state.facts(employee), self._sites(employee)
        found: list[tuple[int, MonthClosed]] = []
        for site in sites:
            if site not in self._placed:
                self._placed[site] = self._state.closes.placed(site)
            found += [
                (position, close)
                for position, close in self._placed[site]
                if position <= until and (len(sites) == 1 or _is_of(facts, site, close.month))
            ]
        return sorted(found, key=itemgetter(0))

    def before(self, employee: str, position: int) -> Closed:
        """The latest close that reckoned somebody before a position."""
        return next(reversed(self.closes(employee, position - 1)), None)

    def position(self, employee: str) -> int:
        """The position of that close; 0 where there was none."""
        last = self.last(employee)
        return 0 if last is None else last[0]

    def carried(self, employee: str) -> int:
        """What the run of that close carries on, in fen."""
        last = self.last(employee)
        if last is None:
            return 0
        position, close = last
        if position not in self._carried:
            self._carried[position] = {line.employee: line.carried_fen for line in close.run}
        return self._carried[position].get(employee, 0)

    def submitted(self, employees: Iterable[str], since: str) -> payroll.Owed:
        """What the closes of the sites these people are of, or were of, submitted for the months since one.

        No close submits anything for a month to come, so the closes of earlier months are left alone.
        """
        sites = {site for employee in employees for site in self._sites(employee)}
        closes = self._state.closes
        return payroll.submitted(c.lines for site in sorted(sites) for _, c in closes.placed(site, since))

    def _sites(self, employee: str) -> set[str]:
        return {change.value for change in self._state.facts(employee).sites.changes}


def _is_of(facts: EmployeeFacts, site: str, month: str) -> bool:
    return facts.site_in(month) == site


def charged_at(
    ledger_state: LedgerState, position: int, employee: str, month: str, component: Component
) -> tuple[NoticeFact, ...]:
    """The notices of somebody's month that cost something of a component, as a close at a position knew them."""
    events = ledger_state.stream(employee_stream(employee))
    known = [(each.event, each.position) for each in events if each.position <= position]
    facts = fold_all(EmployeeFacts(), known)
    notices, policy = facts.notices_of(month), ledger_state.policy_of(facts.site_in(month), month)
    return (
        performance_notices(notices, policy) if component == "performance" else tally(notices, policy).counted
    )
