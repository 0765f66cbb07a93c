"""The rights of whoever is recorded: all there is about one person, handed out; and which files were handed out.

What is handed out holds the words of that person alone; others stand in it by staff number.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ledger.application.part import Part
from ledger.errors import StoreError
from ledger.events.employees import employee_of, is_somebodys
from ledger.proofs import Receipt
from ledger.review import person_record
from ledger.state.ids import full_id
from ledger.state.ledger_state import LedgerState
from ledger.store.notary import Notary
from ledger.store.receipts import receipt
from ledger.terms import Language


@dataclass(frozen=True, slots=True)
class PersonExport:
    """Everything held on a person: as values, as a page to read, and a receipt a position, by which checkpoint."""

    employee: str
    values: dict[str, Any]
    page: str
    receipts: dict[int, bytes]
    checkpoint: bytes | None


class People(Part):
    """What the people on record may ask of a ledger, and what the office keeps of it."""

    def export(self, employee: str, language: Language) -> PersonExport:
        """`employee export`: everything held on a person as the ledger stands. Unknown `employee_unknown`.

        Without the ledger's signing key there are no receipts.
        """
        from ledger.documents import person as document  # Jinja2 is heavy, and nobody else here needs it

        self.log.require()
        ledger_state = LedgerState(self.log, self.log.position())
        name = ledger_state.employee(full_id(ledger_state, "employee", employee, "employee")).employee
        values = person_record.everything_about(ledger_state, name, self._now(), language)
        note, receipts = self._receipts([event["position"] for event in values["events"]], name)
        state = ledger_state.employee(name)
        timezone = ledger_state.site(state.last_site).timezone
        sites = {site: ledger_state.site(site).name for site in state.all_sites}
        page = document.page(values, sorted(receipts), language, timezone, sites)
        return PersonExport(name, values, page, receipts, note)

    def _receipts(self, positions: Iterable[int], employee: str) -> tuple[bytes | None, dict[int, bytes]]:
        """A signed checkpoint and the receipts of events by it, which open the words of this person only."""
        notary = Notary(self.log)
        try:
            note = notary.sign()
        except StoreError as error:
            if error.code != "key_missing":
                raise
            return None, {}
        return note, {position: receipt(notary, position, employee, note) for position in positions}

    def note_handout(self, employees: Iterable[str], what: str, file: str, since: int | None = None) -> None:
        """Keeps that a file with these people's words, read since a position, leaves the ledger.

        StoreError `handout_not_noted`; `person_erased` where somebody was erased meanwhile.
        """
        self.log.people.note_handout(sorted(employees), what, file, self._operator(), self._now(), since)

    def takes_notes(self) -> bool:
        """Whether anything can be kept here, unlike in an auditor's copy."""
        return not self.log.is_laid_away()

    def in_receipt(self, receipt: bytes) -> list[str]:
        """Whose words a receipt opens."""
        parsed = Receipt.parse(receipt)
        stream = parsed.envelope.stream
        return [employee_of(stream)] if parsed.keys and is_somebodys(stream) else []

    def handouts(self, employee: str) -> list[dict[str, str]]:
        """`employee handouts`: which files left the ledger with a person's words. Unknown `employee_unknown`."""
        self.log.require()
        ledger_state = LedgerState(self.log)
        name = ledger_state.employee(full_id(ledger_state, "employee", employee, "employee")).employee
        return self.log.people.handouts(name)
