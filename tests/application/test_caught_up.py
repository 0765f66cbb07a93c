"""What a unit by hand left in memory is caught up by the next: it decides as one that reads everything again."""

from collections.abc import Iterator
from typing import Any

import pytest

from ledger.application.intake import parse_command
from ledger.application.ledger import Ledger
from ledger.errors import Refusal
from tests.support import office
from tests.support.whole import assert_whole


@pytest.fixture
def two(ledger_url: str) -> Iterator[tuple[Ledger, Ledger]]:
    """One ledger at two counters; each has recorded something by hand."""
    with Ledger(ledger_url, now=office.now) as here, Ledger(ledger_url, now=office.now) as there:
        here.apply(office.lines(office.office(staff=3)))
        say(here, notice("N1", "E001"))
        say(there, notice("N2", "E002"))
        yield here, there
        assert_whole(here.store)


def notice(name: str, employee: str) -> dict[str, Any]:
    return office.issue_notice(name, employee, distinct_because="another one")


def say(ledger: Ledger, command: dict[str, Any]) -> str:
    try:
        ledger.execute(parse_command(command))
    except Refusal as refusal:
        return refusal.code
    return "recorded"


def test_ids_that_others_took_are_taken(two: tuple[Ledger, Ledger]) -> None:
    here, there = two
    assert say(here, notice("N3", "E001")) == "recorded"
    assert say(there, notice("N3", "E002")) == "id_taken"


def test_people_whom_others_registered_can_have_notices(two: tuple[Ledger, Ledger]) -> None:
    here, there = two
    assert say(there, notice("N3", "NEW")) == "employee_unknown"
    assert say(there, notice("N4", "E001")) == "recorded"
    assert say(here, office.register_employee("NEW")) == "recorded"
    assert say(there, notice("N3", "NEW")) == "recorded"
    assert say(here, office.withdraw_notice("N3")) == "recorded"
    assert say(there, office.withdraw_notice("N3")) == "notice_withdrawn"


def test_months_that_others_closed_are_closed(two: tuple[Ledger, Ledger]) -> None:
    here, there = two
    assert say(here, office.close_month()) == "recorded"
    assert say(there, office.close_month()) == "month_closed_already"
    there.execute(parse_command(notice("N3", "E001")))
    assert [row["late_points"] for row in here.monthly(office.MONTH) if row["employee"] == "E001"] > [0]


def test_nothing_is_left_of_a_refused_command_or_a_dry_run(two: tuple[Ledger, Ledger]) -> None:
    here, _ = two
    here.execute(parse_command(notice("N3", "E001")), dry_run=True)
    assert say(here, notice("N3", "E001")) == "recorded"
    assert say(here, notice("N3", "E001")) == "id_taken"
    assert say(here, notice("N4", "E001")) == "recorded"
