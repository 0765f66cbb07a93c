"""A fold of one stream that goes on where it stopped."""

from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

from ledger.events import Event, Recorded

S = TypeVar("S")
Fold = Callable[[S, Iterable[tuple[Event, int]]], S]
"""A state and more events, each with its position → the state after them."""


class Folded(Generic[S]):
    """A stream's fold, and how many of its events are in it."""

    __slots__ = ("count", "events", "state")

    def __init__(self, events: list[Recorded], state: S) -> None:
        self.events = events
        self.state = state
        self.count = 0

    def new(self) -> Iterator[Recorded]:
        """The events that are not in it yet, each of which is as soon as the next one is asked for.

        Where one does not fit in, it is not in it, and does not fit in the next time either.
        """
        while self.count < len(self.events):
            yield self.events[self.count]
            self.count += 1

    def fold(self, fold: Fold[S]) -> None:
        """Takes all of them in; where one does not fit in, none of them."""
        end = len(self.events)
        new = [(recorded.event, recorded.position) for recorded in self.events[self.count : end]]
        self.state, self.count = fold(self.state, new), end
