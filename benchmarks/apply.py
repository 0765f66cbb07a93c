"""A file of commands recorded at once, against the same rows sent in bulk by the bare driver.

Every command is read, checked, decided against all before it, and recorded; the driver is given rows that are ready.
"""

import time
from collections.abc import Iterator
from itertools import count
from typing import Any, Final

from sqlalchemy import create_engine, text

from benchmarks import synthetic
from benchmarks.bare import postgres_copy, sqlite_bulk
from benchmarks.frame import Line, Stage, at_least, explained, rates, timed
from ledger.application.ledger import Ledger

TITLE: Final = "A file of commands"
QUICK: Final = 3_000
FULL: Final = 100_000
PROBE: Final = 1_000
PATIENCE_S: Final = 12
"""So long a run may take without `--full`: the full size is taken wherever that is enough."""


def measure(stage: Stage) -> Iterator[Line | str]:
    """Commands a second on both databases, beside the driver's."""
    commands = _commands(FULL)
    ours: list[float] = []
    bare: list[float] = []
    size = _size(stage, _applied(stage.new_sqlite(), commands[:PROBE])[0])
    for _ in range(stage.runs):
        taken, rows = _applied(stage.new_sqlite(), commands[:size])
        ours.append(taken)
        bare.append(timed(lambda rows=rows: sqlite_bulk(stage.new_folder() / "bare.db", rows)))
    yield _line(stage.new_sqlite(), "SQLite", commands[:size], ours, bare)
    with stage.postgres.database() as url:
        size = _size(stage, _applied(url, commands[:PROBE])[0])
    ours, bare = [], []
    for _ in range(stage.runs):
        with stage.postgres.database() as url, stage.postgres.database() as other:
            taken, rows = _applied(url, commands[:size])
            ours.append(taken)
            bare.append(timed(lambda rows=rows, other=other: postgres_copy(other, rows)))
    with stage.postgres.database() as url:
        yield _line(url, "PostgreSQL", commands[:size], ours, bare)
    yield (
        "One file, one transaction; sites of a hundred people with notices, findings, appeals and closed months. "
        "The driver sends the events alone, without registries, in one transaction, as durably."
    )


def _size(stage: Stage, probe_s: float) -> int:
    """The full size where it is asked for, or where it does not take long."""
    return FULL if stage.full or probe_s * FULL / PROBE < PATIENCE_S else QUICK


def _line(url: str, database: str, commands: list[bytes], ours: list[float], bare: list[float]) -> Line:
    """The line; the profile, where there is one, is of the timed part alone, in a new ledger."""
    line = Line(
        f"apply of {len(commands):,} commands, {database}",
        "/s",
        rates(len(commands), ours),
        "their events in bulk by the bare driver",
        rates(len(commands), bare),
        [at_least(10_000)],
    )
    with synthetic.open_ledger(url) as ledger:
        ledger.record.apply(())
        return explained(line, lambda: ledger.record.apply(commands[:PROBE]))


def _commands(size: int) -> list[bytes]:
    found: list[bytes] = []
    for number in count():
        found += synthetic.lines(number)
        if len(found) >= size:
            return found[:size]
    return found


def _applied(url: str, commands: list[bytes]) -> tuple[float, list[Any]]:
    """The seconds it took, and the rows that came of it."""
    with synthetic.open_ledger(url) as ledger:
        ledger.record.apply(())  # the tables are made once in a ledger's life
        taken = timed(lambda: _seconds(ledger, commands))
    engine = create_engine(ledger.log.engine.url)
    with engine.connect() as connection:
        query = text("SELECT position, stream, version, kind, state FROM events ORDER BY position")
        rows = [tuple(row) for row in connection.execute(query)]
    engine.dispose()
    return taken, rows


def _seconds(ledger: Ledger, commands: list[bytes]) -> float:
    begun = time.perf_counter()
    ledger.record.apply(commands)
    return time.perf_counter() - begun
