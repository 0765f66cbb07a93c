"""The linter: everything that is wrong with a policy document, or can hardly be meant, at once.

It reads what a person typed, so no fault may hide another: it never stops at the first, and each check looks
only at the values it needs. What the model refuses is always an error here.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from ledger.policy import lint_appraisal, lint_calendar, lint_rules
from ledger.policy.diagnostic import Diagnostic, Found, error, placed, warning
from ledger.policy.lint_structure import sources, structure
from ledger.policy.model import Policy
from ledger.policy.source_lines import Path
from ledger.terms import parse_day


def lint(document: dict[str, Any], lines: Mapping[Path, int] | None = None) -> list[Diagnostic]:
    """All findings of a document, the gravest first. `lines`: where its keys stand in the text."""
    return placed(faults(document), document, lines or {})


def faults(document: dict[str, Any]) -> list[Found]:
    """All faults of a document."""
    found = [
        *_version(document),
        *sources(document),
        *lint_rules.faults(document),
        *lint_appraisal.faults(document),
        *lint_calendar.faults(document),
    ]
    known = [fault for fault in found if fault.severity == "error"]
    return [*structure(Policy, document, known), *found]


def _version(document: dict[str, Any]) -> Iterator[Found]:
    if "effective_from" not in document:
        yield warning("starts_at_the_beginning", "effective_from")
        return
    try:
        day = parse_day(document["effective_from"])
    except ValueError:
        return
    if day.day != 1:
        yield error("starts_inside_month", "effective_from", day=day, first=day.replace(day=1))
