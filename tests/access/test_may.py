"""The table of rights by itself: deny beats allow, and words beyond one's own part are nobody's by office alone."""

from itertools import combinations

import pytest

from ledger.access.classes import CLASSES, Grant, class_of
from ledger.access.may import MAY, RELATIONS, granted
from ledger.events import kinds


def test_every_relation_has_its_row_and_every_class_somebody() -> None:
    assert set(MAY) == set(RELATIONS)
    assert {info for row in MAY.values() for info in row} == set(CLASSES)


@pytest.mark.parametrize("others", list(combinations([r for r in RELATIONS if r != "conflicted"], 2)))
def test_whoever_is_in_conflict_has_a_partys_view_whatever_else_they_are(others: tuple[str, str]) -> None:
    assert granted({"conflicted", *others}, "case") is Grant.PARTY  # type: ignore[arg-type]


def test_the_words_of_a_case_are_the_reviewers_alone_and_else_need_a_purpose() -> None:
    assert [r for r in RELATIONS if granted({r}, "case") is Grant.WORDS] == ["reviewer"]
    assert [r for r in RELATIONS if granted({r}, "case") is Grant.PURPOSE] == ["company", "auditor"]


def test_whoever_pays_reads_no_story() -> None:
    assert granted({"finance", "colleague"}, "fact") is Grant.NONE
    assert granted({"finance", "colleague"}, "case") is Grant.NONE


def test_wages_are_for_oneself_finance_and_the_auditor() -> None:
    assert [r for r in RELATIONS if granted({r}, "wage") is not Grant.NONE] == ["self", "finance", "auditor"]


def test_every_kind_of_event_is_of_a_class() -> None:
    assert {
        class_of(cls.model_construct()) if cls.kind != "hearing_recorded" else "fact"
        for cls in kinds().values()
    } <= set(CLASSES)
