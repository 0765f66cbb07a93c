"""Chinese is told with its own marks: no colon, comma or bracket of half width beside a character of the program's words.

What stands in the labels is read, and so is what comes out: every transcript's Chinese steps. What somebody wrote and what
is typed as it stands keep their marks.
"""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.formats import Language
from ledger.labels.messages import load
from tests.transcripts.test_transcripts import TRANSCRIPTS, steps

ROOT = Path(__file__).parents[2]
CHINESE: tuple[Language, ...] = ("zh-Hant", "zh-Hans")
HALF = re.compile(
    r"[\u3400-\u9fff][,;:!?](?!//)|[\u3400-\u9fff] ?\(|\)[\u3400-\u9fff]|[,;:!?] ?[\u3400-\u9fff]"
)
"""A mark of half width beside an ideograph."""

TYPED = re.compile(r"`[^`]*`|'[^']*'|\bSELECT\b.*?\)|\bappeal:|^[^,]*(?:,[^,]*){4,}$")
"""What is typed or read by a machine stands as it is."""


def told(language: str) -> Iterator[tuple[str, str]]:
    """Each sentence and word of a language, by its place."""
    for room in ("ledger/labels", "web/words"):
        tables = tomllib.loads(ROOT.joinpath(room, f"{language}.toml").read_text("utf-8"))
        for name, table in tables.items():
            values = table.items() if isinstance(table, dict) else [("", table)]
            yield from ((f"{room} {name} {key}", value) for key, value in values)


@pytest.mark.parametrize("language", CHINESE)
def test_no_words_hold_marks_of_half_width(language: str) -> None:
    assert [(key, words) for key, words in told(language) if HALF.search(TYPED.sub("", words))] == []


def chinese_lines(path: Path) -> Iterator[tuple[int, str]]:
    """What is printed in Chinese, by the step's line."""
    language = ""
    for step in steps(path.read_text("utf-8")):
        if found := re.match(r"export KAOJI_LANG=(\S+)", step.typed):
            language = found[1]
        elif language.startswith("zh") and step.typed.startswith("kaoji "):
            yield from ((step.number, line) for line in step.printed)


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_nothing_printed_in_chinese_holds_them(path: Path) -> None:
    assert [told for told in chinese_lines(path) if HALF.search(TYPED.sub("", told[1]))] == []


NAMES = frozenset(
    (
        *(
            "jinse",
            "front",
            "desk",
            "cleaning",
            "engineering",
            "order",
            "office",
            "quality",
            "company",
            "clerk",
        ),
        *("house", "exam", "MiB", "kaoji"),
    )
)
"""What the sample calls its site, its departments and whoever typed; versions, units and the program itself."""


@pytest.mark.parametrize(
    "path", [path for path in TRANSCRIPTS if "_zh" in path.stem], ids=lambda path: path.stem
)
def test_no_english_word_is_left_in_what_is_printed_in_chinese(path: Path) -> None:
    words = {
        word
        for _, line in chinese_lines(path)
        for word in re.findall(r"(?<![\w./])[A-Za-z][A-Za-z_]{2,}(?![\w./])", line)
    }
    assert words - NAMES == set()


def test_there_are_chinese_transcripts() -> None:
    assert sum(1 for path in TRANSCRIPTS for _ in chinese_lines(path)) > 1000


@pytest.mark.parametrize("language", CHINESE)
def test_lists_pairs_and_remarks_have_the_marks_of_the_language(language: Language) -> None:
    labels = load(language)

    assert labels.pair("E01", "x") == "E01：x"
    assert labels.remarked("E01", "x") == "E01（x）"
    assert labels.listed(["a", "b"]) == "a、b"
    assert labels.hint("command_unknown", {"known": "log, due"}) == labels.hint(
        "command_unknown", {"known": "log、due"}
    )


def test_english_has_its_own_marks() -> None:
    labels = load("en")

    assert (labels.pair("E01", "x"), labels.remarked("E01", "x"), labels.listed(["a", "b"])) == (
        "E01: x",
        "E01 (x)",
        "a, b",
    )


PAGES = [*ROOT.glob("web/templates/*.j2"), *ROOT.glob("ledger/documents/*.j2")]
BETWEEN = re.compile(r'\}\}[:,;] (?!\{%)|\}\} ?\(\{\{|\(\{\{|\{\{ "[:,;] "|~ "[:,;] "')
"""A mark of half width that a page puts between two values, whatever the language."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_puts_marks_of_its_own_between_values(page: Path) -> None:
    assert BETWEEN.findall(page.read_text("utf-8")) == []
