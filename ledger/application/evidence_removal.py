"""The sealed copies of evidence files that were taken out: removed once that is recorded."""

from collections.abc import Iterable

from ledger.events import Recorded
from ledger.events.evidence import EvidenceDiscarded
from ledger.review.evidence import standing_copies
from ledger.state.ledger_state import LedgerState
from ledger.store.log import Log


def remove_discarded(log: Log, events: Iterable[Recorded]) -> None:
    """Removes the sealed copies of what was taken out in these events and lies with nothing else of that person's."""
    gone = {
        (event.whose, event.sha256) for each in events if isinstance(event := each.event, EvidenceDiscarded)
    }
    if not gone:
        return
    gone -= standing_copies(LedgerState(log))
    log.people.load_keys(sorted({whose for whose, _ in gone}))
    for whose, sha256 in sorted(gone):
        log.people.evidence.remove(whose, sha256)
