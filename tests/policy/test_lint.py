"""The linter: each thing that can be wrong with a policy document is found, named and placed, and nothing else is.

Every case changes one thing of the default house rules, and says which findings that adds.
"""

import ast
import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.labels.messages import load
from ledger.policy.diagnostic import Diagnostic
from ledger.policy.lint import lint
from ledger.policy.loading import house_rules, house_text, read_toml
from ledger.policy.source_lines import lines_of
from ledger.terms import LANGUAGES

Document = dict[str, Any]
POLICY_ROOM = Path(__file__).parents[2] / "ledger" / "policy"
BANK_CHECKS = (
    POLICY_ROOM.parent / "examination" / "lint.py",
    POLICY_ROOM.parent / "application" / "examination.py",
)
BOOK_CHECKS = Path(__file__).parents[2] / "ledger" / "application" / "policy_check.py"


def own_rules() -> Document:
    """The house rules under a name of their own, in force from a month the calendar covers."""
    document = copy.deepcopy(house_rules())
    document |= {"version": "own-1", "effective_from": "2026-12-01"}
    return document


EXPECTED_OF_THE_HOUSE = {
    ("warning", "total_falls", "surcharge.to_points"),
    ("info", "gap_read", "bands[16-19].reading"),
    ("info", "calendar_ends", "calendar.published_through"),
    ("info", "fine_has_weak_ground", "money"),
    ("warning", "public_list_without_consent", "public_list.mask_names"),
}


NO_BONUS_TABLE = ("error", "bonus_without_table", "appraisal.bonus.table")
CRITERION = {
    "code": "K1",
    "dimension": "a",
    "title": {"zh-Hant": "準則", "zh-Hans": "准则", "en": "A criterion"},
    "least": -5,
    "most": 0,
    "source": "篇4 4.1.2",
}


def found_in(document: Document) -> set[tuple[str, str, str]]:
    return {(finding.severity, finding.code, finding.key) for finding in lint(document)}


def put(path: str, value: Any) -> Callable[[Document], None]:
    """Sets the value at a path; numbers are indices."""
    *outer, last = path.split(".")

    def change(document: Document) -> None:
        table: Any = document
        for part in outer:
            table = table[int(part) if part.isdigit() else part]
        table[int(last) if last.isdigit() else last] = value

    return change


def drop(path: str) -> Callable[[Document], None]:
    *outer, last = path.split(".")

    def change(document: Document) -> None:
        table: Any = document
        for part in outer:
            table = table[int(part) if part.isdigit() else part]
        del table[int(last) if last.isdigit() else last]

    return change


def both(*changes: Callable[[Document], None]) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        for one in changes:
            one(document)

    return change


def append(path: str, value: Any) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        table: Any = document
        for part in path.split("."):
            table = table[part]
        table.append(value)

    return change


FIRST_CLAUSE = {
    "code": "FD-01",
    "scheme": "service_quality",
    "title": {"zh-Hant": "甲", "zh-Hans": "甲", "en": "a"},
    "source": "篇1",
}

