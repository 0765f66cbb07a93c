"""The default house rules say what domain.md says, number by number.

The expected figures are written out here from the page itself, never computed from the file.
"""

from datetime import date
from typing import Any

import pytest

from ledger.policy.loading import house_rules, parse
from ledger.policy.model import Policy, Words
from ledger.policy.working_days import add_working_days, is_provisional, is_working_day

CODES = [
    *(f"FD-{n:02}" for n in range(1, 13)),
    *(f"PR-{n:02}" for n in range(1, 5)),
    *(f"HV-{n:02}" for n in range(1, 5)),
    *(f"CP-{n:02}" for n in range(1, 7)),
    *(f"RD-{n:02}" for n in range(1, 5)),
    *(f"PF-{letter}" for letter in "ABCDEF"),
]


@pytest.fixture(scope="module")
def policy() -> Policy:
    return parse(house_rules())


PLACES = ("FD-01", "FD-02", "FD-03", "CP-03", "CP-04", "CP-05", "CP-06", "RD-01", "RD-02", "RD-04")


def _titles(policy: Policy) -> list[Words]:
    return [
        policy.title,
        *(dimension.title for dimension in policy.appraisal.dimensions),
        *(clause.title for clause in policy.clauses),
    ]


def _values(table: Any, wanted: str) -> list[Any]:
    """Every value in the document under a key that is, or ends in, `wanted`."""
    if isinstance(table, list):
        return [value for item in table for value in _values(item, wanted)]
    if not isinstance(table, dict):
        return []
    own = [value for key, value in table.items() if key == wanted or key.endswith(f"_{wanted}")]
    return own + [value for item in table.values() for value in _values(item, wanted)]


# --- in force, and citing its sources (§8) ------------------------------------------------------------


def test_the_default_rules_are_in_force_from_the_beginning_of_time(policy: Policy) -> None:
    assert policy.version == "house-2"
    assert policy.effective_from is None


def test_every_source_cites_a_clause_a_law_or_a_reading() -> None:
    sources = _values(house_rules(), "source")
    assert all(source.strip() for source in sources)
    assert len(sources) == 51 + len(CODES)  # 51 in the rules, tables and calendar, one a clause
    starts = ("篇1", "篇2", "篇3", "篇4", "工資支付暫行規定 §", "全國年節及紀念日放假辦法", "reading ")
    assert [source for source in sources if not source.startswith(starts)] == []


# --- from notices to figures (§3) ---------------------------------------------------------------------


def test_a_service_quality_point_costs_5_yuan_and_late_ones_count_for_points_only(policy: Policy) -> None:
    assert policy.schemes.service_quality.point_value == 500
    assert policy.schemes.service_quality.late == "points_only"


def test_a_performance_point_costs_10_yuan_and_late_ones_count_in_full(policy: Policy) -> None:
    assert policy.schemes.performance.point_value == 1000
    assert policy.schemes.performance.late == "in_full"


def test_the_surcharge_is_20_yuan_from_5_to_10_points(policy: Policy) -> None:
    surcharge = policy.surcharge
    assert (surcharge.from_points, surcharge.to_points, surcharge.amount) == (5, 10, 2000)


@pytest.mark.parametrize(
    ("points", "band"),
    [
        *((points, "none") for points in range(5)),
        *((points, "surcharge") for points in range(5, 11)),
        *((points, "administrative") for points in range(11, 20)),
        *((points, "dismissal") for points in (20, 21, 99, 9_999)),
    ],
)
def test_the_band_of_a_month_follows_its_points(policy: Policy, points: int, band: str) -> None:
    assert policy.band(points) == band


def test_only_16_to_19_points_rest_on_the_gap_rule(policy: Policy) -> None:
    rules = {points: policy.band_rule(points) for points in range(40)}
    by_reading = [points for points, rule in rules.items() if rule is not None and rule.reading == "gap_rule"]
    assert by_reading == [16, 17, 18, 19]
    assert {rule.reading for points, rule in rules.items() if rule and points not in by_reading} == {None}


def test_the_bands_cite_4_2_3_the_gap_reading_and_4_2_4(policy: Policy) -> None:
    assert [rule.source for rule in policy.bands] == [
        "篇3 4.2.3",
        "reading 3",
        "篇3 4.2.4",
    ]


