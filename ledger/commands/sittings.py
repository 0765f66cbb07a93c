"""Asking for a sitting of the examination 業務考核: opened, answered, marked, declared (appraisal §9.4; 篇2)."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from ledger.commands.base import Command, Part
from ledger.formats import Malformed
from ledger.terms import (
    Day,
    EmployeeId,
    Omittable,
    PaperNumber,
    QuestionCode,
    Sha256,
    SiteId,
    SittingId,
    Text,
)

Mark = Annotated[int, Field(strict=True, ge=0, le=100)]
Index = Annotated[int, Field(strict=True, ge=0, le=100)]


class Candidate(Part):
    """Who sits, and the number that stands on the paper instead of the name."""

    employee: EmployeeId
    paper: PaperNumber


class OpenSitting(Command):
    """A sitting of the examination 業務考核 (篇2): which questions, when, who sits under which paper number, who marks.

    There are two markers and a third for where they differ; a policy with one marker has no third. A retake names the first
    sitting.
    """

    subject = "sitting:{sitting}"
    makes = "sitting_opened"
    do: Literal["open_sitting"]
    sitting: SittingId
    site: SiteId
    questions: Annotated[list[QuestionCode], Field(min_length=1, max_length=100)]
    held_on: Day
    candidates: Annotated[list[Candidate], Field(min_length=1, max_length=500)]
    markers: Annotated[list[EmployeeId], Field(min_length=1, max_length=2)]
    third: Omittable[EmployeeId] = None
    retake_of: Omittable[SittingId] = None
    by: EmployeeId
    on: Day


class RecordAnswer(Command):
    """What a paper answers to a question: in words, or as the digest of a file kept elsewhere."""

    subject = "answer:{sitting}:{paper}:{question}"
    makes = "answer_recorded"
    holds_words_of: ClassVar = ("paper",)
    do: Literal["record_answer"]
    sitting: SittingId
    paper: PaperNumber
    question: QuestionCode
    text: Omittable[Text] = None
    sha256: Omittable[Sha256] = None
    on: Day

    @model_validator(mode="after")
    def _in_words_or_as_a_file(self) -> "RecordAnswer":
        if (self.text is None) == (self.sha256 is None):
            raise Malformed("text_or_sha256", "holds either text or sha256")
        return self


class MarkAnswer(Command):
    """The marks one marker gives an answer, criterion by criterion: 0 is a mark, one left out is not.

    `forbidden` are the acts proposed that take marks off, by their index in the bank; `capped`: the question's cap holds.
    """

    subject = "answer:{sitting}:{paper}:{question}"
    makes = "answer_marked"
    holds_words_of: ClassVar = ("paper",)
    do: Literal["mark_answer"]
    sitting: SittingId
    paper: PaperNumber
    question: QuestionCode
    marks: Annotated[dict[QuestionCode, Mark], Field(min_length=1, max_length=100)]
    forbidden: Annotated[Omittable[list[Index]], Field(max_length=100)] = None
    capped: Omittable[bool] = None
    comment: Omittable[Text] = None
    by: EmployeeId
    on: Day


class DeclareResults(Command):
    """The results of a sitting are declared, when all marks are in, by somebody who marked none of it."""

    subject = "sitting:{sitting}"
    makes = "results_declared"
    do: Literal["declare_results"]
    sitting: SittingId
    by: EmployeeId
    on: Day
