"""Every code has its words in three languages, and words never get in the way of what they tell of."""

import copy
import re
import sys
import tomllib
from collections.abc import Iterator
from string import Formatter
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel
from pydantic_core._pydantic_core import list_all_errors

from ledger import terms
from ledger.aggregates import employee_state
from ledger.application.reading.reports import due_kinds
from ledger.application.recording.command_reader import parse_command, parse_line
from ledger.commands import COMMANDS
from ledger.errors import LedgerError
from ledger.events import appeals, kinds
from ledger.formats import Malformed, Reason, reason_of
from ledger.labels import tables
from ledger.labels.language import detect
from ledger.labels.messages import load
from ledger.labels.parser_messages import PATTERNS, recognised
from ledger.policy import loading
from ledger.policy.model import Policy
from ledger.policy.tables import CheckPoints, Words
from ledger.reckoning import entries
from ledger.review import history
from ledger.terms import LANGUAGES, Language
from tests.labels.raised import (
    ROOT,
    columns_printed,
    dictionary_keys,
    errors_told,
    faults_told,
    malformed_told,
    notes_told,
    sentences_of_proofs,
    texts_given,
    value_errors,
    words_asked,
)

TABLES = [
    "messages",
    "hints",
    "notes",
    "faults",
    "say",
    "words",
    "departments",
    "titles",
    "headings",
    "what",
    "reasons",
    "forms",
    "shorts",
    "fields",
]
Tables = dict[str, dict[str, str]]


def _file(name: str) -> Any:
    return tomllib.loads((ROOT / "ledger" / "labels" / f"{name}.toml").read_text("utf-8"))


CHINESE_ONLY = ("rules", "settings", "helps")
"""What English has in the code itself: the keys and codes of a policy, and the helps."""

FILES: dict[str, Tables] = {language: _file(language) for language in LANGUAGES}
PARSERS: dict[str, str] = _file("parser_messages")
TEMPLATES = [(table, key) for table in TABLES for key in FILES["en"][table]]


def _blanks(template: str) -> set[str]:
    return {blank for _, blank, _, _ in Formatter().parse(template) if blank is not None}


# --- the three files --------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_files_hold_the_same_tables_and_keys_in_the_same_order(language: Language) -> None:
    assert list(FILES[language]) == (TABLES if language == "en" else [*TABLES, *CHINESE_ONLY])
    for table in TABLES:
        assert list(FILES[language][table]) == list(FILES["en"][table]), table


@pytest.mark.parametrize("table", CHINESE_ONLY)
def test_what_english_keeps_in_code_and_rules_is_there_in_both_scripts(table: str) -> None:
    assert list(FILES["zh-Hant"][table]) == list(FILES["zh-Hans"][table])


def _rules_of(model: type[BaseModel], path: str = "") -> Iterator[tuple[str, list[str]]]:
    """Every rule that a policy can hold: its key without names of items, and the codes it may be."""
    for name, field in model.model_fields.items():
        key = f"{path}{field.alias or name}"
        parts = list(_parts_of(field.annotation))
        inner = [part for part in parts if isinstance(part, type) and issubclass(part, BaseModel)]
        if key.endswith(("source", "title", ".code")) or key in ("version", "effective_from"):
            continue
        if not inner or inner[0] in (Words, CheckPoints):
            codes = [code for part in parts if get_origin(part) is Literal for code in get_args(part)]
            yield key, codes
        for each in inner:
            if each not in (Words, CheckPoints):
                yield from _rules_of(each, f"{key}.")


def _parts_of(annotation: Any) -> Iterator[Any]:
    yield annotation
    if get_origin(annotation) is not Literal:
        for part in get_args(annotation):
            yield from _parts_of(part)


@pytest.mark.parametrize("language", ["zh-Hant", "zh-Hans"])
def test_each_rule_of_a_policy_and_each_code_it_may_be_is_told_in_words(language: Language) -> None:
    labels, rules = load(language), dict(_rules_of(Policy))
    assert len(rules) > 100
    assert {
        key for key in rules if labels.rule(key) == key or re.search(r"[a-z]_[a-z]", labels.rule(key))
    } == set()
    told = {(key, code): labels.setting(key, code) for key, codes in rules.items() for code in codes}
    assert len(told) > 60
    assert {each for each, words in told.items() if re.search(r"[a-z]{2}", words)} == set()


