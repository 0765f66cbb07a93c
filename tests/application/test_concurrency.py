"""Several processes at one ledger, on both databases: law 8, one write unit, whatever happens beside it."""

import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from ledger.application.ledger import Ledger
from ledger.application.recording.applied import Applied
from ledger.application.recording.command_reader import parse_command
from ledger.errors import Refusal
from ledger.events import Recorded
from ledger.events.months import MonthClosed
from ledger.events.notices import NoticeIssued
from ledger.store.log import Log
from ledger.store.schema import commands
from tests.support import office
from tests.support.crew import SIZE, Workers, crew, line_up, until
from tests.support.whole import assert_whole

ROUNDS = 6


@pytest.fixture(scope="module")
def team() -> Iterator[Workers]:
    with crew() as members:
        yield members


def at_the_counter(url: str, place: int = 0) -> Ledger:
    """The ledger as one member opens it: the members' clocks are some minutes apart."""
    now = office.NOW - timedelta(seconds=30 * place)
    return Ledger(url, now=lambda: now, operator=lambda: f"typist-{place}")


def said(ledger: Ledger, command: dict[str, Any]) -> str:
    """What the ledger said to a command: `recorded`, or the code of its refusal."""
    try:
        ledger.record.execute(parse_command(command))
    except Refusal as refusal:
        return refusal.code
    return "recorded"


def set_up(url: str, *more: dict[str, Any], staff: int = 4) -> None:
    with at_the_counter(url, SIZE) as ledger:
        ledger.record.apply(office.lines([*office.office(staff=staff), *more]))


def log_of(url: str) -> list[Recorded]:
    """The events, once everything is asserted that must be true of any log."""
    with at_the_counter(url) as ledger:
        return assert_whole(ledger.log)


def position_of(url: str) -> int:
    with at_the_counter(url) as ledger:
        return ledger.log.position()


def of(recorded: Recorded, kind: type) -> bool:
    return isinstance(recorded.event, kind)


# --- late or not ------------------------------------------------------------------------------------


def issue_or_close(place: int, url: str, start: int, before: int, after: int) -> None:
    """The first closes the month amid what the others issue; each of them issues some more afterwards."""
    with at_the_counter(url, place) as ledger:
        if place == 0:
            until(lambda: ledger.log.position() >= start + before)
            assert said(ledger, office.close_month()) == "recorded"
            return
        for number in range(before + after):
            if number == before:
                until(lambda: ledger.log.registry.last_close(office.SITE) is not None)
            notice = office.issue_notice(
                f"N{place}-{number}",
                f"E{place:03}",
                occurred_at=f"{office.MONTH}-{number + 1:02}T10:00:00+08:00",
                issued_on=f"{office.MONTH}-{number + 1:02}",
            )
            assert said(ledger, notice) == "recorded"


def test_a_notice_is_late_exactly_when_it_stands_behind_the_close_in_the_log(
    team: Workers, ledger_url: str
) -> None:
    set_up(ledger_url)
    team.race(issue_or_close, ledger_url, position_of(ledger_url), 8, 2)
    found = log_of(ledger_url)
    (close,) = (recorded for recorded in found if of(recorded, MonthClosed))
    late = {r.position: r.event.late for r in found if isinstance(r.event, NoticeIssued)}
    assert len(late) == (SIZE - 1) * 10
    assert late == {position: position > close.position for position in late}
    assert set(late.values()) == {True, False}


def test_a_close_hands_over_every_notice_before_it_and_none_behind_it(team: Workers, ledger_url: str) -> None:
    set_up(ledger_url)
    team.race(issue_or_close, ledger_url, position_of(ledger_url), 8, 2)
    found = log_of(ledger_url)
    (close,) = (recorded.event for recorded in found if isinstance(recorded.event, MonthClosed))
    before = {r.position for r in found if isinstance(r.event, NoticeIssued) and not r.event.late}
    assert {position for line in close.lines for position in line.because} == before


# --- creating ---------------------------------------------------------------------------------------


