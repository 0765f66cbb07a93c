"""The question banks a ledger has: those of the house, and those it adopted, folded as far as it has been read."""

from typing import TYPE_CHECKING

from ledger.events.questions import QUESTION_STREAM, QuestionsAdopted
from ledger.state.folded import Folded

if TYPE_CHECKING:
    from ledger.examination.book import BankBook
    from ledger.state.ledger_state import LedgerState


class QuestionBanks:
    """What one state of a ledger knows of its banks; they are read when they are first asked for."""

    def __init__(self) -> None:
        self._folded: Folded[BankBook] | None = None

    def book(self, state: "LedgerState") -> "BankBook":
        """All banks, those of the house first. LedgerError or ValueError where an event holds none."""
        from ledger.examination import loading
        from ledger.examination.book import AdoptedBank

        if self._folded is None:
            self._folded = Folded(state.stream(QUESTION_STREAM), loading.house_book())
        folded = self._folded
        for recorded in folded.new():
            event = recorded.event
            if isinstance(event, QuestionsAdopted):
                bank = loading.parse_adopted(event.document, event.digest)
                entry = AdoptedBank(bank, event.site, event.on, recorded.position, event.digest)
                folded.state = folded.state.with_bank(entry)
        return folded.state
