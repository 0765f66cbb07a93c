"""A memory of the log's end, kept from one write unit or refresh of the sheets to the next, which needs only what is new.

Whoever takes it has it alone, and hands it back when nothing went wrong; it is caught up after the lock (law 8).
"""

from typing import Final

from ledger.state.ledger_state import LedgerState
from ledger.store.log import Log

_MOST_STREAMS: Final = 1_000
"""A memory of more streams is not kept."""
_MISSED_EVENTS: Final = 1_000
"""A memory that missed more events is given up."""


class StateCache:
    """Holds at most one memory, with the position it knows."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._kept: list[tuple[LedgerState, int]] = []

    @property
    def is_empty(self) -> bool:
        """Whether nothing is kept."""
        return not self._kept

    def take(self, end: int) -> LedgerState:
        """The memory, caught up to the log's end, or a new one: in a unit, or while one state of the log is held."""
        try:
            ledger_state, position = self._kept.pop()
        except IndexError:
            return LedgerState(self._log)
        if not 0 <= end - position <= _MISSED_EVENTS:
            return LedgerState(self._log)
        if position < end:
            ledger_state.catch_up(self._log.events(position, end))
        return ledger_state

    def put(self, ledger_state: LedgerState, position: int) -> None:
        """Hands back a memory that knows the log up to a position, and nothing that is not committed."""
        if not ledger_state.reading.is_empty and ledger_state.size <= _MOST_STREAMS:
            self._kept[:] = [(ledger_state, position)]