CASES: list[tuple[str, Callable[[Document], None], set[tuple[str, str, str]]]] = [
    # --- keys and values
    ("a missing key", drop("repeats.notices"), {("error", "key_missing", "repeats.notices")}),
    ("a missing table", drop("close"), {("error", "key_missing", "close")}),
    ("a misspelt key", put("close.due_days", 5), {("error", "key_misspelt", "close.due_days")}),
    ("an unknown key", put("bands.0.xyzzy", 1), {("error", "key_unknown", "bands[11-15].xyzzy")}),
    (
        "a share above 100 percent",
        put("joint_liability.share_percent", 130),
        {("error", "value_wrong", "joint_liability.share_percent")},
    ),
    ("a word where a number stands", put("close.due_day", "5"), {("error", "value_wrong", "close.due_day")}),
    ("money below zero", put("surcharge.amount", "-1.00"), {("error", "value_wrong", "surcharge.amount")}),
    (
        "money as a plain number",
        put("surcharge.amount", 5),
        {("error", "money_not_text", "surcharge.amount")},
    ),
    # --- sources
    ("a missing source", drop("repeats.source"), {("error", "source_missing", "repeats.source")}),
    ("a blank source", put("rewards.source", "  "), {("error", "source_missing", "rewards.source")}),
    (
        "a missing source of one value",
        drop("joint_liability.vacant_source"),
        {("error", "source_missing", "joint_liability.vacant_source")},
    ),
    (
        "a source that names nothing",
        put("clauses.0.source", "as discussed with the director"),
        {("warning", "source_names_nothing", "clauses[FD-01].source")},
    ),
    (
        "a source that names no clause there is",
        put("repeats.source", "篇5 1.1"),
        {("warning", "source_names_nothing", "repeats.source")},
    ),
    # --- the version
    ("no first month", drop("effective_from"), {("warning", "starts_at_the_beginning", "effective_from")}),
    (
        "a start inside a month",
        put("effective_from", "2026-12-15"),
        {("error", "starts_inside_month", "effective_from")},
    ),
    (
        "a start that is no day",
        put("effective_from", "2026-13-01"),
        {("error", "value_wrong", "effective_from")},
    ),
    # --- ranges of points
    ("a gap between bands", drop("bands.1"), {("warning", "bands_gap", "bands[20+].from_points")}),
    (
        "a gap of one point",
        put("bands.1.to_points", 18),
        {("warning", "bands_gap", "bands[20+].from_points"), ("info", "gap_read", "bands[16-18].reading")},
    ),
    (
        "a gap between the surcharge and the first band",
        put("surcharge.to_points", 9),
        {("warning", "bands_gap", "bands[11-15].from_points")},
    ),
    (
        "bands that overlap",
        put("bands.0.to_points", 17),
        {("error", "bands_overlap", "bands[16-19].from_points")},
    ),
    (
        "a band that swallows the open one",
        put("bands.1.to_points", 25),
        {("error", "bands_overlap", "bands[20+].from_points"), ("info", "gap_read", "bands[16-25].reading")},
    ),
    (
        "a surcharge inside a band",
        put("surcharge.to_points", 12),
        {("warning", "surcharge_in_band", "bands[11-15].from_points")},
    ),
    (
        "a band that begins inside the surcharge",
        put("bands.0.from_points", 9),
        {("warning", "surcharge_in_band", "bands[9-15].from_points")},
    ),
    ("an empty range", put("bands.0.to_points", 3), {("error", "range_empty", "bands[11-3].to_points")}),
    (
        "an empty surcharge",
        put("surcharge.to_points", 4),
        {("error", "range_empty", "surcharge.to_points")},
    ),
    ("bands with an end", put("bands.2.to_points", 30), {("warning", "bands_end", "bands")}),
    ("no bands", put("bands", []), {("warning", "bands_none", "bands")}),
    (
        "a harsher band below a milder one",
        both(put("bands.0.band", "dismissal")),
        {("warning", "bands_fall", "bands[16-19].band")},
    ),
    (
        "a gap filled by a reading of one's own",
        put("bands.0.reading", "own_reading"),
        {("info", "gap_read", "bands[11-15].reading")},
    ),
    # --- totals
    (
        "a falling total that no_worse does not catch",
        put("no_worse.enabled", False),
        {("warning", "appeal_may_cost", "no_worse.enabled")},
    ),
    # --- single values
    (
        "points that cost nothing",
        put("schemes.performance.point_value", "0.00"),
        {("warning", "point_worth_nothing", "schemes.performance.point_value")},
    ),
    (
        "reward points that are worth nothing",
        put("rewards.point_value", "0"),
        {("warning", "point_worth_nothing", "rewards.point_value")},
    ),
    (
        "no wage to take from",
        put("wage_guard.wage_percent", 0),
        {("warning", "wage_percent_zero", "wage_guard.wage_percent")},
    ),
    (
        "more of the wage than the law allows",
        put("wage_guard.wage_percent", 21),
        {("warning", "wage_percent_above_law", "wage_guard.wage_percent")},
    ),
    *(
        (f"a window of no days: {path}", put(path, 0), {("error", "window_zero", path)})
        for path in (
            "appeals.window_working_days",
            "appeals.escalation_working_days",
            "appeals.decision_working_days",
            "appraisal.objection_working_days",
        )
    ),
    (
        "a window of months",
        put("appeals.window_working_days", 61),
        {("warning", "window_long", "appeals.window_working_days")},
    ),
    (
        "a correction due at once",
        put("public_list.correction_days", 0),
        {("warning", "correction_at_once", "public_list.correction_days")},
    ),
    (
        "full names without consent",
        put("public_list.mask_names", False),
        {("error", "public_list_full_names", "public_list.mask_names")},
    ),
    (
        "a share of nothing",
        put("joint_liability.share_percent", 0),
        {("warning", "share_of_nothing", "joint_liability.share_percent")},
    ),
    (
        "a share of everything",
        put("joint_liability.share_percent", 100),
        {("warning", "share_of_everything", "joint_liability.share_percent")},
    ),
    ("a repeat of one", put("repeats.notices", 1), {("error", "repeat_of_one", "repeats.notices")}),
    (
        "no kind of sanction",
        put("sanctions.administrative.kinds", []),
        {("warning", "kinds_none", "sanctions.administrative.kinds")},
    ),
    (
        "a fine of nothing",
        put("sanctions.administrative.fine", "0.00"),
        {("warning", "fine_of_nothing", "sanctions.administrative.fine")},
    ),
    (
        "a short checklist",
        drop("sanctions.dismissal.checklist.2"),
        {("warning", "checklist_short", "sanctions.dismissal.checklist")},
    ),
    (
        "a kind listed twice",
        append("sanctions.administrative.kinds", "warning"),
        {("warning", "listed_twice", "sanctions.administrative.kinds[warning]")},
    ),
    # --- the appraisal sheet
    (
        "dimensions that do not come to 100",
        put("appraisal.dimensions.5.maximum", 20),
        {("warning", "dimensions_sum", "appraisal.dimensions")},
    ),
    (
        "a dimension missing",
        both(drop("appraisal.dimensions.0"), put("appraisal.dimensions.0.maximum", 30)),
        {("warning", "dimensions_missing", "appraisal.dimensions")},
    ),
    (
        "a dimension twice",
        put("appraisal.dimensions.1.code", "a"),
        {
            ("error", "dimension_twice", "appraisal.dimensions[a].code"),
            ("warning", "dimensions_missing", "appraisal.dimensions"),
        },
    ),
    # --- the catalogue
    ("no clauses", put("clauses", []), {("warning", "clauses_none", "clauses")}),
    (
        "limits the wrong way round",
        both(put("clauses.2.min_points", 4), put("clauses.2.max_points", 3)),
        {("error", "limits_reversed", "clauses[FD-03].min_points")},
    ),
    (
        "a clause twice",
        append("clauses", FIRST_CLAUSE),
        {("error", "clause_twice", "clauses[FD-01].code")},
    ),
    (
        "a clause of the wrong scheme",
        put("clauses.0.scheme", "performance"),
        {("error", "clause_scheme", "clauses[FD-01].scheme")},
    ),
    (
        "a performance clause of the wrong scheme",
        put("clauses.30.scheme", "service_quality"),
        {("error", "clause_scheme", "clauses[PF-A].scheme")},
    ),
    # --- the calendar
    (
        "years the wrong way round",
        put("calendar.published_through", 2019),
        {("error", "years_reversed", "calendar.published_through")},
    ),
    (
        "a day off and worked at once",
        append("calendar.days_worked", "2026-10-01"),
        {
            ("error", "day_off_and_worked", "calendar.days_worked[2026-10-01]"),
            ("warning", "day_worked_on_weekday", "calendar.days_worked[2026-10-01]"),
        },
    ),
    (
        "a day off on a Saturday",
        append("calendar.days_off", "2026-10-03"),
        {("warning", "day_off_on_weekend", "calendar.days_off[2026-10-03]")},
    ),
    (
        "a day worked on a Monday",
        append("calendar.days_worked", "2026-11-02"),
        {("warning", "day_worked_on_weekday", "calendar.days_worked[2026-11-02]")},
    ),
    (
        "a day listed twice",
        append("calendar.days_off", "2026-01-01"),
        {("warning", "day_twice", "calendar.days_off[2026-01-01]")},
    ),
    (
        "a day outside the published years",
        append("calendar.days_off", "2027-01-01"),
        {("warning", "day_outside_years", "calendar.days_off[2027-01-01]")},
    ),
    (
        "a year said to be published and left empty",
        put("calendar.published_through", 2027),
        {("warning", "year_without_days", "calendar.days_off")},
    ),
    (
        "a start in a year that is not published",
        put("effective_from", "2028-01-01"),
        {("warning", "calendar_provisional", "calendar.published_through")},
    ),
    (
        "a start in a year before those published",
        put("effective_from", "2018-07-01"),
        {("warning", "calendar_provisional", "calendar.published_through")},
    ),
    (
        "a day that is none",
        append("calendar.days_off", "2026-02-30"),
        {("error", "value_wrong", "calendar.days_off[2026-02-30]")},
    ),
    (
        "a day that is a list",
        put("calendar.days_worked.0", [1]),
        {("error", "value_wrong", "calendar.days_worked[#1]")},
    ),
    (
        "a point dearer than can be reckoned with",
        put("schemes.performance.point_value", "1000.01"),
        {("error", "amount_too_high", "schemes.performance.point_value")},
    ),
    ("a point of the dearest", put("schemes.performance.point_value", "1000.00"), set()),
    (
        "a limitation of nothing",
        put("notices.not_after_days", 0),
        {("warning", "limitation_of_nothing", "notices.not_after_days")},
    ),
    (
        "an expiry without a source",
        put("sanctions.expires_months", 12),
        {("warning", "source_missing", "sanctions.expires_source")},
    ),
    (
        "a criterion larger than its dimension",
        put("appraisal.criteria", [CRITERION | {"least": -16}]),
        {("error", "criterion_too_large", "appraisal.criteria[K1].least")},
    ),
    ("a bonus without a table", put("appraisal.bonus.enabled", True), {NO_BONUS_TABLE}),
    (
        "a bonus table that rises, and ends above nothing",
        put(
            "appraisal.bonus.table",
            [{"from": "50.0", "percent": "50.0"}, {"from": "90.0", "percent": "score"}],
        ),
        {
            ("error", "bonus_not_falling", "appraisal.bonus.table[#2].from"),
            ("error", "bonus_gap", "appraisal.bonus.table[#2].from"),
        },
    ),
    (
        "a cause listed twice",
        put("causes.list.1.code", "knowledge"),
        {("error", "cause_twice", "causes.list[knowledge].code")},
    ),
    (
        "a tolerance of everything",
        put("examination.tolerance", 10),
        {("warning", "tolerance_of_everything", "examination.tolerance")},
    ),
    ("a version that takes nothing", put("money", "record_only"), set()),
]

