"""What a report of a month leaves out where somebody has changed what says which month an event is of."""

import sqlite3
from contextlib import closing
from pathlib import Path

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


def encoded_otherwise(file: Path) -> None:
    """The same rows and the same catalogue, in a file in which SQLite takes bytes for texts of another encoding."""
    other = file.with_name("other.db")
    with closing(sqlite3.connect(file)) as old, closing(sqlite3.connect(other)) as new:
        new.execute("PRAGMA encoding = 'UTF-16le'")
        made = old.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
        for kind, name, said in sorted(made, key=lambda each: each[0] != "table"):
            new.execute(said)
            if kind == "table":
                for row in old.execute(f'SELECT * FROM "{name}"'):
                    new.execute(f'INSERT INTO "{name}" VALUES ({", ".join("?" * len(row))})', row)
        new.commit()
    other.replace(file)


def test_a_file_in_another_encoding_in_which_no_month_is_found_is_refused(sqlite_url: str) -> None:
    position = told(sqlite_url)
    encoded_otherwise(Path(sqlite_url.removeprefix("sqlite:///")))
    with Ledger(sqlite_url, now=office.now) as ledger:
        for ask in (
            lambda: ledger.reports.monthly(office.MONTH, office.SITE, as_of=position),
            lambda: ledger.review.explain("E002", office.MONTH),
            ledger.proofs.verify,
        ):
            with pytest.raises(StoreError, match="UTF-16le"):
                ask()
