"""What was read of somebody else's record, noted before it is shown: one row for each thing, once a look."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from ledger.access.classes import InfoClass
from ledger.store.readings import Readings

Reading = tuple[InfoClass, str, str]
"""A class of information, whose record or which list it is of, and what it was."""


class Noter:
    """Notes what somebody reads in one look at a position; nothing where no log of readings is kept (None)."""

    def __init__(
        self, readings: Readings | None, at: datetime, person: str, purpose: str | None, position: int
    ) -> None:
        self._readings = readings
        self._reader = (at, person, purpose, position)
        self._noted: set[Reading] = set()
        self._together: list[Reading] | None = None

    def __call__(self, info: InfoClass, subject: str, what: str) -> None:
        """Keeps that something was read. StoreError `reading_not_noted`."""
        reading = (info, subject, what)
        if self._together is not None:
            self._together.append(reading)
        else:
            self._write([reading])

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is read meanwhile is noted at its end, all of it or none, before any of it is shown.

        Within another one it is noted at the end of that.
        """
        if self._together is not None:
            yield
            return
        self._together = []
        try:
            yield
        finally:
            found, self._together = self._together, None
            self._write(found)

    def _write(self, readings: list[Reading]) -> None:
        """Notes those that were not noted yet: what could not be noted is noted before it is shown after all."""
        new = [each for each in dict.fromkeys(readings) if each not in self._noted]
        if self._readings is not None and new:
            at, person, purpose, position = self._reader
            self._readings.note_each(at, person, new, purpose, position)
        self._noted.update(new)