def create_and_look(place: int, urls: list[str], names: list[str]) -> None:
    """In every round all members create one ledger, some a moment later, and look at it at once."""
    for number, (url, name) in enumerate(zip(urls, names, strict=True)):
        line_up()
        time.sleep(0.0003 * place * (number % 7))
        log = Log(url, name)
        log.create()
        assert log.exists()
        assert log.position() == 0
        log.close()


def test_files_created_by_several_at_once_are_ledgers_to_all_of_them(team: Workers, tmp_path: Path) -> None:
    names = [f"ledger-{number}" for number in range(40)]
    team.race(create_and_look, [f"sqlite:///{tmp_path / name}.db" for name in names], names)


def test_ledgers_created_by_several_at_once_on_one_server_are_ledgers_to_all_of_them(
    team: Workers, pg_url: str
) -> None:
    names = [f"ledger-{number}" for number in range(20)]
    team.race(create_and_look, [pg_url] * len(names), names)


# --- the same file ----------------------------------------------------------------------------------


def apply_all(place: int, url: str, files: list[list[bytes]]) -> list[Applied]:
    """Every file, each member beginning with another one."""
    with at_the_counter(url, place) as ledger:
        turned = files[place:] + files[:place]
        return [ledger.record.apply(file) for file in turned]


def assert_each_once(url: str, count: int) -> None:
    with at_the_counter(url) as ledger, ledger.log.recorder.snapshot() as connection:
        digests = list(connection.execute(select(commands.c.digest)).scalars())
    assert len(digests) == count + 1, "every command, and the house rules"
    assert max(Counter(digests).values()) == 1


def test_a_file_applied_by_all_at_once_to_a_ledger_that_is_not_there_yet_is_recorded_once(
    team: Workers, ledger_url: str
) -> None:
    file = office.lines(office.a_busy_month())
    applied = [result for (result,) in team.race(apply_all, ledger_url, [file])]
    assert sorted(result.recorded for result in applied) == [0, 0, 0, len(file)]
    assert sorted(result.skipped for result in applied) == [0, len(file), len(file), len(file)]
    assert {result.position for result in applied} == {len(log_of(ledger_url))}
    assert_each_once(ledger_url, len(file))


def test_files_applied_by_all_in_different_orders_are_each_recorded_once(
    team: Workers, ledger_url: str
) -> None:
    set_up(ledger_url)
    notices = [
        office.issue_notice(f"N{clause}-{employee}", f"E{employee:03}", clause=f"FD-{clause:02}")
        for clause in range(1, 7)
        for employee in range(1, 4)
    ]
    files = [office.lines(notices[start : start + 3]) for start in range(0, len(notices), 3)]
    results = [result for member in team.race(apply_all, ledger_url, files) for result in member]
    assert sum(result.recorded for result in results) == len(notices)
    assert sum(result.skipped for result in results) == (SIZE - 1) * len(notices)
    assert {(result.recorded, result.skipped) for result in results} == {(3, 0), (0, 3)}
    log_of(ledger_url)
    assert_each_once(ledger_url, len(office.office()) + len(notices))


# --- duplicates -------------------------------------------------------------------------------------


def issue_the_same(place: int, url: str) -> list[str]:
    """In every round all members issue a notice of the same employee, clause and instant, by ids of their own."""
    outcomes = []
    with at_the_counter(url, place) as ledger:
        for number in range(1, ROUNDS + 1):
            day = f"{office.MONTH}-{number:02}"
            notice = office.issue_notice(
                f"N{number}-{place}", "E001", occurred_at=f"{day}T10:00:00+08:00", issued_on=day
            )
            line_up()
            outcomes.append(said(ledger, notice))
    return outcomes


def test_of_duplicate_notices_issued_at_once_exactly_one_is_recorded(team: Workers, ledger_url: str) -> None:
    set_up(ledger_url)
    outcomes = team.race(issue_the_same, ledger_url)
    for of_a_round in zip(*outcomes, strict=True):
        assert Counter(of_a_round) == {"recorded": 1, "duplicate_notice": SIZE - 1}
    found = log_of(ledger_url)
    assert sum(of(recorded, NoticeIssued) for recorded in found) == ROUNDS


