"""Which question bank is in force: one of the house at first, then whichever was adopted last (appraisal §9.4).

A bank that was adopted goes before those of the house, of which the later one is in force from its day on. One adopted for
one site goes before one for all; of two of a kind the one adopted later counts, from its day on.
"""

from dataclasses import dataclass
from datetime import date

from ledger.errors import Unknown
from ledger.examination.bank import Bank, Question


@dataclass(frozen=True, slots=True)
class AdoptedBank:
    """A bank as the ledger adopted it; `site` None means all sites, `on` None from the beginning.

    One of the house has position 0.
    """

    bank: Bank
    site: str | None
    on: date | None
    position: int
    digest: str

    def question(self, code: str) -> Question:
        """A question by its code. Unknown `question_unknown`."""
        found = self.bank.by_code.get(code)
        if found is None:
            known = ", ".join(self.bank.by_code)
            raise Unknown("question_unknown", question=code, bank=self.bank.version, known=known)
        return found

    def _precedence(self) -> tuple[bool, bool, date, int]:
        return self.position > 0, self.site is not None, self.on or date.min, self.position

    def governs(self, site: str, day: date) -> bool:
        """Whether it applies to a site on a day, others aside."""
        return self.site in (None, site) and (self.on is None or self.on <= day)


@dataclass(frozen=True, slots=True)
class BankBook:
    """The banks, those of the house first, then in the order of their adoption."""

    adopted: tuple[AdoptedBank, ...]

    def with_bank(self, entry: AdoptedBank) -> "BankBook":
        """The book with one more bank."""
        return BankBook((*self.adopted, entry))

    def named(self, version: str) -> AdoptedBank | None:
        """The bank of a name; one adopted before the house had one of this name goes before that."""
        return next((entry for entry in reversed(self.adopted) if entry.bank.version == version), None)

    def held(self, version: str) -> AdoptedBank:
        """The bank under which a sitting is held. LookupError where it is not there."""
        entry = self.named(version)
        if entry is None:
            raise LookupError(f"there is no question bank {version}")
        return entry

    def entry_on(self, site: str, day: date) -> AdoptedBank:
        """The bank in force at a site on a day."""
        return max((e for e in self.adopted if e.governs(site, day)), key=AdoptedBank._precedence)
