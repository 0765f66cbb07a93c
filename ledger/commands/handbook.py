"""Asking for performance notices to go by the employee handbook 員工手冊 (篇4 4.5.2)."""

from typing import Literal

from ledger.commands.base import Command
from ledger.terms import CaseId, Day, EmployeeId, NoticeId, Omittable, Text


class ReferToHandbook(Command):
    """A performance notice is referred to the handbook (篇4 4.5.2): until the case is closed it costs nothing."""

    subject = "case:{case}"
    makes = "handbook_referred"
    do: Literal["refer_to_handbook"]
    case: CaseId
    notice: NoticeId
    reason: Text
    by: EmployeeId
    on: Day


class CloseHandbookCase(Command):
    """A case ends: `handled` sets the notice aside for good, with the measure taken; `returned` lets it count again."""

    subject = "case:{case}"
    makes = "handbook_closed"
    do: Literal["close_handbook_case"]
    case: CaseId
    outcome: Literal["handled", "returned"]
    measure: Omittable[Text] = None
    reasons: Text
    by: EmployeeId
    on: Day
