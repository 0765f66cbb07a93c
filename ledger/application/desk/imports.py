"""Sheets at a desk: finance says from a sheet what pay took, in their own name; every other sheet is the keeper's."""

from dataclasses import replace
from typing import Any

from ledger.aggregates.employee.pay_returns import RETURNING
from ledger.application.desk.desk_part import DeskPart
from ledger.application.recording.applied import Applied
from ledger.application.recording.imports import Asked, Imported, Imports, Kind, Progress
from ledger.errors import NotEntitled

_RETURN: Kind = "payroll"


class OwnImports(DeskPart, Imports):
    """What pay took of a closed month, by finance of the site. NotEntitled `not_yours_to_do`, `not_yours_to_read`."""

    def may_return(self, site: str) -> bool:
        """Whether the person says what pay took at a site."""
        return bool(RETURNING & set(self._standing().offices(site)))

    def require_return(self, site: str) -> None:
        """NotEntitled `not_yours_to_do` for whoever does not."""
        if not self.may_return(site):
            raise NotEntitled("not_yours_to_do", do="record_payroll", by=self._desk.person)

    def run(
        self,
        kind: Kind,
        content: bytes,
        asked: Asked,
        *,
        dry_run: bool = False,
        good_rows: bool = False,
        progress: Progress | None = None,
    ) -> Imported:
        """The rows of a return, in the person's own name."""
        if kind != _RETURN:
            self._desk.require_keeper(f"import {kind}")
        person = self._desk.person
        site = self._site_asked(asked.site)
        self.require_return(site)
        if asked.by not in (None, person):
            raise NotEntitled("not_yours_to_do", do="record_payroll", by=asked.by)
        own = replace(asked, site=site, by=person)
        return super().run(kind, content, own, dry_run=dry_run, good_rows=good_rows, progress=progress)

    def round(self, *given: Any, **asked: Any) -> Applied:
        """For whoever keeps the files; a round is recorded in the console."""
        self._desk.require_keeper("import round")
        return super().round(*given, **asked)
