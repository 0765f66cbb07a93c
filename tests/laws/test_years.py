"""As many events are read for one month, one person or one case whatever the years of a site: counted, not timed."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from benchmarks import age, synthetic
from ledger.application.ledger import Ledger
from ledger.state import since_close
from ledger.store.connection import LedgerConnection
from ledger.store.verified import VerifiedReads
from tests.support import office
from tests.support.office import lines
from tests.support.story import open_ledger, told

YOUNG, OLD = 6, 15
"""Months, of which the last ones went the same way; of the younger site no less than a quarter and what it looks back on."""
PASSED_OVER = ("report fairness", "due, a row")
"""A sample of a year; and what waits at a site, the older the more of it."""
ASKED_ALIKE = [name for name in age.GOALS if name not in PASSED_OVER]


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Ledger, Ledger]]:
    folder: Path = tmp_path_factory.mktemp("years")
    with (
        age.site(f"sqlite:///{folder}/young.db", YOUNG) as young,
        age.site(f"sqlite:///{folder}/old.db", OLD) as old,
    ):
        yield young, old


def events_read(monkeypatch: pytest.MonkeyPatch, call: age.Call) -> int:
    """How many events a call reads: whatever is read is held against its leaf."""
    read: list[int] = []
    check = VerifiedReads.check

    def counted(self: VerifiedReads, rows: Sequence[Any]) -> None:
        read.append(len(rows))
        check(self, rows)

    with monkeypatch.context() as patched:
        patched.setattr(VerifiedReads, "check", counted)
        call()
    return sum(read)


def answers(monkeypatch: pytest.MonkeyPatch, call: age.Call) -> list[int]:
    """How many rows the log's database gives for each question of a call."""
    given: list[int] = []
    ask = LedgerConnection.fetch_all

    def counted(self: LedgerConnection, statement: str, *values: Any) -> Sequence[Any]:
        rows = ask(self, statement, *values)
        given.append(len(rows))
        return rows

    with monkeypatch.context() as patched:
        patched.setattr(LedgerConnection, "fetch_all", counted)
        call()
    return given


def a_month() -> Iterator[dict[str, Any]]:
    """The notices of a month and what becomes of each: served, withdrawn, found on, appealed against; at last the close."""
    by, on = {"by": "000.D1"}, {"on": "2026-01-02"}
    for number, command in enumerate(synthetic.notices("000", 0, 30)):
        yield command
        notice, appeal = {"notice": command["notice"]}, {"appeal": f"000.AX{number}"}
        yield [
            {"do": "acknowledge_notice", **notice, **on, "how": "signed"},
            {"do": "rectify_notice", **notice, **on, **by, "action": "synthetic"},
            {"do": "withdraw_notice", **notice, **on, **by, "reason": "synthetic"},
            {"do": "find_responsibility", **notice, **on, **by, "finding": "synthetic"},
            {
                "do": "file_appeal",
                **appeal,
                **on,
                "by": command["employee"],
                "against": notice,
                "ground": "facts",
                "statement": "synthetic",
            },
        ][number % 5]
        if number % 5 == 4:
            decided = {"outcome": "dismissed", "reasons": "synthetic", "by": head_of(command["employee"])}
            yield {"do": "decide_appeal", **appeal, **on, **decided}
    yield {"do": "close_month", "site": age.SITE, "month": age.MONTH, "by": "000.O1", "on": "2026-01-05"}


def head_of(employee: str) -> str:
    number = int(employee.rpartition("E")[2])
    return f"000.H{number % len(synthetic.DEPARTMENTS)}"


def test_a_file_with_all_that_becomes_of_notices_reads_no_more_of_an_older_site(
    sites: tuple[Ledger, Ledger], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = lines(list(a_month()))
    young, old = (
        events_read(monkeypatch, lambda ledger=ledger: ledger.record.apply(file, dry_run=True))
        for ledger in sites
    )
    assert old == young


@pytest.mark.parametrize("name", [name for name in age.GOALS if name not in PASSED_OVER])
def test_no_more_is_read_of_an_older_site(
    name: str, sites: tuple[Ledger, Ledger], monkeypatch: pytest.MonkeyPatch
) -> None:
    young, old = (events_read(monkeypatch, age.calls_of(ledger)[name]) for ledger in sites)
    assert old == young


@pytest.mark.parametrize("name", ASKED_ALIKE)
def test_an_older_site_is_asked_no_more_and_answers_with_no_more(
    name: str, sites: tuple[Ledger, Ledger], monkeypatch: pytest.MonkeyPatch
) -> None:
    young, old = (answers(monkeypatch, age.calls_of(ledger)[name]) for ledger in sites)
    assert len(old) == len(young)
    assert sum(old) == sum(young)


def test_what_waits_at_a_site_reads_nobody_of_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_ledger(tmp_path / "kaoji.db") as ledger:
        told(ledger, *office.office(), office.issue_notice("N1", "E001"))
        counted = []
        for prefix in ("", "B", "C"):
            if prefix:
                told(ledger, *office.office(f"site-{prefix}", prefix=prefix))
            assert ledger.reports.due(office.SITE)  # and the projections are caught up
            counted.append(events_read(monkeypatch, lambda: ledger.reports.due(office.SITE)))
    assert len(set(counted)) == 1


@pytest.mark.parametrize("a_person", [0, 10**9], ids=["in the streams of people", "along the log"])
def test_the_months_of_which_something_was_recorded_since_a_close(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, a_person: int
) -> None:
    monkeypatch.setattr(since_close, "_A_PERSON", a_person)
    earlier = {"occurred_at": "2026-07-10T10:00:00+08:00", "issued_on": "2026-07-10"}
    notices = [office.issue_notice("N1", "E001"), office.issue_notice("N2", "E002", **earlier)]
    with open_ledger(tmp_path / "kaoji.db", office.NOW) as ledger:
        told(ledger, *office.office(), *notices)
        closed = ledger.position()
        told(ledger, office.withdraw_notice("N1", "2026-09-01", by="D01"))
        told(ledger, office.withdraw_notice("N2", "2026-09-01", by="D01"))
        with ledger.look_at_log() as look:
            found = {
                name: since_close._recorded_behind(look.state, [name], closed)
                for name in ("E001", "E002", "E003")
            }
    assert found == {"E001": {"2026-08"}, "E002": {"2026-07"}, "E003": set()}
