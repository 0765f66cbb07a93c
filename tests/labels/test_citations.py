"""Sources in the reader's language: clauses, laws and readings, those of the former house rules too."""

import re
from pathlib import Path
from typing import Any

import pytest

from ledger.formats import LANGUAGES, Language
from ledger.labels.citations import cited
from ledger.policy.loading import former_house_rules, house_rules

READINGS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize(
    ("source", "english", "traditional", "simplified"),
    [
        ("篇3 4.2.2", "Doc. 3 §4.2.2", "篇3 4.2.2", "篇3 4.2.2"),
        ("篇1 一·8", "Doc. 1 §1.8", "篇1 一·8", "篇1 一·8"),
        ("reading 12", "reading 12", "解讀 12", "解读 12"),
        (
            "工資支付暫行規定 §§15–16; reading 23",
            "Interim Provisions on Payment of Wages §15–16; reading 23",
            "《工資支付暫行規定》第15–16條；解讀 23",
            "《工资支付暂行规定》第15–16条；解读 23",
        ),
        ("domain.md §3: 16–19 read as the band below", "reading 3", "解讀 3", "解读 3"),
        ("員工手冊", "員工手冊", "員工手冊", "員工手冊"),
    ],
)
def test_a_source_is_shown_in_the_readers_language(
    source: str, english: str, traditional: str, simplified: str
) -> None:
    assert [cited(source, language) for language in ("en", "zh-Hant", "zh-Hans")] == [
        english,
        traditional,
        simplified,
    ]


def sources(value: Any) -> list[str]:
    if isinstance(value, list):
        return [source for item in value for source in sources(item)]
    if not isinstance(value, dict):
        return []
    own = [v for key, v in value.items() if key == "source" or key.endswith("_source")]
    return own + [source for item in value.values() for source in sources(item)]


@pytest.mark.parametrize("rules", [house_rules(), former_house_rules()], ids=["house-2", "house-1"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_source_of_the_house_rules_points_to_a_page_nobody_has(
    rules: dict[str, Any], language: Language
) -> None:
    told = [cited(source, language) for source in sources(rules)]
    assert [source for source in told if "domain.md" in source] == []


@pytest.mark.parametrize("page", ["readings.md", "readings.zh-Hant.md", "readings.zh-Hans.md"])
def test_every_reading_the_house_rules_cite_is_written_down(page: str) -> None:
    text = (READINGS / page).read_text("utf-8")
    written = [int(number) for number in re.findall(r"^## (\d+)\. ", text, re.MULTILINE)]
    assert written == list(range(1, len(written) + 1))
    for source in sources(house_rules()) + sources(former_house_rules()):
        for number in re.findall(r"reading (\d+)", cited(source, "en")):
            assert int(number) in written
    assert not re.search(r"domain\.md", text)