def test_a_rule_names_its_item_and_keeps_its_key_in_english() -> None:
    assert load("zh-Hans").rule("bands[11-15].from_points") == "11-15 分：起分"
    assert load("zh-Hant").rule("appraisal.kinds[#2].monthly") == "績效考評：抽查 2 每月次數"
    assert load("zh-Hans").rule("schemes.performance.late_source") == "绩效考核：逾期登记的通知单（出处）"
    assert load("zh-Hans").rule("clauses[FD-01].title.zh-Hans") == "条款 FD-01：名称（简体中文）"
    assert load("zh-Hans").rule("appraisal.source") == "绩效考评（出处）"
    assert load("zh-Hant").rule("appraisal.dimensions") == "績效考評項"
    assert load("zh-Hant").rule("appraisal.dimensions.3") == "績效考評項"
    assert load("zh-Hant").rule("appraisal.dimensions[c]") == "績效考評 c 項"
    assert load("zh-Hans").setting("bands[20+].band", "dismissal") == "开除"
    assert load("en").rule("bands[11-15].from_points") == "bands[11-15].from_points"
    assert load("en").setting("bands[20+].band", "dismissal") == "dismissal"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_template_has_the_same_blanks_in_every_language(language: Language) -> None:
    for table, key in TEMPLATES:
        assert _blanks(FILES[language][table][key]) == _blanks(FILES["en"][table][key]), (table, key)


def test_blanks_are_plain_names_or_the_word_for_one_and_for_many() -> None:
    for table, key in TEMPLATES:
        for _, blank, spec, conversion in Formatter().parse(FILES["en"][table][key]):
            plain = not spec or spec.count("|") == 1
            assert blank is None or (blank.isidentifier() and plain and conversion is None), (table, key)


def test_one_of_something_is_told_as_one() -> None:
    english = load("en")
    assert english.form("question_worth", marks=1) == "1 mark"
    assert english.form("question_worth", marks=12) == "12 marks"
    assert load("zh-Hant").form("question_worth", marks=1) == "1 分"


@pytest.mark.parametrize("language", LANGUAGES)
def test_messages_are_one_line_without_a_full_stop(language: Language) -> None:
    for table in ("messages", "hints", "notes", "faults", "reasons"):
        for key, text in FILES[language][table].items():
            assert text and text == text.strip() and "\n" not in text, key
            assert not text.endswith((".", "。")), key


def test_english_messages_begin_in_lower_case_but_for_names() -> None:
    for table in ("messages", "hints", "notes", "faults", "reasons"):
        for key, text in FILES["en"][table].items():
            assert not text[0].isupper() or text.startswith("SHA-256"), key


@pytest.mark.parametrize(("language", "script"), [("zh-Hans", "gb2312"), ("zh-Hant", "big5")])
def test_simplified_words_are_simplified_and_traditional_ones_traditional(language: str, script: str) -> None:
    # GB 2312 holds no character that exists only in traditional form, Big5 none only in simplified form.
    for table in (*TABLES, *CHINESE_ONLY):
        for text in FILES[language][table].values():
            text.encode(script)


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant"])
def test_everything_is_translated(language: str) -> None:
    for table, key in TEMPLATES:
        if (table, key) != ("reasons", "literal_error"):
            text = FILES[language][table][key]
            assert any("\u3000" < character < "\uffff" for character in text), (table, key)


# --- every code has its words -----------------------------------------------------------------------


def test_the_sources_were_read() -> None:
    codes = {told.code for told in errors_told()}
    assert {"field_wrong", "notice_revoked", "reward_unknown", "respondent_not_concerned"} <= codes


