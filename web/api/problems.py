"""What is refused, as RFC 9457 has it: `application/problem+json` in the reader's language, with the next step."""

import json
from collections.abc import Mapping
from typing import Any, Final

from starlette.responses import Response

from ledger.errors import LedgerError
from web.speech import Speech, status_of
from web.spoken import own_words

NOT_JSON: Final = frozenset(
    ("not_json", "not_utf8", "not_an_object", "nested_too_deep", "number_too_long", "line_too_long")
)
"""What is wrong before there are fields to be wrong."""

STATUSES: Final = {
    "idempotency_key_missing": 400,
    "sign_in_needed": 401,
    "scope_lacking": 403,
    "password_first": 403,
    "purpose_by_session": 403,
    "read_only": 403,
    "from_elsewhere": 403,
    "no_such_address": 404,
    "method_wrong": 405,
    "body_too_slow": 408,
    "idempotency_key_running": 409,
    "trial_ended": 410,
    "body_too_large": 413,
    "too_many_commands": 413,
    "media_wrong": 415,
    "idempotency_key_reused": 422,
    "limit_wrong": 422,
    "cursor_wrong": 422,
    "too_many": 429,
    "our_fault": 500,
    "too_busy": 503,
    "trials_wait": 503,
}
"""What this interface refuses by itself, with the status of each; the words stand in `web/words`."""

_HEADERS: Final[dict[int, dict[str, str]]] = {
    401: {"WWW-Authenticate": 'Bearer realm="kaoji"'},
    429: {"Retry-After": "60"},
    503: {"Retry-After": "5"},
}


class ProblemError(Exception):
    """A refusal of this interface's own: a code of `STATUSES`, the fields of its sentence, and headers."""

    def __init__(self, code: str, headers: Mapping[str, str] | None = None, **fields: object) -> None:
        super().__init__(code, fields)
        self.code = code
        self.headers = dict(headers or {})
        self.fields = fields


def problem(error: ProblemError, speech: Speech, request_id: str) -> Response:
    """A refusal of this interface's own."""
    words, code = own_words(speech.language), error.code
    title = words[f"problem_{code}"].format(**error.fields)
    hint = words.get(f"problem_{code}_hint")
    body = _body(code, STATUSES[code], title, hint, error.fields, request_id)
    return _response(body, speech, error.headers)


def refusal(error: LedgerError, speech: Speech, request_id: str) -> Response:
    """What the ledger refused, and each of its faults where there are several."""
    title, hint = speech.refusal(error, terminal=True)
    status = 400 if error.code in NOT_JSON else status_of(error)
    body = _body(error.code, status, title, hint, error.fields, request_id)
    body["errors"] = [_fault(each, speech) for each in (error, *error.others)]
    if error.resting:
        body["resting"] = error.resting
    if error.code == "outcome_unknown":
        body["hint"] = own_words(speech.language)["problem_send_again"]
    return _response(body, speech, {})


def _fault(error: LedgerError, speech: Speech) -> dict[str, Any]:
    """One fault: on which line of a file, in which field, which, and in words."""
    told, _ = speech.refusal(error, terminal=True)
    field = error.place.get("field") or error.fields.get("field")
    line = {"line": error.place["line"]} if "line" in error.place else {}
    return {**line, "field": None if field is None else str(field), "code": error.code, "detail": told}


def _body(
    code: str, status: int, title: str, hint: str | None, fields: Mapping[str, object], request_id: str
) -> dict[str, Any]:
    return {
        "type": f"urn:kaoji:{code}",
        "title": title,
        "status": status,
        "code": code,
        "fields": {name: _plain(value) for name, value in fields.items()},
        "hint": hint,
        "errors": [],
        "instance": f"urn:kaoji:request:{request_id}",
    }


def _plain(value: object) -> object:
    """A field's value as JSON has it."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return str(value)


def _response(body: dict[str, Any], speech: Speech, headers: Mapping[str, str]) -> Response:
    text = json.dumps(body, ensure_ascii=False, indent=2) + "\n"
    told = {"Content-Language": speech.language, **_HEADERS.get(body["status"], {}), **headers}
    return Response(text.encode(), body["status"], told, "application/problem+json")
