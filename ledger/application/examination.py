"""Question banks: shown, checked, adopted (appraisal §9.4; 篇2)."""

from datetime import date
from typing import Any

from ledger.application.part import Part
from ledger.application.policy_check import Checked
from ledger.application.policy_documents import Document, concerned, today
from ledger.application.recording.applied import Applied
from ledger.errors import Unknown
from ledger.examination import loading
from ledger.examination.bank import Question
from ledger.examination.book import AdoptedBank, BankBook
from ledger.examination.lint import faults
from ledger.formats import format_day
from ledger.policy.diagnostic import error, placed
from ledger.state.ledger_state import LedgerState

Report = dict[str, Any]

_NO_SITE = ""
_MARKED_BY = ("criteria", "forbidden", "cap")
"""What the markers go by, and no candidate is shown."""


class Examination(Part):
    """What there is to know of the banks; without a ledger, documents and the banks of the house can be looked at still."""

    def check(self, document: Document) -> Checked:
        """`exam check`; where there is a ledger, against the banks it has too."""
        state, found = self._state_if_any(), faults(document.values)
        version = document.values.get("version")
        known = self._book(state).named(version) if isinstance(version, str) else None
        if known is not None and known.digest != loading.digest(document.values):
            found.append(error("bank_taken", "version", version=version))
        return Checked(placed(found, document.values, document.lines), state is not None)

    def adopt(self, document: Document, given: dict[str, Any], dry_run: bool = False) -> Applied | None:
        """`exam adopt`: `given` may hold site, by and on. InputError `bank_wrong` where it cannot be one.

        None where a dry run has no ledger to be tried on.
        """
        loading.parse(document.values)
        if dry_run and not self.log.exists():
            return None
        return self._ledger.record.typed({"do": "adopt_questions", "bank": document.values, **given}, dry_run)

    def banks(self) -> list[Report]:
        """`exam banks`: every bank, how it was adopted, and what it holds."""
        return [
            {
                "bank": entry.bank.version,
                "title": entry.bank.title.model_dump(by_alias=True),
                "site": entry.site,
                "from": format_day(entry.on),
                "questions": len(entry.bank.questions),
                "position": entry.position or None,
                "digest": entry.digest,
            }
            for entry in self._book(self._state_if_any()).adopted
        ]

    def questions(
        self,
        codes: tuple[str, ...] = (),
        bank: str | None = None,
        site: str | None = None,
        rubric: bool = False,
    ) -> tuple[str, list[Report]]:
        """`exam questions`: the bank's name and its questions, or those of some codes; `rubric`: as the markers have them.

        Unknown `bank_unknown`, `question_unknown`.
        """
        entry = self._entry(bank, site)
        upper = {code.upper(): code for code in entry.bank.by_code}
        wanted = [entry.question(upper.get(code.upper(), code)) for code in codes]
        return entry.bank.version, [_told(question, rubric) for question in wanted or entry.bank.questions]

    def _entry(self, bank: str | None, site: str | None) -> AdoptedBank:
        """The bank of a name, else the one in force today at a site, or at the first one."""
        state = self._state_if_any()
        book = self._book(state)
        if bank is not None:
            found = book.named(bank)
            if found is None:
                known = ", ".join(entry.bank.version for entry in book.adopted)
                raise Unknown("bank_unknown", bank=bank, known=known)
            return found
        sites = [] if state is None else concerned(state, site)
        return book.entry_on(sites[0] if sites else _NO_SITE, self._today(state, sites))

    def _today(self, state: LedgerState | None, sites: list[str]) -> date:
        return today(state, sites, self._now())

    @staticmethod
    def _book(state: LedgerState | None) -> BankBook:
        return loading.house_book() if state is None else state.question_banks.book(state)


def template() -> str:
    """The latest bank of the house as it is written: a start for one's own."""
    return loading.house_text()


def _told(question: Question, rubric: bool) -> Report:
    told: Report = question.model_dump(mode="json", by_alias=True)
    return told if rubric else {name: value for name, value in told.items() if name not in _MARKED_BY}
