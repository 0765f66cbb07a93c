"""What the linter finds in a policy document: a code and its fields, how grave it is, and where it stands.

An error keeps a document from being adopted; a warning is allowed and rarely meant; an info is good to know.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from ledger.errors import Refusal
from ledger.policy.source_lines import Path, at, key_of, line_at
from ledger.terms import parse_money

Severity = Literal["error", "warning", "info"]
SEVERITIES: Final[tuple[Severity, ...]] = ("error", "warning", "info")
_MAX_KEY_LENGTH = 100
_KEYS_NAMED = 5


@dataclass(frozen=True, slots=True)
class Found:
    """A fault at a path of the document."""

    severity: Severity
    code: str
    path: Path
    fields: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A fault for people: the key as they know it, and the line where the text has lines."""

    severity: Severity
    code: str
    key: str
    line: int | None
    fields: Mapping[str, object]


def error(code: str, *path: str | int, **fields: object) -> Found:
    """A fault that keeps the document from being adopted."""
    return Found("error", code, path, fields)


def warning(code: str, *path: str | int, **fields: object) -> Found:
    """A fault that is allowed, and rarely meant."""
    return Found("warning", code, path, fields)


def remark(code: str, *path: str | int, **fields: object) -> Found:
    """Nothing wrong, and good to know."""
    return Found("info", code, path, fields)


def placed(found: Iterable[Found], document: Any, lines: Mapping[Path, int]) -> list[Diagnostic]:
    """The faults with their keys and lines: the gravest first, then down the document."""
    findings = [
        Diagnostic(
            fault.severity,
            fault.code,
            key_of(document, fault.path)[:_MAX_KEY_LENGTH],
            line_at(lines, fault.path),
            fault.fields,
        )
        for fault in found
    ]
    return sorted(findings, key=lambda f: (SEVERITIES.index(f.severity), f.line or 0))


def require_no_error(findings: Iterable[Diagnostic]) -> None:
    """Refusal `policy_faulty` names the keys at which there are errors."""
    errors = [finding.key for finding in findings if finding.severity == "error"]
    if errors:
        more = ["…"] if len(errors) > _KEYS_NAMED else []
        keys = ", ".join([*dict.fromkeys(errors[:_KEYS_NAMED]), *more])
        raise Refusal("policy_faulty", errors=len(errors), keys=keys)


# --- reading a document that may be wrong everywhere -------------------------------------------------


def whole(document: Any, *path: str | int) -> int | None:
    """The whole number a path leads to; None where there is none."""
    value = at(document, path)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def fen(document: Any, *path: str | int) -> int | None:
    """The money a path leads to, in fen; None where there is none."""
    try:
        return parse_money(at(document, path))
    except ValueError:
        return None


def listed(document: Any, *path: str | int) -> list[Any]:
    """The list a path leads to; empty where there is none."""
    value = at(document, path)
    return value if isinstance(value, list) else []


def items(document: Any, *path: str | int) -> list[tuple[int, dict[str, Any]]]:
    """The tables of a list with their indices; empty where there are none."""
    return [(i, item) for i, item in enumerate(listed(document, *path)) if isinstance(item, dict)]
