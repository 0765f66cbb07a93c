"""All sheets drawn anew: beside a bare SELECT of the same events, two processes beside one, and beside the eventsourcing
library's ProjectionRunner with one upsert an event.

The rebuild runs in a process of its own, whose memory counts with that of its helpers; the runner takes a slice of the
same events, since it would take minutes for all.
"""

import resource
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from sqlalchemy.engine import make_url

from benchmarks import library, stamping, synthetic
from benchmarks.facts import facts
from benchmarks.frame import Line, Stage, at_least, at_most, explained, in_turns, rates
from benchmarks.places import connected, kept_ledger
from ledger.projections.creation import SCHEMA
from ledger.store.address import MAIN

TITLE: Final = "All sheets drawn anew"
QUICK: Final = 20_000
LARGER: Final = 200_000
FULL: Final = 1_000_000
PATIENCE_S: Final = 20
"""So long a rebuild of the larger size may take without `--full`."""
SLICE: Final = 1_000
LIMIT_MB: Final = 400


def measure(stage: Stage) -> Iterator[Line | str]:
    """Events a second on both databases, and the memory it takes."""
    size = _size(stage)
    with kept_ledger(stage, size) as ledger:
        url = ledger.log.url.render_as_string(hide_password=False)
        runner = "eventsourcing's ProjectionRunner, its log in memory"

        def sqlite(noted: list[library.Noted]) -> float:
            return library.projected_to_sqlite(stage.new_folder(), noted)

        yield from _beside_reading(stage, url)
        yield from _compared(stage, "SQLite", url, runner, sqlite, 40.0)
    with stage.postgres.database() as url:
        with synthetic.open_ledger(url) as ledger:
            stamping.fill(ledger, size)

        def postgres(noted: list[library.Noted]) -> float:
            with stage.postgres.database() as other:
                return library.projected_on_postgres(other, noted)

        runner = "eventsourcing's ProjectionRunner"
        yield from _compared(stage, "PostgreSQL", url, runner, postgres, 100.0)
        first = [_drawn_first(url) for _ in range(stage.runs)]
        yield Line("of it, where no sheet stands yet, PostgreSQL", "/s", first)
    yield (
        "The bare SELECT reads the rows that a rebuild reads, in its order, and does nothing with them. "
        f"The runner takes {SLICE:,} of the events, one a transaction: an upsert of an employee's points and the tracking "
        "position. Its SQLite log cannot be subscribed to, so there only the sheet is on SQLite. The rebuild reckons "
        "every figure of every sheet. On SQLite it writes every row; on PostgreSQL only those that do not stand there, "
        "and the sheets stand. The profile sees the first process only."
    )


def _size(stage: Stage) -> int:
    """The full size where it is asked for; the larger one where it does not take long; the smallest for a trial."""
    if stage.full or stage.small:
        return FULL if stage.full else QUICK
    with kept_ledger(stage, QUICK) as ledger:
        taken, _, _ = rebuilt(ledger.log.url.render_as_string(hide_password=False))
    return LARGER if taken * LARGER / QUICK < PATIENCE_S else QUICK


def _compared(
    stage: Stage,
    database: str,
    url: str,
    baseline: str,
    theirs: Callable[[list[library.Noted]], float],
    goal: float,
) -> Iterator[Line]:
    noted = library.events(facts(SLICE))
    ours: list[float] = []
    runner: list[float] = []
    memory: list[float] = []
    for _ in range(stage.runs):
        runner += rates(len(noted), [theirs(noted)])
        taken, events, megabytes = _rebuilt_apart(url)
        ours.append(events / taken)
        memory.append(megabytes)
    what = f"rebuild of {events:,} events, {database}"
    line = Line(what, "/s", ours, baseline, runner, [at_least(goal, "ratio")])
    yield explained(line, lambda: rebuilt(url))
    yield Line(f"its memory, {database}", "MB", memory, goals=[at_most(LIMIT_MB)])


def _beside_reading(stage: Stage, url: str) -> Iterator[Line]:
    """Drawing everything beside reading it, and two processes beside one; by the clock."""
    works = {
        "read": lambda: _read(url),
        "one": lambda: rebuilt(url, 0)[0],
        "two": lambda: rebuilt(url, 1)[0],
    }
    _, events, _ = rebuilt(url, 0)
    taken = {name: rates(events, times) for name, times in in_turns(works, stage.runs).items()}
    goal = [at_least(1 / 8, "ratio")]
    one = Line(
        f"rebuild of {events:,} events, one process, SQLite",
        "/s",
        taken["one"],
        "bare SELECT",
        taken["read"],
        goal,
    )
    yield explained(one, works["one"])
    yield Line(
        "two processes, SQLite", "/s", taken["two"], "one process", taken["one"], [at_least(1.7, "ratio")]
    )


def _read(url: str) -> None:
    """The rows a rebuild reads, in the order in which it reads them."""
    file = make_url(url).database
    assert file is not None
    with closing(sqlite3.connect(file)) as connection:
        for _ in connection.execute(
            "SELECT * FROM events WHERE ledger = ? ORDER BY stream, version", (MAIN,)
        ):
            pass


def _drawn_first(url: str) -> float:
    """Events a second where the sheets were thrown away."""
    with connected(url) as connection:
        connection.execute(f"DROP SCHEMA {SCHEMA} CASCADE")
    taken, events, _ = _rebuilt_apart(url)
    return events / taken


def _rebuilt_apart(url: str) -> tuple[float, int, float]:
    """`rebuilt` in a process of its own."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(rebuilt, url).result()


def rebuilt(url: str, helpers: int | None = None) -> tuple[float, int, float]:
    """A rebuild in this process: seconds, events, and the memory it and its helpers took at most, in MB.

    `helpers`: how many other processes help; None: as many as pay.
    """
    with synthetic.open_ledger(url) as ledger:
        begun = time.perf_counter()
        events = ledger.projections.rebuild(helpers=helpers)
        taken = time.perf_counter() - begun
    return taken, events, used()


def used() -> float:
    """The memory that this process took at most, and the largest of its helpers, in MB."""
    return _most_of_this() + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def _most_of_this() -> float:
    """The memory of this process at most, in MB; as Linux tells it, without that of the process that started it."""
    told = Path("/proc/self/status")
    if told.exists():
        for line in told.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
