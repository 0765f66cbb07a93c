"""The question banks in a person's hands: who may read the questions, and who how they are marked."""

from typing import Any

from ledger.access.classes import Grant
from ledger.access.examined import awaited_questions
from ledger.application.desk.desk_part import DeskPart
from ledger.application.examination import Examination
from ledger.application.policy_check import Checked
from ledger.application.policy_documents import Document
from ledger.application.recording.applied import Applied


class OwnExamination(DeskPart, Examination):
    """The banks through somebody's eyes: questions for whoever holds an examination, how they are marked for fewer.

    Whoever awaits a result reads nothing of them: what is left out would say what is asked.
    """

    def check(self, document: Document) -> Checked:
        """For whoever knows the facts of a site."""
        self._require(None, Grant.FACTS, "exam check")
        return super().check(document)

    def adopt(self, document: Document, given: dict[str, Any], dry_run: bool = False) -> Applied | None:
        """For whoever keeps the files."""
        self._refuse("exam adopt")

    def banks(self) -> list[dict[str, Any]]:
        """For whoever knows the facts of a site: the banks of all sites, and those of the sites they may know."""
        standing = self._standing()
        self._require(None, Grant.FACTS, "exam banks")
        return [row for row in super().banks() if row["site"] is None or standing.knows_site(row["site"])]

    def questions(
        self,
        codes: tuple[str, ...] = (),
        bank: str | None = None,
        site: str | None = None,
        rubric: bool = False,
    ) -> tuple[str, list[dict[str, Any]]]:
        """As a candidate reads them for whoever knows the facts of the site; with the rubric for whoever reads its words."""
        where = self._site_asked(site)
        self._require(where, Grant.WORDS if rubric else Grant.FACTS, "exam questions")
        return super().questions(codes, bank, where, rubric)

    def _require(self, site: str | None, least: Grant, what: str) -> None:
        """At a site; None: at any of theirs."""
        standing = self._standing()
        granted = standing.anywhere("fact") if site is None else standing.at_site(site, "fact")
        if granted < least or awaited_questions(standing):
            self._refuse(what)
