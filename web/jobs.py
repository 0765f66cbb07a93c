"""What takes longer than a page may: done in processes of their own, one after another, and told to whoever began it.

Where several processes serve, all of them have the same jobs (`web.workers`), and pass them on as they stand.
That something was begun stands beside the ledger: where the server stops before it has ended, whoever began it is told.
"""

import logging
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYetError
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Protocol

from starlette.responses import Response

from ledger.application.child_process import LostError, Progress, Task, TaskError, done_apart
from ledger.errors import StoreError
from ledger.terms import format_recorded
from web.database import DeskDatabase

if TYPE_CHECKING:
    from web.ask import Ask

_LOG: Final = logging.getLogger("kaoji.web")

PATIENCE: Final = 4.0
"""Seconds for which whoever begins something waits for it; then they are shown how far it is."""
_MOST: Final = 20
"""So many are remembered, those that run and those that are done; of the done ones the first go where others begin."""


class GivenUpError(Exception):
    """Nobody waits for it any more."""


@dataclass
class Job:
    """One of them, or how it stood when another process asked for it. `about`: what it was begun with."""

    name: str
    kind: str
    person: str
    about: Mapping[str, Any]
    done: int = 0
    total: int = 0
    step: str = ""
    found: dict[str, tuple[int, tuple[Any, ...]]] = field(default_factory=dict)
    """What each step has found so far: how much, and the first of it."""
    is_given_up: bool = False
    _answer: "Future[Any]" = field(default_factory=Future)

    def __getstate__(self) -> dict[str, Any]:
        """As it stands, for another process: what it came to, too, where it has ended."""
        is_done = self.is_done_within(0)
        error = self._answer.exception() if is_done else None
        value = self._answer.result() if is_done and error is None else None
        return {**vars(self), "_answer": (is_done, value, error)}

    def __setstate__(self, kept: dict[str, Any]) -> None:
        is_done, value, error = kept["_answer"]
        vars(self).update(kept, _answer=Future())
        if error is not None:
            self._answer.set_exception(error)
        elif is_done:
            self._answer.set_result(value)

    def is_of(self, kind: str, person: str) -> bool:
        """Whether it is of a kind, and somebody's."""
        return (self.kind, self.person) == (kind, person)

    def heard(self, progress: Progress | None) -> None:
        """How far it says it is; None: it is asked whether it is to go on. GivenUpError where it is to stop."""
        if self.is_given_up:
            raise GivenUpError
        if progress is None:
            return
        self.step, self.done, self.total = progress.step, progress.done, progress.total
        if progress.count:
            self.found = {**self.found, progress.step: (progress.count, progress.found)}

    def is_done_within(self, seconds: float) -> bool:
        """Whether it has come to an end, after waiting for it so long; what is given up comes to none."""
        try:
            self._answer.exception(seconds)
        except (NotYetError, CancelledError):
            return False
        return not self.is_given_up

    def answer(self) -> Any:
        """What it came to. LedgerError, TaskError that it raised; LostError where its process ended without an answer."""
        return self._answer.result()

    def give_up(self) -> None:
        """It does not begin any more, or is ended."""
        self.is_given_up = True
        self._answer.cancel()


class Jobs(Protocol):
    """What a console asks of them, whether they are its own or those of whoever started it."""

    def begin(self, kind: str, person: str, about: Mapping[str, Any], task: Task[Any], /) -> Job | None:
        """Begins something for somebody, and waits for it for some seconds; what they began of the kind before is given up.

        None: too many wait already, or the server stops. StoreError.
        """
        ...

    def of(self, kind: str, name: str, person: str, within: float = 0.0, /) -> Job | None:
        """A job of somebody's, after waiting so many seconds for its end.

        None: there is none of that name, or it is somebody else's.
        """
        ...

    def stand(self, kind: str, name: str, person: str, /) -> Job | None:
        """How far somebody's job is, without what it was begun with; None: it has ended, or there is none of that name."""
        ...

    def latest(self, kind: str, person: str, /) -> Job | None:
        """What somebody began last of a kind, as long as it is remembered."""
        ...

    def lost(self, kind: str, person: str, name: str | None = None, /) -> str | None:
        """When somebody began what went with the process that did it (RFC 3339); None: there is no such thing.

        `name`: whether it had ended or not; without one, what had not ended. StoreError.
        """
        ...

    def stop(self) -> None:
        """The console stops."""
        ...


