"""What an examination comes to, paper by paper: pure, from the bank, the marks and the policy (appraisal §9.4; 篇2)."""

from collections.abc import Sequence

from ledger.examination.bank import Question
from ledger.examination.marking import AnswerResult, Marking, Panel, PaperResult
from ledger.formats import tenths_of
from ledger.policy.appraisal_tables import Examination
from ledger.reckoning.rules.third_mark import differ, final_mark
from ledger.terms import ExaminationResult


def question_marks(question: Question, marking: Marking) -> int:
    """What one marker gives: Σ criteria − forbidden acts, at least 0, at most the cap where the marker says it holds."""
    given = sum(marking.marks.values()) - sum(question.forbidden[act].marks for act in marking.forbidden)
    most = question.cap.marks if marking.capped and question.cap is not None else question.maximum
    return min(max(given, 0), most)


def answer_result(
    question: Question, markings: Sequence[Marking] | None, panel: Panel, rules: Examination
) -> AnswerResult:
    """What an answer comes to; `markings` None: it was not handed in."""
    if markings is None:
        return AnswerResult(question.code, False, (None,) * len(panel.markers), None, False, 0, ())
    given = {marking.by: question_marks(question, marking) for marking in markings}
    marks = tuple(given.get(marker) for marker in panel.markers)
    whole = [mark for mark in marks if mark is not None]
    if len(whole) < len(marks):
        due = tuple(marker for marker in panel.markers if marker not in given)
        return AnswerResult(question.code, True, marks, None, False, None, due)
    if len(whole) == 1 or panel.third is None:
        return AnswerResult(question.code, True, marks, None, False, 2 * whole[0], ())
    third = given.get(panel.third)
    needed = differ(whole[0], whole[1], rules.tolerance)
    final = final_mark(whole[0], whole[1], third, rules.tolerance, rules.third_rule)
    due = (panel.third,) if final is None else ()
    return AnswerResult(question.code, True, marks, third, needed, final, due)


def paper_result(
    paper: str,
    questions: Sequence[Question],
    answers: Sequence[AnswerResult],
    rules: Examination,
    declared: bool,
) -> PaperResult:
    """What a paper comes to. Nothing handed in at all is absent once results are declared, and not failed."""
    finals = [answer.final_halves for answer in answers]
    handed_in = any(answer.answered for answer in answers)
    if not handed_in or None in finals:
        result: ExaminationResult = "absent" if declared and not handed_in else "incomplete"
        return PaperResult(paper, tuple(answers), None, None, result)
    halves = sum(final or 0 for final in finals)
    percent = percent_of(halves, sum(question.maximum for question in questions))
    result = "passed" if percent >= tenths_of(rules.pass_percent) else "failed"
    return PaperResult(paper, tuple(answers), 5 * halves, percent, result)


def percent_of(halves: int, maximum: int) -> int:
    """Marks in halves of a maximum, in tenths of a percent, half up."""
    return (2 * 500 * halves + maximum) // (2 * maximum)
