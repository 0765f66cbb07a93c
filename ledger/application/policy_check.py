"""What the linter finds in a document somebody means to adopt: in the document, and in its place in the book."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from ledger.application.policy_documents import FIRST_MONTH, Document, concerned, today
from ledger.policy.book import PolicyBook
from ledger.policy.diagnostic import Diagnostic, Found, error, placed, require_no_error, warning
from ledger.policy.lint import faults
from ledger.state.ledger_state import LedgerState
from ledger.terms import month_of, parse_day


@dataclass(frozen=True, slots=True)
class Checked:
    """The findings, the gravest first; `in_book` where there was a ledger to hold the document against."""

    findings: list[Diagnostic]
    in_book: bool

    def count(self, severity: str) -> int:
        """How many findings are so grave."""
        return sum(finding.severity == severity for finding in self.findings)

    def values(self) -> list[dict[str, Any]]:
        """Each finding: severity, code, key path, line, and the fields that fill its words' blanks."""
        return [
            {"severity": f.severity, "code": f.code, "path": f.key, "line": f.line, "fields": dict(f.fields)}
            for f in self.findings
        ]

    def require_adoptable(self) -> None:
        """Refusal `policy_faulty` where there is an error."""
        require_no_error(self.findings)


def check(ledger_state: LedgerState | None, document: Document, site: str | None, now: datetime) -> Checked:
    """All findings of the document itself and, where there is a ledger, of its place in the policy book."""
    found = faults(document.values)
    if ledger_state is not None:
        sites = concerned(ledger_state, site)
        found += _in_book(ledger_state, document.values, sites, today(ledger_state, sites, now))
        found += _beside_others(ledger_state.policy_book(), document.values, sites, site)
    return Checked(placed(found, document.values, document.lines), ledger_state is not None)


def _in_book(
    ledger_state: LedgerState, document: dict[str, Any], sites: Iterable[str], day: date
) -> Iterator[Found]:
    version = document.get("version")
    known = ledger_state.policy_book().named(version) if isinstance(version, str) else None
    if known is not None:
        yield error("version_taken", "version", version=version, position=known.position)
    try:
        start = _start(document)
    except ValueError:
        return
    month = FIRST_MONTH if start is None else month_of(start)
    closed = False
    for site in sites:
        last = ledger_state.closes.last(site)
        if last is not None and month <= last[0]:
            closed = True
            code = "starts_in_closed_month" if start is not None else "starts_before_closed_months"
            yield error(code, "effective_from", month=month, site=site, last=last[0])
    if start is not None and month < month_of(day) and not closed:
        yield warning("starts_in_the_past", "effective_from", month=month, now=month_of(day))


def _beside_others(
    book: PolicyBook, document: dict[str, Any], sites: Iterable[str], site: str | None
) -> Iterator[Found]:
    """How the version would stand beside those a site has of its own, and those adopted for the same month."""
    try:
        start = _start(document)
    except ValueError:
        return
    if start is None or not book.adopted:
        return
    latest = book.adopted[-1]
    policy = latest.policy.model_copy(update={"effective_from": start})
    new = replace(latest, policy=policy, site=site, position=latest.position + 1)
    after = book.with_version(new)
    for name in sites:
        before = book.entry_on(name, start)
        if not any(reign.entry is new for reign in after.reigns(name)):
            yield warning("never_in_force", "effective_from", site=name, by=before.policy.version)
        elif site is None and before.site is not None:
            yield warning("own_version_ends", "effective_from", site=name, version=before.policy.version)


def _start(document: dict[str, Any]) -> date | None:
    """The day a document comes into force; None: the beginning of time. ValueError where it is no day."""
    return parse_day(document["effective_from"]) if "effective_from" in document else None
