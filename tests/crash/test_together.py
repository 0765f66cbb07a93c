"""Eight processes record at once, some of them killed at any moment and started again, while another reads along."""

import multiprocessing
import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import Any

from ledger.application.ledger import Ledger
from ledger.events import Recorded
from ledger.events.notices import NoticeIssued
from ledger.store.log import Log
from tests.crash.scene import File
from tests.crash.tally import TALLY
from tests.support import office
from tests.support.soundness import state_is_sound

WRITERS = 8
FILES = 10
IN_A_FILE = 3
KILLS = 20
PATIENCE_S = 90


def notices(place: int, number: int) -> list[str]:
    """The ids of the notices of one file."""
    return [f"N{place}-{number}-{k}" for k in range(IN_A_FILE)]


def file_of_commands(place: int, number: int) -> File:
    """One file of one writer."""
    day = f"{office.MONTH}-{number + 1:02}"
    return office.lines(
        office.issue_notice(
            name, f"E{place + 1:03}", occurred_at=f"{day}T{10 + k}:00:00+08:00", issued_on=day
        )
        for k, name in enumerate(notices(place, number))
    )


def note(file: Path, line: str) -> None:
    """Notes something down for good, as far as a kill is concerned."""
    with file.open("ab", buffering=0) as opened:
        opened.write(line.encode() + b"\n")


def noted(file: Path) -> list[str]:
    """What was noted so far."""
    return file.read_text().splitlines() if file.exists() else []


def record(url: str, place: int, acknowledged: Path) -> None:
    """Applies this writer's files, from the first that was not acknowledged; the writers' clocks differ."""
    now = office.NOW - timedelta(seconds=30 * place)
    known = len(noted(acknowledged))
    with Ledger(url, now=lambda: now, operator=lambda: f"typist-{place}") as ledger:
        for number in range(known, FILES):
            applied = ledger.record.apply(file_of_commands(place, number))
            assert applied.recorded in (0, IN_A_FILE)
            note(acknowledged, str(number))


def read_along(url: str, seen: Path) -> None:
    """Notes every position as it comes."""
    log = Log(url)
    for notification in log.recorder.subscribe(gt=0):
        note(seen, str(notification.id))


@contextmanager
def started(context: ForkServerContext, work: Any, *arguments: Any) -> Iterator[ForkServerProcess]:
    """A process, gone at the end."""
    process = context.Process(target=work, args=arguments)
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()


def kill_some(context: ForkServerContext, url: str, folder: Path, chance: random.Random) -> int:
    """Lets the writers write, kills one after the other and starts it again; how many were killed at work."""
    killed = 0
    acknowledged = [folder / f"acknowledged-{place}" for place in range(WRITERS)]

    def start(place: int) -> ForkServerProcess:
        writer = context.Process(target=record, args=(url, place, acknowledged[place]))
        writer.start()
        return writer

    writers = [start(place) for place in range(WRITERS)]
    deadline = time.monotonic() + PATIENCE_S
    try:
        while any(writer.is_alive() for writer in writers):
            assert time.monotonic() < deadline, "the writers do not come to an end"
            time.sleep(chance.uniform(0.01, 0.1))
            place = chance.randrange(WRITERS)
            if killed < KILLS and writers[place].is_alive() and noted(acknowledged[place]):
                writers[place].kill()
                writers[place].join()
                killed += writers[place].exitcode != 0
                writers[place] = start(place)
        assert [writer.exitcode for writer in writers] == [0] * WRITERS
    finally:
        for writer in writers:
            writer.kill()
            writer.join()
    assert all(len(noted(file)) == FILES for file in acknowledged)
    return killed


def issued(events: list[Recorded]) -> list[str]:
    """The notices of the log, in its order."""
    return [event.event.notice for event in events if isinstance(event.event, NoticeIssued)]


def test_what_eight_writers_record_is_there_once_and_whole_though_they_are_killed(
    ledger_url: str, tmp_path: Path
) -> None:
    seed = int(os.environ.get("KAOJI_CRASH_SEED", "20260823"))
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__, "ledger.application.ledger", "psycopg"])
    with Ledger(ledger_url, now=office.now, operator=lambda: "typist") as ledger:
        ledger.record.apply(office.lines(office.office(staff=WRITERS)))
    seen = tmp_path / "seen"
    with started(context, read_along, ledger_url, seen):
        TALLY.faults += kill_some(context, ledger_url, tmp_path, random.Random(seed))
        events = state_is_sound(ledger_url)
        TALLY.verified += 1
        until_seen(seen, len(events))
    assert noted(seen) == [str(position) for position in range(1, len(events) + 1)], "each once, in order"
    count_each(issued(events))


def until_seen(seen: Path, end: int) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while len(noted(seen)) < end:
        assert time.monotonic() < deadline, "the reader does not come to the end"
        time.sleep(0.02)


def count_each(found: list[str]) -> None:
    """Every notice of every file, all of which were acknowledged, once; and the files in one piece each."""
    files = [notices(place, number) for place in range(WRITERS) for number in range(FILES)]
    expected = Counter(name for file in files for name in file)
    there = Counter(found)
    TALLY.acknowledged += expected.total()
    TALLY.lost += (expected - there).total()
    TALLY.doubled += (there - expected).total()
    assert there == expected
    for file in files:
        start = found.index(file[0])
        assert found[start : start + IN_A_FILE] == file, "a file is in one piece"
