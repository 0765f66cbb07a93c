"""Stamped sites are what they would be had every command been decided: large ledgers are measured on them."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from benchmarks import stamping, synthetic
from ledger.application.ledger import Ledger
from ledger.events import Recorded

SECOND = "001"
"""The label of the second site, whose events rest on positions of their own."""


@pytest.fixture(scope="module")
def stamped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    url = f"sqlite:///{tmp_path_factory.mktemp('stamped') / 'kaoji.db'}"
    with synthetic.open_ledger(url) as ledger:
        stamping.fill(ledger, 3_000)
        yield ledger


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    url = f"sqlite:///{tmp_path_factory.mktemp('recorded') / 'kaoji.db'}"
    with synthetic.open_ledger(url) as ledger:
        stamping.fill(ledger, 2)
        ledger.record.apply(synthetic.lines(0, SECOND))
        yield ledger


def told(ledger: Ledger) -> list[Recorded]:
    """All events in plain words, without the digests of their commands."""
    return [replace(ledger.log.people.opened(each), command="") for each in ledger.log.events(1)]


def test_events_of_a_second_site_are_those_that_would_have_been_recorded(
    stamped: Ledger, recorded: Ledger
) -> None:
    assert told(stamped) == told(recorded)


def test_a_stamped_ledger_is_verified_deeply_without_a_fault(stamped: Ledger) -> None:
    assert stamped.proofs.verify(sheets=True, deep=True).faults == []


def test_commands_can_be_decided_on_top_of_stamped_ones(stamped: Ledger) -> None:
    before = stamped.log.position()
    stamped.record.apply(synthetic.founding("900"))
    assert stamped.log.position() > before
