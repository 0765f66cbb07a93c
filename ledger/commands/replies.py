"""Asking for the respondent's reply 答辯 to an appeal to be put on record (domain §§1, 2)."""

from typing import Annotated, Literal

from pydantic import Field

from ledger.commands.base import Command
from ledger.commands.notices import Evidence
from ledger.terms import AppealId, Day, EmployeeId, Omittable, Text


class ReplyToAppeal(Command):
    """The respondent answers an appeal that waits for a decision."""

    subject = "reply:{appeal}"
    makes = "appeal_replied"
    do: Literal["reply_to_appeal"]
    appeal: AppealId
    statement: Text
    by: EmployeeId
    on: Day
    evidence: Annotated[Omittable[list[Evidence]], Field(max_length=200)] = None
