"""Two markers and a third: what an answer gets, and what a paper comes to, from marks and policy alone."""

from datetime import date
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.examination.bank import Question
from ledger.examination.loading import house_document, parse
from ledger.examination.marking import AnswerResult, Marking, Panel
from ledger.policy.appraisal_tables import Examination
from ledger.reckoning.examination import answer_result, paper_result, percent_of, question_marks
from ledger.reckoning.rules.third_mark import differ, final_mark

BANK = parse(house_document())
PANEL = Panel(("D01", "Q01"), "M01")
marks = st.integers(0, 10)


@pytest.mark.parametrize(
    ("a", "b", "third", "final"),
    [
        (8, 9, None, "8.5"),
        (6, 6, None, "6.0"),
        (5, 7, None, "6.0"),  # two apart are within tolerance
        (7, 10, None, None),  # three apart ask for the third
        (7, 10, 9, "9.5"),
        (4, 8, 6, "7.0"),  # equally near: the higher
        (2, 5, 1, "1.5"),
        (0, 10, 5, "5.0"),  # near to neither: the third stands
        (0, 3, 3, "3.0"),
        (0, 3, 0, "0.0"),
        (7, 10, 0, "0.0"),
        (4, 7, 5, "4.5"),
        (4, 7, 6, "6.5"),
    ],
)
def test_the_mean_of_the_two_or_of_the_third_and_the_nearer(
    a: int, b: int, third: int | None, final: str | None
) -> None:
    for first, second in permutations((a, b)):
        halves = final_mark(first, second, third, 2, "nearest")
        assert (None if halves is None else f"{halves / 2:.1f}") == final


def test_under_the_other_reading_the_third_always_stands() -> None:
    assert final_mark(7, 10, 9, 2, "third") == 18
    assert final_mark(8, 9, 1, 2, "third") == 17, "where the two agree nobody else is asked"


@given(marks, marks, marks, st.integers(0, 9))
def test_a_final_mark_lies_between_the_marks_it_rests_on(a: int, b: int, third: int, tolerance: int) -> None:
    final = final_mark(a, b, third, tolerance, "nearest")
    assert final is not None
    if differ(a, b, tolerance):
        assert abs(final - 2 * third) <= tolerance
        assert 2 * min(a, b, third) <= final <= 2 * max(a, b, third)
    else:
        assert final == a + b


@given(marks, marks, st.integers(0, 9))
def test_the_order_of_the_markers_changes_nothing(a: int, b: int, third: int) -> None:
    assert final_mark(a, b, third, 2, "nearest") == final_mark(b, a, third, 2, "nearest")


# --- what one marker gives ----------------------------------------------------------------------------------


def marking(
    by: str, given_marks: list[int], forbidden: tuple[int, ...] = (), capped: bool = False
) -> Marking:
    return Marking(
        by, {str(n): m for n, m in enumerate(given_marks, 1)}, forbidden, capped, date(2026, 9, 28)
    )


@pytest.mark.parametrize(
    ("code", "given_marks", "forbidden", "capped", "total"),
    [
        ("SC-01", [3, 2, 2, 1, 2], (), False, 10),
        ("SC-01", [3, 2, 0, 0, 0], (0,), False, 3),
        ("SC-01", [1, 0, 0, 0, 0], (0,), False, 0),  # never below 0
        ("SC-02", [0, 2, 1, 2, 1], (), True, 6),
        ("SC-02", [4, 2, 1, 2, 1], (), True, 6),  # the cap holds where the marker says so
        ("SC-02", [4, 2, 1, 2, 1], (), False, 10),
        ("SC-02", [0, 2, 0, 0, 1], (), True, 3),
        ("SC-01", [3, 2, 2, 1, 2], (), True, 10),  # a question without a cap has none
    ],
)
def test_criteria_less_forbidden_acts_not_below_nothing_and_not_above_the_cap(
    code: str, given_marks: list[int], forbidden: tuple[int, ...], capped: bool, total: int
) -> None:
    assert question_marks(BANK.by_code[code], marking("D01", given_marks, forbidden, capped)) == total


# --- an answer, a paper ---------------------------------------------------------------------------------------


def answer(
    code: str, *markings: Marking, rules: Examination | None = None, panel: Panel = PANEL
) -> AnswerResult:
    return answer_result(BANK.by_code[code], markings, panel, rules or Examination())


def test_an_answer_waits_for_each_marker_and_then_for_the_third() -> None:
    first, far = marking("D01", [3, 2, 2, 1, 2]), marking("Q01", [3, 0, 0, 0, 0])
    assert answer("SC-01").due_from == ("D01", "Q01")
    assert answer("SC-01", first).due_from == ("Q01",) and not answer("SC-01", first).complete
    both = answer("SC-01", first, far)
    assert (both.complete, both.third_needed, both.due_from, both.final_halves) == (
        True,
        True,
        ("M01",),
        None,
    )
    third = answer("SC-01", first, far, marking("M01", [3, 2, 2, 1, 0]))
    assert (third.marks, third.third_mark, third.final_halves, third.due_from) == ((10, 3), 8, 18, ())


def test_one_marker_alone_has_no_third() -> None:
    alone = answer("SC-01", marking("D01", [3, 2, 0, 0, 0]), panel=Panel(("D01",), None))
    assert (alone.marks, alone.final_halves, alone.third_needed) == ((5,), 10, False)


def paper(*answers: AnswerResult, declared: bool = True, **rules: Any) -> tuple[int | None, int | None, str]:
    questions: list[Question] = [BANK.by_code[each.question] for each in answers]
    found = paper_result("P-1", questions, answers, Examination(**rules), declared)
    return found.total_tenths, found.percent_tenths, found.result


def of(code: str, halves: int | None) -> AnswerResult:
    return AnswerResult(code, True, (0, 0), None, False, halves, ())


NOTHING = answer_result(BANK.by_code["SC-10"], None, PANEL, Examination())


def test_a_paper_adds_up_to_tenths_of_a_percent_and_passes_from_sixty() -> None:
    assert paper(of("SC-01", 17), of("SC-08", 19), of("SC-10", 12)) == (240, 800, "passed")
    assert paper(of("SC-01", 12), of("SC-08", 14), of("SC-10", 3)) == (145, 483, "failed")
    assert paper(of("SC-01", 12), of("SC-08", 12), of("SC-10", 12)) == (180, 600, "passed")
    assert paper(of("SC-01", 12), of("SC-08", 12), of("SC-10", 11)) == (175, 583, "failed")
    assert paper(of("SC-01", 12), of("SC-08", 12), of("SC-10", 12), pass_percent="60.1")[2] == "failed"


def test_a_question_that_was_not_answered_is_worth_nothing() -> None:
    assert paper(of("SC-01", 20), of("SC-08", 20), NOTHING) == (200, 667, "passed")


def test_who_handed_in_nothing_is_absent_and_not_failed() -> None:
    assert paper(NOTHING) == (None, None, "absent")
    assert paper(NOTHING, declared=False) == (None, None, "incomplete")


def test_marks_that_are_missing_leave_a_paper_incomplete() -> None:
    assert paper(of("SC-01", 20), of("SC-08", None)) == (None, None, "incomplete")


@pytest.mark.parametrize(
    ("halves", "maximum", "tenths"), [(29, 30, 483), (1, 80, 6), (1, 1000, 1), (0, 10, 0), (20, 10, 1000)]
)
def test_percents_are_rounded_half_up(halves: int, maximum: int, tenths: int) -> None:
    assert percent_of(halves, maximum) == tenths
