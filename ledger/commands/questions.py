"""Asking for a question bank to be adopted (appraisal §9.4)."""

from typing import Any, ClassVar, Literal

from ledger.commands.base import Command
from ledger.terms import Day, EmployeeId, Omittable, SiteId


class AdoptQuestions(Command):
    """A question bank comes into force from a day on; left-out `site` means all sites (appraisal §9.4)."""

    subject = "questions:{site}"
    makes = "questions_adopted"
    told_as: ClassVar = {"bank": "document"}
    do: Literal["adopt_questions"]
    bank: dict[str, Any]
    site: Omittable[SiteId] = None
    by: Omittable[EmployeeId] = None
    on: Day
