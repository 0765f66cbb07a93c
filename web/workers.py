"""`kaoji serve --workers N`: a console of several processes, which share an address and what takes longer than a page.

1. Each is started anew (`spawn`, never forked: no connection of a database is inherited) and opens the ledger by itself.
2. One that ends is told of and replaced; all of them end with whoever started them.
3. Checks and trials are begun and remembered where they were started from, one after another, as by a single process;
   what else has to hold for all stands beside the ledger (`web.database`).
"""

import gc
import logging
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
from tempfile import TemporaryDirectory
from time import sleep
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
"""So long after one has ended another is started, which may end at once as well."""
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
        workers: list[SpawnProcess] = []
        try:
            for _ in range(count):
                workers.append(begin())
            while not stopped:
                _replace_ended(workers, begin, stopped, tell)
        finally:
            console.jobs.stop()
            made.listening.close()
            _end(workers)
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


def _replace_ended(
    workers: list[SpawnProcess], begin: Callable[[], SpawnProcess], stopped: list[int], tell: Tell
) -> None:
    """Waits a moment, and starts another in the place of each that has ended."""
    wait([each.sentinel for each in workers], _LOOKS_EVERY_S)
    for place, each in enumerate(workers):
        if each.is_alive() or stopped:
            continue
        with suppress(OSError):  # nobody may read it any more
            tell(each.pid, each.exitcode)
        sleep(_PAUSE_S)
        with suppress(OSError):  # none is to be had now: it is tried again
            workers[place] = begin()


def _end(workers: list[SpawnProcess]) -> None:
    for each in workers:
        each.terminate()
    for each in workers:
        each.join(_PATIENCE_S)
        each.kill()
        each.join()


# --- the jobs of all ------------------------------------------------------------------------------------


class _Jobs(BaseProxy):
    """The jobs of another process."""

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
    """Where the jobs are to be had meanwhile: a socket in a folder of its own."""
    _Manager.register("jobs", lambda: jobs, _Jobs)
    with TemporaryDirectory(prefix="kaoji-") as folder:
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
