"""Work that other processes share: one pool, of `concurrent.futures`, for whatever reads a ledger or draws it anew.

A task is a plain value that says what to read, up to a position fixed before, so that its answer is the same whoever does
it and however often: recording is never one. A fault of the ledger is a value of the answer. A lost worker costs no answer:
what it was to do is done here. Any `Executor` will do; it needs the standard library and `ledger.errors` alone.
"""

import gc
import marshal
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from itertools import islice
from multiprocessing import current_process, get_context, parent_process
from pathlib import Path
from tempfile import mkstemp
from types import ModuleType
from typing import Any, Final, Generic, Protocol, TypeVar, cast

from ledger.errors import LedgerError, StoreError

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)

AHEAD: Final = 2
"""How many tasks a worker is given at once, so that it is never without work."""

LOOKS_EVERY_S: Final = 5.0
"""How often it is looked whether there are workers at all, while none answers."""

_MAIN: Final = "__main__"
_main_hidden = threading.Lock()
_at_work: ContextVar[bool] = ContextVar("at_work", default=False)
"""Whether a task that shares the machine with others is being done: it has no workers of its own."""


class Task(Protocol[R_co]):
    """What is to be read: plain values only, since it is pickled; small, and the same result whenever it is done."""

    def do(self) -> R_co:
        """Does it. LedgerError."""
        ...


@dataclass(frozen=True, slots=True)
class Answer(Generic[R]):
    """What came of a task: its value or, of a fault of the ledger, the code and fields of the LedgerError.

    `lost`: its worker did not answer, and it was done here; `cause`: what went wrong with it here, where that is no
    fault of the ledger.
    """

    task: Task[R]
    value: R | None = None
    error: tuple[str, dict[str, object]] | None = None
    lost: bool = False
    cause: Exception | None = None

    def told(self) -> R:
        """The value of a task that raises none of the ledger's errors; whatever went wrong with it."""
        if self.cause is not None:
            raise self.cause
        assert self.error is None
        return cast(R, self.value)


@dataclass(frozen=True, slots=True)
class Pool:
    """An executor and how many workers it has; `folder`: where those of this machine leave long values as files.

    `helps`: whether this process does tasks too while it waits; `is_there`: whether a worker may still answer. What is
    left in a file must be something `marshal` can write: texts, numbers, bytes and lists, tuples, dicts of them.
    """

    executor: Executor
    workers: int
    folder: Path | None = None
    helps: bool = True
    is_there: Callable[[], bool] = lambda: True


@contextmanager
def pool(workers: int, folder: Path | None = None) -> Iterator[Pool | None]:
    """Processes of this machine, started when they get their first task; None where none are asked for or can be had."""
    try:
        executor = None if workers < 1 or not can_start() else _executor(workers)
    except (OSError, ImportError, NotImplementedError):  # a machine without semaphores or room for them
        executor = None
    try:
        yield None if executor is None else Pool(executor, workers, folder)
    finally:
        if executor is not None:
            executor.shutdown(cancel_futures=True)


def can_start() -> bool:
    """Whether this process can start others at all, and may: what a worker does it does by itself."""
    return bool(sys.executable) and not current_process().daemon and not _at_work.get()


def over(
    tasks: Iterable[Task[R]], shared: Pool | None, here: Callable[[Task[R]], R] | None = None
) -> Iterator[Answer[R]]:
    """The answers as they come, in any order; without a pool here, one after another.

    The workers have their first tasks when this returns, and never more than twice as many as they are. While none is
    done the next is done here, by `here` (None: as a worker does it), and so the last one is, instead of waiting for a
    worker that is at another.
    """
    work = _Work(iter(tasks), shared, here or _done)
    work.hand_out()
    return work.answers()


def visit(task: Task[R], folder: Path | None = None) -> Answer[R] | Path:
    """Does a task in a worker. With a folder its value is left there, and the file is the answer."""
    with _working(True):
        answer = _visited(task, _done)
    if folder is None or answer.error is not None:
        return answer
    handle, name = mkstemp(dir=folder)
    with os.fdopen(handle, "wb") as file:
        file.write(marshal.dumps(cast(Any, answer.value)))
    return Path(name)


def _visited(task: Task[R], do: Callable[[Task[R]], R]) -> Answer[R]:
    try:
        return Answer(task, do(task))
    except LedgerError as error:
        return Answer(task, error=(error.code, error.fields))


def _done(task: Task[R]) -> R:
    return task.do()


