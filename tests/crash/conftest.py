"""The strikers, who work side by side; and the suite's counts, printed below its results."""

import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from tests.crash.tally import TALLY, Tally

Strikes = Callable[..., Tally]


class Strikers:
    """Processes with everything imported, which fork the children that are struck."""

    def __init__(self, pool: ProcessPoolExecutor, size: int) -> None:
        self._pool = pool
        self.size = size

    def share(self, strikes: Strikes, folder: Path, *arguments: Any) -> Tally:
        """Each does its part of the strikes: `strikes(folder, part, parts, …)`; what they counted together."""
        waiting = []
        for part in range(self.size):
            place = folder / f"part-{part}"
            place.mkdir()
            waiting.append(self._pool.submit(strikes, place, part, self.size, *arguments))
        together = Tally()
        errors = [error for each in waiting if (error := each.exception()) is not None]
        if errors:
            raise errors[0]
        for each in waiting:
            together.add(each.result())
        TALLY.add(together)
        return together


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A home of its own for the keys of ledgers on a server, before anybody is started who inherits it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder in memory where there is one: what strikes at the calls need no disk, and ledgers are laid out often."""
    if sys.platform != "linux":
        pytest.skip("only Linux asks somebody else about a process's system calls")
    memory = Path("/dev/shm")
    where = memory if os.access(memory, os.W_OK) else None
    with TemporaryDirectory(prefix="kaoji-crash-", dir=where, ignore_cleanup_errors=True) as name:
        yield Path(name)


@pytest.fixture(scope="session")
def strikers(home: None) -> Iterator[Strikers]:
    """As many as there are processors, four at most."""
    size = min(4, os.cpu_count() or 1)
    with ProcessPoolExecutor(size, multiprocessing.get_context("spawn")) as pool:
        yield Strikers(pool, size)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints the counts where the suite was run."""
    if TALLY.verified:
        terminalreporter.section("crash")
        for line in TALLY.lines():
            terminalreporter.write_line(line)
