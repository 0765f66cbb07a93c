"""`kaoji serve --workers N`: a console of several processes, which share an address and what takes longer than a page.

1. Each is started anew (`spawn`, never forked: no connection of a database is inherited) and opens the ledger by itself.
2. One that ends is told of and replaced, after a pause that grows where they end at once; all end with whoever started them.
3. Checks and trials are begun and remembered where they were started from, one after another, as by a single process;
   what else has to hold for all stands beside the ledger (`web.database`).
"""

import gc
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial, partialmethod
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from multiprocessing.managers import BaseManager, BaseProxy
from tempfile import TemporaryDirectory, gettempdir
from time import monotonic
from typing import Any, Final, cast

from ledger.application.child_process import start
from ledger.errors import LedgerError
from web import serve
from web.app import Console
from web.connections import open_many_files
from web.jobs import Jobs
from web.serve import Ready, Serving

_LOG: Final = logging.getLogger("kaoji.web")
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
_LOOKS_EVERY_S: Final = 0.5
"""How often it is looked whether it is to stop."""
_PAUSE_S: Final = 1.0
"""So long after one has ended another is started, which may end at once as well: then it is twice as long each time."""
_LONGEST_PAUSE_S: Final = 60.0
"""The longest of these pauses; one that has answered for longer has lasted, and the next is short again."""
_LONGEST_FOLDER: Final = 70
"""Bytes of a folder in which a socket can still have a name (`sun_path` has 108, elsewhere 92)."""
_PATIENCE_S: Final = 10.0
"""Seconds in which one that is told to stop answers what it is being asked."""

Tell = Callable[[int | None, int | None], None]
"""Called with the PID of a process that has ended, and its status: negative is the signal that ended it."""


def run(serving: Serving, console: Console, made: Ready, count: int, tell: Tell) -> None:
    """Serves with so many processes until it is stopped, where a console is ready; of that the jobs are theirs."""
    console.ledger.close()
    open_many_files()  # each thread of theirs that asks for a job has a connection here
    with _signals() as stopped, _handed_out(console.jobs) as address:
        begin = partial(start, _answer, serving, made.listening, address, gc.get_threshold())
        places: list[_Place] = []
        try:
            for _ in range(count):
                places.append(_Place(begin()))
            while not stopped:
                _replace_ended(places, begin, stopped, tell)
        finally:
            console.jobs.stop()
            made.listening.close()
            _end([place.worker for place in places])
    with suppress(KeyboardInterrupt):
        signal.raise_signal(stopped[0])


@contextmanager
def _signals() -> Iterator[list[int]]:
    """The signals to stop that came meanwhile."""
    came: list[int] = []
    before = {each: signal.signal(each, lambda number, _: came.append(number)) for each in _SIGNALS}
    try:
        yield came
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


@dataclass
class _Place:
    """Where one of them answers. `again_at`: it has ended, and then another is started; None: it answers."""

    worker: SpawnProcess
    since: float = field(default_factory=monotonic)
    again_at: float | None = None
    _pause: float = _PAUSE_S

    def waits(self, lasted: float = 0.0) -> None:
        """Another is started after a pause, which is twice as long each time, until one has lasted: so many seconds."""
        if lasted > _LONGEST_PAUSE_S:
            self._pause = _PAUSE_S
        self.again_at = monotonic() + self._pause
        self._pause = min(2 * self._pause, _LONGEST_PAUSE_S)


def _replace_ended(
    places: list[_Place], begin: Callable[[], SpawnProcess], stopped: list[int], tell: Tell
) -> None:
    """Waits a moment, tells of each that has ended since, and starts others where their pause is over."""
    wait([place.worker.sentinel for place in places if place.again_at is None], _LOOKS_EVERY_S)
    for place in places:
        if stopped:
            return
        if place.again_at is None and not place.worker.is_alive():
            with suppress(OSError):  # nobody may read it any more
                tell(place.worker.pid, place.worker.exitcode)
            place.waits(monotonic() - place.since)
        elif place.again_at is not None and monotonic() >= place.again_at:
            try:
                place.worker, place.since, place.again_at = begin(), monotonic(), None
            except OSError:  # none is to be had now
                place.waits()


def _end(workers: list[SpawnProcess]) -> None:
    for each in workers:
        each.terminate()
    for each in workers:
        each.join(_PATIENCE_S)
        each.kill()
        each.join()


# --- the jobs of all ------------------------------------------------------------------------------------


class _Jobs(BaseProxy):
    """The jobs of another process, which are asked there."""

    _exposed_ = ("begin", "of", "stand", "latest", "lost")

    def _asked(self, name: str, *given: Any) -> Any:
        return cast(Any, self)._callmethod(name, given)

    begin = partialmethod(_asked, "begin")
    of = partialmethod(_asked, "of")
    stand = partialmethod(_asked, "stand")
    latest = partialmethod(_asked, "latest")
    lost = partialmethod(_asked, "lost")

    def stop(self) -> None:
        """They go on: others have them, too."""


class _Manager(BaseManager):
    """What hands them from one process to another, which has to know the secret that only those it started know."""


_Manager.register("jobs", proxytype=_Jobs)


@contextmanager
def _handed_out(jobs: Jobs) -> Iterator[str]:
    """Where the jobs are to be had meanwhile: a socket in a folder of its own, among temporary ones or in /tmp."""
    _Manager.register("jobs", lambda: jobs, _Jobs)
    is_short = len(os.fsencode(gettempdir())) <= _LONGEST_FOLDER
    with TemporaryDirectory(prefix="kaoji-", dir=None if is_short else "/tmp") as folder:
        server: Any = _Manager(f"{folder}/jobs").get_server()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.address
        finally:
            server.listener.close()  # else it looks for its socket when the folder has gone


# --- in one of them -------------------------------------------------------------------------------------


def _answer(
    serving: Serving, listening: socket.socket, address: str, threshold: tuple[int, int, int]
) -> None:
    """Answers beside others until it is stopped; it looks for garbage as rarely as whoever started it."""
    gc.set_threshold(*threshold)
    manager: Any = _Manager(address)
    manager.connect()
    jobs: Jobs = manager.jobs()
    try:
        console = serve.console_of(serving, jobs)
        made = serve.ready(serving, console, listening)
    except LedgerError as error:
        _LOG.error("%s", error.code)
        raise SystemExit(1) from None
    serve.run(made)
