"""What the parts of an opened ledger share: the ledger they belong to."""

from datetime import datetime
from typing import TYPE_CHECKING

from ledger.aggregates.context import Decision
from ledger.application.clock_judgement import judged
from ledger.projections.projections import Projections
from ledger.state.execution import Recorder, record_own
from ledger.state.ledger_state import LedgerState
from ledger.store.log import Log

if TYPE_CHECKING:
    from ledger.application.ledger import Ledger
    from ledger.store.unit import Unit


class Part:
    """A part of a ledger: made when it is first used, and with no state of its own, so that threads may share it."""

    def __init__(self, ledger: "Ledger") -> None:
        self._ledger = ledger

    @property
    def log(self) -> Log:
        """The ledger's log."""
        return self._ledger.log

    @property
    def projections(self) -> Projections:
        """The ledger's projections."""
        return self._ledger.projections

    def _now(self) -> datetime:
        return self._ledger.now()

    def _operator(self) -> str:
        return self._ledger.operator()

    def _state_if_any(self) -> LedgerState | None:
        """The ledger as it stands; None where there is none yet."""
        return LedgerState(self.log) if self.log.exists() else None

    def _judged(self, ledger_state: LedgerState, position: int) -> tuple[Recorder, Decision | None]:
        return judged(ledger_state, position, self._operator(), self._now(), self._ledger.clock_is_right)

    def _hand(self, unit: "Unit", ledger_state: LedgerState) -> Recorder:
        """Whose hand records in a unit, and when; where somebody vouches for the clock, that is recorded first.

        WrongState `clock_behind`, `clock_ahead`.
        """
        hand, vouching = self._judged(ledger_state, unit.position)
        if vouching is not None:
            for recorded in record_own(ledger_state, [vouching], unit.position, hand):
                unit.append(recorded)
        return hand