@pytest.mark.parametrize("table", ["messages", "hints"])
def test_every_error_has_a_message_and_a_hint_and_no_other_has(table: str) -> None:
    of_the_linter = {code for code in FILES["en"][table] if code.startswith("lint_")}
    worded, raised = set(FILES["en"][table]) - of_the_linter, {told.code for told in errors_told()}
    assert raised == worded, (
        f"[{table}] in ledger/labels/*.toml lacks {raised - worded}, and has {worded - raised} for nothing"
    )


@pytest.mark.parametrize("told", errors_told(), ids=str)
def test_blanks_are_filled_where_an_error_is_raised(told: Any) -> None:
    if told.fields is not None:
        for table in ("messages", "hints"):
            assert _blanks(FILES["en"][table][told.code]) <= told.fields


def test_every_fault_has_its_words_and_fields() -> None:
    told = {fault.code: fault.fields for fault in faults_told()}
    assert set(told) == set(FILES["en"]["faults"])
    for code, fields in told.items():
        assert fields is not None and _blanks(FILES["en"]["faults"][code]) <= fields, code


def test_every_note_has_its_words_and_fields() -> None:
    told = {note.code: note.fields for note in notes_told()}
    assert set(told) == set(FILES["en"]["notes"])
    for code, fields in told.items():
        assert fields is None or _blanks(FILES["en"]["notes"][code]) <= fields


@pytest.mark.parametrize(
    "module", [terms, appeals, employee_state, entries], ids=lambda module: module.__name__
)
def test_every_code_of_a_noun_has_a_word(module: Any) -> None:
    codes = {code for noun in vars(module).values() if get_origin(noun) is Literal for code in get_args(noun)}
    assert codes and codes <= set(FILES["en"]["words"])


def test_every_other_code_that_is_shown_has_a_word() -> None:
    how = get_args(COMMANDS["acknowledge_notice"].model_fields["how"].annotation)
    rules = loading.house_rules()
    checklist = rules["sanctions"]["dismissal"]["checklist"]
    readings = [band["reading"] for band in rules["bands"] if "reading" in band]
    for code in (
        *kinds(),
        *history.KINDS,
        *how,
        *checklist,
        *readings,
        *due_kinds(),
        "yes",
        "no",
        "line",
        "field",
        "late",
        "backdated",
    ):
        assert code in FILES["en"]["words"]


def test_every_column_of_a_report_and_every_field_of_an_event_has_a_heading() -> None:
    rooms = ("cards", "site_cards", "comparison", "case_file", "explanation", "history")
    columns = dictionary_keys(
        *(f"ledger/review/{name}.py" for name in rooms),
        *(str(file.relative_to(ROOT)) for file in (ROOT / "ledger/reports").glob("*.py")),
    )
    fields = {name for model in _models() for name in model.model_fields}
    assert {"contested_points", "obligation_month", "reviewer", "hash"} <= columns
    assert columns | fields <= set(FILES["en"]["headings"])


def _models() -> set[type[BaseModel]]:
    """Every event, and what events are made of."""
    modules = {sys.modules[event.__module__] for event in kinds().values()}
    things = [thing for module in modules for thing in vars(module).values()]
    return {thing for thing in things if isinstance(thing, type) and issubclass(thing, BaseModel)}


@pytest.mark.parametrize(
    ("look_up", "table"), [("say", "say"), ("title", "titles"), ("heading", "headings"), ("word", "words")]
)
def test_whatever_the_command_line_asks_for_is_there(look_up: str, table: str) -> None:
    asked = words_asked(look_up)
    assert asked
    for told in asked:
        assert told.code in FILES["en"][table], str(told)
        if table == "say" and told.fields is not None:
            assert _blanks(FILES["en"]["say"][told.code]) <= told.fields, str(told)


def test_every_column_that_is_printed_has_a_heading() -> None:
    assert {"authority", "days_left", "stream"} <= columns_printed() <= set(FILES["en"]["headings"])


def test_what_a_date_lies_before_has_its_words() -> None:
    asked = texts_given("require_not_before", "require_between")
    assert {"occurrence", "issue", "window"} <= asked
    assert asked == set(FILES["en"]["what"])


# --- why a value is wrong ---------------------------------------------------------------------------


