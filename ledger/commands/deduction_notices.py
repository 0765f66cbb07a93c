"""Asking for it to be kept that somebody was told in writing what is taken of their pay, and why (finance §12)."""

from typing import Literal

from ledger.commands.base import Command
from ledger.terms import Day, EmployeeId, Month, SiteId


class RecordDeductionNotice(Command):
    """Somebody was told in writing what a close takes of their pay, and why (廣東省工資支付條例 §15, where it applies)."""

    subject = "deduction_notice:{site}:{month}:{employee}"
    makes = "deduction_notice_recorded"
    do: Literal["record_deduction_notice"]
    site: SiteId
    month: Month
    employee: EmployeeId
    by: EmployeeId
    on: Day
