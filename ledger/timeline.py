"""A value that changes on days: what counts is the change in force on the day asked for.

A change recorded later for an earlier day takes its place in the order of days; of two on one day the one
recorded later counts (domain §1: department, post and supervisor are effective-dated).
"""

from bisect import insort
from datetime import date
from typing import Generic, TypeVar

from msgspec import Struct

from ledger.formats import last_day

T = TypeVar("T")
V = TypeVar("V")


class Change(Struct, Generic[T], frozen=True, gc=False):
    """From `day` on the value holds; `position` is the event that says so."""

    day: date
    position: int
    value: T


class Timeline(Struct, Generic[T], frozen=True, gc=False):
    """Changes in the order of their days, then of their positions."""

    changes: tuple[Change[T], ...] = ()

    @staticmethod
    def starting(day: date, position: int, value: V) -> "Timeline[V]":
        """A timeline with its first change."""
        return Timeline((Change(day, position, value),))

    def changed(self, day: date, position: int, value: T) -> "Timeline[T]":
        """The timeline with one more change."""
        changes = list(self.changes)
        insort(changes, Change(day, position, value), key=lambda c: (c.day, c.position))
        return Timeline(tuple(changes))

    def change_on(self, day: date) -> Change[T] | None:
        """The change in force on a day, None before the first."""
        found = None
        for change in self.changes:
            if change.day > day:
                break
            found = change
        return found

    def on(self, day: date) -> T | None:
        """The value on a day, None before the first change."""
        change = self.change_on(day)
        return None if change is None else change.value

    def in_month(self, month: str) -> T:
        """The value at the end of a month; before the first change, the first one. IndexError where there is no change."""
        first = self.changes[0]
        return first.value if len(self.changes) == 1 else (self.change_on(last_day(month)) or first).value

    def days(self) -> tuple[date, ...]:
        """The days on which it changes."""
        return tuple(change.day for change in self.changes)

    def last(self) -> T | None:
        """The value after all changes."""
        return self.changes[-1].value if self.changes else None


class Absence(Struct, frozen=True, gc=False):
    """Away after a last day; `back_on` is the first day of being back, None: not back. `position` says so last."""

    last_day: date
    position: int
    back_on: date | None = None

    def covers(self, day: date) -> bool:
        """Whether the person is away on a day."""
        return self.last_day < day and (self.back_on is None or day < self.back_on)

    def vacates(self, since: date, day: date) -> bool:
        """Whether a place held since a day is vacant on another: whoever comes back does not come back to it."""
        return self.last_day < day and (self.back_on is None or since < self.back_on)


def returned(absences: tuple[Absence, ...], back_on: date) -> tuple[Absence, ...]:
    """The absences, the last of which ends with a day; as they were where there is none."""
    if not absences:
        return absences
    last = absences[-1]
    return (*absences[:-1], Absence(last.last_day, last.position, back_on))


def corrected(absences: tuple[Absence, ...], last_day: date | None, position: int) -> tuple[Absence, ...]:
    """The absences, the last of which begins after another day, or never was; as they were where there is none."""
    if not absences:
        return absences
    kept = absences[:-1]
    return kept if last_day is None else (*kept, Absence(last_day, position, absences[-1].back_on))
