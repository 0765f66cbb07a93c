"""A ledger that threads share: each look keeps its state while somebody else records."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ledger.application.ledger import Ledger
from tests.support import office

READERS = 4
NOTICES = 25


@pytest.fixture
def ledger(ledger_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    monkeypatch.setenv("HOME", str(tmp_path))
    with Ledger(ledger_url, now=office.now, operator=lambda: "clerk") as opened:
        opened.record.apply(office.lines(office.office()))
        yield opened


def together(*tasks: Callable[[], None]) -> None:
    """All at once; what any of them raises is raised."""
    with ThreadPoolExecutor(len(tasks)) as pool:
        for done in [pool.submit(task) for task in tasks]:
            done.result(timeout=120)


def test_a_look_keeps_its_state_while_another_thread_records(ledger: Ledger) -> None:
    looking, recorded = threading.Barrier(2), threading.Barrier(2)

    def look() -> None:
        with ledger.look_at_log() as seen:
            before = seen.employees()
            looking.wait(30)
            recorded.wait(30)
            assert seen.state.log.position() == seen.position
            assert seen.employees() == before
            assert not seen.state.log.at([seen.position + 1])

    def record() -> None:
        looking.wait(30)
        ledger.record.apply(office.lines([office.issue_notice("N1", "E001")]))
        recorded.wait(30)

    together(look, record)
    assert ledger.review.card("notice", "N1")["notice"] == "N1"


def test_a_look_keeps_its_state_while_another_threads_unit_is_open(ledger: Ledger) -> None:
    opened, looked = threading.Barrier(2), threading.Barrier(2)

    def record() -> None:
        with ledger.log.unit(keep=False):
            opened.wait(30)
            looked.wait(30)

    def look() -> None:
        opened.wait(30)
        with ledger.look_at_log() as seen:
            first = seen.state.log.recorder
            with first.snapshot() as one, first.snapshot() as other:
                assert one is other
        looked.wait(30)

    together(record, look)


def test_readers_and_a_writer_share_a_ledger(ledger: Ledger) -> None:
    ended = threading.Event()

    def write() -> None:
        try:
            for number in range(NOTICES):
                notice = office.issue_notice(f"N{number}", "E001", 1 + number % 3)
                ledger.acting(operator=f"typist {number}").record.typed(
                    {**notice, "distinct_because": "again"}
                )
        finally:
            ended.set()

    def read() -> None:
        while not ended.is_set():
            with ledger.look() as look:
                (row,) = [
                    row for row in look.monthly(office.MONTH, office.SITE) if row["employee"] == "E001"
                ] or [None]
                count = 0 if row is None else row["notices"]
                assert len(look.state.facts("E001").notices) == count
                assert look.position == look.state.as_of

    together(write, *[read] * READERS)
    assert len(ledger.review.history("E001")) >= NOTICES
    assert {entry["operator"] for entry in ledger.review.history("E001")} >= {
        f"typist {n}" for n in range(NOTICES)
    }


def test_the_clock_and_the_operator_are_given_per_call(ledger: Ledger) -> None:
    later = datetime(2026, 9, 20, 3, 0, tzinfo=UTC)
    acting = ledger.acting(operator="the console", now=later)
    acting.record.typed(office.issue_notice("N1", "E001"))

    (entry,) = [entry for entry in ledger.review.history("N1") if entry["kind"] == "notice_issued"]
    assert (entry["operator"], entry["recorded_at"]) == ("the console", "2026-09-20T03:00:00.000000Z")
    assert ledger.operator() == "clerk"
