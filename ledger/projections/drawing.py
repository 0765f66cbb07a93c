"""Who draws: this process and, where the ledger is worth it, others. What is drawn is the same on any number.

Workers leave each packed batch in a file, which is cheaper than a pipe, and this process draws too while none is there to
be written. Whatever goes wrong with a worker, what it was to draw is drawn here.
"""

import marshal
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Final

from ledger.projections import builder
from ledger.projections.builder import Builder
from ledger.projections.rebuild import Borne, Packed
from ledger.store import workers
from ledger.store.log import Log
from ledger.store.stream_scan import held

WORTH_A_HELPER: Final = 40_000
"""From so many events on others help: one takes about a second to start."""
MOST_HELPERS: Final = 8
_EXPECTED: Final = "expected"
"""The file, beside the batches, with what is expected: it may be too long to go with each task."""


class Drawing:
    """Draws tasks from a log up to a position; to be used with `with`."""

    def __init__(self, log: Log, as_of: int, dialect: str, helpers: int | None = None) -> None:
        """`dialect`: of the database of the projections; `helpers`: how many other processes; None: as many as pay."""
        self._log, self._as_of, self._dialect = log, as_of, dialect
        self._helpers = helpers_for(as_of) if helpers is None else helpers
        self._builder = Builder(log, as_of, dialect)
        self._open = ExitStack()
        self._folder: Path | None = None
        self._pool: workers.Pool | None = None
        self._ending: Thread | None = None

    def __enter__(self) -> "Drawing":
        self._open.enter_context(workers.without_collecting())
        if self._helpers:
            with suppress(OSError):  # room on the disk there may be no more: then alone
                folder = Path(self._open.enter_context(TemporaryDirectory(prefix="kaoji-")))
                self._folder = folder
                self._pool = self._open.enter_context(workers.pool(self._helpers, folder))
                workers.over([_Start()] * self._helpers, self._pool)
        return self

    def __exit__(self, *_: object) -> None:
        if self._ending is None:
            self._open.close()
        else:
            self._ending.join()

    def end(self) -> None:
        """Nothing more is drawn: the workers go, which takes them a while, and are waited for at the end of the block."""
        self._ending = Thread(target=self._open.close)
        self._ending.start()

    def expect(self, borne: Sequence[Borne]) -> None:
        """What is likely to be borne, as for `Builder`; before anything is drawn."""
        self._builder = Builder(self._log, self._as_of, self._dialect, borne)
        if self._folder is not None:
            try:
                (self._folder / _EXPECTED).write_bytes(marshal.dumps(tuple(borne)))
            except OSError:
                self._pool = None

    def drawn(self, tasks: Iterable[builder.Task]) -> Iterator[Packed]:
        """The packed batches of tasks as they are done, in any order. StoreError `ledger_damaged`."""
        if self._pool is None or self._folder is None:
            yield from map(self._builder.draw, tasks)
            return
        url = self._log.url.render_as_string(hide_password=False)
        source = _Source(url, self._log.ledger, self._as_of, self._dialect, str(self._folder))
        for answer in workers.over((_Draw(source, task) for task in tasks), self._pool, self._here):
            # a fault is met once more here, where it is raised; or it was the worker's own, such as no connection for it
            yield self._here(answer.task) if answer.value is None else answer.value

    def _here(self, task: workers.Task[Packed]) -> Packed:
        assert isinstance(task, _Draw)
        return self._builder.draw(task.what)


@dataclass(frozen=True, slots=True)
class _Start:
    """The task to be there: a worker takes about as long to start as it takes to empty the projections."""

    def do(self) -> None:
        """Nothing."""


@dataclass(frozen=True, slots=True)
class _Source:
    """What is drawn from, up to where, for projections of which dialect, and where `_EXPECTED` lies."""

    url: str = field(repr=False)
    ledger: str
    as_of: int
    dialect: str
    folder: str


@dataclass(frozen=True, slots=True)
class _Draw:
    """One task of the builder, for a worker."""

    source: _Source
    what: builder.Task

    def do(self) -> Packed:
        """The packed batch, drawn from the one state of the log that this worker sees."""
        return _builder(self.source).draw(self.what)


@lru_cache(maxsize=1)
def _builder(source: _Source) -> Builder:
    expected = marshal.loads((Path(source.folder) / _EXPECTED).read_bytes())
    return Builder(held(source.url, source.ledger), source.as_of, source.dialect, expected)


def helpers_for(events: int) -> int:
    """How many helpers pay for so many events."""
    if events < WORTH_A_HELPER or not workers.can_start():
        return 0
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores - 1, MOST_HELPERS)
