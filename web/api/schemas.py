"""The shapes that the description of the interface names: the commands' models, and what answers hold."""

from typing import Any, Final

from pydantic.json_schema import models_json_schema

from ledger.commands import COMMANDS
from web.api.problems import STATUSES
from web.api.shapes import NAMED, schema_of

Schema = dict[str, Any]

REFERENCE: Final = "#/components/schemas/{model}"


def schemas() -> Schema:
    """Every shape by its name, sorted."""
    models = [(command, "validation") for command in COMMANDS.values()]
    _, definitions = models_json_schema(models, ref_template=REFERENCE)  # type: ignore[arg-type]
    found: Schema = dict(definitions["$defs"])
    named = {do: REFERENCE.format(model=command.__name__) for do, command in sorted(COMMANDS.items())}
    found["Command"] = {
        "description": "`by` may be left out: it is whoever asks. Of a single command ids and days may be left out, too.",
        "anyOf": [{"$ref": reference} for reference in named.values()],
        "discriminator": {"propertyName": "do", "mapping": named},
    }
    found["Report"] = {
        "description": "what the command line prints with --json",
        "type": ["array", "object"],
    }
    found |= {name: schema_of(shape) for name, shape in NAMED.items()}
    found["Recorded"] = _object(
        {
            "recorded": INTEGER,
            "skipped": INTEGER,
            "position": INTEGER,
            "made": _list(_MADE),
            "notes": _list(_NOTE),
        }
    )
    found["Problem"] = _object(_PROBLEM)
    found |= _OF_PROPOSALS | {"Attached": _list(_ATTACHED), "Trial": _TRIAL}
    return dict(sorted(found.items()))


INTEGER: Final = {"type": "integer"}
TEXT: Final = {"type": "string"}
TEXT_OR_NONE: Final = {"type": ["string", "null"]}


def _object(properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


_MADE: Final = _object({"position": INTEGER, "kind": TEXT, "fields": {"type": "object"}})
_NOTE: Final = _object({"code": TEXT, "text": TEXT})
_FAULT: Final = {
    "type": "object",
    "properties": {"line": INTEGER, "field": TEXT_OR_NONE, "code": TEXT, "detail": TEXT},
    "required": ["field", "code", "detail"],
}
_PROBLEM: Final = {
    "type": {"type": "string", "examples": ["urn:kaoji:employee_unknown"]},
    "title": TEXT,
    "status": INTEGER,
    "code": {
        "type": "string",
        "description": f"of the ledger, or of the interface: {', '.join(sorted(STATUSES))}",
    },
    "fields": {"type": "object"},
    "hint": TEXT_OR_NONE,
    "errors": _list(_FAULT),
    "instance": TEXT,
}

_IMPACT: Final = {
    "type": ["object", "null"],
    "properties": {name: {"type": "object"} for name in ("before", "after")}
    | {
        "difference": _list({"type": "object"}),
        "withheld": {
            "type": "boolean",
            "description": "whether more would change, which is not the caller's to see",
        },
    },
}
_OF_PROPOSAL: Final = {
    "proposal": TEXT,
    "command": {"$ref": REFERENCE.format(model="Command")},
    "proposer": TEXT,
    "own": {"type": "boolean"},
    "made_at": {"type": "string", "format": "date-time"},
    "expires_at": {"type": "string", "format": "date-time"},
}
_NOW: Final = {
    "seen": {"type": ["string", "null"], "description": "what a confirmation names; null: it is one's own"},
    "moved": {"type": "boolean", "description": "whether it would change something else than was proposed"},
    "refused": {"type": ["string", "null"], "description": "the code of why it cannot be recorded now"},
    "impact": _IMPACT,
}
_OF_PROPOSALS: Final = {
    "Proposals": _list(_object(_OF_PROPOSAL)),
    "Proposal": _object(_OF_PROPOSAL | _NOW),
    "Proposed": {
        "type": "object",
        "properties": {"proposal": TEXT, "figures": TEXT, "impact": _IMPACT},
        "required": ["figures", "impact"],
    },
}
_ATTACHED: Final = _object(
    {
        "id": TEXT,
        "name": TEXT,
        "sha256": TEXT,
        "copied": {"type": "boolean"},
        "position": {"type": ["integer", "null"]},
    }
)
_TRIAL: Final = _object({"trial": TEXT, "done": INTEGER, "total": INTEGER})
