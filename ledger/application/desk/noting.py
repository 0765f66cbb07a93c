"""What was read of somebody else's record, noted before it is shown: one row for each thing, once a look."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from ledger.access.classes import InfoClass
from ledger.store.readings import Readings

Read = tuple[InfoClass, str, str]
"""A class of information, whose record or which list it is of, and what it was."""


class Noter:
    """Notes what somebody reads in one look at a position; nothing where no log of readings is kept (None)."""

    def __init__(
        self, readings: Readings | None, at: datetime, person: str, purpose: str | None, position: int
    ) -> None:
        self._readings = readings
        self._said = (at, person, purpose, position)
        self._told: set[Read] = set()
        self._together: list[Read] | None = None

    def __call__(self, info: InfoClass, subject: str, what: str) -> None:
        """Keeps that something was read. StoreError `reading_not_noted`."""
        read = (info, subject, what)
        if read in self._told:
            return
        if self._together is not None:
            self._together.append(read)
        else:
            self._write([read])
        self._told.add(read)

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is read meanwhile is noted at its end, all of it or none, before any of it is shown."""
        self._together = []
        try:
            yield
        finally:
            found, self._together = self._together, None
            self._write(found)

    def _write(self, found: list[Read]) -> None:
        if self._readings is not None and found:
            at, person, purpose, position = self._said
            self._readings.note_each(at, person, found, purpose, position)
