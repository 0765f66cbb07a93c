"""A task done in a process of its own: what keeps an interpreter busy for minutes holds up nobody who asks another one.

1. The process is started anew (`spawn`, never forked) and handed the task and one end of a pipe.
2. Through it the process says how far it is, a few times a second at most, and then what the task came to.
3. Whoever waits is asked all the while whether it is still wanted; where they raise, the process is ended.
4. It starts no others and has so much memory at most; it goes by itself when whoever started it has gone.
"""

import os
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from time import monotonic
from traceback import format_tb
from typing import Any, Final, Protocol, TypeVar, cast

from ledger.errors import LedgerError
from ledger.store.workers import go_with_starter, without_main

R_co = TypeVar("R_co", covariant=True)
R = TypeVar("R")

MOST_FOUND: Final = 50
"""So many findings of a step are told; of the others how many there are."""
_LOOKS_EVERY_S: Final = 0.1
"""How often it is asked whether it is still wanted."""
_TELLS_EVERY_S: Final = 0.2
_FIRST_TO_GO: Final = "1000"
"""Where memory gives out on the machine, Linux ends this process before any other."""


class LostError(Exception):
    """The process ended without an answer: somebody ended it, it ran out of memory, or could not be started."""


class TaskError(Exception):
    """The task met a fault of our own: its class, and `where` it was met. What it says may be anybody's words."""

    def __init__(self, name: str, where: str) -> None:
        super().__init__(name)
        self.where = where

    def __reduce__(self) -> tuple[Any, ...]:
        """The same in another process."""
        return TaskError, (str(self), self.where)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a task is: `done` of `total`, in which step, how much that has found, and the first of it."""

    done: int
    total: int
    step: str
    count: int
    found: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Came:
    """What a task came to; `fault`: of what is no refusal of the ledger's its class, and where it was met."""

    value: Any = None
    error: LedgerError | None = None
    fault: tuple[str, str] | None = None


Tell = Callable[..., None]
"""Called with done, total and, where there are several, the step and all it has found."""


class Task(Protocol[R_co]):
    """What is to be done: plain values only, since it is pickled, and so is what comes of it."""

    def do(self, tell: Tell) -> R_co:
        """Does it. LedgerError."""
        ...


def start(work: Callable[..., None], *given: Any, daemon: bool = False) -> SpawnProcess:
    """A process that does some work and goes when whoever started it has gone; `daemon`: it starts no others. OSError."""
    child = get_context("spawn").Process(target=_with_starter, args=(work, *given), daemon=daemon)
    with without_main():
        child.start()
    return child


def done_apart(task: Task[R], hear: Callable[[Progress | None], None], memory: int | None = None) -> R:
    """What a task comes to, and what it raises of the ledger's errors; LostError, TaskError.

    `hear` is told how far it is, and asked in between (None); what it raises ends the process, and is raised.
    `memory`: how many bytes it may take; None: half of the machine's.
    """
    ours, theirs = Pipe(duplex=False)
    most = _half_of_all() if memory is None else memory
    with ours:
        with theirs:
            try:
                child = start(_answered, task, theirs, most, daemon=True)
            except OSError as error:
                raise LostError from error
        try:
            return cast(R, _heard(ours, hear))
        finally:
            child.kill()
            child.join()
            child.close()


def _heard(ours: Connection, hear: Callable[[Progress | None], None]) -> Any:
    while True:
        hear(None)
        if not ours.poll(_LOOKS_EVERY_S):
            continue
        try:
            told = ours.recv()
        except (EOFError, OSError) as error:
            raise LostError from error
        if isinstance(told, Progress):
            hear(told)
        elif told.error is not None:
            raise told.error
        elif told.fault is not None:
            raise TaskError(*told.fault)
        else:
            return told.value


# --- in that process ----------------------------------------------------------------------------------------


def _with_starter(work: Callable[..., None], *given: Any) -> None:
    go_with_starter()
    work(*given)


def _answered(task: Task[Any], theirs: Connection, memory: int | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _take_at_most(memory)
    try:
        theirs.send(_Came(task.do(_Telling(theirs))))
    except LedgerError as error:
        theirs.send(_Came(error=error))
    except (MemoryError, BrokenPipeError):  # it goes without an answer
        raise
    except Exception as error:
        theirs.send(_Came(fault=(type(error).__name__, "".join(format_tb(error.__traceback__)))))


class _Telling:
    """Says how far a task is, now and then; the last of a step is said before the next begins."""

    def __init__(self, theirs: Connection) -> None:
        self._theirs = theirs
        self._step: str | None = None
        self._next = 0.0
        self._unsaid: Progress | None = None

    def __call__(self, done: int, total: int, step: str = "", found: Sequence[Any] = ()) -> None:
        is_new, now = step != self._step, monotonic()
        if is_new and self._unsaid is not None:
            self._theirs.send(self._unsaid)
        told = Progress(done, total, step, len(found), tuple(found[:MOST_FOUND]))
        self._unsaid = None if is_new or now >= self._next else told
        if self._unsaid is None:
            self._theirs.send(told)
            self._step, self._next = step, now + _TELLS_EVERY_S


def _half_of_all() -> int | None:
    """Half of the machine's memory, in bytes; None: nobody can say."""
    with suppress(AttributeError, OSError, ValueError):
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    return None


def _take_at_most(memory: int | None) -> None:
    """Bounds what this process may take, where the system can."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_FIRST_TO_GO)
    with suppress(ImportError, OSError, ValueError):
        import resource

        if memory is not None:
            _, hard = resource.getrlimit(resource.RLIMIT_DATA)
            most = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
            resource.setrlimit(resource.RLIMIT_DATA, (most, hard))
