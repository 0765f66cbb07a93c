"""The linter: everything that is wrong with a policy document, or can hardly be meant, at once.

It reads what a person typed, so no fault may hide another: it never stops at the first, and each check looks
only at the values it needs. What the model refuses is always an error here.
"""

import difflib
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from pydantic import ValidationError

from ledger.formats import Reason, reason_of
from ledger.policy import lint_appraisal, lint_calendar, lint_rules
from ledger.policy.diagnostic import Diagnostic, Found, error, placed, warning
from ledger.policy.model import Policy
from ledger.policy.source_lines import Path, at
from ledger.terms import described, parse_day

_NAMES_A_SOURCE: Final = re.compile(
    r"篇\s*[1-4]|(?:reading|解讀|解读)\s*\d|《[^《》]+》|§+\s*\d|[\u4e00-\u9fff]{2,}(?:法|條例|条例|規定|规定|通知|辦法|办法)"
)
"""A clause of the house's documents, a law by its title, or a section of a law, or a numbered reading."""


def lint(document: dict[str, Any], lines: Mapping[Path, int] | None = None) -> list[Diagnostic]:
    """All findings of a document, the gravest first. `lines`: where its keys stand in the text."""
    return placed(faults(document), document, lines or {})


def faults(document: dict[str, Any]) -> list[Found]:
    """All faults of a document."""
    found = [
        *_version(document),
        *_sources(document, ()),
        *lint_rules.faults(document),
        *lint_appraisal.faults(document),
        *lint_calendar.faults(document),
    ]
    return [*_structure(document, [f for f in found if f.severity == "error"]), *found]


# --- keys and values: what the model refuses ---------------------------------------------------------


def _structure(document: dict[str, Any], known: list[Found]) -> Iterator[Found]:
    """The model's refusals, but for those that are known in better words."""
    try:
        Policy.model_validate(document)
    except ValidationError as refused:
        for fault in refused.errors(include_url=False):
            path: Path = fault["loc"]
            told = fault["type"] == "value_error" and any(k.path[: len(path)] == path for k in known)
            if not told:
                yield _refused(document, path, fault["type"], reason_of(fault))


def _refused(document: dict[str, Any], path: Path, kind: str, reason: Reason) -> Found:
    name = str(path[-1]) if path else ""
    is_source = name == "source" or name.endswith("_source")
    if is_source and kind in ("missing", "string_too_short"):
        return error("source_missing", *path, name=name)
    if kind == "missing":
        return error("key_missing", *path, name=name)
    if kind == "extra_forbidden":
        keys = _keys_at(path[:-1])
        near = difflib.get_close_matches(name, keys, n=1)
        if near:
            return error("key_misspelt", *path, name=described(name), near=near[0])
        return error("key_unknown", *path, name=described(name), known=", ".join(keys))
    value = described(at(document, path))
    return error("value_wrong", *path, value=value, reason=reason)


@lru_cache(maxsize=1)
def _schema() -> dict[str, Any]:
    return Policy.model_json_schema()


def _keys_at(path: Path) -> list[str]:
    """The keys that may stand in the table at a path."""
    schema = _schema()
    node = schema
    for part in path:
        node = node["items"] if isinstance(part, int) else node["properties"][part]
        if "$ref" in node:
            node = schema["$defs"][node["$ref"].rsplit("/", 1)[-1]]
    return list(node.get("properties", ()))


# --- sources and the version -------------------------------------------------------------------------


def _sources(value: Any, path: Path) -> Iterator[Found]:
    """A source that names neither a clause of 篇1…篇4, nor a law, nor a numbered reading."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _sources(item, (*path, index))
    if not isinstance(value, dict):
        return
    for key, item in value.items():
        if str(key) == "source" or str(key).endswith("_source"):
            if isinstance(item, str) and len(item.strip()) > 1 and not _NAMES_A_SOURCE.search(item):
                yield warning("source_names_nothing", *path, key, source=described(item))
        else:
            yield from _sources(item, (*path, key))


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