def test_three_notices_on_one_clause_make_a_repeat(policy: Policy) -> None:
    assert policy.repeats.notices == 3


def test_5_points_or_any_repeat_are_published(policy: Policy) -> None:
    assert policy.public_list.from_points == 5
    assert policy.public_list.any_repeat is True


def test_the_supervisor_bears_30_percent_rounded_half_up_and_a_vacant_share_lapses(policy: Policy) -> None:
    joint = policy.joint_liability
    assert (joint.share_percent, joint.rounding, joint.vacant) == (30, "half_up", "lapses")


def test_an_appeal_may_not_cost_its_appellant_money(policy: Policy) -> None:
    assert policy.no_worse.enabled is True


# --- rewards, appraisal, sanctions (§4, §5) -----------------------------------------------------------


def test_a_reward_point_is_worth_10_yuan(policy: Policy) -> None:
    assert policy.rewards.point_value == 1000


def test_the_six_dimensions_make_100_points_and_objections_take_3_working_days(policy: Policy) -> None:
    maxima = {dimension.code: dimension.maximum for dimension in policy.appraisal.dimensions}
    assert maxima == {"a": 15, "b": 15, "c": 15, "d": 15, "e": 15, "f": 25}
    assert sum(maxima.values()) == 100
    assert policy.appraisal.objection_working_days == 3


def test_warning_and_demerit_may_be_imposed_and_no_fine(policy: Policy) -> None:
    assert policy.sanctions.administrative.kinds == ("warning", "demerit")
    assert policy.sanctions.administrative.fine is None


def test_a_dismissal_needs_the_whole_checklist(policy: Policy) -> None:
    checklist = ("served", "employee_heard", "union_informed", "seriousness_reasoned")
    assert policy.sanctions.dismissal.checklist == checklist


# --- appeals, close, payroll (§6, §7, §10.1) ----------------------------------------------------------


def test_appeals_have_5_working_days_escalations_5_and_decisions_10(policy: Policy) -> None:
    appeals = policy.appeals
    assert appeals.window_working_days == 5
    assert appeals.escalation_working_days == 5
    assert appeals.decision_working_days == 10


def test_retaliation_starts_at_the_director(policy: Policy) -> None:
    assert policy.appeals.retaliation_starts_at == "director"


def test_a_month_is_to_be_closed_by_the_5th(policy: Policy) -> None:
    assert policy.close.due_day == 5


def test_a_pay_run_takes_at_most_20_percent_of_the_wage(policy: Policy) -> None:
    assert policy.wage_guard.wage_percent == 20
    assert policy.wage_guard.source == "工資支付暫行規定 §§15–16; reading 23"


def test_posted_names_are_masked_and_corrected_within_3_days(policy: Policy) -> None:
    assert policy.public_list.mask_names is True
    assert policy.public_list.correction_days == 3


def test_more_than_3_days_before_the_recording_is_backdated(policy: Policy) -> None:
    assert policy.backdating.days == 3


# --- the catalogue and its words (§8) -----------------------------------------------------------------


def test_the_catalogue_is_the_30_standards_and_the_six_dimensions(policy: Policy) -> None:
    assert len(CODES) == 36
    assert [clause.code for clause in policy.clauses] == CODES


def test_pf_clauses_go_with_performance_and_all_others_with_service_quality(policy: Policy) -> None:
    for clause in policy.clauses:
        performance = clause.code.startswith("PF-")
        assert clause.scheme == ("performance" if performance else "service_quality")
        assert clause.source.startswith("篇4" if performance else "篇1")


def test_no_clause_fixes_or_limits_its_points(policy: Policy) -> None:
    assert {(clause.min_points, clause.max_points) for clause in policy.clauses} == {(None, None)}


def test_pf_clauses_are_titled_as_their_dimensions(policy: Policy) -> None:
    for dimension in policy.appraisal.dimensions:
        assert policy.catalogue[f"PF-{dimension.code.upper()}"].title == dimension.title


def test_every_title_fits_a_table_cell_in_three_languages(policy: Policy) -> None:
    for title in _titles(policy):
        assert 2 <= len(title.zh_hant.strip()) <= 17
        assert 2 <= len(title.zh_hans.strip()) <= 17
        assert title.en.isascii() and 2 <= len(title.en.strip()) <= 62


