"""A fold of one stream that goes on where it stopped."""

from typing import Generic, TypeVar

from ledger.events import Recorded

S = TypeVar("S")


class Folded(Generic[S]):
    """A stream's fold, and how many of its events are in it."""

    __slots__ = ("count", "events", "state")

    def __init__(self, events: list[Recorded], state: S) -> None:
        self.events = events
        self.state = state
        self.count = 0

    def new(self) -> list[Recorded]:
        """The events that are not in it yet, and from now on are."""
        new = self.events[self.count :]
        self.count += len(new)
        return new