HIDDEN: dict[str, set[str]] = {
    "full names without consent": {"public_list_without_consent"},
    "money below zero": {"total_falls"},
    "money as a plain number": {"total_falls"},
    "a gap of one point": {"gap_read"},
    "a band that swallows the open one": {"gap_read"},
    "a gap between bands": {"gap_read"},
    "no bands": {"gap_read"},
    "years the wrong way round": {"calendar_ends"},
    "a version that takes nothing": {"fine_has_weak_ground"},
}
"""Findings of the house rules that a case takes away, since what they tell of is no longer there."""


@pytest.mark.parametrize(("change", "added"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_each_fault_is_found_and_no_other(
    change: Callable[[Document], None], added: set[tuple[str, str, str]], request: pytest.FixtureRequest
) -> None:
    document = own_rules()
    change(document)
    hidden = HIDDEN.get(request.node.callspec.id, set())
    new = found_in(document) - EXPECTED_OF_THE_HOUSE
    assert new == added - EXPECTED_OF_THE_HOUSE
    assert {f for f in EXPECTED_OF_THE_HOUSE if f[1] not in hidden} <= found_in(document)


def codes_written_in(path: Path) -> set[str]:
    """The codes of every finding a module makes, read from the code itself."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
    worded = {key.removeprefix("lint_") for key in worded_keys() if not key.endswith("_hint")}
    return found & worded


def worded_keys() -> list[str]:
    from ledger.labels.tables import table

    return [key for key in table("en", "say") if key.startswith("lint_")]


def test_every_finding_of_the_document_has_a_case() -> None:
    made = set().union(*(codes_written_in(path) for path in POLICY_ROOM.glob("lint*.py")))
    tried = {code for _, _, added in CASES for _, code, _ in added} | {c for _, c, _ in EXPECTED_OF_THE_HOUSE}
    assert len(made) > 45
    assert made == tried


def test_every_finding_has_its_words_and_a_hint_in_three_languages() -> None:
    from ledger.labels.tables import table

    document = own_rules()
    made = {
        code
        for path in (*POLICY_ROOM.glob("lint*.py"), BOOK_CHECKS, *BANK_CHECKS)
        for code in codes_written_in(path)
    }
    assert {f"lint_{code}" for code in made} | {f"lint_{code}_hint" for code in made} == set(worded_keys())
    findings = lint(document)
    for name, change, _ in CASES:
        document = own_rules()
        change(document)
        findings += lint(document)
        assert findings, name
    for language in LANGUAGES:
        labels = load(language)
        for finding in findings:
            for key in (f"lint_{finding.code}", f"lint_{finding.code}_hint"):
                assert key in table(language, "say")
                assert not labels.say(key, **finding.fields).startswith("lint_"), (language, key, finding)


# --- all at once, and where --------------------------------------------------------------------------


def test_the_default_rules_have_no_errors() -> None:
    assert found_in(house_rules()) == EXPECTED_OF_THE_HOUSE | {
        ("warning", "starts_at_the_beginning", "effective_from")
    }


def test_ten_points_dearer_than_eleven_are_named_with_their_totals() -> None:
    (finding,) = [finding for finding in lint(own_rules()) if finding.code == "total_falls"]
    assert finding.fields == {"points": 10, "total": "70.00", "more": 11, "less": "55.00", "again": 14}
    assert load("en").say("lint_total_falls", **finding.fields).startswith("10 points cost 70.00")


def test_a_total_that_never_falls_is_not_remarked() -> None:
    document = own_rules()
    document["surcharge"]["amount"] = "5.00"
    assert "total_falls" not in {finding.code for finding in lint(document)}


def test_a_gap_names_the_points_without_a_rule() -> None:
    document = own_rules()
    del document["bands"][1]
    (finding,) = [finding for finding in lint(document) if finding.code == "bands_gap"]
    assert finding.fields == {"points": "16-19"}


def test_provisional_years_are_named() -> None:
    document = own_rules()
    document["effective_from"] = "2028-07-01"
    (finding,) = [finding for finding in lint(document) if finding.code == "calendar_provisional"]
    assert finding.fields["years"] == "2027–2028"


def test_a_misspelt_key_is_answered_with_the_right_one() -> None:
    document = own_rules()
    document["close"]["due_days"] = document["close"].pop("due_day")
    findings = {finding.code: finding.fields for finding in lint(document)}
    assert findings["key_misspelt"] == {"name": "due_days", "near": "due_day"}
    assert findings["key_missing"] == {"name": "due_day"}


def test_all_faults_are_told_at_once_the_gravest_first() -> None:
    document = own_rules()
    for _, change, _ in (case for case in CASES if case[0] in ("a missing source", "a repeat of one")):
        change(document)
    document["bands"][1]["from_points"] = "sixteen"
    document["effective_from"] = "2026-12-02"
    severities = [finding.severity for finding in lint(document)]
    codes = [finding.code for finding in lint(document) if finding.severity == "error"]
    assert sorted(codes) == ["repeat_of_one", "source_missing", "starts_inside_month", "value_wrong"]
    assert severities == sorted(severities, key=["error", "warning", "info"].index)


def test_an_unread_range_makes_no_gap_beside_it() -> None:
    document = own_rules()
    document["bands"][1]["from_points"] = "sixteen"
    assert not {finding.code for finding in lint(document)} & {"bands_gap", "bands_end", "bands_overlap"}


def test_a_finding_of_a_toml_text_names_the_line_of_its_key() -> None:
    text = house_text()
    findings = lint(read_toml(text), lines_of(text))
    written = text.split("\n")
    for finding in findings:
        if finding.code != "starts_at_the_beginning":
            assert finding.line is not None
            assert written[finding.line - 1].startswith(finding.key.rpartition(".")[2])


def test_a_missing_key_is_placed_at_its_table() -> None:
    text = house_text().replace("notices = 3 # on one clause, in one month\n", "")
    (finding,) = [f for f in lint(read_toml(text), lines_of(text)) if f.severity == "error"]
    assert (finding.code, finding.key) == ("key_missing", "repeats.notices")
    assert finding.line is not None and text.split("\n")[finding.line - 1] == "[repeats]"


def test_without_a_text_there_are_no_lines() -> None:
    assert {finding.line for finding in lint(own_rules())} == {None}


# --- nothing a person can type stops it --------------------------------------------------------------

PATHS: list[tuple[str | int, ...]] = []


def _collect(value: Any, path: tuple[str | int, ...] = ()) -> None:
    PATHS.append(path)
    if isinstance(value, dict):
        for key, item in value.items():
            _collect(item, (*path, key))
    elif isinstance(value, list):
        for index in range(min(len(value), 3)):
            _collect(value[index], (*path, index))


_collect(own_rules())
scalars = st.none() | st.booleans() | st.integers(-5, 40) | st.floats() | st.text(max_size=8)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(PATHS[1:]), values), min_size=1, max_size=4))
def test_whatever_stands_in_a_document_it_is_told_and_never_raised(
    changes: list[tuple[tuple[str | int, ...], Any]],
) -> None:
    document = own_rules()
    for path, value in changes:
        table: Any = document
        try:
            for part in path[:-1]:
                table = table[part]
            table[path[-1]] = value
        except (KeyError, IndexError, TypeError):
            continue
    findings = lint(document)
    assert all(isinstance(finding, Diagnostic) and finding.key is not None for finding in findings)
    for finding in findings:
        json.dumps({name: str(value) for name, value in finding.fields.items()})
        assert load("zh-Hans").say(f"lint_{finding.code}", **finding.fields)


@pytest.mark.parametrize("document", [{}, {"bands": 3, "clauses": {"a": 1}, "calendar": [], "title": "x"}])
def test_a_document_of_another_kind_is_told_key_by_key(document: Document) -> None:
    assert len(lint(document)) >= 17
