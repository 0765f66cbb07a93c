"""The figures of an appraisal sheet: ties, limits, what publication keeps, bonus and means (appraisal §§4.3, 4.6)."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from ledger.formats import format_tenths, tenths_of
from ledger.policy.appraisal_tables import Bonus
from ledger.policy.loading import house_rules, parse
from ledger.policy.model import Policy
from ledger.reckoning.appraisal_facts import Mark, Sheet, SheetFacts, SheetNotice, Verified
from ledger.reckoning.appraise import appraise
from ledger.reckoning.explain_sheet import explain_sheet
from ledger.reckoning.rules.bonus import amount_fen, coefficient_tenths, mean_tenths

POLICY = parse(house_rules())
DAY = date(2026, 9, 21)
AT = datetime(2026, 9, 21, 7, 0, tzinfo=UTC)
FULL = {"a": 15, "b": 15, "c": 15, "d": 15, "e": 15, "f": 25}


def mark(check: str, points: int, dimension: Any = "d", **told: Any) -> Mark:
    return Mark(check, "daily", dimension, points, DAY, "H01", (1,), **told)


def notice(name: str, points: int, scheme: str = "performance", **told: Any) -> SheetNotice:
    fields = {
        "clause": "PF-D",
        "month": "2026-09",
        "dimension": "d" if scheme == "performance" else None,
        "occurred_at": AT,
        "occurred_on": DAY,
        "by": "H01",
        "stands": True,
        "contested": False,
        "positions": (2,),
    }
    return SheetNotice(notice=name, scheme=scheme, points=points, **(fields | told))


def facts(*marks: Mark, notices: tuple[SheetNotice, ...] = (), **told: Any) -> SheetFacts:
    return SheetFacts("E001", "2026-09", marks, notices, **({"checked": (DAY,)} | told))


def sheet(*marks: Mark, policy: Policy = POLICY, **told: Any) -> Sheet:
    return appraise(facts(*marks, **told), policy)


def d(found: Sheet) -> Any:
    return next(score for score in found.dimensions if score.code == "d")


@pytest.mark.parametrize(
    ("points", "computed"), [((-1, -2), 12), ((-5, -7, -6), 0), ((-18, 4), 1), ((3,), 15), ((), 15)]
)
def test_marks_are_limited_once_in_whatever_order(points: tuple[int, ...], computed: int) -> None:
    marks = [mark(f"C{n}", each) for n, each in enumerate(points)]

    assert d(sheet(*marks)).computed == computed
    assert d(sheet(*reversed(marks))).computed == computed


def test_one_occurrence_costs_once() -> None:
    p1 = notice("P1", 3)
    loose, tied = mark("C1", -2), mark("C1", -2, occurred_at=AT)

    assert d(sheet(loose, notices=(p1,))).computed == 10
    assert d(sheet(tied, notices=(p1,))).computed == 12
    assert d(sheet(tied, notices=(notice("P1", 3, contested=True),))).computed == 13
    assert d(sheet(tied, notices=(notice("P1", 3, stands=False),))).computed == 13


def test_a_mark_that_names_a_notice_stands_and_falls_with_it_and_lowers_no_bonus() -> None:
    named = mark("C1", -2, notice="N1")

    standing = d(sheet(named, notices=(notice("N1", 2, "service_quality"),)))
    fallen = d(sheet(named, notices=(notice("N1", 2, "service_quality", stands=False),)))
    stayed = d(sheet(named, notices=(notice("N1", 2, "service_quality", contested=True),)))

    assert (standing.computed, standing.bonus) == (13, 15)
    assert (fallen.computed, stayed.computed) == (15, 15)


def test_a_mark_of_a_finding_is_tied_to_the_notice_that_came_of_it() -> None:
    marked = mark("C1", -2, finding="F1")
    of_it = notice("P1", 3, finding="F1", occurred_at=datetime(2026, 9, 1, tzinfo=UTC))

    assert d(sheet(marked, notices=(of_it,))).computed == 12


def test_notices_that_are_listed_only_take_nothing_and_marks_may_name_them() -> None:
    document = house_rules() | {"appraisal": house_rules()["appraisal"] | {"notices_on_sheet": "listed"}}
    named = mark("C1", -2, notice="P1")

    found = sheet(named, notices=(notice("P1", 3),), policy=parse(document))

    assert d(found).computed == 13
    assert found.own == ()


def test_nobody_looked_is_no_score() -> None:
    nobody = sheet(checked=())
    assert nobody.unchecked
    assert nobody.score is None
    assert sheet(checked=(), notices=(notice("P1", 3),)).score == 97
    assert sheet(mark("C1", -1, withdrawn=True), checked=()).score is None
    assert sheet(checked=(), absent=(DAY,)).score is None
    assert sheet(mark("C1", 1), checked=(), published_at=9).score is None, "published unchecked stays null"


def test_what_was_published_is_never_undercut_and_a_success_raises_it_at_once() -> None:
    published = {"published_at": 9, "published": FULL | {"d": 13}}
    assert d(sheet(mark("C1", -2), **published)).final == 13
    assert d(sheet(**published)).final == 15, "the notice or the mark fell"
    stands = {"published_at": 9, "published": FULL}
    assert d(sheet(notices=(notice("P1", 4),), **stands)).final == 15, "an appeal was dismissed since"
    zero = {"published_at": 9, "published": FULL | {"d": 0}, "verified": {"d": Verified(6, 10)}}
    assert d(sheet(mark("C1", -15), **zero)).final == 6


def test_under_another_policy_a_verification_may_lower() -> None:
    document = house_rules() | {"appraisal": house_rules()["appraisal"] | {"verify_may_lower": True}}
    told = {"published_at": 9, "published": FULL | {"d": 13}, "verified": {"d": Verified(11, 10)}}

    assert d(sheet(mark("C1", -2), policy=parse(document), **told)).final == 11
    assert d(sheet(policy=parse(document), **told)).final == 13, "11, and 2 that fell since"


def test_every_line_of_an_explanation_adds_up() -> None:
    marks = [mark("C1", -5), mark("C2", -7), mark("C3", -6), mark("C4", -2, notice="N1")]
    notices = (notice("P1", 3), notice("N1", 2, "service_quality"))
    told = {"published_at": 9, "published": FULL | {"d": 0}, "verified": {"d": Verified(6, 10)}}
    asked = facts(*marks, notices=notices, **told)

    figures = explain_sheet(appraise(asked, POLICY), asked, POLICY)

    assert [figure.figure for figure in figures] == [
        *(f"appraisal.{code}" for code in "abcdef"),
        "appraisal",
        "appraisal.bonus",
    ]
    for figure in figures:
        assert sum(line.amount for line in figure.lines) == figure.value, figure.figure
    assert [line.amount for line in figures[3].lines] == [15, -5, -7, -6, -2, -3, 8, 6]


# --- means and the quarterly bonus --------------------------------------------------------------------

SAMPLE = Bonus.model_validate(
    {
        "enabled": True,
        "table": [
            {"from": "95.0", "percent": "100.0"},
            {"from": "90.0", "percent": "score"},
            {"from": "0.0", "percent": "50.0"},
        ],
    }
)


@pytest.mark.parametrize(
    ("scores", "mean"),
    [
        ([93, 76, 99, 97, 99, 100, 98], "94.6"),
        ([93, 82, 99, 97, 99, 100, 100], "95.7"),
        ([90, 94, 97], "93.7"),
        ([100, 98], "99.0"),
    ],
)
def test_means_are_tenths_half_up(scores: list[int], mean: str) -> None:
    assert format_tenths(mean_tenths(scores)) == mean


def test_there_is_no_mean_of_nothing() -> None:
    assert mean_tenths([]) is None


@pytest.mark.parametrize(
    ("mean", "coefficient", "amount_of_900"),
    [("93.7", "93.7", 84_330), ("94.9", "94.9", 85_410), ("95.0", "100.0", 90_000), ("89.9", "50.0", 45_000)],
)
def test_the_first_row_that_the_mean_reaches_gives_the_coefficient(
    mean: str, coefficient: str, amount_of_900: int
) -> None:
    found = coefficient_tenths(tenths_of(mean), SAMPLE)

    assert found == tenths_of(coefficient)
    assert amount_fen(90_000, found or 0) == amount_of_900


def test_half_a_fen_is_rounded_up() -> None:
    assert amount_fen(1, 500) == 1
    assert amount_fen(1, 499) == 0
