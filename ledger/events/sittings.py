"""What happens in an examination 業務考核 (appraisal §9.4; 篇2). Stream `sitting/<sitting>`.

Answers, marks and results of somebody live on `employee/<employee>`: the words are theirs.
"""

from typing import Annotated, ClassVar, Final

from ledger.events.base import Event, Part, Personal, registered
from ledger.terms import (
    BankVersion,
    Day,
    EmployeeId,
    ExaminationResult,
    PaperNumber,
    QuestionCode,
    Sha256,
    SiteId,
    SittingId,
)

_STREAM: Final = "sitting/"


def sitting_stream(sitting: str) -> str:
    """The stream of a sitting."""
    return _STREAM + sitting


class SeatedCandidate(Part):
    """Who sits under which paper number."""

    employee: EmployeeId
    paper: PaperNumber


class DeclaredResult(Part):
    """What was declared of one candidate: tenths of a mark and of a percent, None where they were absent."""

    employee: EmployeeId
    paper: PaperNumber
    total_tenths: int | None = None
    percent_tenths: int | None = None
    result: ExaminationResult


@registered
class SittingOpened(Event):
    """A sitting. `bank` is the question bank in force, `digest` that of its text; without `third` one marker marks alone."""

    kind: ClassVar[str] = "sitting_opened"
    sitting: SittingId
    site: SiteId
    bank: BankVersion
    digest: str
    questions: tuple[QuestionCode, ...]
    held_on: Day
    candidates: tuple[SeatedCandidate, ...]
    markers: tuple[EmployeeId, ...]
    third: EmployeeId | None = None
    retake_of: SittingId | None = None
    by: EmployeeId
    on: Day


@registered
class AnswerRecorded(Event):
    """What a candidate answered to a question."""

    kind: ClassVar[str] = "answer_recorded"
    employee: EmployeeId
    sitting: SittingId
    paper: PaperNumber
    question: QuestionCode
    text: Annotated[str | None, Personal(of="employee")] = None
    sha256: Sha256 | None = None
    on: Day


@registered
class AnswerMarked(Event):
    """The marks one marker gave an answer, criterion by criterion."""

    kind: ClassVar[str] = "answer_marked"
    employee: EmployeeId
    sitting: SittingId
    paper: PaperNumber
    question: QuestionCode
    marks: dict[str, int]
    forbidden: tuple[int, ...] = ()
    capped: bool = False
    comment: Annotated[str | None, Personal(of="employee")] = None
    by: EmployeeId
    on: Day


@registered
class ResultsDeclared(Event):
    """The results of a sitting as they were declared, by paper number."""

    kind: ClassVar[str] = "results_declared"
    sitting: SittingId
    site: SiteId
    results: tuple[DeclaredResult, ...]
    by: EmployeeId
    on: Day


@registered
class ResultEntered(Event):
    """A declared result on the record of the person it is of."""

    kind: ClassVar[str] = "result_entered"
    employee: EmployeeId
    sitting: SittingId
    bank: BankVersion
    held_on: Day
    total_tenths: int | None = None
    percent_tenths: int | None = None
    result: ExaminationResult
    on: Day
