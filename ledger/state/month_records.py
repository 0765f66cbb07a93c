"""The months of which anything is recorded about somebody: a move to another site leaves them where they are (domain §1)."""

from collections.abc import Iterator

from ledger.aggregates.scope import departments_known
from ledger.events.employees import employee_stream
from ledger.state.ledger_state import LedgerState
from ledger.terms import next_month


def recorded_months(state: LedgerState, employee: str, since: str, until: str) -> set[str]:
    """The months from one on: of notices, marks, wages and whatever else is theirs, of shares borne, and of sheets.

    `until`: the month of today; nobody stands on a sheet of a later one.
    """
    return {month for month in _months(state, employee, since, until) if month >= since}


def _months(state: LedgerState, employee: str, since: str, until: str) -> Iterator[str]:
    facts, person = state.facts(employee), state.employee(employee)
    yield from facts.touched
    yield from facts.wages
    for things in person.things.values():
        yield from (month for each in things.values() if (month := getattr(each, "month", None)) is not None)
    for several in (
        person.hearings,
        person.union_notices,
        person.returns,
        person.settlements,
        person.acknowledged,
    ):
        yield from (each.month for each in several)
    below = sorted(state.supervised_by(employee))
    state.load(map(employee_stream, below))
    for each in below:
        for month in state.facts(each).touched:
            if month >= since and any(s.supervisor == employee for s in state.cell(each, month).shares):
                yield month
    yield from _seen(state, employee, since, until)


def _seen(state: LedgerState, employee: str, since: str, until: str) -> Iterator[str]:
    """The months in which somebody stands on a sheet of their department, be it that nothing was found."""
    person, month = state.employee(employee), since
    while month <= until:
        for department in departments_known(person, month):
            found = state.department_month(person.site_in(month), month, department)
            if employee in found.published or any(employee in (*s.checked, *s.absent) for s in found.sheets):
                yield month
        month = next_month(month)
