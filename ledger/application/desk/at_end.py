"""What was found out at one end of a log: true for as long as nothing is recorded, and gone with what is recorded next."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Final, Generic, TypeVar

V = TypeVar("V")

End = tuple[int, str]
"""The last position of a log, and SHA-256 (hex) of what is stored there."""
NOTHING: Final[End] = (0, "")
"""The end of a log of which nothing is known."""


class AtEnd(Generic[V]):
    """Answers at one end, as many as have room; those that were asked for longest ago go first. Threads may share it.

    `most`: how much they may come to, by what `size` says of each.
    """

    def __init__(self, most: int, size: Callable[[V], int]) -> None:
        self._lock = threading.Lock()
        self._most, self._size = most, size
        self._end = NOTHING
        self._found: OrderedDict[Hashable, V] = OrderedDict()
        self.held = 0
        """What they come to."""
        self.forgotten = 0
        """How often all of them were forgotten."""

    def get(self, end: End, key: Hashable) -> V | None:
        """The answer to a question at this end; None: it is not kept."""
        with self._lock:
            if end != self._end or key not in self._found:
                return None
            self._found.move_to_end(key)
            return self._found[key]

    def put(self, end: End, key: Hashable, value: V, since: int) -> None:
        """Keeps an answer of this end, and none of another one.

        `since`: how often all had been forgotten before its question was asked; it is not kept where they were again, nor
        where there are answers of a later end.
        """
        with self._lock:
            if since != self.forgotten or end[0] < self._end[0]:
                return
            if end != self._end:
                self._clear(end)
            if key in self._found:
                self.held -= self._size(self._found[key])
            self._found[key] = value
            self.held += self._size(value)
            while self.held > self._most:
                _, oldest = self._found.popitem(last=False)
                self.held -= self._size(oldest)

    def forget(self) -> None:
        """Keeps none of them any longer."""
        with self._lock:
            self._clear(NOTHING)
            self.forgotten += 1

    def _clear(self, end: End) -> None:
        self._found.clear()
        self._end, self.held = end, 0
