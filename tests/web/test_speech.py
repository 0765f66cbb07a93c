"""The console's own words: the same keys in each language, in the script of each."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

from ledger.application.reading.as_of import is_instant
from ledger.errors import StoreError, Unknown, WrongState
from ledger.terms import Language
from web.speech import UNPROVEN, Speech

ROOT = Path(__file__).parents[2] / "web"
LABELS = Path(__file__).parents[2] / "ledger" / "labels"


def words(language: str) -> dict[str, str]:
    return tomllib.loads((ROOT / "words" / f"{language}.toml").read_text("utf-8"))


@pytest.mark.parametrize("language", ["zh-Hant", "zh-Hans"])
def test_every_language_says_the_same_things_in_the_same_order(language: str) -> None:
    assert list(words(language)) == list(words("en"))
    for key, english in words("en").items():
        blanks = set(re.findall(r"{(\w+)}", english))
        assert set(re.findall(r"{(\w+)}", words(language)[key])) == blanks, key


def test_simplified_words_are_simplified() -> None:
    for text in words("zh-Hans").values():
        "".join(letter for letter in text if "\u4e00" <= letter <= "\u9fff").encode("gb2312")


def test_whatever_a_page_says_is_worded() -> None:
    said = set()
    for template in (ROOT / "templates").glob("*.j2"):
        said |= set(re.findall(r'w\.say\("(\w+)"[,)]', template.read_text("utf-8")))
    for source in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "say"
            ):
                said |= {arg.value for arg in node.args if isinstance(arg, ast.Constant)}

    assert said - set(words("en")) == {"separator"}


def blanks_of(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", text))


AT_A_TERMINAL = re.compile(r"kaoji |docs/|--[a-z]|KAOJI_|\[\[|\.toml|[a-z]+_[a-z_]+")
"""What nobody can type into a page: commands, options, variables, and names of fields as files have them."""
NOT_IN_THE_CONSOLE = {
    # spreadsheets other than those of pay, which are read on the machine
    *("looks_like", "not_utf8", "do_missing", "departed_otherwise"),
    # what a server says of its own database
    *("database_blocked", "database_crowded"),
    # what is looked into where the files are, where the console can no more
    *UNPROVEN,
}


@pytest.mark.parametrize("language", ["en", "zh-Hant", "zh-Hans"])
def test_the_next_step_of_a_refusal_is_one_of_the_console(language: str) -> None:
    speech = Speech(language)
    hints = tomllib.loads((LABELS / f"{language}.toml").read_text("utf-8"))["hints"]
    typed = {}
    for code in hints.keys() - NOT_IN_THE_CONSOLE:
        _, hint = speech.refusal(WrongState(code, **dict.fromkeys(blanks_of(hints[code]), "X")))
        if hint is not None and AT_A_TERMINAL.search(hint):
            typed[code] = hint

    assert typed == {}


@pytest.mark.parametrize("language", ["en", "zh-Hant", "zh-Hans"])
def test_what_the_server_cannot_do_is_told_to_whoever_keeps_it(language: str) -> None:
    speech = Speech(language)
    assert speech.refusal(StoreError("database_away", url="x"))[1] == words(language)["next_after_store"]
    assert speech.refusal(StoreError("outcome_unknown"))[1] == words(language)["next_after_outcome_unknown"]


def test_one_of_something_is_told_as_one() -> None:
    english = Speech("en")
    assert [english.say("days_left", days=days) for days in (1, 2)] == ["1 day left", "2 days left"]
    told = [english.say("points_exactly", points=points) for points in (1, "−1", 2)]
    assert told == ["1\u00a0point", "−1\u00a0point", "2\u00a0points"]
    assert english.points_of({"min_points": 1, "max_points": 1}) == told[0]


@pytest.mark.parametrize("language", ["en", "zh-Hant", "zh-Hans"])
def test_what_is_told_of_looking_back_can_be_typed(language: str) -> None:
    told = re.search(r"2026[-:0-9 ]+[0-9]", words(language)["look_back_hint"])
    assert told is not None and is_instant(told.group())


@pytest.mark.parametrize("language", ["en", "zh-Hant", "zh-Hans"])
def test_somebodys_reasons_are_said_as_they_wrote_them_and_those_of_pay_as_words(language: Language) -> None:
    speech = Speech(language)
    for code in ("late", "none", "other", "left"):
        for field in ("reason", "reasons"):
            assert speech.value(field, code) == code
            assert speech.of_event({"kind": "reward_withdrawn", "fields": {field: code}}, field) == code
    paid = {"kind": "pay_returned", "fields": {"reason": "wage_too_low", "note": "late"}}
    assert speech.of_event(paid, "reason") == speech.word("wage_too_low") != "wage_too_low"
    assert speech.of_event(paid, "note") == "late"
    assert speech.of_event({"kind": "pay_returned", "fields": {"reason": None}}, "reason") == "–"


def test_what_is_to_be_done_begins_with_a_capital_whichever_file_its_words_are_of() -> None:
    english = Speech("en")
    assert [english.task(what)[0] for what in ("appeal", "retake", "unsigned", "third")] == [
        "D",
        "M",
        "N",
        "T",
    ]


def test_what_was_refused_and_the_next_step_are_sentences_on_a_page() -> None:
    error = Unknown("employee_unknown", employee="E99")
    told, hint = Speech("en").refusal(error)
    _, typed = Speech("en").refusal(error, terminal=True)

    assert hint is not None and typed is not None
    assert told[0].isupper() and hint[0].isupper()
    assert hint[0] == typed[0].upper()


def test_a_site_is_told_by_its_name_in_what_recording_tells_beside() -> None:
    speech = Speech("zh-Hant", sites=lambda: {"jinse": "金色家園管理處"})
    told = speech.note("open_differences", {"site": "jinse", "differences": 1})
    assert "金色家園管理處" in told and "jinse" not in told


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("what-if N92", ("what would be: N92", "推演 N92", "推演 N92")),
        ("what-if", ("what would be", "推演", "推演")),
        (
            "preview notice_withdrawn",
            ("what would change: notice withdrawn", "試算變動 撤回通知單", "试算变动 撤回通知单"),
        ),
        ("analyses 2026-09", ("analyses of causes 2026-09", "原因分析 2026-09", "原因分析 2026-09")),
        ("sittings", ("sittings of the staff examination", "考試", "考试")),
        ("log", ("history", "登記經過", "登记经过")),
        ("witness", ("witnesses’ cosignatures", "見證人的共同簽名", "见证人的共同签名")),
        ("exam banks", ("staff examination", "業務考核", "业务考核")),
        ("what-if --policy", ("what other rules would come to", "其他規則的試算", "其他规则的试算")),
    ],
)
def test_what_somebody_read_is_told_in_words(what: str, told: tuple[str, ...]) -> None:
    languages: tuple[Language, ...] = ("en", "zh-Hant", "zh-Hans")
    spoken = (Speech(each).read(what) for each in languages)
    assert tuple(spoken) == told


@pytest.mark.parametrize(
    ("language", "told"),
    [("zh-Hant", "2026-09-07（一）"), ("zh-Hans", "2026-09-07（一）"), ("en", "2026-09-07 Mon")],
)
def test_a_day_is_told_with_its_day_of_the_week_wherever_a_field_is_one(language: str, told: str) -> None:
    assert Speech(language).value("occurred_on", "2026-09-07") == told
    assert Speech(language).value("on", "2026-09-07") == told
    assert Speech(language).value("on", "soon") == "soon"
