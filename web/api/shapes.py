"""The shape of each answer that is read, as JSON Schema: of the file beside this, which says what a field holds.

There a list holds the shape of its rows, an object the shapes of its fields; a name with `?` may be missing, and `*`
stands for names that are not known beforehand. `words` are texts by language, `entry` is one of a history, `any` differs
from row to row.
"""

import json
from functools import cache
from importlib import resources
from typing import Any, Final

Schema = dict[str, Any]

_LEAVES: Final[dict[str, Schema]] = {
    "text": {"type": ["string", "null"]},
    "integer": {"type": ["integer", "null"]},
    "boolean": {"type": ["boolean", "null"]},
    "object": {"type": ["object", "null"]},
    "any": {},
    "words": {"$ref": "#/components/schemas/Words"},
    "entry": {"$ref": "#/components/schemas/Entry"},
}
NAMED: Final[dict[str, Any]] = {
    "Words": {"zh-Hant": "text", "zh-Hans": "text", "en": "text"},
    "Entry": {
        "position": "integer",
        "recorded_at": "text",
        "operator": "text",
        "kind": "text",
        "by": "text",
        "on": "text",
        "backdated": "boolean",
        "fields": "object",
        "hash": "text",
    },
}
"""The shapes that many answers share."""


@cache
def shapes() -> dict[str, Schema]:
    """The path of each answer → its schema. A field is null where there is nothing, or nothing that is the reader's."""
    file = resources.files("web.api").joinpath("shapes.json")
    return {path: schema_of(shape) for path, shape in json.loads(file.read_text("utf-8")).items()}


def schema_of(shape: Any) -> Schema:
    """A shape as JSON Schema."""
    if isinstance(shape, str):
        return _LEAVES[shape]
    if isinstance(shape, list):
        return {"type": ["array", "null"], "items": schema_of(shape[0])}
    if "*" in shape:
        return {"type": ["object", "null"], "additionalProperties": schema_of(shape["*"])}
    return {
        "type": ["object", "null"],
        "properties": {name.rstrip("?"): schema_of(each) for name, each in shape.items()},
        "required": [name for name in shape if not name.endswith("?")],
    }
