"""Who draws: this process and, where the ledger is worth it, others. What is drawn is the same on any number.

A helper is told its tasks on its standard input and leaves each packed batch in a file, so that it never waits
for this process, which draws too while nothing is there to be written. Whatever goes wrong with a helper, what it
was to draw is drawn here.
"""

import gc
import marshal
import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import count
from multiprocessing import current_process
from pathlib import Path
from select import select
from tempfile import TemporaryDirectory
from typing import IO, Final

from ledger.projections.builder import Builder, Task
from ledger.projections.rebuild import Borne, Packed
from ledger.store.log import Log
from ledger.store.stream_scan import walking

WORTH_A_HELPER: Final = 40_000
"""From so many events on others help: one takes about a second to start."""
MOST_HELPERS: Final = 8
AHEAD: Final = 3
"""How many tasks a helper is told at once, so that it is never without work."""

_START: Final = (
    "import gc, pickle, sys; gc.disable(); sys.path[:] = pickle.load(sys.stdin.buffer); "
    "from ledger.projections.workers import help; help(sys.stdin.buffer, sys.stdout.buffer)"
)


class Workers:
    """Draws tasks from a log up to a position; to be closed."""

    def __init__(
        self, log: Log, as_of: int, dialect: str, helpers: int | None = None, expected: Iterable[Borne] = ()
    ) -> None:
        """`dialect`: of the database of the sheets; `helpers`: how many other processes; None: as many as pay.

        `expected`: as for `Builder`.
        """
        expected = tuple(expected)
        self._drawer = Builder(log, as_of, dialect, expected)
        self._folder = TemporaryDirectory(prefix="kaoji-")
        self._helpers: list[_Helper] = []
        # of processes, memory or room on the disk there may be no more: then with fewer
        with suppress(OSError):
            folder, work = Path(self._folder.name), (log.url, log.ledger, as_of, dialect)
            (folder / _EXPECTED).write_bytes(marshal.dumps(expected))
            for number in range(helpers_for(as_of) if helpers is None else helpers):
                self._helpers.append(_Helper(work, folder / str(number)))
        self._collected = gc.isenabled()
        gc.disable()  # slices make no cycles and are soon gone: looking for garbage in them costs a third of the time

    def __enter__(self) -> "Workers":
        return self

    def __exit__(self, *_: object) -> None:
        for helper in self._helpers:
            helper.stop()
        self._folder.cleanup()
        if self._collected:
            gc.enable()

    def drawn(self, tasks: Iterable[Task]) -> Iterator[Packed]:
        """The packed batches of tasks as they are done, in any order."""
        left = iter(tasks)
        while True:
            for helper in self._helpers:
                while helper.has_room and (task := next(left, None)) is not None:
                    helper.tell(task)
            found = self._next(wait=False)
            if found is None and (task := next(left, None)) is not None:
                found = self._drawer.draw(task)
            if found is None:
                found = self._next(wait=True)
            if found is None:
                return
            yield found

    def _next(self, wait: bool) -> Packed | None:
        """What a helper has drawn; None where there is nothing yet or, having waited, where nothing is under way."""
        busy = {helper.answers: helper for helper in self._helpers if helper.told}
        ready, _, _ = select(list(busy), [], [], None if wait else 0) if busy else ([], [], [])
        for answers in ready:
            helper = busy[answers]
            task = helper.told.popleft()
            batch = helper.answer()
            return self._drawer.draw(task) if batch is None else batch
        return None


class _Helper:
    """Another process that draws."""

    def __init__(self, work: tuple[object, ...], folder: Path) -> None:
        """`work`: what it is to draw from, as `help` takes it."""
        self.told: deque[Task] = deque()
        self._folder = folder
        folder.mkdir()
        self._process = subprocess.Popen(
            [sys.executable, "-c", _START],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
        )
        self._answered = 0
        self._lost = False
        self._send(sys.path)
        self._send((folder, *work))

    @property
    def answers(self) -> IO[bytes]:
        """Where a byte comes for each task that is done."""
        assert self._process.stdout is not None
        return self._process.stdout

    @property
    def has_room(self) -> bool:
        """Whether it can be told one more task."""
        return not self._lost and len(self.told) < AHEAD

    def tell(self, task: Task) -> None:
        """Has a task done."""
        self.told.append(task)
        self._send(task)

    def answer(self) -> Packed | None:
        """The next batch; None where the helper is lost or could not do it."""
        file = self._folder / str(self._answered)
        self._answered += 1
        if self.answers.read(1) != _DONE:
            self._lost = True
            return None
        batch: Packed = marshal.loads(file.read_bytes())
        file.unlink()
        return batch

    def stop(self) -> None:
        """Ends the process."""
        self._process.kill()
        self._process.communicate()

    def _send(self, value: object) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(pickle.dumps(value))
        except OSError:
            self._lost = True


_DONE: Final = b"."
_EXPECTED: Final = "expected"
"""The file, beside the helpers' folders, with what is expected: a pipe may not hold it until the helper reads."""


def help(told: IO[bytes], answers: IO[bytes]) -> None:
    """The life of a helper: draws what it is told until it is told nothing more."""
    folder, url, ledger, as_of, dialect = pickle.load(told)
    log = Log(url, ledger)
    expected = marshal.loads((folder.parent / _EXPECTED).read_bytes())
    drawer = Builder(log, as_of, dialect, expected)
    with walking(log), suppress(EOFError):
        for number in count():
            task = pickle.load(told)
            batch = drawer.draw(task)
            (folder / str(number)).write_bytes(marshal.dumps(batch))
            answers.write(_DONE)
            answers.flush()


def helpers_for(events: int) -> int:
    """How many helpers pay for so many events."""
    if events < WORTH_A_HELPER or os.name == "nt" or not sys.executable or current_process().daemon:
        return 0
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores - 1, MOST_HELPERS)
