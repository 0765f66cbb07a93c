"""What the parts of an opened ledger share: the ledger they belong to."""

from datetime import datetime
from typing import TYPE_CHECKING

from ledger.projections.projections import Projections
from ledger.store.log import Log

if TYPE_CHECKING:
    from ledger.application.ledger import Ledger


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
