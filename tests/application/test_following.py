"""`kaoji project` keeps the sheets drawn while others record: no event is missed or taken twice, and it ends when told."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

import pytest

from cli.main import run
from ledger.application.ledger import Ledger
from ledger.application.recording.command_reader import parse_command
from ledger.projections.stand import drawn_at
from ledger.store.sql import execute as run_on
from ledger.store.transactions import query_connection
from tests.support import office
from tests.support.crew import PATIENCE_S, SIZE, Workers, crew, until
from tests.support.proxy import cutting
from tests.support.story import sheet_rows
from tests.support.whole import assert_whole

Capture = pytest.CaptureFixture[str]
HERE = Path(__file__).parents[2]
DRAWN = re.compile(r"sheets drawn at position (\d+), (\d+) new events")


@pytest.fixture(scope="module")
def team() -> Iterator[Workers]:
    with crew() as members:
        yield members


def opened(url: str, place: int = 0) -> Ledger:
    now = office.NOW - timedelta(seconds=30 * place)
    return Ledger(url, now=lambda: now, operator=lambda: "typist")


@pytest.fixture
def url(ledger_url: str) -> str:
    """A ledger where the office is recorded, and no sheet is drawn yet."""
    with opened(ledger_url, SIZE) as ledger:
        ledger.record.apply(office.lines(office.office()))
    return ledger_url


@contextmanager
def following(url: str, err: Path, *more: str) -> Iterator[subprocess.Popen[bytes]]:
    """`kaoji project --follow` in a process of its own."""
    words = ["project", "--follow", "--interval", "0.02", "--ledger", url, "--lang", "en", *more]
    with err.open("wb") as told:
        process = start(words, told)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def start(words: list[str], told: IO[bytes]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", "from cli.main import main; main()", *words]
    return subprocess.Popen(command, cwd=HERE, stdout=subprocess.PIPE, stderr=told, env={**os.environ})


def told(err: Path) -> list[tuple[int, int]]:
    """(position, new events) of every line."""
    return [(int(a), int(b)) for a, b in DRAWN.findall(err.read_text("utf-8"))]


def stand(ledger: Ledger) -> int | None:
    with ledger.projections.engine.connect() as connection:
        found = drawn_at(connection, ledger.log.ledger)
    return found and found[0]


def record_some(place: int, url: str, count: int) -> None:
    """Each member issues notices of its own, to people whom others issue some to as well."""
    with opened(url, place) as ledger:
        for number in range(1, count + 1):
            notice = office.issue_notice(
                f"N{place}-{number}", f"E{number % 3 + 1:03}", clause=f"FD-{number % 12 + 1:02}",
                occurred_at=f"{office.MONTH}-{number:02}T1{place}:00:00+08:00",
                issued_on=f"{office.MONTH}-{number:02}",
            )  # fmt: skip
            ledger.record.execute(parse_command(notice))


def test_it_takes_in_every_event_of_several_writers_exactly_once(
    team: Workers, url: str, tmp_path: Path
) -> None:
    err = tmp_path / "told"
    with following(url, err) as process, opened(url) as ledger:
        until(lambda: told(err))
        team.race(record_some, url, 12)
        end = ledger.log.position()
        until(lambda: told(err)[-1][0] == end)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0
    with opened(url) as ledger:
        assert len(assert_whole(ledger.log)) == end
        drawn = told(err)
        assert len(drawn) > 2, "nothing was taken in while others recorded"
        before = 0
        for position, new in drawn:
            assert position - new == before
            before = position
        assert before == end == stand(ledger)
        followed = sheet_rows(ledger)
        ledger.rebuild()
        assert sheet_rows(ledger) == followed


def test_several_followers_and_readers_share_the_events_among_them(
    team: Workers, url: str, tmp_path: Path
) -> None:
    errs = [tmp_path / "one", tmp_path / "two"]
    with following(url, errs[0]), following(url, errs[1]), opened(url) as ledger:
        until(lambda: told(errs[0]) and told(errs[1]))
        team.race(record_some, url, 6)
        end = ledger.log.position()
        until(lambda: any(position == end for err in errs for position, new in told(err) if new))
    taken = sorted((position - new, position) for err in errs for position, new in told(err) if new)
    assert [start for start, _ in taken] == [0, *(end for _, end in taken[:-1])]
    assert taken[-1][1] == end


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_it_ends_when_told_with_status_0_and_no_other_word(
    sqlite_url: str, number: signal.Signals, tmp_path: Path
) -> None:
    with opened(sqlite_url) as ledger:
        ledger.record.apply(office.lines(office.office()))
    err = tmp_path / "told"
    with following(sqlite_url, err) as process:
        until(lambda: told(err))
        process.send_signal(number)
        assert process.wait(PATIENCE_S) == 0
        assert process.stdout is not None and process.stdout.read() == b""
    (line,) = err.read_text("utf-8").splitlines()
    assert DRAWN.fullmatch(line)


def test_what_is_being_drawn_is_finished_first(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Ledger.project

    def interrupted(ledger: Ledger) -> tuple[int, int]:
        os.kill(os.getpid(), signal.SIGTERM)
        return real(ledger)

    monkeypatch.setattr(Ledger, "project", interrupted)
    handler = signal.getsignal(signal.SIGTERM)
    assert run(["project", "--follow", "--interval", "60", "--ledger", url]) == 0
    assert signal.getsignal(signal.SIGTERM) is handler
    with opened(url) as ledger:
        assert stand(ledger) == ledger.log.position()


def test_told_twice_it_does_not_finish(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def stubborn(_: Any) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(PATIENCE_S)

    monkeypatch.setattr(Ledger, "project", stubborn)
    assert run(["project", "--follow", "--ledger", url]) == 130


def test_where_the_server_goes_away_it_says_so_once_and_goes_on_when_it_is_back(
    pg_url: str, tmp_path: Path
) -> None:
    with opened(pg_url) as ledger:
        ledger.record.apply(office.lines(office.office()))
    err = tmp_path / "told"
    with cutting(pg_url) as wire, following(wire.url, err) as process:
        until(lambda: told(err))
        wire.close()
        until(lambda: "cannot be reached" in err.read_text("utf-8"))
        with opened(pg_url) as ledger:
            ledger.record.apply(office.lines([office.issue_notice("N1", "E001", 5)]))
            end = ledger.log.position()
        time.sleep(0.2)
        with cutting(pg_url, wire.port):
            until(lambda: told(err)[-1] == (end, 1))
            until(lambda: "the server is back" in err.read_text("utf-8"))
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE_S) == 0
    lines = err.read_text("utf-8").splitlines()
    assert len(lines) == 4, lines
    assert "cannot be reached" in lines[1] and lines[1].endswith("looking again at every interval")


def test_where_no_server_is_there_to_begin_with_it_ends(tmp_path: Path, capsys: Capture) -> None:
    url = f"postgresql://nobody@/kaoji?host={tmp_path}"
    assert run(["project", "--follow", "--ledger", url, "--lang", "en"]) == 3
    assert "hint: check that the server runs" in capsys.readouterr().err


# --- once -------------------------------------------------------------------------------------------


def test_without_follow_it_catches_up_once(url: str, capsys: Capture) -> None:
    project = ["project", "--ledger", url, "--lang", "en"]
    with opened(url) as ledger:
        end = ledger.log.position()
        assert run(project) == run(project) == 0
        ledger.record.apply(office.lines([office.issue_notice("N1", "E001", 5)]))
        assert run(project) == 0
        assert stand(ledger) == end + 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert DRAWN.findall(printed.err) == [(str(end), str(end)), (str(end), "0"), (str(end + 1), "1")]


def test_it_draws_nothing_where_there_is_no_ledger(ledger_url: str, capsys: Capture) -> None:
    for words in ([], ["--follow"]):
        assert run(["project", *words, "--ledger", ledger_url, "--lang", "en"]) == 3
        assert "there is no ledger" in capsys.readouterr().err


@pytest.mark.parametrize("interval", ["0", "-1", "soon", "1e9"])
def test_an_interval_that_is_none_is_refused(interval: str) -> None:
    assert run(["project", "--follow", "--interval", interval]) == 2


def test_every_ledger_of_a_database_is_followed_by_one_process(pg_url: str, tmp_path: Path) -> None:
    err = tmp_path / "err"
    named = {name: f"{pg_url}&ledger={name}" for name in ("jinse", "nanyuan")}
    with opened(named["jinse"]) as jinse, opened(named["nanyuan"]) as nanyuan:
        jinse.record.apply(office.lines(office.office()))
        with following(pg_url, err, "--all-ledgers"):
            until(lambda: len(told(err)) == 1)
            nanyuan.record.apply(office.lines(office.office()))  # one that was not there when it began
            until(lambda: len(told(err)) == 2)
            jinse.record.apply(office.lines([office.issue_notice("N1", "E001")]))
            until(lambda: len(told(err)) == 3)
        for ledger in (jinse, nanyuan):
            assert stand(ledger) == ledger.log.position()
    assert [line.partition(":")[0] for line in err.read_text().splitlines()] == ["jinse", "nanyuan", "jinse"]


def test_a_ledger_that_refuses_does_not_keep_the_others_from_being_drawn(
    pg_url: str, capsys: Capture
) -> None:
    named = {name: f"{pg_url}&ledger={name}" for name in ("jinse", "nanyuan")}
    for url in named.values():
        with opened(url) as ledger:
            ledger.record.apply(office.lines(office.office()))
    with opened(named["jinse"]) as jinse, query_connection(jinse.log.engine) as connection:
        run_on(connection, "ALTER TABLE events DISABLE TRIGGER USER")
        run_on(connection, "DELETE FROM events WHERE ledger = 'jinse' AND position > 20")
    assert run(["project", "--all-ledgers", "--ledger", pg_url, "--lang", "en"]) == 3
    said = capsys.readouterr().err
    assert "error: ledger jinse: " in said and "nanyuan: sheets drawn at position" in said
