"""The month's close: who may close which month, and what is handed to finance (domain §7; 篇3 4.1.4, 4.1.5)."""

from typing import Final

from ledger.aggregates.authority import (
    policy_of_month,
    require_not_future,
    require_office,
)
from ledger.aggregates.context import Decision, DecisionContext
from ledger.aggregates.dispatch import decides
from ledger.commands.months import CloseMonth
from ledger.errors import WrongState, WrongTime
from ledger.events.months import MonthClosed, month_stream
from ledger.terms import first_day, last_day, next_month

CLOSERS: Final = ("office", "director", "manager")
"""The offices that may close a month, the one that mostly does first."""


@decides(CloseMonth)
def close_month(command: CloseMonth, context: DecisionContext) -> list[Decision]:
    """After the month is over, one month after another; the first close also closes every earlier month."""
    site = context.site(command.site).site
    last = context.last_closed(site)
    if last is not None and command.month <= last:
        raise WrongState("month_closed_already", month=command.month, site=site)
    if last is not None and command.month != next_month(last):
        raise WrongState("month_skipped", month=command.month, site=site, next=next_month(last))
    if command.on <= last_day(command.month):
        raise WrongTime("month_not_over", month=command.month, on=command.on)
    require_not_future(context, site, command.on)
    require_office(context, command.by, site, command.on, CLOSERS)
    policy = policy_of_month(context, site, command.month)
    due = first_day(next_month(command.month)).replace(day=policy.close.due_day)
    handoff = context.handoff(site, command.month)
    event = MonthClosed(
        site=site,
        month=command.month,
        by=command.by,
        on=command.on,
        late=command.on > due,
        lines=handoff.lines,
        run=handoff.run,
        total_fen=handoff.total_fen,
        digest=handoff.digest,
    )
    return [Decision(month_stream(site, command.month), event)]