def test_check_points_stand_in_three_languages_point_for_point(policy: Policy) -> None:
    for clause in policy.clauses:
        points = clause.check_points
        assert (points is None) == (clause.scheme == "performance")
        if points is not None:
            assert len(points.zh_hant) == len(points.zh_hans) == len(points.en) > 0
            "".join(points.zh_hans).encode("gb2312")
            "".join(points.zh_hant).encode("big5")


def test_ten_clauses_are_about_a_place_and_the_phone_is_answered_within_three_rings(policy: Policy) -> None:
    places = [clause.code for clause in policy.clauses if clause.about == "place"]
    assert places == [*PLACES]
    measured = {clause.code: clause.measure for clause in policy.clauses if clause.measure is not None}
    assert list(measured) == ["FD-08"]
    assert measured["FD-08"].at_most == 3 and measured["FD-08"].at_least is None


def test_no_two_clauses_share_a_title(policy: Policy) -> None:
    for language in ("zh-Hant", "zh-Hans", "en"):
        assert len({clause.title.of(language) for clause in policy.clauses}) == 36


def test_simplified_titles_are_simplified_and_traditional_ones_traditional(policy: Policy) -> None:
    # GB 2312 holds no character that exists only in traditional form, Big5 none only in simplified form.
    for title in _titles(policy):
        title.zh_hans.encode("gb2312")
        title.zh_hant.encode("big5")


@pytest.mark.parametrize(
    ("code", "traditional", "simplified"),
    [
        ("FD-02", "門窗", "门窗"),
        ("FD-04", "遞", "递"),
        ("FD-08", "電話", "电话"),
        ("FD-12", "當面傳達", "当面传达"),
        ("PR-03", "圍欄", "围栏"),
        ("HV-02", "饋贈", "馈赠"),
        ("CP-01", "車輛", "车辆"),
        ("RD-04", "鬆", "松"),
        ("PF-D", "紀律", "纪律"),
    ],
)
def test_known_words_stand_in_both_scripts(
    policy: Policy, code: str, traditional: str, simplified: str
) -> None:
    title = policy.catalogue[code].title
    assert traditional in title.zh_hant
    assert simplified in title.zh_hans


# --- working days (§6) --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "working"),
    [
        ("2020-01-31", False),  # a Friday off: 春節 was extended
        ("2020-02-01", False),  # the Saturday that was to be worked before the extension
        ("2024-02-18", True),  # a Sunday worked after 春節
        ("2025-10-08", False),  # the eighth day of 國慶 and 中秋
        ("2025-10-11", True),  # a Saturday worked
        ("2026-01-02", False),  # a Friday off
        ("2026-01-04", True),  # the Sunday worked for it
        ("2026-02-23", False),  # the Monday that ends 春節
        ("2026-08-03", True),  # a plain Monday
        ("2026-08-08", False),  # a plain Saturday
        ("2026-10-01", False),  # 國慶
        ("2026-10-10", True),  # a Saturday worked
    ],
)
def test_known_days_are_worked_or_off(policy: Policy, day: str, working: bool) -> None:
    assert is_working_day(policy.calendar, date.fromisoformat(day)) is working


def test_a_window_over_spring_festival_counts_the_saturday_worked(policy: Policy) -> None:
    # From Friday 13 February 2026: Saturday 14 is worked, 15 to 23 are off, then 24 to 27.
    assert add_working_days(policy.calendar, date(2026, 2, 13), 5) == date(2026, 2, 27)


def test_only_weekdays_are_listed_off_and_only_weekends_worked(policy: Policy) -> None:
    assert {day.weekday() for day in policy.calendar.days_off} <= {0, 1, 2, 3, 4}
    assert {day.weekday() for day in policy.calendar.days_worked} == {5, 6}


def test_the_calendar_is_published_from_2020_to_2026_and_provisional_elsewhere(policy: Policy) -> None:
    listed = policy.calendar.days_off | policy.calendar.days_worked
    assert {day.year for day in listed} == set(range(2020, 2027))
    assert not is_provisional(policy.calendar, date(2020, 1, 1))
    assert not is_provisional(policy.calendar, date(2026, 12, 31))
    assert is_provisional(policy.calendar, date(2019, 12, 31))
    assert is_provisional(policy.calendar, date(2027, 1, 1))
