"""The description of the interface for programs that make clients: OpenAPI 3.1, of the routes and the commands' models."""

from functools import cache
from importlib.metadata import version
from typing import Any, Final

from web.api.routes import ROOT, Act, Read, acts, reads
from web.api.schemas import REFERENCE, TEXT, schemas
from web.api.shapes import shapes

Schema = dict[str, Any]

_PARTS: Final[dict[str, Schema]] = {
    "month": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$", "examples": ["2026-07"]},
    "quarter": {"type": "string", "pattern": "^[0-9]{4}-Q[1-4]$", "examples": ["2026-Q3"]},
    "day": {"type": "string", "format": "date", "examples": ["2026-07-06"]},
    "position": {"type": "integer", "minimum": 1},
}
_OF_ALL: Final = {
    "as_of": "a position, an instant of recording, or appeal:ID; without it now",
    "purpose": "what the words are needed for; by a session whose password is fresh",
    "lang": "zh-Hant, zh-Hans or en; else as Accept-Language says",
    "limit": "so many rows of a list, 500 at most; without it and `after` all of them",
    "after": "the cursor of the page before, as Link says",
}
_WRONG: Final = {
    "400": "no JSON, or no Idempotency-Key",
    "401": "nobody is signed in, or the token is over",
    "403": "not yours to read or do, or not what the token is for",
    "404": "there is no such thing at a site you know",
    "409": "taken, not in that state, or not at that time",
    "410": "the file is on record, and lies there no more or does not open",
    "422": "a field is wrong",
    "429": "too many",
    "503": "the ledger cannot be used for the moment",
}


@cache
def openapi() -> Schema:
    """The whole document."""
    paths: dict[str, Schema] = {f"{ROOT}{each.path}": {"get": _read(each)} for each in reads()}
    for each in acts():
        paths.setdefault(f"{ROOT}{each.path}", {})[each.method.lower()] = _act(each)
    paths[f"{ROOT}/commands"] = {"post": _commands()}
    paths[f"{ROOT}/changes"] = {"get": _changes()}
    paths[f"{ROOT}/openapi.json"] = {"get": _document()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "kaoji",
            "version": version("kaoji"),
            "summary": "An audit ledger for staff discipline and appraisal",
            "description": "What is read is what `kaoji … --json --as EMPLOYEE` prints, byte for byte.",
        },
        "security": [{"token": []}, {"session": []}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": schemas(),
            "responses": {f"problem_{status}": _problem(told) for status, told in _WRONG.items()},
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "kj_<id>_<secret>, made at /me/tokens",
                },
                "session": {"type": "apiKey", "in": "cookie", "name": "__Host-kaoji"},
            },
        },
    }


def _read(read: Read) -> Schema:
    parameters = [_parameter("path", part, _PARTS.get(part, {"type": "string"})) for part in read.parts]
    said = _OF_READS | _OF_ONE.get(read.path, {})
    asked = {name: said[name] for name in read.asks} | {
        name: told for name, told in _OF_ALL.items() if read.by != "desk" or name == "lang"
    }
    parameters += [_parameter("query", name, _query(name), description=told) for name, told in asked.items()]
    if read.media is None:
        content = {"application/json": {"schema": shapes()[read.path]}}
    else:
        content = {read.media.partition(";")[0]: {"schema": {"type": "string"}}}
    return {
        "operationId": _operation(read.path),
        "summary": str(read.answer.__doc__).partition("\n")[0],
        "tags": [read.name],
        "x-kaoji-command": f"kaoji {read.told}",
        "parameters": parameters,
        "responses": {
            "200": {
                "description": "as the command line prints it",
                "headers": _headers(read),
                "content": content,
            },
            "304": {"description": "unchanged since the ETag that was sent"},
            **_refused("401", "403", "404", "409", *_gone(read), "422", "429", "503"),
        },
    }


def _gone(read: Read) -> tuple[str, ...]:
    """What a file answers that is on record only."""
    return ("410",) if read.media is not None and read.name == "evidence" else ()


def _act(act: Act) -> Schema:
    parameters = [_parameter("path", part, {"type": "string"}) for part in act.parts]
    parameters += [_KEY] if act.keyed else []
    asked = {name: _OF_ACTS[name] for name in act.asks}
    parameters += [_parameter("query", name, TEXT, description=told) for name, told in asked.items()]
    body = {media: {"schema": schema} for media, schema in act.body.items()}
    summary = str(act.answer.__doc__).partition("\n")[0]
    return {
        "operationId": f"{act.method.lower()}_{_operation(act.path)}",
        "summary": summary,
        "tags": [act.name],
        "parameters": parameters,
        **({"requestBody": {"required": True, "content": body}} if body else {}),
        "responses": {
            **{str(status): _answered(status, model) for status, model in act.answers.items()},
            **_refused("400", "401", "403", "404", "409", "422", "429", "503"),
        },
    }


