"""Files put with notices and appeals by programs: the bytes as they are sent, sealed as they were received."""

from typing import Any, Final

from starlette.responses import Response

from ledger.errors import InputError
from web.api.door import Asked
from web.api.routes import act
from web.ask import Upload, as_printed
from web.uploads import LARGEST, attached

_FILE: Final[dict[str, Any]] = {"application/octet-stream": {"type": "string", "format": "binary"}}
_PUT: Final[dict[str, Any]] = {
    "answers": {200: "Attached", 201: "Attached"},
    "body": _FILE,
    "asks": ("name",),
    "changes": True,
    "largest": LARGEST,
}


@act("POST", "/notices/{notice}/evidence", "evidence", **_PUT)
def to_notice(asked: Asked, body: bytes) -> Response:
    """Puts a file with a notice; `name` is what it is called. The same file again is found to be on record."""
    return _put(asked, "notice", body)


@act("POST", "/appeals/{appeal}/evidence", "evidence", **_PUT)
def to_appeal(asked: Asked, body: bytes) -> Response:
    """Puts a file with an appeal; `name` is what it is called. The same file again is found to be on record."""
    return _put(asked, "appeal", body)


def _put(asked: Asked, kind: str, body: bytes) -> Response:
    thing = asked.part(kind)
    asked.require_command({"do": "attach_evidence", "to": {kind: thing}, kind: thing})
    name = asked.needed("name")
    if not body:
        raise InputError("field_missing", field="evidence").at(field="evidence")
    done = attached(asked.desk, f"{kind}:{thing}", Upload(name, body))
    status = 200 if done.applied is None else 201
    return Response(
        as_printed([done.values()]), status, {"Cache-Control": "no-store"}, "application/json; charset=utf-8"
    )
