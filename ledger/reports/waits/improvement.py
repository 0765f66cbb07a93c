"""What waits of improvement: months whose notices nobody analysed, actions to be done, to be checked, or open again.

A site is told of no month before the first that somebody analysed there: whoever analyses elsewhere is not reminded.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from ledger.aggregates.actions import ActionState
from ledger.aggregates.authority import holders
from ledger.projections.projection import Waiting
from ledger.projections.tables.register import PROJECTION as REGISTER
from ledger.reports.source import Rows, occurrences_of
from ledger.state.actions import Standing, actions_at, standing_of
from ledger.state.analyses import analyses_at, causes_by_notice
from ledger.state.ledger_context import LedgerContext
from ledger.terms import first_day, month_of, next_month

WAITS = ("analysis", "action", "effect", "reopened")


def waiting(rows: Rows, context: LedgerContext, site: str, today: date) -> Iterator[Waiting]:
    """Each month with notices nobody analysed, and each action that somebody has to do something about."""
    yield from _unanalysed(rows, context, site, today)
    happened = occurrences_of(rows, context.state, today)
    for action in actions_at(context.state, site):
        yield from _of_action(context, action, standing_of(context.state, action, happened), today)


def _unanalysed(rows: Rows, context: LedgerContext, site: str, today: date) -> Iterator[Waiting]:
    known = analyses_at(context.state, site)
    analysed = causes_by_notice(context.state, site)
    month = min((each.month for each in known), default=month_of(today))
    while month < month_of(today):
        after = first_day(next_month(month))
        counted = [row for row in rows.of(REGISTER, site, month) if row["kind"] == "notice"]
        if any(row["status"] == "stands" and row["id"] not in analysed for row in counted):
            due_on = after.replace(day=context.state.policy_of(site, month).causes.due_day)
            who = _quality(context, site, today)
            yield Waiting("analysis", month, who, None, month, after.isoformat(), due_on.isoformat())
        month = next_month(month)


def _of_action(
    context: LedgerContext, action: ActionState, standing: Standing, today: date
) -> Iterator[Waiting]:
    month, last = month_of(action.opened_on), action.last
    if standing.status == "open":
        since = action.opened_on if last is None else last.checked_on or action.opened_on
        about = (None, month, since.isoformat(), action.due_on.isoformat())
        yield Waiting("action", action.action, action.owner, *about)
    if standing.status == "done" and last is not None:
        rules = context.state.policy_of(action.site, month_of(last.completed_on)).actions
        due_on = last.completed_on + timedelta(days=rules.wait_days)
        who = _quality(context, action.site, today, besides=action.owner)
        about = (None, month, last.completed_on.isoformat(), due_on.isoformat())
        yield Waiting("effect", action.action, who, *about)
    if standing.status == "reopened" and standing.reopened_on is not None:
        yield Waiting("reopened", action.action, action.owner, None, month, standing.reopened_on.isoformat())


def _quality(context: LedgerContext, site: str, today: date, besides: str | None = None) -> str | None:
    """The quality officer of today, the one appointed last first."""
    found = (held.employee for held in holders(context, site, "quality", today))
    return next((employee for employee in found if employee != besides), None)
