"""Where commands are decided: a write unit under the lock (law 8), or for a dry run one of which nothing is kept."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from ledger.application.part import Part
from ledger.events import Recorded
from ledger.events.policies import POLICY_STREAM, PolicyAdopted
from ledger.policy import loading
from ledger.state.execution import Recorder
from ledger.state.ledger_state import LedgerState
from ledger.state.named import Thing
from ledger.store.notary import Notary
from ledger.store.unit import Unit


@dataclass(slots=True)
class Imagined:
    """Where a dry run stands: what it appends is counted, and goes nowhere."""

    position: int

    def append(self, recorded: Recorded) -> None:
        """Takes an event for nothing."""
        self.position = recorded.position


class Deciding(Part):
    """A part of a ledger that decides commands."""

    def unit(self, dry_run: bool) -> "AbstractContextManager[tuple[Unit | Imagined, LedgerState, Recorder]]":
        """Where a file is decided: a write unit under the lock, or for a dry run one of which nothing is kept."""
        return self._imagining() if dry_run else self._recording()

    @contextmanager
    def _imagining(self) -> Iterator[tuple[Imagined, LedgerState, Recorder]]:
        """Where a dry run decides: on one state of the log, waiting for no writer; nothing of it is kept."""
        self.log.require()
        try:
            with self.log.holding():
                position, ledger_state = self.log.position(), LedgerState(self.log)
                hand, _ = self._judged(ledger_state, position)
                yield Imagined(position), ledger_state, hand
        finally:
            self.log.sealing.end_unit(committed=False)

    @contextmanager
    def _recording(
        self, by_hand: bool = False, things: Sequence[Thing] = ()
    ) -> Iterator[tuple[Unit, LedgerState, Recorder]]:
        """Where something is recorded, under the lock; by hand on the state that is kept. A new ledger adopts rules."""
        kept = self.projections.kept
        if kept.is_empty:
            self.log.create()
        with self.log.unit(known=kept.known if by_hand else 0, things=things) as unit:
            ledger_state = (
                kept.take(unit.position, unit.leaf_at, unit.missed) if by_hand else LedgerState(self.log)
            )
            ledger_state.reading.know(unit.streams)
            hand = self._hand(unit, ledger_state)
            if unit.position == 0:
                notary = Notary(self.log)
                notary.key.make(notary.origin)
                ledger_state.reading.is_empty = True
                unit.append(_house_rules(ledger_state, hand))
            yield unit, ledger_state, hand


def _house_rules(ledger_state: LedgerState, hand: Recorder) -> Recorded:
    """The first event of a ledger: the default house rules are adopted."""
    document = loading.house_rules()
    event = PolicyAdopted(
        version=document["version"],
        document=document,
        digest=loading.digest(document),
        on=hand.recorded_at.date(),
    )
    recorded = Recorded(
        1, POLICY_STREAM, 1, hand.recorded_at, hand.operator, event.digest, "policy:None", 0, event
    )
    ledger_state.add(recorded)
    return recorded
