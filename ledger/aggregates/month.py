"""The month's close: who may close which month, and what is handed to finance (domain §7; 篇3 4.1.4, 4.1.5)."""

from ledger.aggregates.authority import (
    policy_of_month,
    require_not_future,
    require_office,
)
from ledger.aggregates.counter import decides
from ledger.aggregates.register import Decision, Register
from ledger.commands import CloseMonth
from ledger.errors import WrongState, WrongTime
from ledger.events import MonthClosed, month_stream
from ledger.terms import first_day, last_day, next_month

_CLOSERS = {"director", "manager", "office"}


@decides(CloseMonth)
def close_month(command: CloseMonth, register: Register) -> list[Decision]:
    """After the month is over, one month after another; the first close also closes every earlier month."""
    site = register.site(command.site).site
    last = register.last_closed(site)
    if last is not None and command.month <= last:
        raise WrongState("month_closed_already", month=command.month, site=site)
    if last is not None and command.month != next_month(last):
        raise WrongState("month_skipped", month=command.month, site=site, next=next_month(last))
    if command.on <= last_day(command.month):
        raise WrongTime("month_not_over", month=command.month, on=command.on)
    require_not_future(register, site, command.on)
    require_office(register, command.by, site, command.on, _CLOSERS)
    policy = policy_of_month(register, site, command.month)
    due = first_day(next_month(command.month)).replace(day=policy.close.due_day)
    handoff = register.handoff(site, command.month)
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
