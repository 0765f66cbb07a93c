"""An answer's marks and a sitting's figures name what they are of."""

import pytest

from ledger.formats import LANGUAGES
from ledger.labels.answers import marked
from ledger.labels.messages import load


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_mark_names_its_criterion(language: str) -> None:
    told = marked("marks", {"1": 3, "4": 0}, load(language).say)
    assert told is not None
    assert told == {
        "zh-Hant": "第 1 項 3 分、第 4 項 0 分",
        "zh-Hans": "第 1 项 3 分、第 4 项 0 分",
        "en": "criterion 1: 3, criterion 4: 0",
    }.get(language)


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("total_tenths", 185, "18.5"),
        ("percent_tenths", 925, "92.5"),
        ("total_tenths", None, None),
        ("points", 185, None),
        ("marks", {"check": "C1", "points": -1}, None),
        ("marks", [], None),
    ],
)
def test_tenths_are_told_with_a_decimal_and_anything_else_is_left(
    field: str, value: object, told: str | None
) -> None:
    assert marked(field, value, load("en").say) == told
