"""The linter of a question bank: everything that is wrong with it, or can hardly be meant, at once."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from ledger.examination.bank import Bank
from ledger.policy.diagnostic import (
    Diagnostic,
    Found,
    error,
    items,
    listed,
    placed,
    remark,
    warning,
    whole,
)
from ledger.policy.lint_structure import sources, structure
from ledger.policy.source_lines import Path, at

_HANS: Final = "zh-Hans"


def lint(document: dict[str, Any], lines: Mapping[Path, int] | None = None) -> list[Diagnostic]:
    """All findings of a document, the gravest first. `lines`: where its keys stand in the text."""
    return placed(faults(document), document, lines or {})


def faults(document: dict[str, Any]) -> list[Found]:
    """All faults of a document."""
    found = [*sources(document), *_codes(document), *_scripts(document, ())]
    for index, question in items(document, "questions"):
        found += _marks(question, ("questions", index))
        found += _bases(question, ("questions", index))
    known = [fault for fault in found if fault.severity == "error"]
    return [*structure(Bank, document, known), *found]


def _codes(document: dict[str, Any]) -> Iterator[Found]:
    """A question's code twice, or a criterion's twice in one question."""
    tables: list[Path] = [("questions",)]
    tables += [("questions", index, "criteria") for index, _ in items(document, "questions")]
    for table in tables:
        seen: set[str] = set()
        for index, item in items(document, *table):
            code = str(item.get("code"))
            if code in seen:
                yield error("code_twice", *table, index, "code", twice=code)
            seen.add(code)


def _marks(question: dict[str, Any], path: Path) -> Iterator[Found]:
    """Criteria that do not add up to the maximum, a cap that caps nothing, more marks off than there are."""
    maximum = whole(question, "maximum")
    marks = [whole(item, "marks") for _, item in items(question, "criteria")]
    if maximum is None:
        return
    if marks and None not in marks and sum(mark or 0 for mark in marks) != maximum:
        yield error("marks_sum", *path, "criteria", sum=sum(mark or 0 for mark in marks), maximum=maximum)
    cap = whole(question, "cap", "marks")
    if cap is not None and cap >= maximum:
        yield warning("cap_of_nothing", *path, "cap", "marks", cap=cap, maximum=maximum)
    off = sum(whole(item, "marks") or 0 for _, item in items(question, "forbidden"))
    if off > maximum:
        yield warning("forbidden_exceed", *path, "forbidden", off=off, maximum=maximum)


def _bases(question: dict[str, Any], path: Path) -> Iterator[Found]:
    """Criteria that rest on what nobody has read: they are marked by, and shown to nobody as law."""
    for index, criterion in items(question, "criteria"):
        unread = sum(item.get("checked") is False for _, item in items(criterion, "law"))
        if unread:
            yield remark("law_unread", *path, "criteria", index, "law", unread=unread)
        for place, item in enumerate(listed(criterion, "law")):
            if isinstance(item, dict) and not item.get("cite") and not item.get("note"):
                yield error("basis_empty", *path, "criteria", index, "law", place)


def _scripts(value: Any, path: Path) -> Iterator[Found]:
    """Simplified Chinese that holds characters of the other script."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        strange = _not_simplified(at(value, (key,))) if key == _HANS else ""
        if strange:
            yield warning("not_simplified", *path, key, characters=strange)
        yield from _scripts(item, (*path, key))


def _not_simplified(text: object) -> str:
    if not isinstance(text, str):
        return ""
    return "".join(dict.fromkeys(each for each in text if each >= "\u3400" and not _encodes(each)))


def _encodes(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
