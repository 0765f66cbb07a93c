"""What waits of inspection rounds: departments nobody looked at, findings that are no notice yet, faults to be put right.

A site whose first round is still to come is told of no department: whoever keeps no rounds here is not reminded.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from ledger.aggregates.authority import holders
from ledger.aggregates.inspections import InspectionState
from ledger.projections.projection import Waiting
from ledger.reports.source import Rows
from ledger.state.departments import scored
from ledger.state.findings import status_of
from ledger.state.ledger_context import LedgerContext
from ledger.state.rounds import due_on, findings_in, rounds_at
from ledger.terms import first_day, last_day, month_of

WAITS = ("inspection", "finding", "fault")


def waiting(rows: Rows, context: LedgerContext, site: str, today: date) -> Iterator[Waiting]:
    """Each department short of its rounds in this month and the one before, and each finding that is open."""
    known = rounds_at(context.state, site)
    if known:
        yield from _unlooked(context, site, today, known)
    for each in known:
        yield from _open(context, each, today)


def _unlooked(
    context: LedgerContext, site: str, today: date, known: list[InspectionState]
) -> Iterator[Waiting]:
    first = min(each.month for each in known)
    before = month_of(first_day(month_of(today)) - timedelta(days=1))
    for month in (before, month_of(today)):
        wanted = context.state.policy_of(site, month).inspections.each_department_monthly
        for department in scored(context.state, site, month) if month >= first else ():
            done = sum(each.month == month and each.department == department for each in known)
            if done < wanted:
                since, due = first_day(month).isoformat(), last_day(month).isoformat()
                yield Waiting("inspection", department, None, None, month, since, due)


def _open(context: LedgerContext, told: InspectionState, today: date) -> Iterator[Waiting]:
    for finding in findings_in(context.state, [told]):
        if status_of(context.state, finding.finding).status != "open":
            continue
        due = due_on(context.state, finding, told.looked_on).isoformat()
        about = (finding.employee, finding.month, told.looked_on.isoformat(), due)
        if finding.employee is not None:
            yield Waiting("finding", finding.finding, finding.by, *about)
        else:
            head = next(iter(holders(context, told.site, "department_head", today, told.department)), None)
            yield Waiting("fault", finding.finding, None if head is None else head.employee, *about)