def _answered(status: int, model: str | None) -> Schema:
    told = {"description": _SAYS[status]}
    if model is None:
        return told
    return {**told, "content": {"application/json": {"schema": {"$ref": REFERENCE.format(model=model)}}}}


def _query(name: str) -> Schema:
    return {"type": "integer", "minimum": 1, "maximum": 500} if name == "limit" else {"type": "string"}


def _operation(path: str) -> str:
    """A name for the operation, of its path: `sites_site_months_month_summary`."""
    return path.strip("/").replace("{", "").replace("}", "").replace("/", "_").replace("-", "_")


def _parameter(where: str, name: str, schema: Schema, description: str = "") -> Schema:
    told = {"description": description} if description else {}
    return {"name": name, "in": where, "required": where == "path", "schema": schema, **told}


def _headers(read: Read) -> Schema:
    covered = "up to where a kept checkpoint covers it, " if read.name == "due" else ""
    told = {
        "Kaoji-Position": "the position that is shown",
        "ETag": f"ledger, position, {covered}day, rights, language and program",
        "Link": "permalink, and the next page",
    }
    if read.by != "desk" and "site" in read.asks:
        told["Kaoji-Site"] = "the site that is shown"
    return {name: {"description": text, "schema": {"type": "string"}} for name, text in told.items()}


def _commands() -> Schema:
    one = {"$ref": REFERENCE.format(model="Command")}
    lines = {"type": "string", "description": "one command a line, whole or not at all"}
    prefer = {
        **_parameter("header", "Prefer", {"type": "string", "examples": ["dry-run"]}),
        "description": "dry-run: what it would come to, and nothing is recorded",
    }
    content = {"application/json": {"schema": {"$ref": REFERENCE.format(model="Recorded")}}}
    return {
        "operationId": "commands",
        "summary": "Records one command, or a file of them, in the name of whoever asks.",
        "tags": ["commands"],
        "parameters": [_KEY, prefer],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": one}, "application/x-ndjson": {"schema": lines}},
        },
        "responses": {
            "200": {"description": "a dry run, or nothing that was not recorded before", "content": content},
            "201": {"description": "recorded", "content": content},
            **_refused("400", "401", "403", "404", "409", "422", "429", "503"),
        },
    }


def _changes() -> Schema:
    return {
        "operationId": "changes",
        "summary": "That something was recorded, as server-sent events: the position, and nothing else.",
        "tags": ["changes"],
        "parameters": [_parameter("header", "Last-Event-ID", {"type": "integer"})],
        "responses": {
            "200": {
                "description": "a stream",
                "content": {"text/event-stream": {"schema": {"type": "string"}}},
            },
            **_refused("401", "403", "503"),
        },
    }


def _document() -> Schema:
    return {
        "operationId": "openapi",
        "summary": "This document.",
        "tags": ["openapi"],
        "security": [],
        "responses": {
            "200": {"description": "it", "content": {"application/json": {"schema": {"type": "object"}}}}
        },
    }


def _refused(*statuses: str) -> Schema:
    return {status: {"$ref": f"#/components/responses/problem_{status}"} for status in statuses}


def _problem(told: str) -> Schema:
    schema = {"$ref": REFERENCE.format(model="Problem")}
    return {"description": told, "content": {"application/problem+json": {"schema": schema}}}


_KEY: Final = {
    **_parameter("header", "Idempotency-Key", {"type": "string", "minLength": 1, "maxLength": 100}),
    "description": "needed, but for a dry run: the same key with the same body is recorded once",
}
_SAYS: Final = {
    200: "it stands so, or did before",
    201: "recorded, or kept",
    202: "not done yet: Location says where it will be told",
    204: "deleted",
}
_OWN_SITE: Final = "a site; without it one's own"
_OF_READS: Final = {
    "area": "the clauses of an area; without it of all",
    "by": "what they are counted by, as `kaoji report causes --by` has it; without it clause",
    "department": "a department; without it all of the site",
    "employee": "one person's; without it everybody's",
    "on": "a day; without it today",
    "points": "the points that would be left, where the outcome is reduced",
    "scheme": "service_quality or performance; without it service_quality",
    "site": _OWN_SITE,
    "word": "what code, title or check points hold; without it all clauses",
}
_OF_ONE: Final = {"/policy/versions": {"site": "a site; without it all that one knows"}}
"""What the parameters of one address mean otherwise."""
_OF_ACTS: Final = {
    "name": "what the file is called",
    "site": _OWN_SITE,
    "month": "the first month, or the only one; without it all there were",
    "through": "the last month",
}
