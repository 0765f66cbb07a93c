"""What takes longer than a page may: done beside the requests, one after another, and told to whoever began it."""

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYetError
from dataclasses import dataclass, field
from typing import Any, Final

_MOST: Final = 20
"""So many are remembered, those that run and those that are done."""


@dataclass
class Job:
    """One of them. `about`: what it was begun with."""

    name: str
    person: str
    about: Mapping[str, Any]
    done: int = 0
    total: int = 0
    _answer: "Future[Any]" = field(default_factory=Future)

    def progress(self, done: int, total: int) -> None:
        """How far it is."""
        self.done, self.total = done, total

    def is_done_within(self, seconds: float) -> bool:
        """Whether it has come to an end, after waiting for it so long."""
        try:
            self._answer.exception(seconds)
        except NotYetError:
            return False
        return True

    def answer(self) -> Any:
        """What it came to; what it raised is raised."""
        return self._answer.result()


class Jobs:
    """Those of a process: none of them outlives it, and none records anything."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: OrderedDict[str, Job] = OrderedDict()
        self._hand = ThreadPoolExecutor(1, "job")

    def begin(self, person: str, about: Mapping[str, Any], work: Callable[[Job], Any]) -> Job | None:
        """Begins something for somebody; what they began before is forgotten. None: too many wait already."""
        job = Job(secrets.token_urlsafe(12), person, about)
        with self._lock:
            for other in [each for each in self._found.values() if each.person == person]:
                other._answer.cancel()
                del self._found[other.name]
            if len(self._found) >= _MOST:
                return None
            self._found[job.name] = job
        job._answer = self._hand.submit(work, job)
        return job

    def of(self, name: str, person: str) -> Job | None:
        """A job of somebody's; None: there is none of that name, or it is somebody else's."""
        with self._lock:
            job = self._found.get(name)
        return job if job is not None and job.person == person else None
