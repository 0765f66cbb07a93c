"""What every benchmark module is given and what it gives back: a stage to measure on, lines for the table.

A module has a `TITLE` and a `measure(stage)` that yields lines, and sentences about them. What is compared is
measured in the same run, in turns, at least five times each; a line that misses its goal says where the time goes.
"""

import cProfile
import gc
import pstats
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Final, Literal, Protocol

RUNS: Final = 5
"""So many times everything is measured at least."""

ENOUGH_FOR_P99: Final = 100

Unit = Literal["/s", "ms", "s", "MB", "KB", "of them"]
Work = Callable[[], float | None]
"""What is measured; it returns the seconds it took where only a part of it counts."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound on a line's median, its 99th percentile, or its ratio to the baseline."""

    of: Literal["median", "p99", "ratio"]
    bound: float
    at_least: bool

    def is_met(self, found: float | None) -> bool | None:
        """Whether a figure keeps the bound; None where there is no figure."""
        if found is None:
            return None
        return found >= self.bound if self.at_least else found <= self.bound


def at_least(bound: float, of: Literal["median", "ratio"] = "median") -> Goal:
    """A goal that more is better of."""
    return Goal(of, bound, True)


def at_most(bound: float, of: Literal["median", "p99", "ratio"] = "median") -> Goal:
    """A goal that less is better of."""
    return Goal(of, bound, False)


@dataclass(slots=True)
class Line:
    """One line of the table: what was measured how often, against what. Figures are in `unit`."""

    what: str
    unit: Unit
    taken: Sequence[float]
    baseline: str = ""
    baseline_taken: Sequence[float] = ()
    goals: Sequence[Goal] = ()
    remark: str = ""
    profile: str = ""

    @property
    def median(self) -> float:
        """The median of what was measured."""
        return median(self.taken)

    @property
    def p99(self) -> float | None:
        """The 99th percentile, where it was measured often enough for one."""
        return quantiles(self.taken, n=100)[98] if len(self.taken) >= ENOUGH_FOR_P99 else None

    @property
    def baseline_median(self) -> float | None:
        """The median of the baseline."""
        return median(self.baseline_taken) if self.baseline_taken else None

    @property
    def ratio(self) -> float | None:
        """Median to median of the baseline."""
        below = self.baseline_median
        return self.median / below if below else None

    def found(self, goal: Goal) -> float | None:
        """The figure a goal is about."""
        return {"median": self.median, "p99": self.p99, "ratio": self.ratio}[goal.of]

    @property
    def missed(self) -> list[Goal]:
        """The goals that are not reached."""
        return [goal for goal in self.goals if goal.is_met(self.found(goal)) is False]


class Postgres(Protocol):
    """A durable PostgreSQL server."""

    def database(self) -> AbstractContextManager[str]:
        """The URL of a new database, dropped afterwards."""


@dataclass
class Stage:
    """Where a module measures: folders of its own, a PostgreSQL server, how often and how large."""

    folder: Path
    """Empty at the start, removed at the end."""
    kept: Path
    """Where large ledgers are kept from run to run."""
    postgres: Postgres
    real_log: Path
    full: bool = False
    runs: int = RUNS
    small: bool = False
    """Whether it is only tried, in sizes that take a minute; the goals are of larger ones."""
    _names: Iterator[int] = field(default_factory=lambda: iter(range(10**9)))

    def size(self, quick: int, full: int) -> int:
        """The size for this run."""
        return full if self.full else quick

    def new_folder(self) -> Path:
        """A folder that nobody has used."""
        folder = self.folder / f"{next(self._names):04}"
        folder.mkdir(parents=True)
        return folder

    def new_sqlite(self) -> str:
        """The URL of an SQLite ledger that is not there yet."""
        return f"sqlite:///{self.new_folder() / 'kaoji.db'}"


def in_turns(
    works: Mapping[str, Work], runs: int, warm_up: int = 0, collect: bool = True
) -> dict[str, list[float]]:
    """Seconds of each work; all take turns, so that a busy moment falls on all of them.

    `collect`: the garbage of those before is cleared away first.
    """
    found: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(warm_up + runs):
        for name, work in works.items():
            taken = timed(work, collect)
            if turn >= warm_up:
                found[name].append(taken)
    return found


def timed(work: Work, collect: bool = True) -> float:
    """The seconds of one call, with the garbage of those before cleared away."""
    if collect:
        gc.collect()
    begun = time.perf_counter()
    stated = work()
    return time.perf_counter() - begun if stated is None else stated


def processor_time(work: Callable[[], Any]) -> float:
    """The seconds this process's processor worked on a call: what others do on the machine meanwhile is not in it."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def rates(count: int, seconds: Sequence[float]) -> list[float]:
    """So many things done in these seconds, as things a second."""
    return [count / taken for taken in seconds]


def milliseconds(seconds: Sequence[float]) -> list[float]:
    """Seconds as milliseconds."""
    return [taken * 1_000 for taken in seconds]


def explained(line: Line, work: Callable[[], Any]) -> Line:
    """The line; where it misses a goal, with a profile of the work."""
    if line.missed:
        line.profile = profiled(work)
    return line


def profiled(work: Callable[[], Any], top: int = 12) -> str:
    """Where the time of a call goes: its costliest functions, each by the time in itself, in percent."""
    profile = cProfile.Profile()
    profile.enable()
    try:
        work()
    finally:
        profile.disable()
    stats: dict[Any, Any] = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    total = sum(own for _, _, own, _, _ in stats.values()) or 1.0
    rows = sorted(stats.items(), key=lambda row: -row[1][2])[:top]
    lines = [
        f"{own / total:5.0%}  {calls:>9,} calls  {_named(function)}"
        for function, (_, calls, own, _, _) in rows
    ]
    return "\n".join(lines)


def _named(function: tuple[str, int, str]) -> str:
    file, line, name = function
    if file == "~":
        return name
    parts = Path(file).parts
    below = parts[parts.index("site-packages") + 1 :] if "site-packages" in parts else parts[-3:]
    return f"{'/'.join(below)}:{line} {name}"


def say(text: str) -> None:
    """Progress, for whoever waits."""
    print(text, file=sys.stderr, flush=True)
