"""What the linter asks of any document that is data with a model: its keys and values, and what it rests on.

What the model refuses is always an error; a fault that another check tells in better words is not told twice.
"""

import difflib
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from ledger.formats import Reason, reason_of
from ledger.policy.diagnostic import Found, error, warning
from ledger.policy.source_lines import Path, at
from ledger.terms import described

_NAMES_A_SOURCE: Final = re.compile(
    r"篇\s*[1-4]|(?:reading|解讀|解读)\s*\d|《[^《》]+》|§+\s*\d|[\u4e00-\u9fff]{2,}(?:法|條例|条例|規定|规定|通知|辦法|办法)"
)
"""A clause of the house's documents, a law by its title, or a section of a law, or a numbered reading."""


def structure(model: type[BaseModel], document: dict[str, Any], known: list[Found]) -> Iterator[Found]:
    """The model's refusals, but for those that are known in better words."""
    try:
        model.model_validate(document)
    except ValidationError as refused:
        for fault in refused.errors(include_url=False):
            path: Path = fault["loc"]
            told = fault["type"] == "value_error" and any(k.path[: len(path)] == path for k in known)
            if not told:
                yield _refused(model, document, fault)


def _refused(model: type[BaseModel], document: dict[str, Any], fault: Any) -> Found:
    path: Path = fault["loc"]
    kind: str = fault["type"]
    reason: Reason = reason_of(fault)
    name = str(path[-1]) if path else ""
    is_source = name == "source" or name.endswith("_source")
    if is_source and kind in ("missing", "string_too_short"):
        return error("source_missing", *path, name=name)
    if kind == "missing":
        return error("key_missing", *path, name=name)
    if kind == "extra_forbidden":
        keys = _keys_at(model, path[:-1])
        near = difflib.get_close_matches(name, keys, n=1)
        if near:
            return error("key_misspelt", *path, name=described(name), near=near[0])
        return error("key_unknown", *path, name=described(name), known=", ".join(keys))
    value = described(at(document, path))
    return error("value_wrong", *path, value=value, reason=reason)


@lru_cache
def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema()


def _keys_at(model: type[BaseModel], path: Path) -> list[str]:
    """The keys that may stand in the table at a path."""
    schema = _schema(model)
    node = schema
    for part in path:
        node = node["items"] if isinstance(part, int) else node["properties"][part]
        node = next((each for each in node.get("anyOf", ()) if "$ref" in each), node)
        if "$ref" in node:
            node = schema["$defs"][node["$ref"].rsplit("/", 1)[-1]]
    return list(node.get("properties", ()))


def sources(value: Any, path: Path = ()) -> Iterator[Found]:
    """A source that names neither a clause of 篇1…篇4, nor a law, nor a numbered reading."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from sources(item, (*path, index))
    if not isinstance(value, dict):
        return
    for key, item in value.items():
        if str(key) == "source" or str(key).endswith("_source"):
            if isinstance(item, str) and len(item.strip()) > 1 and not _NAMES_A_SOURCE.search(item):
                yield warning("source_names_nothing", *path, key, source=described(item))
        else:
            yield from sources(item, (*path, key))
