"""Asking for findings against a supervisor (domain §3; 篇3 4.2.6)."""

from typing import Literal

from ledger.commands.base import Command
from ledger.terms import (
    Day,
    EmployeeId,
    NoticeId,
    Omittable,
    Text,
)


class FindResponsibility(Command):
    """A verified finding against the supervisor (篇3 4.2.6)."""

    subject = "finding:{notice}"
    makes = "responsibility_found"
    do: Literal["find_responsibility"]
    notice: NoticeId
    supervisor: Omittable[EmployeeId] = None
    finding: Text
    by: EmployeeId
    on: Day


class ClearResponsibility(Command):
    """A finding is cleared again, before the month closes."""

    subject = "finding:{notice}"
    makes = "responsibility_cleared"
    do: Literal["clear_responsibility"]
    notice: NoticeId
    reason: Text
    by: EmployeeId
    on: Day
