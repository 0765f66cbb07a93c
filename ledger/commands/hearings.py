"""Asking for hearings and notices to the union to be put on record (domain §§1, 2, 5; 勞動合同法 arts. 39, 43)."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from ledger.commands.base import Command, Part
from ledger.commands.notices import Evidence
from ledger.formats import Malformed
from ledger.terms import AppealId, Day, EmployeeId, Month, Omittable, Text


class ReviewOf(Part):
    """A dismissal review: of whom, and of which month."""

    employee: EmployeeId
    month: Month


class HearingAbout(Part):
    """What a hearing is about: exactly one of an appeal and a dismissal review."""

    appeal: Omittable[AppealId] = None
    review: Omittable[ReviewOf] = None

    @model_validator(mode="after")
    def _exactly_one(self) -> "HearingAbout":
        if len(self.model_fields_set) != 1:
            text = "exactly one of appeal, review must be given"
            raise Malformed("exactly_one", text, names="appeal, review")
        return self

    def __str__(self) -> str:
        """As the subject of a command names it."""
        return f"{self.review.employee}:{self.review.month}" if self.review else str(self.appeal)


class RecordHearing(Command):
    """Somebody was heard: who was present and what was said, in short."""

    makes = "hearing_recorded"
    in_parts = frozenset(("what",))
    subject = "hearing:{what}"
    do: Literal["record_hearing"]
    what: HearingAbout = Field(alias="about")
    present: Annotated[Omittable[list[EmployeeId]], Field(max_length=50)] = None
    summary: Text
    by: EmployeeId
    on: Day
    evidence: Annotated[Omittable[list[Evidence]], Field(max_length=200)] = None


class RecordUnionNotice(Command):
    """The union was told of a dismissal review; `answer` is what it said."""

    makes = "union_notice_recorded"
    subject = "union_notice:{employee}:{month}"
    do: Literal["record_union_notice"]
    employee: EmployeeId
    month: Month
    answer: Omittable[Text] = None
    by: EmployeeId
    on: Day