def _pydantic() -> dict[str, set[str]]:
    """The types of error that pydantic has, and what each one's context holds."""
    return {str(error["type"]): set(error["example_context"] or ()) for error in list_all_errors()}


def test_every_reason_is_one_of_ours_one_of_pydantic_or_what_a_parser_says() -> None:
    ours = {told.code: told.fields for told in malformed_told()}
    types = _pydantic()
    for name, text in FILES["en"]["reasons"].items():
        key = name.removesuffix("_typed")
        if key in PARSERS:
            assert _blanks(text) <= _blanks(PARSERS[key]), key
        elif key in ours:
            assert _blanks(text) <= (ours[key] or frozenset()), key
        else:
            assert _blanks(text) <= types["string_pattern_mismatch" if key in PATTERNS.values() else key], key
    assert {*ours, *PARSERS, *PATTERNS.values()} <= set(FILES["en"]["reasons"])


@pytest.mark.parametrize("module", ["formats", "terms", "commands", "policy/model"])
def test_what_our_shapes_refuse_carries_its_key(module: str) -> None:
    assert value_errors(module) == []


def test_ids_and_digests_have_reasons_of_their_own() -> None:
    assert set(PATTERNS) == {f"^{terms.ID}$", "^[0-9a-f]{64}$"}


def _reason(error: LedgerError) -> str:
    reason = error.fields["reason"]
    assert isinstance(reason, str)
    return reason


NOTICE = {
    "do": "issue_notice",
    "notice": "N1",
    "employee": "E1",
    "clause": "FD-01",
    "points": 1,
    "occurred_at": "2026-08-01T09:30:00+08:00",
    "narrative": "late",
    "issued_by": "E2",
    "issued_on": "2026-08-01",
}


@pytest.mark.parametrize(
    ("field", "value", "key"),
    [
        ("notice", "N 1", "id_shape"),
        ("notice", 3, "string_type"),
        ("notice", "\ud800", "string_unicode"),
        ("points", "3", "int_type"),
        ("points", 0, "greater_than_equal"),
        ("points", 10_000, "less_than_equal"),
        ("scheme", "both", "literal_error"),
        ("evidence", {}, "list_type"),
        ("evidence", [3], "model_type"),
        ("evidence", [{"name": "a.jpg", "sha256": "0"}], "sha256_shape"),
        ("narrative", "x" * 20_001, "too_long"),
        ("narrative", " ", "empty"),
        ("narrative", "\x00", "control_characters"),
        ("place", None, "null"),
        ("occurred_at", "2026-08-01", "instant_shape"),
        ("issued_on", "2026-02-30", "day_missing"),
        ("issued_on", "1899-01-01", "year_range"),
    ],
)
def test_what_pydantic_says_of_a_wrong_field_is_recognised(field: str, value: object, key: str) -> None:
    with pytest.raises(LedgerError) as caught:
        parse_command({**NOTICE, field: value})
    assert caught.value.code == "field_wrong"
    found = recognised(_reason(caught.value))
    assert found is not None and found[0] == key


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        ("close", None, "missing"),
        ("extra", 1, "extra_forbidden"),
        ("close", 3, "model_type"),
        ("bands", "x", "tuple_type"),
        ("no_worse.enabled", "x", "bool_type"),
        ("calendar.days_off", "x", "days_list"),
        ("title.en", "", "string_too_short"),
        ("rewards.source", "x" * 301, "string_too_long"),
        ("surcharge.amount", "20 yuan", "money_shape"),
        ("surcharge.from_points", 30, "surcharge_range"),
        ("effective_from", "2026-02-02", "month_start"),
        ("appeals.retaliation_starts_at", "x", "literal_error"),
        ("sanctions.dismissal.checklist", ["x"], "literal_error"),
    ],
)
def test_what_is_wrong_with_a_policy_is_recognised(path: str, value: object, key: str) -> None:
    document = copy.deepcopy(loading.house_rules())
    *tables, last = path.split(".")
    table = document
    for name in tables:
        table = table[name]
    table[last] = value
    if value is None:
        del table[last]
    with pytest.raises(LedgerError) as caught:
        loading.parse(document)
    found = recognised(_reason(caught.value))
    assert found is not None and found[0] == key


