"""Asking for a remark 附註 on a notice to be put on record (domain §2)."""

from typing import Literal

from ledger.commands.base import Command
from ledger.terms import Day, EmployeeId, NoticeId, Text


class RemarkNotice(Command):
    """A remark or an erratum on a notice, also where its content may no longer change; it changes no figure."""

    subject = "remark:{notice}"
    makes = "notice_remarked"
    do: Literal["remark_notice"]
    notice: NoticeId
    text: Text
    by: EmployeeId
    on: Day
