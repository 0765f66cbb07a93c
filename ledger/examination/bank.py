"""A question bank: cases with what is asked, the criteria an answer is marked by, and what each of them rests on (篇2).

It is data like a policy: a version is adopted with its text, and never changes.
"""

from collections.abc import Iterable
from functools import cached_property
from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from ledger.formats import Malformed
from ledger.policy.tables import Table, Words
from ledger.policy.values import Source, as_tuple
from ledger.terms import BankVersion

_Code = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Za-z0-9._-]{1,64}$")]
_Marks = Annotated[int, Field(strict=True, ge=1, le=100)]


class Basis(Table):
    """What a criterion rests on: an article, a word on it, and whether we read it. What was not read is not shown as law."""

    cite: Source | None = None
    note: Words | None = None
    checked: bool

    @model_validator(mode="after")
    def _says_something(self) -> "Basis":
        if self.cite is None and self.note is None:
            raise Malformed("basis_empty", "names neither an article nor a note")
        return self


class Criterion(Table):
    """What an answer is to say, and the marks for it; a marker gives 0 to `marks`."""

    code: _Code
    marks: _Marks
    text: Words
    law: Annotated[tuple[Basis, ...], BeforeValidator(as_tuple)] = ()


class Deduction(Table):
    """An act no answer may propose, and the marks it takes off; as a `cap`: the most an answer gets."""

    marks: _Marks
    text: Words


class Question(Table):
    """A case 案例: the candidate reads `case` and `asks`; the markers go by the rest."""

    code: _Code
    title: Words
    source: Source
    maximum: _Marks
    case: Words
    asks: Annotated[tuple[Words, ...], BeforeValidator(as_tuple), Field(min_length=1)]
    criteria: Annotated[tuple[Criterion, ...], BeforeValidator(as_tuple), Field(min_length=1)]
    forbidden: Annotated[tuple[Deduction, ...], BeforeValidator(as_tuple)] = ()
    cap: Deduction | None = None

    @model_validator(mode="after")
    def _criteria_make_the_maximum(self) -> "Question":
        require_unique("criteria", [criterion.code for criterion in self.criteria])
        total = sum(criterion.marks for criterion in self.criteria)
        if total != self.maximum:
            text = f"the criteria of {self.code} give {total} marks, and not {self.maximum}"
            raise Malformed("marks_sum", text, code=self.code, sum=total, maximum=self.maximum)
        return self


class Bank(Table):
    """A whole question bank."""

    version: BankVersion
    title: Words
    source: Source
    questions: Annotated[tuple[Question, ...], BeforeValidator(as_tuple), Field(min_length=1)]

    @model_validator(mode="after")
    def _codes_are_unique(self) -> "Bank":
        require_unique("questions", [question.code for question in self.questions])
        return self

    @cached_property
    def by_code(self) -> dict[str, Question]:
        """The questions by code."""
        return {question.code: question for question in self.questions}


def require_unique(table: str, codes: Iterable[str]) -> None:
    """Malformed `codes_twice` where a code stands twice."""
    listed = list(codes)
    twice = ", ".join(sorted({code for code in listed if listed.count(code) > 1}))
    if twice:
        raise Malformed("codes_twice", f"{table}: {twice} stand twice", table=table, codes=twice)