@pytest.mark.parametrize(
    "line",
    [
        '{"a"',
        '{"a":1 "b":2}',
        "{a:1}",
        '{"a":}',
        '{"a":1} 2',
        '{"a":"',
        '{"a":"\\q"}',
        '{"a":"\\u1"}',
        "[NaN]",
    ],
)
def test_what_is_wrong_with_a_line_is_recognised(line: str) -> None:
    with pytest.raises(LedgerError) as caught:
        parse_line(line.encode())
    assert recognised(_reason(caught.value)) is not None


@pytest.mark.parametrize("text", ["a =", "a 1", "a = [1"])
def test_where_a_toml_file_is_wrong_is_told(text: str) -> None:
    with pytest.raises(LedgerError) as caught:
        loading.read_toml(text)
    assert recognised(_reason(caught.value)) is not None


def test_what_is_expected_is_listed_without_english_between() -> None:
    expected = "'inspector', 'director' or 'manager'"
    assert recognised(Reason("x", "literal_error", expected=expected)) == (
        "literal_error",
        {"expected": "inspector, director, manager"},
    )
    cut = Reason("x", "literal_error", expected="'served', 'employee_heard' or 'seri…")
    assert recognised(cut) == ("literal_error", {"expected": "served, employee_heard, …"})


def test_words_hang_on_the_type_of_an_error_and_not_on_its_english() -> None:
    reworded = reason_of({"type": "greater_than_equal", "msg": "Zahl zu klein", "ctx": {"ge": 1}})
    raised = reason_of({"type": "value_error", "msg": "x", "ctx": {"error": Malformed("day_missing", "x")}})
    wrong = {"field": "points", "value": "0", "reason": reworded}
    assert "须为 1 或以上" in load("zh-Hans").message("field_wrong", wrong)
    assert recognised(raised) == ("day_missing", {})


def test_what_the_proofs_say_no_with_is_recognised() -> None:
    said = sentences_of_proofs()
    assert len(said) > 60
    assert [text for text in said if recognised(text) is None] == []


def test_an_unlisted_reason_stays_as_it_is() -> None:
    fields = {"url": "sqlite:///x.db", "reason": "disk I/O error"}
    assert "disk I/O error" in load("zh-Hant").message("ledger_unusable", fields)


# --- filling in -------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_missing_field_never_raises_and_shows_the_code(language: Language) -> None:
    labels = load(language)
    for code, template in FILES["en"]["messages"].items():
        for told in (labels.message(code, {}), labels.message(code, {"other": 1})):
            assert told.startswith(code) or not _blanks(template)
        assert labels.hint(code, {}) is not None
    for code in FILES["en"]["notes"]:
        assert labels.note(code, {}) == code
    for key in FILES["en"]["say"]:
        assert labels.say(key)
    assert labels.message("wage_after_close", {"month": None}) == "wage_after_close (month: –)"


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unknown_code_shows_itself_and_its_fields(language: Language) -> None:
    labels = load(language)
    assert labels.message("of_tomorrow", {"notice": "N1", "on": None}) == "of_tomorrow (notice: N1, on: –)"
    assert labels.hint("of_tomorrow", {}) is None
    assert labels.note("of_tomorrow", {}) == "of_tomorrow"
    assert labels.say("of_tomorrow", n=1) == "of_tomorrow (n: 1)"
    same = (labels.word, labels.title, labels.heading, labels.what)
    assert {look_up("of_tomorrow") for look_up in same} == {"of_tomorrow"}


def test_fields_that_hold_codes_are_put_into_words() -> None:
    fields = {"by": "E1", "offices": "director, manager", "site": "S1", "on": "2026-08-01"}
    assert load("zh-Hant").message("office_needed", fields).endswith("：主任、經理")
    assert load("en").message("office_needed", fields).endswith(": director, manager")
    before = {"on": "2026-08-01", "earliest": "2026-08-02", "what": "issue"}
    assert "通知单签发之日" in load("zh-Hans").message("before_its_cause", before)
    reason = Reason("Input should be greater than or equal to 1", "greater_than_equal", ge=1)
    wrong = {"field": "points", "value": "0", "reason": reason}
    assert "须为 1 或以上" in load("zh-Hans").message("field_wrong", wrong)


