"""Asking for a month to be closed (domain §7)."""

from typing import Literal

from ledger.commands.base import Command
from ledger.terms import Day, EmployeeId, Month, SiteId


class CloseMonth(Command):
    """The month is handed to finance (篇3 4.1.4, 4.1.5; 篇4 4.4)."""

    subject = "month:{site}:{month}"
    makes = "month_closed"
    do: Literal["close_month"]
    site: SiteId
    month: Month
    by: EmployeeId
    on: Day
