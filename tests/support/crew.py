"""Several operating-system processes at one ledger, let go at the same moment.

What a member does is a function of a module, called with its place in the crew and the arguments given.
"""

import multiprocessing
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Barrier, BrokenBarrierError
from typing import Any, Final

SIZE: Final = 4
PATIENCE_S: Final = 60

_line: Barrier | None = None


@dataclass(frozen=True)
class Fallen:
    """How a member ended who did not come to the end: in words, since not every error can be sent home."""

    why: str


class Workers:
    """The processes, ready and with everything imported."""

    def __init__(self, pool: ProcessPoolExecutor, line: Barrier) -> None:
        self._pool = pool
        self._line = line

    def race(self, work: Callable[..., Any], *arguments: Any) -> list[Any]:
        """Every member does the work at once; what each returned, in the order of their places."""
        waiting = [self._pool.submit(_start, work, place, arguments) for place in range(SIZE)]
        ended = [member.result(2 * PATIENCE_S) for member in waiting]
        fallen = [end for end in ended if isinstance(end, Fallen)]
        if fallen:
            self._line.reset()
            raise AssertionError("\n".join(end.why for end in fallen))
        return ended


def line_up() -> None:
    """Waits until every member of the crew is here."""
    assert _line is not None
    _line.wait(PATIENCE_S)


@contextmanager
def crew() -> Iterator[Workers]:
    """A crew, sent home at the end."""
    context = multiprocessing.get_context("spawn")
    line = context.Barrier(SIZE)
    with ProcessPoolExecutor(SIZE, context, _arrive, (line,)) as pool:
        members = Workers(pool, line)
        members.race(_ready)
        yield members


def _arrive(line: Barrier) -> None:
    global _line
    _line = line


def _start(work: Callable[..., Any], place: int, arguments: tuple[Any, ...]) -> Any:
    try:
        line_up()
        return work(place, *arguments)
    except BrokenBarrierError:
        return Fallen(f"member {place} waited for somebody who did not come")
    except Exception:
        assert _line is not None
        _line.abort()  # nobody waits for a member who has fallen
        return Fallen(f"member {place}:\n{traceback.format_exc()}")


def _ready(_place: int) -> None:
    import ledger.application.ledger  # noqa: F401


def until(holds: Callable[[], object]) -> None:
    """Waits for what others do; AssertionError where it has not come within `PATIENCE_S`."""
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.01)