def issue_by_one_id(place: int, url: str) -> list[str]:
    """In every round all members issue a notice of one id, each to somebody else."""
    outcomes = []
    with at_the_counter(url, place) as ledger:
        for number in range(1, ROUNDS + 1):
            notice = office.issue_notice(f"N{number}", f"E{place + 1:03}", clause=f"FD-{number:02}")
            line_up()
            outcomes.append(said(ledger, notice))
    return outcomes


def test_an_id_taken_by_several_at_once_goes_to_one_of_them(team: Workers, ledger_url: str) -> None:
    set_up(ledger_url)
    outcomes = team.race(issue_by_one_id, ledger_url)
    for of_a_round in zip(*outcomes, strict=True):
        assert Counter(of_a_round) == {"recorded": 1, "id_taken": SIZE - 1}
    log_of(ledger_url)


# --- the supervisor line ----------------------------------------------------------------------------


def ring(number: int) -> list[str]:
    return [f"E{number * SIZE + place + 1:03}" for place in range(SIZE)]


def put_below_the_next(place: int, url: str) -> list[str]:
    """In every round each member puts one of a ring below the next: all of them together would be a circle."""
    outcomes = []
    with at_the_counter(url, place) as ledger:
        for number in range(ROUNDS):
            people = ring(number)
            above = people[(place + 1) % SIZE]
            line_up()
            outcomes.append(
                said(ledger, office.reassign_employee(people[place], "2026-08-01", supervisor=above))
            )
    return outcomes


def test_reassignments_at_once_never_close_a_circle(team: Workers, ledger_url: str) -> None:
    set_up(ledger_url, staff=SIZE * ROUNDS)
    outcomes = team.race(put_below_the_next, ledger_url)
    for of_a_round in zip(*outcomes, strict=True):
        assert Counter(of_a_round) == {"recorded": SIZE - 1, "supervisor_circle": 1}
    above = {}
    for recorded in log_of(ledger_url):
        if hasattr(recorded.event, "supervisor"):
            above[recorded.event.employee] = recorded.event.supervisor
    for employee in above:
        line = [employee]
        while above[line[-1]] is not None:
            assert above[line[-1]] not in line
            line.append(above[line[-1]])


def swap(place: int, url: str) -> list[str]:
    """In every round two members put two people below one another, and two others do the opposite."""
    outcomes = []
    with at_the_counter(url, place) as ledger:
        for number in range(ROUNDS):
            one, other = ring(number)[:2] if place % 2 else ring(number)[1::-1]
            line_up()
            outcomes.append(said(ledger, office.reassign_employee(one, "2026-08-01", supervisor=other)))
    return outcomes


def test_of_opposite_reassignments_at_once_only_one_way_is_recorded(team: Workers, ledger_url: str) -> None:
    set_up(ledger_url, staff=SIZE * ROUNDS)
    outcomes = team.race(swap, ledger_url)
    for one, other, one_too, other_too in zip(*outcomes, strict=True):
        assert {one, other} == {"recorded", "supervisor_circle"}
        assert (one_too, other_too) == (one, other)
    log_of(ledger_url)


# --- reading beside writing -------------------------------------------------------------------------


def read_or_write(place: int, url: str, count: int) -> list[dict[str, Any]]:
    """The first two issue notices, the others read the month meanwhile; all of them read it at the end."""
    with at_the_counter(url, place) as ledger:
        for number in range(1, count + 1):
            if place < 2:
                notice = office.issue_notice(
                    f"N{place}-{number}", f"E{place + 1:03}", clause=f"FD-{number:02}"
                )
                assert said(ledger, notice) == "recorded"
            else:
                points = sum(row["points"] for row in ledger.reports.monthly(office.MONTH))
                assert 0 <= points <= 2 * count
        line_up()
        return ledger.reports.monthly(office.MONTH)


def test_reports_read_by_several_beside_writers_are_what_the_log_says_at_the_end(
    team: Workers, ledger_url: str
) -> None:
    set_up(ledger_url)
    count = 8
    reports = team.race(read_or_write, ledger_url, count)
    end = len(log_of(ledger_url))
    with at_the_counter(ledger_url) as ledger:
        expected = ledger.reports.monthly(office.MONTH, as_of=end)
    assert [row["points"] for row in expected if row["employee"] in ("E001", "E002")] == [count, count]
    assert reports == [expected] * SIZE
