"""The log of one ledger: its events are read (`EventReads`), one state of them is held, and they are written in units.

Law 8: a unit locks the head row first; what is decided in it sees the log plus the unit's own events.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Final

from sqlalchemy import URL

from ledger.events import Recorded
from ledger.events.keyring import KEYRING_STREAM, KeysBound
from ledger.store import missed
from ledger.store.event_reads import EventReads, sha256_of
from ledger.store.registry_queries import NO_END, stream_in, together_in
from ledger.store.sql import fetch_all
from ledger.store.stream_statements import EVENTS
from ledger.store.tree import LAST
from ledger.store.unit import Unit
from ledger.store.verified import Row

_END: Final = "SELECT position, state FROM events WHERE ledger = ? ORDER BY position DESC LIMIT 1"


class Log(EventReads):
    """One ledger's events.

    Threads may share it: a unit and a held state are of the thread that has them, and nobody else's. `keyring`: where its
    keys are, if not where they are looked for.
    """

    def __init__(self, url: str, ledger: str | None = None, keyring: URL | None = None) -> None:
        super().__init__(url, ledger, keyring)
        self.sealing.fitting.bound = self.bound_keys
        self.sealing.agree = self.verified.agree
        self._bound: dict[str, str] | None = None

    @contextmanager
    def unit(
        self, keep: bool = True, known: int = 0, things: Sequence[tuple[str, str]] = ()
    ) -> Iterator[Unit]:
        """One write unit: locked on entry, committed on a clean exit, nothing kept after an error or without `keep`.

        `known`: the position up to which the log is known already, what came behind it is read with the lock
        (`Unit.missed`); 0: nothing is. `things`: kind and id of what is going to be asked for (`Unit.streams`).
        After it the keys of those whose erasure is recorded are destroyed; whoever verifies meanwhile waits for that.
        StoreError `erasure_unfinished`, `keyring_unusable`.
        """
        committed = False
        self._bound = None
        token = self._in_unit.set(True)  # nobody else can record an erasure meanwhile
        with ExitStack() as until_destroyed:
            try:
                end = missed.asked(self.ledger, known) if known else (LAST, (self.ledger,))
                registry = self.registry.together_asked(self.people.erasures_asked, things)
                with self.usable(), self.recorder.locked(end, registry) as (connection, (last, answers)):
                    erasures, *found = together_in(answers, 1 + len(things))
                    if known and not last:  # an older log was put in its place
                        known, last = 0, fetch_all(connection, LAST, self.ledger)
                    unit = Unit(self, connection, last)
                    unit.erased = list(before := self.people.erasures_in(erasures))
                    if known:
                        rows = missed.rows_in(last, known, self.recorder.head(), self.verified)
                        unit.missed = None if rows is None else (known, rows)
                    unit.streams = dict(zip(things, map(stream_in, found), strict=True))
                    yield unit
                    if keep and unit.erased != before:
                        with self.keyring.usable():
                            until_destroyed.enter_context(self.keyring.erasing())
                    if keep:
                        unit.flush(commits=True)
                committed = keep
            finally:
                self._in_unit.reset(token)
                self.sealing.end_unit(committed)
                self._bound = None
                if not committed:
                    self.verified.forget()
            if committed and unit.erased:
                self.people.destroy_keys(unit.erased)

    @contextmanager
    def holding(self) -> Iterator[None]:
        """One state of the log for everything that is asked of it meanwhile, in one transaction. Not for writing."""
        if self._in_unit.get() or self.people.is_holding:
            yield
            return
        with ExitStack() as stack:
            with self.usable():
                stack.enter_context(self.recorder.holding())
            stack.enter_context(self.people.holding())
            yield

    def bound_keys(self) -> dict[str, str]:
        """The check values of keys that an upgrade recorded, by the ids of the people; the ledger's own under ""."""
        if self._bound is None:
            self._bound = {}
            for event in (recorded.event for recorded in self.stream(KEYRING_STREAM)):
                if isinstance(event, KeysBound):
                    self._bound.update(event.checks)
        return self._bound

    def end(self) -> tuple[int, str]:
        """The last position, and SHA-256 (hex) of the bytes stored there; (0, "") in an empty ledger."""
        rows = self.fetch_all(_END, self.ledger)
        return (rows[0][0], sha256_of(rows[0])) if rows else (0, "")

    def since(
        self, position: int, most: int = NO_END - 1, is_bare: bool = False
    ) -> tuple[str, list[Recorded], tuple[int, str]]:
        """What a refresh needs in one question: SHA-256 (hex) of the bytes at a position, the events after it, the end.

        The events are as they lie, names sealed. The hash is empty where nothing is at that position. Where there are
        more than `most`, the end is that of those read. `is_bare`: those of people's months as figures need them.
        """
        statement = f"{EVENTS} AND position >= ? ORDER BY position LIMIT ?"
        rows = self.fetch_all(statement, self.ledger, position, most + 1)
        self.verified.check_positions(rows, max(position, 1))
        mark = sha256_of(rows[0]) if rows and rows[0][0] == position else ""
        with self.usable():
            new = missed.decoded([row for row in rows if row[0] > position], lambda stream: not is_bare)
        return mark, new, (rows[-1][0], sha256_of(rows[-1])) if rows else (0, "")

    def missed_events(self, rows: Sequence[Row], keeps: Callable[[str], bool]) -> list[Recorded]:
        """What `Unit.missed` read, names opened, for whoever keeps the events of some streams alone."""
        with self.usable():
            return self.named(missed.decoded(rows, keeps))
