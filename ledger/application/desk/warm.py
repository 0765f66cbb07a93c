"""What a process that serves people keeps of a ledger from one request to the next: who may what, and what was answered.

Rights are told from a memory of the log's end, caught up before each use; nothing that is kept outlives an erasure. One
thread at a time has its turn.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from ledger.access.standing import Standing
from ledger.application.desk.kept_values import KeptValues, quarter_of
from ledger.events.employees import EmployeeErased
from ledger.state.ledger_context import LedgerContext
from ledger.state.ledger_state import LedgerState
from ledger.store.log import Log

_MOST_STREAMS: Final = 1_000
_MOST_EVENTS: Final = 60_000
"""A memory of more is given up."""
_MISSED_EVENTS: Final = 1_000
"""A memory that missed more events is given up."""
_MOST_STANDINGS: Final = 100
_MOST_POSSIBLE: Final = 10_000


class Warm:
    """The memory, the rights that were told from it, and the answers of looks."""

    def __init__(self, log: Log) -> None:
        self.values = KeptValues()
        self._log = log
        self._lock = threading.RLock()
        self._has_turn = threading.local()
        self._state: LedgerState | None = None
        self._end = (0, "")
        self._standings: dict[tuple[str, str | None, int], Standing] = {}
        self._possible: dict[tuple[str, int, str], bool] = {}

    @contextmanager
    def turn(self) -> Iterator[None]:
        """This thread has the memory to itself; to be taken before anything of a database is held."""
        with self._lock:
            depth = self._depth
            self._has_turn.depth = depth + 1
            try:
                yield
            finally:
                self._has_turn.depth = depth
                if not depth:
                    self._give_up_what_is_large()

    @property
    def _depth(self) -> int:
        return getattr(self._has_turn, "depth", 0)

    @property
    def is_mine(self) -> bool:
        """Whether it is this thread's turn."""
        return self._depth > 0

    def standing(self, person: str, purpose: str | None, now: datetime) -> Standing:
        """Somebody's rights at the end of the log as it is seen now. Unknown `employee_unknown`."""
        state = self._caught_up()
        key = (person, purpose, quarter_of(now))
        if key not in self._standings:
            if len(self._standings) >= _MOST_STANDINGS:
                self._standings.clear()
            self._standings[key] = Standing(person, LedgerContext(state, now), purpose)
        return self._standings[key]

    def possible(self, person: str, now: datetime, asked: str, tried: Callable[[], bool]) -> bool:
        """Whether a command that somebody might give would be recorded: as it was found out, while nothing is recorded."""
        key = (person, quarter_of(now), asked)
        with self.turn():
            self._caught_up()
            before = self._end
            if key in self._possible:
                return self._possible[key]
        found = tried()
        with self.turn():
            self._caught_up()
            if self._end == before and len(self._possible) < _MOST_POSSIBLE:
                self._possible[key] = found
        return found

    def forget(self) -> None:
        """Keeps nothing of what was read."""
        self._state, self._end = None, (0, "")
        self._standings.clear()
        self._possible.clear()
        self.values.forget()

    def _caught_up(self) -> LedgerState:
        """The memory, knowing the log up to its end and nothing after it, whatever is recorded meanwhile."""
        position, known = self._end
        if self._state is not None:
            mark, new, end = self._log.since(position, _MISSED_EVENTS)
            is_erased = any(isinstance(each.event, EmployeeErased) for each in new)
            if mark == known and len(new) < _MISSED_EVENTS and not is_erased:
                if new:
                    self._standings.clear()
                    self._possible.clear()
                    self._state.advance(new, end[0])
                    self._end = end
                return self._state
            self.forget()
        with self._log.holding():
            self._end = self._log.end()
        self._state = LedgerState(self._log, self._end[0])
        return self._state

    def _give_up_what_is_large(self) -> None:
        state = self._state
        if state is not None and (state.size > _MOST_STREAMS or state.length > _MOST_EVENTS):
            self._state = None
            self._standings.clear()
            self._possible.clear()
