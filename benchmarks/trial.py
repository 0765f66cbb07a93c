"""A candidate policy tried on everybody, beside a rebuild of the same ledger.

Each runs in a process of its own, whose memory counts with that of its helpers; they take turns.
"""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, Final

from benchmarks import stamping, synthetic
from benchmarks.frame import Line, Stage, at_least, at_most, explained
from benchmarks.places import kept_ledger
from benchmarks.rebuild import FULL, LARGER, rebuilt, used
from ledger.application.ledger import Ledger
from ledger.policy.loading import house_rules

TITLE: Final = "A candidate policy over everybody"
LIMIT_MB: Final = 400
"""Of all processes together."""


def measure(stage: Stage) -> Iterator[Line | str]:
    """Events a second of both, on both databases, and the memory that the trial takes."""
    size = FULL if stage.full else LARGER
    with kept_ledger(stage, size) as ledger:
        yield from _compared(stage, "SQLite", ledger)
    with stage.postgres.database() as url, synthetic.open_ledger(url) as ledger:
        stamping.fill(ledger, size)
        ledger.project()
        yield from _compared(stage, "PostgreSQL", ledger)
    yield "Every month of everybody is reckoned under both policies; the candidate changes what a point costs."


def _compared(stage: Stage, database: str, ledger: Ledger) -> Iterator[Line]:
    url = ledger.log.url.render_as_string(hide_password=False)
    tried: list[float] = []
    drawn: list[float] = []
    memory: list[float] = []
    for _ in range(stage.runs):
        taken, events, _ = _apart(rebuilt, url)
        drawn.append(events / taken)
        taken, events, megabytes = _apart(trial, url)
        tried.append(events / taken)
        memory.append(megabytes)
    goal = [at_least(1.0, "ratio")]
    line = Line(f"trial over {events:,} events, {database}", "/s", tried, "a rebuild of them", drawn, goal)
    yield explained(line, lambda: trial(url))
    yield Line(f"its memory, {database}", "MB", memory, goals=[at_most(LIMIT_MB)])


def _apart(function: Callable[[str], tuple[float, int, float]], url: str) -> tuple[float, int, float]:
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(function, url).result()


def trial(url: str) -> tuple[float, int, float]:
    """A trial in this process: seconds, events, and the memory it and its helpers took at most, in MB."""
    document: dict[str, Any] = house_rules() | {"version": "candidate"}
    document["schemes"]["service_quality"]["point_value"] = "7.77"
    with synthetic.open_ledger(url) as ledger:
        begun = time.perf_counter()
        events = ledger.review.try_policy(json.dumps(document).encode())["position"]
        taken = time.perf_counter() - begun
    return taken, events, used()
