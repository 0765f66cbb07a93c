"""Eight writers at once: on one ledger, where they take turns, and on eight ledgers of one database, where they need not.

Each writer is a process that records notices one by one, each with a durable commit. Afterwards the log is counted:
nothing may be lost, and the positions may have no gap.
"""

import multiprocessing
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from threading import Barrier
from typing import Any, Final

from benchmarks import synthetic
from benchmarks.frame import Line, Stage, at_least, profiled, rates
from ledger.application.ledger import Ledger
from ledger.application.recording.command_reader import parse_command
from ledger.projections.projections import Projections
from ledger.store.log import Log

TITLE: Final = "Eight writers on PostgreSQL"
WRITERS: Final = 8
SHARE: Final = 200
PATIENCE_S: Final = 120

_line: Barrier | None = None


def measure(stage: Stage) -> Iterator[Line | str]:
    """The rates together, beside one writer's."""
    context = multiprocessing.get_context("spawn")
    line = context.Barrier(WRITERS)
    names = [f"office{number}" for number in range(WRITERS)]
    with (
        stage.postgres.database() as url,
        ProcessPoolExecutor(WRITERS, context, _arrive, (line,)) as pool,
    ):
        for name in ["main", *names]:
            with opened(url, name) as ledger:
                for label in _labels(name):
                    ledger.record.apply(synthetic.founding(label))
        crew = _Crew(pool, url)
        crew.race(["main"] * WRITERS, 2)  # everything imported, every connection tried once
        alone: list[float] = []
        together: list[float] = []
        apart: list[float] = []
        for _ in range(stage.runs):
            alone += rates(SHARE, [crew.alone("main", SHARE)])
            together += rates(SHARE * WRITERS, [crew.race(["main"] * WRITERS, SHARE)])
            apart += rates(SHARE * WRITERS, [crew.race(names, SHARE)])
        faults = crew.faults(["main", *names])
        one = "one writer on one ledger"
        for what, taken, bound in (
            ("8 writers on one ledger", together, 0.6),
            ("8 writers on 8 ledgers", apart, 1.5),
        ):
            found = Line(what, "/s", taken, one, alone, [at_least(bound, "ratio")])
            if found.missed:
                found.profile = profiled(lambda: write(url, "main", 0, 0, 20))
            yield found
    yield (
        f"{crew.written:,} notices were recorded by the writers, and as many stand in the ledgers, at positions "
        "without a gap."
        if not faults
        else "**Lost or displaced:** " + "; ".join(faults)
    )
    if faults:
        raise AssertionError("; ".join(faults))


def opened(url: str, name: str) -> Ledger:
    """One of several ledgers in a database."""
    ledger = synthetic.open_ledger(url)
    ledger.close()
    ledger.log = Log(url, name)
    ledger.projections = Projections(ledger.log)
    return ledger


def _labels(name: str) -> list[str]:
    """The sites of a ledger: writers on one ledger have a site each, as they would."""
    return [synthetic.label_of(number) for number in range(WRITERS if name == "main" else 1)]


def write(url: str, name: str, label: int, first: int, share: int, in_step: bool = False) -> float:
    """Records so many notices one by one, all writers beginning together if so asked; the seconds it takes."""
    commands = [parse_command(values) for values in _notices(label, first, share)]
    with opened(url, name) as ledger:
        ledger.log.position()
        if in_step and _line is not None:
            _line.wait(PATIENCE_S)
        begun = time.perf_counter()
        for command in commands:
            ledger.record.execute(command)
        return time.perf_counter() - begun


def _notices(label: int, first: int, share: int) -> list[dict[str, Any]]:
    notices = synthetic.notices(synthetic.label_of(label), 0, share)
    return [values | {"notice": f"{values['notice']}.{first}.{label}"} for values in notices]


class _Crew:
    """The writers' processes, and what they were asked to record."""

    def __init__(self, pool: ProcessPoolExecutor, url: str) -> None:
        self._pool = pool
        self._url = url
        self._round = 0
        self.written = 0
        self._before: dict[str, int] = {}
        self._recorded: dict[str, int] = {}

    def race(self, names: list[str], share: int) -> float:
        """All writers at once, each at the ledger of its place; the seconds until the last is done."""
        labels = list(range(WRITERS)) if len(set(names)) == 1 else [0] * WRITERS
        self._note(names, share)
        waiting = [
            self._pool.submit(write, self._url, name, label, self._round, share, True)
            for name, label in zip(names, labels, strict=True)
        ]
        return max(writer.result(PATIENCE_S) for writer in waiting)

    def alone(self, name: str, share: int) -> float:
        """One writer in a process of its own, the others idle; its seconds."""
        self._note([name], share)
        return self._pool.submit(write, self._url, name, 0, self._round, share).result(PATIENCE_S)

    def faults(self, names: list[str]) -> list[str]:
        """What was lost, and where there is a gap."""
        found = []
        for name in names:
            with opened(self._url, name) as ledger:
                positions = [recorded.position for recorded in ledger.log.events()]
            expected = self._before.get(name, len(positions)) + self._recorded.get(name, 0)
            if len(positions) != expected:
                found.append(f"{name} holds {len(positions)} events instead of {expected}")
            if positions != list(range(1, len(positions) + 1)):
                found.append(f"{name} has a gap")
        return found

    def _note(self, names: list[str], share: int) -> None:
        self._round += 1
        for name in names:
            if name not in self._before:
                with opened(self._url, name) as ledger:
                    self._before[name] = ledger.log.position()
            self._recorded[name] = self._recorded.get(name, 0) + share
            self.written += share


def _arrive(line: Barrier) -> None:
    global _line
    _line = line
