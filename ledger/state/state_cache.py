"""A state of the log's end, kept from one write unit or refresh of projections to the next, which needs only what is new.

Whoever takes it has it alone, and hands it back when nothing went wrong; it is caught up after the lock (law 8).
"""

from collections.abc import Callable, Sequence
from typing import Final

from ledger.state.ledger_state import LedgerState
from ledger.store.log import Log
from ledger.store.missed import MOST
from ledger.store.verified import Row

_MOST_STREAMS: Final = 1_000
"""A state of more streams is not kept."""


class StateCache:
    """Holds at most one state, with the position it knows, and the leaf there, by which the log is known again."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._kept: list[tuple[LedgerState, int, bytes]] = []
        self._has_missed = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is kept."""
        return not self._kept

    @property
    def known(self) -> int:
        """The position up to which the log is known, where others record too; else 0: nothing is likely to be missed."""
        kept = self._kept[-1:]  # a thread beside this one may take it
        return kept[0][1] if kept and self._has_missed else 0

    def take(
        self, end: int, leaf_at: Callable[[int], bytes], missed: tuple[int, Sequence[Row]] | None = None
    ) -> LedgerState:
        """The state, caught up to the log's end, or a new one: in a unit, or while one state of the log is held.

        A state that missed more than `MOST` events is given up, and one of another past than the log now has, by the
        leaf of an event. `missed`: a position, and the rows behind it.
        """
        try:
            ledger_state, position, leaf = self._kept.pop()
        except IndexError:
            return LedgerState(self._log)
        self._has_missed = position < end
        if not 0 <= end - position <= MOST or leaf_at(position) != leaf:
            return LedgerState(self._log)
        if position < end:
            if missed is not None and missed[0] == position:
                ledger_state.catch_up(self._log.missed_events(missed[1], ledger_state.keeps))
            else:
                ledger_state.catch_up(self._log.events(position, end))
        return ledger_state

    def put(self, ledger_state: LedgerState, position: int, leaf: bytes) -> None:
        """Hands back a state that knows the log up to a position, the leaf there, and nothing that is not committed."""
        if not ledger_state.reading.is_empty and ledger_state.size <= _MOST_STREAMS:
            self._kept[:] = [(ledger_state, position, leaf)]
