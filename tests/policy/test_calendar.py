"""The working-day calendar: the published years day by day, the law's days beyond, and windows no calendar shortens."""

import copy
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import holidays
import pytest

from ledger.application.ledger import Ledger
from ledger.application.policy_documents import Document
from ledger.errors import WrongTime
from ledger.labels.messages import load
from ledger.policy.book import Adopted, PolicyBook
from ledger.policy.loading import house_rules, parse
from ledger.policy.statutory import LUNAR_FROM, LUNAR_THROUGH, statutory_holidays
from ledger.policy.working_days import Deadline, is_working_day
from tests.support.office import SITE, acknowledge_notice, issue_notice, lines, office

HOUSE = parse(house_rules())

EXTENDED = {date(2020, 1, 31), date(2020, 2, 1), date(2020, 2, 2)}
"""春節 of 2020 was extended by a notice, not by the regulation."""


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


@pytest.mark.parametrize("year", range(2020, 2027))
def test_a_published_year_is_worked_as_the_yearly_notice_says_on_every_day(year: int) -> None:
    published = holidays.country_holidays("CN", years=year, language="en_US")
    differing = [
        day for day in days_of(year) if is_working_day(HOUSE.calendar, day) != published.is_working_day(day)
    ]
    assert differing == []


@pytest.mark.parametrize("year", range(LUNAR_FROM, LUNAR_THROUGH + 1))
def test_the_days_fixed_by_law_are_those_of_the_regulation_then_in_force(year: int) -> None:
    named = holidays.country_holidays("CN", years=year, language="en_US", observed=False)
    fixed = {day for day, name in named.items() if "Day off" not in name}
    assert statutory_holidays(year) == fixed - EXTENDED


def test_the_lunar_days_reach_ten_years_beyond_the_last_published_one() -> None:
    assert HOUSE.calendar.published_through + 10 <= LUNAR_THROUGH
    assert statutory_holidays(LUNAR_THROUGH + 1) == {
        date(LUNAR_THROUGH + 1, *day) for day in ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
    }


@pytest.mark.parametrize(
    ("day", "working"),
    [
        ("2027-01-01", False),
        ("2027-02-05", False),  # 除夕
        ("2027-02-08", False),  # 初三
        ("2027-02-09", True),  # what the yearly notice may add is not known yet
        ("2027-04-05", False),
        ("2019-10-03", False),
        ("2019-10-04", True),
    ],
)
def test_beyond_the_published_years_the_law_holds_all_the_same(day: str, working: bool) -> None:
    assert is_working_day(HOUSE.calendar, date.fromisoformat(day)) is working


def book(*calendars: dict[str, object]) -> PolicyBook:
    """The house rules, and a version of 2027 with each of the calendars' changes."""
    adopted = [Adopted(HOUSE, None, 1, "")]
    for position, changes in enumerate(calendars, start=2):
        document = copy.deepcopy(house_rules())
        document |= {"version": f"own-{position}", "effective_from": "2027-01-01"}
        document["calendar"] |= changes
        adopted.append(Adopted(parse(document), None, position, ""))
    return PolicyBook(tuple(adopted))


def window(rules: PolicyBook, start: date) -> Deadline:
    return rules.deadline("S1", "window", start, start)


def test_a_window_into_an_unpublished_year_is_provisional_and_counts_new_years_day() -> None:
    assert window(book(), date(2026, 12, 28)) == Deadline(date(2027, 1, 5), provisional=True)
    assert window(book(), date(2026, 12, 21)) == Deadline(date(2026, 12, 28), provisional=False)


def published(**changes: list[str]) -> dict[str, object]:
    calendar = house_rules()["calendar"]
    return {
        "published_through": 2027,
        "days_off": [*calendar["days_off"], "2027-01-01", *changes.get("off", [])],
        "days_worked": [*calendar["days_worked"], *changes.get("worked", [])],
    }


def test_a_calendar_adopted_while_a_window_runs_may_lengthen_it() -> None:
    later = book(published(off=["2027-01-04"]))
    assert window(later, date(2026, 12, 28)) == Deadline(date(2027, 1, 6), provisional=False)


def test_a_calendar_adopted_while_a_window_runs_never_shortens_it() -> None:
    later = book(published(worked=["2027-01-02", "2027-01-03"]))
    assert window(later, date(2026, 12, 28)) == Deadline(date(2027, 1, 5), provisional=False)


# --- in a ledger --------------------------------------------------------------------------------------

LATE_DECEMBER = {"occurred_at": "2026-12-28T09:00:00+08:00", "issued_on": "2026-12-28"}


@pytest.fixture
def ledger(sqlite_url: str) -> Iterator[Ledger]:
    """An office in January 2027 with a notice of 28 December, served that day, and the calendar of 2026 only."""
    january = datetime(2027, 1, 20, 3, tzinfo=UTC)
    served = acknowledge_notice("N1", "2026-12-28")
    with Ledger(sqlite_url, now=lambda: january, operator=lambda: "tester") as ledger:
        ledger.record.apply(lines([*office(), issue_notice("N1", "E001", 1, **LATE_DECEMBER), served]))
        yield ledger


def appeal(on: str) -> list[bytes]:
    filed = {
        "do": "file_appeal",
        "appeal": "A1",
        "by": "E001",
        "against": {"notice": "N1"},
        "ground": "facts",
    }
    return lines([filed | {"statement": "不服", "on": on}])


def test_an_appeal_after_new_years_day_is_in_time_and_its_deadline_is_marked_provisional(
    ledger: Ledger,
) -> None:
    ledger.record.apply(appeal("2027-01-05"))
    (row,) = ledger.reports.appeals(SITE)
    assert (row["due_on"], row["provisional"]) == ("2027-01-19", True)
    (waiting,) = [waiting for waiting in ledger.reports.due(SITE) if waiting["what"] == "appeal"]
    assert (waiting["due_on"], waiting["provisional"]) == ("2027-01-19", True)


@pytest.mark.parametrize(
    ("language", "word"), [("en", "provisional"), ("zh-Hant", "暫定"), ("zh-Hans", "暂定")]
)
def test_a_refusal_that_rests_on_an_unpublished_year_says_so(
    ledger: Ledger, language: str, word: str
) -> None:
    with pytest.raises(WrongTime, match="appeal_late") as refused:
        ledger.record.apply(appeal("2027-01-06"))
    assert refused.value.fields["window_ends"] == date(2027, 1, 5)
    assert word in load(language).message(refused.value.code, refused.value.fields)


def test_a_calendar_adopted_later_moves_a_deadline_that_runs_and_takes_its_mark_away(ledger: Ledger) -> None:
    ledger.record.apply(appeal("2027-01-05"))
    document = copy.deepcopy(house_rules()) | {"version": "own-2027", "effective_from": "2027-02-01"}
    document["calendar"] |= published(off=["2027-01-08"])
    ledger.policies.adopt(Document(document, {}), {})
    (row,) = ledger.reports.appeals(SITE)
    assert row["due_on"] == "2027-01-20" and "provisional" not in row