@contextmanager
def _working(shares: bool) -> Iterator[None]:
    """A task is done meanwhile, and others beside it where it shares the machine."""
    token = _at_work.set(_at_work.get() or shares)
    try:
        yield
    finally:
        _at_work.reset(token)


class _Work(Generic[R]):
    """Tasks on their way through a pool."""

    def __init__(self, left: Iterator[Task[R]], shared: Pool | None, here: Callable[[Task[R]], R]) -> None:
        self._left = left
        self._next: deque[Task[R]] = deque()
        self._pool = shared
        self._here = here
        self._shares = shared is not None
        self._under_way: dict[Future[Any], Task[R]] = {}

    def hand_out(self) -> None:
        """Gives the workers what they can take, ahead only while something is left to do here; nothing to a broken pool."""
        shared = self._pool
        while shared is not None and len(self._under_way) < AHEAD * shared.workers:
            ahead = len(self._under_way) >= shared.workers
            task = self._taken(but=1 if ahead and shared.helps else 0)
            if task is None:
                return
            future = _submitted(shared, task)
            if future.done() and future.exception() is not None:
                shared = self._pool = None
            self._under_way[future] = task

    def _taken(self, but: int = 0) -> Task[R] | None:
        """The next task; None where no more than so many are left."""
        self._next.extend(islice(self._left, max(but + 1 - len(self._next), 0)))
        return self._next.popleft() if len(self._next) > but else None

    def answers(self) -> Iterator[Answer[R]]:
        """Each task's answer."""
        while True:
            self.hand_out()
            done = next((future for future in self._under_way if future.done()), None)
            if done is not None:
                yield self._answer(done)
            elif (self._pool is None or self._pool.helps) and (task := self._taken()) is not None:
                with _working(self._shares):
                    answer = _visited(task, self._here)
                yield answer
            elif self._under_way:
                yield from self._waited()
            else:
                return

    def _waited(self) -> Iterator[Answer[R]]:
        """Nothing, once something is done; where there are no workers any more, all they were to do is done here."""
        done, _ = wait(self._under_way, LOOKS_EVERY_S, FIRST_COMPLETED)
        if done or self._pool is None or self._pool.is_there():
            return
        lost, self._under_way, self._pool = self._under_way, {}, None
        for future, task in lost.items():
            future.cancel()
            yield self._done_here(task)

    def _answer(self, done: Future[Any]) -> Answer[R]:
        """What a worker says; where it is lost or could not do it, the task is done here."""
        task = self._under_way.pop(done)
        try:
            told = done.result()
            if not isinstance(told, Path):
                return cast(Answer[R], told)
            value = marshal.loads(told.read_bytes())
            told.unlink()
        except Exception:
            return self._done_here(task)
        return Answer(task, value)

    def _done_here(self, task: Task[R]) -> Answer[R]:
        """What a worker did not answer, done here once; the error is `worker_lost` where that goes wrong, too."""
        try:
            with _working(self._shares):
                return replace(_visited(task, self._here), lost=True)
        except Exception as error:
            lost = StoreError("worker_lost", reason=f"{type(error).__name__}: {error}")
            return Answer(task, error=(lost.code, lost.fields), lost=True, cause=error)


def _submitted(shared: Pool, task: Task[R]) -> Future[Any]:
    """A task on its way; a future that has failed where it cannot be handed out."""
    try:
        with without_main():
            return shared.executor.submit(visit, task, shared.folder)
    except (OSError, RuntimeError) as error:  # no process to be had, or a pool that broke
        failed: Future[Any] = Future()
        failed.set_exception(error)
        return failed


@contextmanager
def without_collecting() -> Iterator[None]:
    """Nobody looks for garbage meanwhile: tasks make no cycles and are soon gone, and looking costs a third of the time."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


# --- processes of this machine ------------------------------------------------------------------------------


def _executor(workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, get_context("spawn"), _begin)


@contextmanager
def without_main() -> Iterator[None]:
    """A process that is started meanwhile does not run the script of this one once more: it may record something.

    `spawn` imports `__main__` in every process, for what is defined there; no task is.
    """
    with _main_hidden:
        main = sys.modules[_MAIN]
        sys.modules[_MAIN] = ModuleType(_MAIN)
        try:
            yield
        finally:
            sys.modules[_MAIN] = main


def _begin() -> None:
    """A worker's beginning. It looks for no garbage: tasks make no cycles and are soon gone."""
    gc.disable()
    go_with_starter()


def go_with_starter() -> None:
    """From now on this process goes when it is interrupted, without a word, and when whoever started it has gone."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    threading.Thread(target=_wait_for_starter, daemon=True).start()


def _wait_for_starter() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
