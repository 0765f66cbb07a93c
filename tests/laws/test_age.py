"""What is read of some months alone gives the answers that all of everybody's years give."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.application.ledger import Ledger
from ledger.events.employees import employee_stream
from ledger.projections.tables import PROJECTIONS
from ledger.reports import fairness
from ledger.reports.source import StateRows
from ledger.review import cards, case_file, site_cards, what_if
from ledger.state.hand_off import handoff, open_differences, unpaid
from ledger.state.ledger_state import LedgerState
from tests.laws.test_laws import law
from tests.support.generator import MONTHS, SITES, START, Teller, moves, office_commands
from tests.support.office import lines


@contextmanager
def recorded(base: Ledger, data: st.DataObject) -> Iterator[Ledger]:
    """A ledger with a story that moves people, changes lines and policies, appeals late and closes months."""
    teller = Teller(base.log)
    days: list[tuple[date, dict[str, Any]]] = []
    for move in data.draw(moves(10, 60)):
        teller.make(move)
        days += [(teller.today, command) for command in teller.told[len(days) :]]
    with tempfile.TemporaryDirectory(prefix="kaoji-law-") as folder:
        clock = [evening(START)]
        with Ledger(
            f"sqlite:///{folder}/kaoji.db", now=lambda: clock[0], operator=lambda: "tester"
        ) as ledger:
            ledger.record.apply(lines(list(office_commands())))
            for day, told in groupby(days, key=lambda each: each[0]):
                clock[0] = evening(day + timedelta(days=35))  # closes are of days to come
                ledger.record.apply(lines([command for _, command in told]))
            yield ledger


def evening(day: date) -> datetime:
    """When what is done on a day is recorded."""
    return datetime.combine(day, time(13), UTC)


def whole(ledger: Ledger, as_of: int | None = None) -> LedgerState:
    """A state that has read everybody's years, of which nothing is ever left out."""
    state = LedgerState(ledger.log, as_of)
    state.load(map(employee_stream, state.everybody()))
    return state


def at(ledger: Ledger, data: st.DataObject) -> Sequence[int]:
    """Some positions of a ledger, the last one among them."""
    last, founded = ledger.log.position(), len(office_commands())
    return (last, *data.draw(st.lists(st.integers(min(last, max(founded + 5, last // 2)), last), max_size=2)))


@given(st.data())
@law
def test_the_rows_of_a_month_are_those_that_all_years_give(base: Ledger, data: st.DataObject) -> None:
    with recorded(base, data) as ledger:
        for position in at(ledger, data):
            everything = StateRows(whole(ledger, position))
            for site in SITES:
                for month in MONTHS:
                    state = LedgerState(ledger.log, position)
                    for projection in PROJECTIONS:
                        found = StateRows(state).of(projection, site, month)
                        assert found == everything.of(projection, site, month), (projection.name, site, month)


@given(st.data())
@law
def test_fairness_and_lists_of_people_are_those_that_all_years_give(
    base: Ledger, data: st.DataObject
) -> None:
    with recorded(base, data) as ledger, pytest.MonkeyPatch.context() as patched:
        patched.setattr(fairness, "SAMPLE_MONTHS", 2)  # the stories are of half a year
        patched.setattr(fairness, "AFTER_APPEAL_DAYS", 30)
        for position in at(ledger, data):
            for site in SITES:
                now = ledger.now()
                found = site_cards.employees(LedgerState(ledger.log, position), site, now)
                assert found == site_cards.employees(whole(ledger, position), site, now)
                for month in MONTHS:
                    one, other = LedgerState(ledger.log, position), whole(ledger, position)
                    assert fairness.fairness(one, site, month) == fairness.fairness(other, site, month)


@given(st.data())
@law
def test_a_close_hands_over_what_all_years_give(base: Ledger, data: st.DataObject) -> None:
    with recorded(base, data) as ledger:
        for position in at(ledger, data):
            for site in SITES:
                everything = whole(ledger, position)
                assert open_differences(LedgerState(ledger.log, position), site) == open_differences(
                    everything, site
                )
                for close in everything.closes.of(site):
                    assert unpaid(LedgerState(ledger.log, position), close) == unpaid(everything, close)
                last = everything.closes.last(site)
                for month in MONTHS:
                    if last is None or month > last[0]:
                        found = handoff(LedgerState(ledger.log, position), site, month)
                        assert found == handoff(whole(ledger, position), site, month), (site, month)


@given(st.data())
@law
def test_a_case_file_and_what_is_imagined_are_those_that_all_years_give(
    base: Ledger, data: st.DataObject
) -> None:
    with recorded(base, data) as ledger:
        for name in ledger.log.registry.ids("appeal"):
            with ledger.look() as look:
                everything = whole(ledger, look.position)
                expected = case_file.case_file(StateRows(everything), everything, name, look.now)
                assert look.case_file(name) == expected, name
            found = (
                ledger.review.what_if(without=[expected["object"]["notice"]]) if stands(expected) else None
            )
            if found is not None:
                before = whole(ledger, look.position)
                assert found == what_if.on(before, [], [expected["object"]["notice"]], ledger.now()), name


def stands(case_file: dict[str, Any]) -> bool:
    """Whether an appeal is about a notice that stands."""
    return case_file["object"].get("notice") is not None and case_file["object"]["status"] == "stands"


@given(st.data())
@law
def test_a_card_is_the_one_that_all_years_give(base: Ledger, data: st.DataObject) -> None:
    with recorded(base, data) as ledger, ledger.look_at_log() as look:
        everything = whole(ledger, look.position)
        for kind in ("notice", "appeal", "reward", "sanction"):
            for name in ledger.log.registry.ids(kind):
                one = LedgerState(ledger.log, look.position)
                assert cards.card(one, kind, name, look.now) == cards.card(
                    everything, kind, name, look.now
                ), name
