"""Answers in an examination and their marks, which are words on the record of whoever sat (appraisal §9.4; 篇2)."""

from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from ledger.aggregates.authority import require_between, require_employed
from ledger.aggregates.context import Decision, DecisionContext
from ledger.aggregates.dispatch import decides
from ledger.aggregates.employee.evolve import evolves
from ledger.aggregates.employee_state import EmployeeState
from ledger.aggregates.sittings import SittingState, require_not_declared
from ledger.commands.sittings import MarkAnswer, RecordAnswer
from ledger.errors import NotEntitled, Taken, Unknown, WrongState
from ledger.events.employees import employee_stream
from ledger.events.sittings import AnswerMarked, AnswerRecorded
from ledger.examination.bank import Question
from ledger.examination.marking import Marking


class AnswerState(Struct, frozen=True, gc=False):
    """An answer that was handed in, and the marks it has been given, in the order of recording."""

    sitting: str
    paper: str
    question: str
    on: date
    markings: tuple[Marking, ...] = ()


@evolves
def _(event: AnswerRecorded, state: EmployeeState, position: int) -> EmployeeState:
    answer = AnswerState(event.sitting, event.paper, event.question, event.on)
    return _with(state, answer)


@evolves
def _(event: AnswerMarked, state: EmployeeState, position: int) -> EmployeeState:
    answer = state.answers[event.sitting, event.question]
    marking = Marking(event.by, dict(event.marks), tuple(event.forbidden), event.capped, event.on)
    return _with(state, replace(answer, markings=(*answer.markings, marking)))


def _with(state: EmployeeState, answer: AnswerState) -> EmployeeState:
    return replace(state, answers={**state.answers, (answer.sitting, answer.question): answer})


@decides(RecordAnswer)
def record_answer(command: RecordAnswer, context: DecisionContext) -> list[Decision]:
    """One answer a paper and question, on the day of the sitting or later, until results are declared."""
    sitting, candidate = _paper(context, command)
    require_not_declared(sitting)
    require_between(context, sitting.site, command.on, sitting.held_on, "sitting")
    if (sitting.sitting, command.question) in candidate.answers:
        raise Taken("answered_already", paper=command.paper, question=command.question)
    event = AnswerRecorded(
        employee=candidate.employee,
        sitting=sitting.sitting,
        paper=command.paper,
        question=command.question,
        text=command.text,
        sha256=command.sha256,
        on=command.on,
    )
    return [Decision(employee_stream(candidate.employee), event)]


@decides(MarkAnswer)
def mark_answer(command: MarkAnswer, context: DecisionContext) -> list[Decision]:
    """Every criterion is given its marks, by one of the markers, once; by the third only where the two differ."""
    sitting, candidate = _paper(context, command)
    require_not_declared(sitting)
    answer = candidate.answers.get((sitting.sitting, command.question))
    if answer is None:
        raise WrongState("not_answered", paper=command.paper, question=command.question)
    require_between(context, sitting.site, command.on, answer.on, "answer")
    _check_marker(context, command, sitting, answer)
    _check_marks(command, _question(context, sitting, command.question))
    event = AnswerMarked(
        employee=candidate.employee,
        sitting=sitting.sitting,
        paper=command.paper,
        question=command.question,
        marks=command.marks,
        forbidden=tuple(command.forbidden or ()),
        capped=bool(command.capped),
        comment=command.comment,
        by=command.by,
        on=command.on,
    )
    return [Decision(employee_stream(candidate.employee), event)]


def _paper(
    context: DecisionContext, command: RecordAnswer | MarkAnswer
) -> tuple[SittingState, EmployeeState]:
    """The sitting, and whose paper it is.

    Unknown `sitting_unknown`, `paper_unknown`; WrongState `question_not_of_sitting`.
    """
    sitting: SittingState = context.thing("sitting", command.sitting)
    if command.paper not in sitting.candidates:
        raise Unknown("paper_unknown", paper=command.paper, sitting=sitting.sitting)
    if command.question not in sitting.questions:
        asked = ", ".join(sitting.questions)
        raise WrongState(
            "question_not_of_sitting", question=command.question, sitting=sitting.sitting, questions=asked
        )
    return sitting, context.employee(sitting.candidates[command.paper])


def _question(context: DecisionContext, sitting: SittingState, code: str) -> Question:
    return context.bank_book().held(sitting.bank).question(code)


def _check_marker(
    context: DecisionContext, command: MarkAnswer, sitting: SittingState, answer: AnswerState
) -> None:
    """NotEntitled `not_a_marker`; Taken `marked_already`; WrongState `third_not_needed`."""
    if command.by not in sitting.examiners:
        raise NotEntitled("not_a_marker", by=command.by, sitting=sitting.sitting)
    require_employed(context, command.by, command.on)
    if any(marking.by == command.by for marking in answer.markings):
        raise Taken("marked_already", by=command.by, paper=command.paper, question=command.question)
    if command.by == sitting.third:
        papers = {paper.paper: paper for paper in context.results_of(sitting.sitting)}
        found = next(a for a in papers[command.paper].answers if a.question == command.question)
        if command.by not in found.due_from:
            raise WrongState(
                "third_not_needed",
                paper=command.paper,
                question=command.question,
                marked=len(answer.markings),
            )


def _check_marks(command: MarkAnswer, question: Question) -> None:
    """WrongState `criteria_missing`, `marks_above_criterion`; Unknown `mark_of_no_criterion`, `forbidden_unknown`."""
    criteria = {criterion.code: criterion.marks for criterion in question.criteria}
    missing = [code for code in criteria if code not in command.marks]
    if missing:
        raise WrongState("criteria_missing", question=question.code, criteria=", ".join(missing))
    for code, marks in command.marks.items():
        if code not in criteria:
            raise Unknown("mark_of_no_criterion", criterion=code, question=question.code)
        if marks > criteria[code]:
            raise WrongState(
                "marks_above_criterion",
                criterion=code,
                question=question.code,
                marks=marks,
                most=criteria[code],
            )
    for act in command.forbidden or ():
        if act >= len(question.forbidden):
            raise Unknown("forbidden_unknown", act=act, question=question.code, acts=len(question.forbidden))
    if len(set(command.forbidden or ())) < len(command.forbidden or ()):
        raise WrongState("forbidden_twice", question=question.code)
    if command.capped and question.cap is None:
        raise WrongState("cap_none", question=question.code)
