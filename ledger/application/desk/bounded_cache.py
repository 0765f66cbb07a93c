"""What was found out and is kept: no more than there is room for, and no longer than it is true."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Final, Generic, TypeVar

V = TypeVar("V")

End = tuple[int, str]
"""The last position of a log, and SHA-256 (hex) of what is stored there; "" where the position says enough."""
NOTHING: Final[End] = (0, "")
"""The end of a log of which nothing is known."""


class BoundedCache(Generic[V]):
    """Answers, as many as have room; those that were asked for longest ago go first. Threads may share it.

    An answer of an end of the log goes as soon as there is one of a later end; one of no end (None) is true whatever is
    recorded. `most`: how much they may come to, by what `size` says of each; what takes more than half is not kept.
    """

    def __init__(self, most: int, size: Callable[[V], int]) -> None:
        self._lock = threading.Lock()
        self._most, self._size = most, size
        self._end = NOTHING
        self._found: OrderedDict[tuple[End | None, Hashable], V] = OrderedDict()
        self.held = 0
        """What they come to."""
        self.forgotten = 0
        """How often all of them were forgotten."""

    def __len__(self) -> int:
        return len(self._found)

    def get(self, end: End | None, key: Hashable) -> V | None:
        """The answer to a question at this end; None: it is not kept."""
        with self._lock:
            found = self._found.get((end, key))
            if found is not None:
                self._found.move_to_end((end, key))
            return found

    def put(self, end: End | None, key: Hashable, value: V, since: int) -> bool:
        """Keeps an answer; whether it is kept.

        `since`: how often all had been forgotten before its question was asked; it is not kept where they were again, nor
        where there are answers of a later end.
        """
        size = self._size(value)
        with self._lock:
            if since != self.forgotten or size > self._most // 2:
                return False
            if end is not None and end != self._end:
                if end[0] < self._end[0]:
                    return False
                self._end = end
                for stale in [each for each in self._found if each[0] is not None]:
                    self._drop(stale)
            if (end, key) in self._found:
                self._drop((end, key))
            self._found[end, key] = value
            self.held += size
            while self.held > self._most:
                self._drop(next(iter(self._found)))
            return True

    def forget(self) -> None:
        """Keeps none of them any longer."""
        with self._lock:
            self._found.clear()
            self._end, self.held = NOTHING, 0
            self.forgotten += 1

    def _drop(self, kept: tuple[End | None, Hashable]) -> None:
        self.held -= self._size(self._found.pop(kept))
