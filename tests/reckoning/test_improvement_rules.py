"""The pure figures of inspection and improvement: pass rate, where a finding stands, Pareto, recurrence (appraisal §9)."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.reckoning.rules.finding_status import finding_status
from ledger.reckoning.rules.pareto import pareto
from ledger.reckoning.rules.pass_rate import pass_rate
from ledger.reckoning.rules.recurrence import recurrences


@pytest.mark.parametrize(
    ("ok", "fault", "tenths"),
    [
        (8, 2, 800),
        (0, 1, 0),
        (1, 0, 1000),
        (1, 2, 333),
        (2, 1, 667),
        (1, 1999, 1),
        (1, 2001, 0),
        (0, 0, None),
    ],
)
def test_a_pass_rate_is_of_what_could_be_judged_half_up(ok: int, fault: int, tenths: int | None) -> None:
    assert pass_rate(ok, fault) == tenths


@pytest.mark.parametrize(
    ("notices", "rest", "status"),
    [
        ([], {}, "open"),
        ([], {"rectified": True}, "rectified"),
        ([], {"marked": True, "rectified": True}, "marked"),
        ([], {"dropped": True, "marked": True}, "dropped"),
        (["stands"], {"dropped": True, "marked": True}, "noticed"),
        (["withdrawn"], {}, "open"),
        (["withdrawn", "stands"], {}, "noticed"),
        (["revoked"], {"marked": True}, "revoked"),
        (["revoked", "withdrawn"], {}, "open"),
        (["withdrawn", "revoked"], {}, "revoked"),
    ],
)
def test_a_finding_stands_as_its_notices_say_before_all(
    notices: list[str], rest: dict[str, bool], status: str
) -> None:
    assert finding_status(notices, **rest) == status


def test_the_vital_few_are_those_before_which_less_than_eighty_percent_lie() -> None:
    counted = [("a", 1)] * 8 + [("b", 5), ("c", 9)]
    rows = pareto(counted)
    assert [(row.key, row.notices, row.points, row.share, row.cumulative, row.vital) for row in rows] == [
        ("a", 8, 8, 800, 800, True),
        ("c", 1, 9, 100, 900, False),
        ("b", 1, 5, 100, 1000, False),
    ]


def test_a_share_is_not_summed_from_rounded_shares() -> None:
    rows = pareto([("a", 1), ("b", 1), ("c", 1)])
    assert [row.share for row in rows] == [333, 333, 333]
    assert [row.cumulative for row in rows] == [333, 667, 1000]
    assert pareto([]) == []


@settings(suppress_health_check=[HealthCheck.too_slow])  # of the machine, where others are at work
@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(1, 9))))
def test_every_notice_is_counted_once_in_whatever_order(counted: list[tuple[str, int]]) -> None:
    rows = pareto(counted)
    assert rows == pareto(reversed(counted))
    assert sum(row.notices for row in rows) == len(counted)
    assert sum(row.points for row in rows) == sum(points for _, points in counted)
    assert not rows or (rows[-1].cumulative == 1000 and rows[0].vital)


COMPLETED, CLOSED = date(2026, 10, 9), date(2026, 11, 10)


@pytest.mark.parametrize(
    ("day", "watch", "again"),
    [
        (date(2026, 10, 9), 180, False),
        (date(2026, 10, 10), 180, True),
        (date(2027, 5, 9), 180, True),
        (date(2027, 5, 10), 180, False),
        (date(2030, 1, 1), 0, True),
    ],
)
def test_the_day_of_the_occurrence_decides_whether_it_happened_again(
    day: date, watch: int, again: bool
) -> None:
    found = recurrences(COMPLETED, CLOSED, [(day, "N9")], watch)
    assert found == ([(day, "N9")] if again else [])


def test_recurrences_come_by_day() -> None:
    happened = [(date(2026, 12, 1), "N1"), (date(2026, 11, 20), "N9")]
    assert [notice for _, notice in recurrences(COMPLETED, CLOSED, happened, 180)] == ["N9", "N1"]
