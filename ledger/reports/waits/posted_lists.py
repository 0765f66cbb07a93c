"""What waits of public lists: the last closed month's to be posted, one to be corrected, one that has hung long enough."""

from collections.abc import Iterator
from datetime import date, timedelta

from ledger.aggregates.authority import first_holder
from ledger.projections.projection import Waiting
from ledger.projections.tables.posted_lists import PROJECTION
from ledger.reports.posted_lists import correction_due, wanted, wrong_since
from ledger.reports.source import Rows
from ledger.state.ledger_context import LedgerContext
from ledger.state.public_lists import posted_list
from ledger.terms import first_day, next_month

WAITS = ("list_posting", "list_correction", "list_expiry")


def waiting(rows: Rows, context: LedgerContext, site: str, today: date) -> Iterator[Waiting]:
    """The posting of the month that was closed last, and of each list that hangs its corrections and its end."""
    yield from _posting(context, site, today)
    for row in rows.waiting(PROJECTION, site):
        if row["taken_down_on"] is None:
            yield from _hanging(context, site, row["month"], today)


def _posting(context: LedgerContext, site: str, today: date) -> Iterator[Waiting]:
    last = context.last_closed(site)
    if last is None or context.posted_list(site, last) is not None:
        return
    rule = context.state.policy_of(site, last).public_list
    if rule.mode == "off":
        return
    office = first_holder(context, site, ("office",), today)
    since = context.list_opens(site, last)
    due_on = max(first_day(next_month(last)).replace(day=rule.post_by_day), since)
    yield Waiting("list_posting", last, office, None, last, since.isoformat(), due_on.isoformat())


def _hanging(context: LedgerContext, site: str, month: str, today: date) -> Iterator[Waiting]:
    found = posted_list(context.state, site, month)
    assert found is not None
    by, wrong = found.posted.by, wanted(context, found)
    if wrong is not None:
        for employee, day in wrong_since(context.state, found, wrong):
            due_on = correction_due(context.state, found, day).isoformat()
            yield Waiting("list_correction", month, by, employee, month, day.isoformat(), due_on)
    if today > found.posted.until:
        ended = (found.posted.until + timedelta(days=1)).isoformat()
        yield Waiting("list_expiry", month, by, None, month, ended, ended)
