"""The question bank: what the house's one holds, what the linter finds in another, and who is shown what."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ledger.errors import InputError
from ledger.examination.bank import Bank
from ledger.examination.book import AdoptedBank, BankBook
from ledger.examination.lint import lint
from ledger.examination.loading import HOUSE, house_book, house_document, house_text, parse
from ledger.labels.messages import load
from ledger.policy.source_lines import lines_of
from ledger.terms import LANGUAGES, parse_day
from tests.cli.test_policy import Kaoji
from tests.support import office
from tests.support.story import open_ledger

Document = dict[str, Any]

HOUSE_DIGESTS = {
    "house-exam-1": "3b2cc074947a7d808f17ea22aed384564ba7acab1c2b4aa1bc55024ccaf5fab7",
    "house-exam-2": "24ca4701969928c07e9d5c513f2c4a221fba6f1e617dcb77ff3f7b7551997b5b",
}
"""Ledgers hold sittings under these texts: they never change, a better one gets a name of its own."""


def own_bank() -> Document:
    return copy.deepcopy(house_document()) | {"version": "own-exam-1"}


# --- the bank of the house ------------------------------------------------------------------------------


def test_the_banks_of_the_house_never_change() -> None:
    assert {entry.bank.version: entry.digest for entry in house_book().adopted} == HOUSE_DIGESTS
    assert list(HOUSE_DIGESTS)[-1] == HOUSE


def test_the_second_one_tells_that_nobody_had_asked_the_owners_and_nothing_else_anew() -> None:
    first, second = (copy.deepcopy(house_document(version)) for version in HOUSE_DIGESTS)
    told = {each["code"]: each["case"] for each in second["questions"]}["SC-12"]
    assert all(words in told[name] for name, words in NOT_ASKED.items())
    for document in (first, second):
        del document["version"]
        for question in document["questions"]:
            if question["code"] == "SC-12":
                was = question.pop("case")
                assert len(was) == 3
    assert first == second


NOT_ASKED = {"zh-Hant": "沒有徵求業主意見", "zh-Hans": "没有征求业主意见", "en": "Nobody asked the owners"}


def test_it_holds_twelve_cases_of_ten_marks_each() -> None:
    bank = parse(house_document())
    assert [question.code for question in bank.questions] == [f"SC-{n:02}" for n in range(1, 13)]
    assert {question.maximum for question in bank.questions} == {10}
    assert {q.code: q.cap.marks for q in bank.questions if q.cap is not None} == {"SC-02": 6, "SC-12": 6}
    assert {act.marks for question in bank.questions for act in question.forbidden} == {2}


def test_it_has_no_fault_and_says_what_was_not_read() -> None:
    findings = lint(house_document(), lines_of(house_text()))
    assert {(finding.severity, finding.code) for finding in findings} == {("info", "law_unread")}
    assert [finding.key for finding in findings][:2] == [
        "questions[SC-01].criteria[3].law",
        "questions[SC-04].criteria[2].law",
    ]


@pytest.mark.parametrize(("language", "script"), [("zh-Hans", "gb2312"), ("zh-Hant", "big5")])
def test_every_text_is_written_in_its_script(language: str, script: str) -> None:
    def texts(value: Any) -> list[str]:
        if isinstance(value, dict):
            own = [value[language]] if language in value else []
            return own + [text for item in value.values() for text in texts(item)]
        return [text for item in value for text in texts(item)] if isinstance(value, list) else []

    found = texts(house_document())
    assert len(found) > 120
    for text in found:
        text.encode(script)
        assert not set(text) & set(",?;"), text


FACTS = {
    "SC-01": ["三個月", "逐|一個月、交一個月"],
    "SC-02": ["2月15日", "鑰匙", "拒收", "4月28日", "收樓確認書", "5月15日"],
    "SC-03": ["一樓", "垃圾", "花園", "不再交管理費"],
    "SC-04": ["水泥地", "規劃", "綠化"],
    "SC-05": ["三個月", "電器", "沉池", "沒有做防水", "樓上", "索賠信函"],
    "SC-06": ["四年前", "六樓", "沒有住過", "水表的接頭", "五樓和四樓", "老化"],
    "SC-07": ["國外", "聯繫不上", "書面同意", "房租", "家具"],
    "SC-08": ["對門", "防盜門", "擋著他的路", "水電停掉"],
    "SC-09": ["獨自", "好奇", "沒有告訴任何人", "按了幾次門鈴", "派出所"],
    "SC-10": [
        "黑煙",
        "無人回應",
        "隔壁業主同意",
        "關掉煤氣",
        "國慶期間外出",
        "仍然不修",
        "110",
        "巡警要求",
        "泡壞",
    ],
    "SC-11": ["保安毆打業主", "業主被打"],
    "SC-12": ["主管部門批准", "裙樓三樓的平臺", "公共收入", "收支賬目", "業主委員會不同意", "要求拆除"],
}
"""What the criteria of each case rest on: it must be told in the case."""


@pytest.mark.parametrize("code", FACTS)
def test_a_case_tells_every_fact_its_criteria_need(code: str) -> None:
    case = parse(house_document()).by_code[code].case
    for fact in FACTS[code]:
        assert any(each in case.zh_hant for each in fact.split("|")), fact


# --- the linter -------------------------------------------------------------------------------------------


def put(path: str, value: Any) -> Callable[[Document], None]:
    """Sets the value at a path; None takes it out, numbers are indices."""

    def change(document: Document) -> None:
        *way, last = path.split(".")
        place: Any = document
        for part in way:
            place = place[int(part)] if isinstance(place, list) else place[part]
        key: Any = int(last) if isinstance(place, list) else last
        if value is None:
            del place[key]
        else:
            place[key] = value

    return change


FAULTS = [
    ("questions.0.maximum", 12, ("error", "marks_sum", "questions[SC-01].criteria")),
    ("questions.1.code", "SC-01", ("error", "code_twice", "questions[SC-01].code")),
    ("questions.0.criteria.1.code", "1", ("error", "code_twice", "questions[SC-01].criteria[1].code")),
    ("questions.1.cap.marks", 10, ("warning", "cap_of_nothing", "questions[SC-02].cap.marks")),
    ("questions.0.forbidden.0.marks", 11, ("warning", "forbidden_exceed", "questions[SC-01].forbidden")),
    (
        "questions.0.criteria.0.law",
        [{"checked": True}],
        ("error", "basis_empty", "questions[SC-01].criteria[1].law[#1]"),
    ),
    ("questions.0.case.zh-Hans", "業主", ("warning", "not_simplified", "questions[SC-01].case.zh-Hans")),
    ("questions.0.case", None, ("error", "key_missing", "questions[SC-01].case")),
    ("questions.0.source", None, ("error", "source_missing", "questions[SC-01].source")),
    ("questions.0.source", "somewhere", ("warning", "source_names_nothing", "questions[SC-01].source")),
    ("questions.1.cap.mark", 3, ("error", "key_misspelt", "questions[SC-02].cap.mark")),
    ("questions.0.xyz", 3, ("error", "key_unknown", "questions[SC-01].xyz")),
    ("questions.0.maximum", "ten", ("error", "value_wrong", "questions[SC-01].maximum")),
    ("questions", None, ("error", "key_missing", "questions")),
]


@pytest.mark.parametrize(("path", "value", "added"), FAULTS, ids=[f"{f[0]} {f[2][1]}" for f in FAULTS])
def test_each_fault_is_found_placed_and_worded(path: str, value: Any, added: tuple[str, str, str]) -> None:
    document = own_bank()
    put(path, value)(document)
    findings = [finding for finding in lint(document) if finding.code != "law_unread"]
    assert {(finding.severity, finding.code, finding.key) for finding in findings} == {added}
    for language in LANGUAGES:
        for key in (f"lint_{added[1]}", f"lint_{added[1]}_hint"):
            assert not load(language).say(key, **findings[0].fields).startswith("lint_")


def test_what_the_linter_calls_an_error_is_what_cannot_be_adopted() -> None:
    for path, value, (severity, *_) in FAULTS:
        document = own_bank()
        put(path, value)(document)
        if severity == "error":
            with pytest.raises(InputError, match="bank_wrong"):
                parse(document)
        else:
            assert parse(document)


@pytest.mark.parametrize(
    "document", [{}, {"questions": 3}, {"questions": [3, {"criteria": {}}], "title": []}]
)
def test_a_document_of_another_kind_is_told_key_by_key(document: Document) -> None:
    assert len(lint(document)) >= 3


# --- which one is in force ---------------------------------------------------------------------------------


def test_a_bank_for_the_site_goes_before_one_for_all_and_each_from_its_day_on() -> None:
    def adopted(version: str, site: str | None, on: str, position: int) -> AdoptedBank:
        bank = Bank.model_validate(own_bank() | {"version": version})
        return AdoptedBank(bank, site, parse_day(on), position, version)

    book = BankBook(house_book().adopted)
    for entry in (adopted("all", None, "2026-09-01", 8), adopted("own", "jinse", "2026-09-10", 9)):
        book = book.with_bank(entry)
    days = {"2026-08-31": "house-exam-1", "2026-09-01": "all", "2026-09-09": "all", "2026-09-10": "own"}
    for day, version in days.items():
        assert book.entry_on("jinse", parse_day(day)).bank.version == version
    assert book.entry_on("north", parse_day("2026-09-10")).bank.version == "all"


def test_a_sitting_keeps_the_bank_it_was_opened_under_and_a_bank_that_was_adopted_goes_before_the_houses() -> (
    None
):
    book = house_book()
    for day, version in {"2026-11-30": "house-exam-1", "2026-12-01": "house-exam-2"}.items():
        assert book.entry_on("jinse", parse_day(day)).bank.version == version
    assert book.held("house-exam-1").digest == HOUSE_DIGESTS["house-exam-1"]
    own = AdoptedBank(Bank.model_validate(own_bank()), None, None, 8, "own")
    assert book.with_bank(own).entry_on("jinse", parse_day("2027-01-01")) is own
    named = AdoptedBank(Bank.model_validate(own_bank() | {"version": HOUSE}), None, None, 8, "own")
    assert book.with_bank(named).held(HOUSE) is named, "adopted before the house had one of that name"


def test_an_adopted_bank_is_in_force_and_known_by_its_name(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "kaoji.db") as ledger:
        ledger.record.apply(office.lines(office.office()))
        assert ledger.examination.questions()[0] == "house-exam-2"
        adoption = {"do": "adopt_questions", "bank": own_bank(), "by": "C01", "on": "2026-09-01"}
        ledger.record.apply(office.lines([adoption]))
        assert ledger.examination.questions(("sc-01",))[0] == "own-exam-1"
        assert ledger.examination.questions(("SC-01",), bank="house-exam-1")[0] == "house-exam-1"
        banks = ledger.examination.banks()
        assert [(bank["bank"], bank["from"]) for bank in banks] == [
            ("house-exam-1", None),
            ("house-exam-2", "2026-12-01"),
            ("own-exam-1", "2026-09-01"),
        ]


# --- what is shown to whom ----------------------------------------------------------------------------------


def test_a_candidate_is_shown_the_case_and_what_is_asked_and_nothing_of_how_it_is_marked(
    kaoji: Kaoji,
) -> None:
    question = parse(house_document()).by_code["SC-02"]
    shown = kaoji("exam", "questions", "sc-02", "--lang", "zh-Hant").out
    assert question.case.zh_hant in shown and question.asks[0].zh_hant in shown
    for criterion in question.criteria:
        assert criterion.text.zh_hant not in shown
    told = json.loads(kaoji("exam", "questions", "SC-02", "--json").out)
    assert set(told[0]) == {"code", "title", "source", "maximum", "case", "asks"}


def test_a_marker_is_shown_the_criteria_and_what_was_not_read_is_not_called_law(kaoji: Kaoji) -> None:
    shown = kaoji("exam", "questions", "SC-01", "--rubric", "--lang", "en").out
    assert "The basis is the preliminary service contract" in shown and "(3)" in shown
    assert "Civil Code §938" in shown
    assert "not read, not to be shown as law: limits elsewhere" in shown


def test_all_questions_are_listed_in_the_readers_language(kaoji: Kaoji) -> None:
    for language in LANGUAGES:
        listed = kaoji("exam", "questions", "--lang", language).out
        for question in parse(house_document()).questions:
            assert question.title.of(language) in listed


def test_a_question_nobody_has_is_refused_with_those_there_are(kaoji: Kaoji) -> None:
    done = kaoji("exam", "questions", "SC-13", "--lang", "en")
    assert done.status == 3
    assert "has no question SC-13" in done.err and "SC-12" in done.err
    assert kaoji("exam", "questions", "--bank", "none", "--lang", "en").status == 3


def test_a_bank_is_checked_with_lines_and_adopted_when_it_is_right(kaoji: Kaoji) -> None:
    Path("own.toml").write_text(kaoji("exam", "template").out.replace(HOUSE, "own-exam-1"), "utf-8")
    assert kaoji("exam", "check", "own.toml").status == 0
    Path("bad.toml").write_text(house_text().replace("maximum = 10", "maximum = 9", 1), "utf-8")
    checked = kaoji("exam", "check", "bad.toml", "--lang", "en")
    assert checked.status == 1
    assert "the criteria give 10 marks together, and the question 9" in checked.out
    assert f"a question bank {HOUSE} is there already, with other content" in checked.out
    assert kaoji("exam", "adopt", "bad.toml", "--lang", "en").status == 2
    dry = kaoji("exam", "adopt", "own.toml", "--on", "2026-09-01", "--dry-run", "--lang", "en")
    assert (dry.status, dry.out) == (0, "a dry run: nothing has been recorded\n")
    done = kaoji("exam", "adopt", "own.toml", "--on", "2026-09-01", "--lang", "en")
    assert done.out.startswith("question bank own-exam-1 adopted, position ")
    assert "own-exam-1" in kaoji("exam", "banks", "--lang", "en").out
