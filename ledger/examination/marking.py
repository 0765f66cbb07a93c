"""The marks of an answer, and what answers and papers come to (appraisal §9.4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ledger.terms import ExaminationResult


@dataclass(frozen=True, slots=True)
class Marking:
    """What one marker gave an answer: criterion → marks, the forbidden acts by their index, whether the cap holds."""

    by: str
    marks: Mapping[str, int]
    forbidden: tuple[int, ...]
    capped: bool
    on: date


@dataclass(frozen=True, slots=True)
class Panel:
    """Who marks: one or two markers, and the third for where two differ."""

    markers: tuple[str, ...]
    third: str | None


@dataclass(frozen=True, slots=True)
class AnswerResult:
    """An answer: the whole marks of markers and third as far as they are in, and what it gets, in halves.

    `final_halves` is 0 where nothing was handed in, None while marks are missing; `due_from` are those whose are.
    """

    question: str
    answered: bool
    marks: tuple[int | None, ...]
    third_mark: int | None
    third_needed: bool
    final_halves: int | None
    due_from: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether every marker's marks are in: from then on each may be shown the other's."""
        return self.answered and None not in self.marks


@dataclass(frozen=True, slots=True)
class PaperResult:
    """A paper: its answers in the order of the sitting, what they add up to, and whether that is enough.

    Tenths of a mark and of a percent; None while marks are missing, and where nothing was handed in.
    """

    paper: str
    answers: tuple[AnswerResult, ...]
    total_tenths: int | None
    percent_tenths: int | None
    result: ExaminationResult
