"""The policy book of a ledger: shown, compared, checked, adopted."""

from datetime import date
from typing import Any

from ledger.application import policy_check, policy_documents
from ledger.application.part import Part
from ledger.application.recording.applied import Applied
from ledger.errors import InputError
from ledger.policy import loading
from ledger.policy.causes import causes_of
from ledger.policy.model import Clause, Policy
from ledger.reports.names import local_day
from ledger.state.ledger_state import LedgerState
from ledger.terms import LANGUAGES, month_of


class Policies(Part):
    """What there is to know of the versions; without a ledger, documents and the house rules can be looked at still."""

    def show(
        self, site: str | None, version: str | None, on: date | None, as_of: int | None = None
    ) -> dict[str, Any]:
        """`policy show`."""
        self.log.require()
        state = LedgerState(self.log, as_of)
        return policy_documents.show(state, self._now(), site=site, version=version, on=on)

    def versions(self, site: str | None = None, as_of: int | None = None) -> list[dict[str, Any]]:
        """`policy list`."""
        self.log.require()
        return policy_documents.versions(LedgerState(self.log, as_of), site)

    def diff(self, old: policy_documents.Side, new: policy_documents.Side) -> list[dict[str, Any]]:
        """`policy diff`; without a ledger, files and the house rules can still be compared."""
        return policy_documents.compare(self._state_if_any(), old, new)

    def check(self, document: policy_documents.Document, site: str | None = None) -> policy_check.Checked:
        """`policy check`; where there is a ledger, against its policy book too."""
        return policy_check.check(self._state_if_any(), document, site, self._now())

    def adopt(
        self, document: policy_documents.Document, given: dict[str, Any], dry_run: bool = False
    ) -> tuple[policy_documents.Against, Applied | None]:
        """`policy adopt`: what changes, and what was recorded; `given` may hold site, by and on.

        Refusal `policy_faulty` where the linter finds an error.
        """
        state, site = self._state_if_any(), given.get("site")
        self.check(document, site).require_adoptable()
        against = policy_documents.against_those_in_force(state, document.values, site)
        if dry_run and state is None:
            return against, None
        adoption = policy_documents.adoption(state, document.values, given, self._now())
        return against, self._ledger.record.typed(adoption, dry_run)

    def clauses(self, prefix: str) -> list[tuple[str, dict[str, str]]]:
        """The clauses in force today that begin so, with their titles by language, for completion."""
        return [
            (clause.code, {name: clause.title.of(name) for name in LANGUAGES})
            for clause in self._in_force(None).clauses
            if clause.code.startswith(prefix)
        ]

    def find_clauses(self, word: str | None = None, site: str | None = None) -> list[dict[str, Any]]:
        """`policy clauses`: the clauses in force today whose code, title or check points hold a word of any language.

        InputError `site_needed` where sites have different rules.
        """
        self._require_site(site)
        wanted = (word or "").strip().casefold()
        return [
            {"clause": clause.code, **clause.model_dump(mode="json", by_alias=True, exclude={"code"})}
            for clause in self._in_force(site).clauses
            if any(wanted in text.casefold() for text in _texts(clause))
        ]

    def causes(self, month: str, site: str) -> dict[str, dict[str, str]]:
        """The causes that an analysis of a month's notices may name, in the order of the list: code → title by language."""
        found = causes_of(LedgerState(self.log).policy_of(site, month))
        return {code: title.model_dump(by_alias=True) for code, title in found.items()}

    def _require_site(self, site: str | None) -> None:
        """One is named, or one set of rules is in force at all. InputError `site_needed`."""
        state = self._state_if_any()
        sites = [] if state is None or site is not None else state.site_ids()
        if len({self._rules(state, each).version for each in sites}) > 1:
            raise InputError("site_needed", sites=", ".join(sites))

    def _in_force(self, site: str | None) -> Policy:
        """The rules of a site today (of the first where none is given); without a ledger the house rules."""
        return self._rules(self._state_if_any(), site)

    def _rules(self, state: LedgerState | None, site: str | None) -> Policy:
        sites = [] if state is None else state.site_ids()
        if state is None or not sites:
            return loading.parse(loading.house_rules())
        name = sites[0] if site is None else state.site(site).site
        return state.policy_of(name, month_of(local_day(state, name, self._now())))


def _texts(clause: Clause) -> list[str]:
    """What a clause is looked for by: its code, and its words in every language."""
    points = clause.check_points
    told = [text for name in LANGUAGES for text in (() if points is None else points.of(name))]
    return [clause.code, *(clause.title.of(name) for name in LANGUAGES), *told]
