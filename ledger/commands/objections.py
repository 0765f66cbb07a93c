"""Asking for objections to a published sheet, and for their verification 核實 (篇4 4.3.6)."""

from typing import Annotated, Literal

from pydantic import Field

from ledger.commands.base import Command
from ledger.terms import Day, Dimension, EmployeeId, Month, ObjectionId, Omittable, Text


class ObjectAppraisal(Command):
    """The person objects to one dimension of their published sheet (篇4 4.3.6). A late one needs `late_reason`."""

    subject = "objection:{objection}"
    makes = "appraisal_objected"
    do: Literal["object_appraisal"]
    objection: ObjectionId
    employee: EmployeeId
    month: Month
    dimension: Dimension
    statement: Text
    on: Day
    late_reason: Omittable[Text] = None


class WithdrawObjection(Command):
    """The person takes an objection back that has not been verified."""

    subject = "objection:{objection}"
    makes = "objection_withdrawn"
    do: Literal["withdraw_objection"]
    objection: ObjectionId
    on: Day


class VerifyAppraisal(Command):
    """Somebody free of conflict states the score of the dimension objected to, with reasons: it prevails (篇4 4.3.6)."""

    subject = "objection:{objection}"
    makes = "appraisal_verified"
    do: Literal["verify_appraisal"]
    objection: ObjectionId
    score: Annotated[int, Field(strict=True, ge=0, le=9_999)]
    reasons: Text
    by: EmployeeId
    on: Day