def test_ids_are_never_put_into_words() -> None:
    told = load("zh-Hant").message("employee_unknown", {"employee": "director"})
    assert "director" in told


def test_none_is_a_dash_and_a_value_keeps_to_its_line() -> None:
    fields = {"by": "E1", "reviewer": None, "level": "company"}
    assert "–" in load("en").message("not_the_reviewer", fields)
    assert "a\\u000ab" in load("en").message("field_unknown", {"field": "a\nb"})
    assert load("en").message("field_unknown", {"field": "{x}"}).startswith("{x} ")


def test_a_fault_of_the_whole_command_has_no_empty_field() -> None:
    fields = {"field": "", "value": "…", "reason": "until may not lie before from"}
    assert load("en").message("field_wrong", fields).startswith("the command is wrong: until")


@pytest.mark.parametrize("language", ["zh-Hant", "zh-Hans"])
def test_what_a_dismissal_review_still_needs_does_not_read_as_done(language: Language) -> None:
    checklist = loading.house_rules()["sanctions"]["dismissal"]["checklist"]
    assert [item for item in checklist if "已" in load(language).word(item)] == []


@pytest.mark.parametrize("language", ["zh-Hant", "zh-Hans"])
def test_the_reading_of_the_gap_names_the_points_of_the_lower_band(language: Language) -> None:
    told = load(language).word("gap_rule")
    assert "11 至 15" in told and "下一" not in told


# --- which language ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "zh_TW.UTF-8"}, "zh-Hant"),
        ({"LANG": "zh_HK"}, "zh-Hant"),
        ({"LANG": "zh_MO.Big5"}, "zh-Hant"),
        ({"LANG": "zh_CN.GB18030"}, "zh-Hans"),
        ({"LANG": "zh_SG.UTF-8@pinyin"}, "zh-Hans"),
        ({"LANG": "zh"}, "zh-Hans"),
        ({"LANG": "zha_CN"}, "en"),
        ({"KAOJI_LANG": "zh-Hant"}, "zh-Hant"),
        ({"KAOJI_LANG": "zh-hans"}, "zh-Hans"),
        ({"KAOJI_LANG": "zh_Hans_HK"}, "zh-Hans"),
        ({"KAOJI_LANG": "zh-Hant-CN"}, "zh-Hant"),
        ({"KAOJI_LANG": "en", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"KAOJI_LANG": "", "LANG": "zh_CN.UTF-8"}, "zh-Hans"),
        ({"LC_ALL": "zh_TW.UTF-8", "LC_MESSAGES": "en_US", "LANG": "zh_CN"}, "zh-Hant"),
        ({"LC_MESSAGES": "en_US.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LANG": "yue_HK.UTF-8"}, "zh-Hant"),
        ({"LANGUAGE": "zh_TW:zh_CN", "LANG": "en_US.UTF-8"}, "zh-Hant"),
        ({"LANGUAGE": "de:zh_CN:en", "LC_ALL": "de_DE.UTF-8"}, "zh-Hans"),
        ({"LANGUAGE": "zh_TW", "LANG": "C.UTF-8"}, "en"),
        ({"LANGUAGE": "zh_TW"}, "en"),
        ({"KAOJI_LANG": "en", "LANGUAGE": "zh_TW", "LANG": "zh_CN.UTF-8"}, "en"),
    ],
)
def test_the_first_variable_that_is_set_decides(environ: dict[str, str], language: Language) -> None:
    assert detect(environ) == language


def test_a_language_is_loaded_once_and_english_stands_in_for_an_unknown_one() -> None:
    assert load("zh-Hans") is load("zh-Hans")
    assert load("zh-Hans").language == "zh-Hans"
    assert load("fr").language == "en"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_table_read_by_itself_says_what_the_file_says(language: Language) -> None:
    assert {table: tables.table(language, table) for table in FILES[language]} == FILES[language]
