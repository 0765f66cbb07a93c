"""Files with notices and appeals: put there from a phone or a desk, listed, and handed out to whoever may read the words."""

from typing import Any
from urllib.parse import quote

from starlette.responses import Response

from ledger.errors import LedgerError
from web.ask import Ask
from web.handed_out import evidence_file
from web.routes import form, get
from web.uploads import LARGEST, attach


def _page(ask: Ask, kind: str, status: int = 200, told: tuple[str, str | None] | None = None) -> Response:
    name = f"{kind}:{ask.path(kind)}"
    with ask.desk.look_at_log(ask.as_of) as look:
        _, thing, _ = look.thing(name)
        look.card(kind, thing)
        rows, position = look.evidence(f"{kind}:{thing}"), look.position
        gone = ask.desk.evidence.gone(rows)
    return ask.page(
        "evidence",
        status,
        kind=kind,
        thing=thing,
        rows=rows,
        gone=gone,
        told=told,
        may=ask.as_of is None and may_attach(ask, kind, thing),
        position=position,
    )


def may_attach(ask: Ask, kind: str, thing: str) -> bool:
    """Whether the person could put a file with it now."""
    file = {"name": "–", "sha256": "0" * 64, "size": 1}
    return ask.desk.could({"do": "attach_evidence", "to": {kind: thing}, "evidence": file})


def _on(ask: Ask, kind: str) -> Response:
    """The files of a thing, and one more: the bytes as they were received, named so that no two are called alike."""
    if ask.request.method == "GET":
        return _page(ask, kind)
    ask.require_now()
    upload = ask.files.get("file")
    if upload is None or not upload.content:
        return _page(ask, kind, 422, (ask.speech.say("evidence_none_chosen"), None))
    try:
        attach(ask, f"{kind}:{ask.path(kind)}", upload)
    except LedgerError as error:
        return _page(ask, kind, 422, ask.speech.refusal(error))
    return ask.go(ask.here)


@form("/notices/{notice}/evidence", largest=LARGEST)
def of_notice(ask: Ask) -> Response:
    """The files with a notice."""
    return _on(ask, "notice")


@form("/appeals/{appeal}/evidence", largest=LARGEST)
def of_appeal(ask: Ask) -> Response:
    """The files with an appeal."""
    return _on(ask, "appeal")


@get("/evidence/{sha256}")
def download(ask: Ask) -> Response:
    """A file, to be kept and not shown: nothing in it runs here."""
    name, content = evidence_file(ask.desk, ask.path("sha256"), "web")
    headers: dict[str, Any] = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(content, media_type="application/octet-stream", headers=headers)