class OwnJobs:
    """Those of a console: none of them outlives it, and none records anything. `now` is the clock, UTC."""

    def __init__(self, database: DeskDatabase, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now
        self._lock = threading.Lock()
        self._found: OrderedDict[str, Job] = OrderedDict()
        self._hand = ThreadPoolExecutor(1, "job")
        self._is_over = False

    def begin(self, kind: str, person: str, about: Mapping[str, Any], task: Task[Any]) -> Job | None:
        """As of `Jobs`."""
        job = Job(secrets.token_urlsafe(12), kind, person, about)
        with self._lock:
            for other in [each for each in self._found.values() if each.is_of(kind, person)]:
                other.give_up()
                del self._found[other.name]
            self._make_room()
            if self._is_over or len(self._found) >= _MOST:
                return None
            self._found[job.name] = job
        try:
            self._keep_begun(job)
            job._answer = self._hand.submit(self._done, job, task)
        except BaseException:
            with self._lock:
                self._found.pop(job.name, None)
                if self._is_over:
                    return None
            raise
        job.is_done_within(PATIENCE)
        return job

    def _keep_begun(self, job: Job) -> None:
        with self._database.open() as database:
            database.execute(
                "INSERT INTO jobs (employee, kind, name, began_at) VALUES (?, ?, ?, ?) ON CONFLICT (employee, kind)"
                " DO UPDATE SET name = excluded.name, began_at = excluded.began_at, ended_at = NULL",
                (job.person, job.kind, job.name, format_recorded(self._now())),
            )

    def _make_room(self) -> None:
        """Forgets those that were begun first of those that are done, until there is room for one more."""
        for job in [each for each in self._found.values() if each.is_done_within(0)]:
            if len(self._found) < _MOST:
                return
            del self._found[job.name]

    def _done(self, job: Job, task: Task[Any]) -> Any:
        """Does it, and keeps that it has ended; not of one that was given up or lost: the server may be about to stop."""
        is_lost = False
        try:
            return done_apart(task, job.heard)
        except LostError:
            is_lost = True
            raise
        except TaskError as error:
            _LOG.error("%s\n%s%s", job.kind, error.where, error)
            raise
        finally:
            if not (job.is_given_up or is_lost):
                with suppress(StoreError), self._database.open() as database:
                    database.execute(
                        "UPDATE jobs SET ended_at = ? WHERE name = ?",
                        (format_recorded(self._now()), job.name),
                    )

    def of(self, kind: str, name: str, person: str, within: float = 0.0) -> Job | None:
        """As of `Jobs`."""
        with self._lock:
            job = self._found.get(name)
        if job is None or not job.is_of(kind, person):
            return None
        job.is_done_within(within)
        return job

    def stand(self, kind: str, name: str, person: str) -> Job | None:
        """As of `Jobs`."""
        job = self.of(kind, name, person)
        if job is None or job.is_given_up or job.is_done_within(0):
            return None
        return replace(job, about={}, _answer=Future())

    def latest(self, kind: str, person: str) -> Job | None:
        """As of `Jobs`."""
        with self._lock:
            found = [each for each in self._found.values() if each.is_of(kind, person)]
        return found[-1] if found else None

    def lost(self, kind: str, person: str, name: str | None = None) -> str | None:
        """As of `Jobs`."""
        with self._database.open(writes=False) as database:
            row = database.execute(
                "SELECT name, began_at, ended_at FROM jobs WHERE employee = ? AND kind = ?", (person, kind)
            ).fetchone()
        if row is None or self.of(kind, row["name"], person) is not None:
            return None
        is_meant = row["ended_at"] is None if name is None else row["name"] == name
        return str(row["began_at"]) if is_meant else None

    def stop(self) -> None:
        """Gives all of them up: the server stops."""
        with self._lock:
            self._is_over = True
            for job in self._found.values():
                job.give_up()
        self._hand.shutdown(wait=False, cancel_futures=True)


def not_here(ask: "Ask", kind: str, name: str) -> Response:
    """What is said instead of a job: another took its place, it went with the process that did it, or there was none."""
    found, console = ask.console.jobs, ask.console
    if found.latest(kind, ask.person) is not None:
        return console.problem(ask, 410, "job_replaced")
    if found.lost(kind, ask.person, name) is not None:
        return console.problem(ask, 410, "job_lost")
    return console.problem(ask, 404, "no_page")
