"""What a report of a month leaves out where somebody has changed what says which month an event is of."""

import pytest

from ledger.application.ledger import Ledger
from ledger.errors import StoreError
from tests.support import office
from tests.tamper import attacker


def told(url: str) -> int:
    """A ledger with a busy month in it: its last position."""
    with Ledger(url, now=office.now, operator=lambda: "tester") as ledger:
        ledger.record.apply(office.lines(office.a_busy_month()))
        ledger.record.apply(office.lines([office.register_site(f"S{n}") for n in range(260)]))
        ledger.record.apply(office.lines([office.grant_reward("R9", "E002", 1)]))
        ledger.proofs.checkpoint()
        return ledger.log.position()


def test_what_later_events_are_about_is_missed_and_looked_for_in_all_of_the_stream(sqlite_url: str) -> None:
    position = told(sqlite_url)
    with Ledger(sqlite_url, now=office.now) as ledger:
        before = ledger.reports.monthly(office.MONTH, office.SITE, as_of=position)
    attacker.hidden_from_months(sqlite_url)
    with Ledger(sqlite_url, now=office.now) as ledger:
        assert ledger.reports.monthly(office.MONTH, office.SITE, as_of=position) == before


def test_a_month_that_was_changed_is_refused_with_what_is_told_of_the_event_later(ledger_url: str) -> None:
    position = told(ledger_url)
    attacker.month_changed(ledger_url)
    with Ledger(ledger_url, now=office.now) as ledger, pytest.raises(StoreError, match="event_unproven"):
        ledger.reports.monthly(office.MONTH, office.SITE, as_of=position)


def test_a_checked_report_refuses_an_event_of_another_month(ledger_url: str) -> None:
    position = told(ledger_url)
    attacker.month_changed(ledger_url)
    with (
        Ledger(ledger_url, now=office.now) as ledger,
        pytest.raises(StoreError, match="event_unproven"),
        ledger.checked(),
    ):
        ledger.reports.monthly(office.MONTH, office.SITE, as_of=position)


def test_an_event_taken_out_of_the_middle_is_missed(ledger_url: str) -> None:
    position = told(ledger_url)
    attacker.event_deleted(ledger_url)
    with Ledger(ledger_url, now=office.now) as ledger, pytest.raises(StoreError, match="stream_incomplete"):
        ledger.reports.monthly(office.MONTH, office.SITE, as_of=position)
