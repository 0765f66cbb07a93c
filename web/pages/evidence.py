"""Files with notices and appeals: put there from a phone or a desk, listed, and handed out to whoever may read the words."""

from typing import Any, Final
from urllib.parse import quote

from starlette.responses import Response

from ledger.errors import LedgerError, Unknown
from web.acting import run
from web.acts import Act, Field
from web.ask import Ask
from web.handed_out import evidence_file
from web.links import page_of
from web.named import Named
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
        own=set() if ask.as_of is not None else _discardable(ask, kind, thing, rows),
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


@get("/evidence/{sha256}", hands_out=True)
def download(ask: Ask) -> Response:
    """A file, to be kept and not shown: nothing in it runs here."""
    name, content = evidence_file(ask.desk, ask.path("sha256"), "web")
    headers: dict[str, Any] = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(content, media_type="application/octet-stream", headers=headers)


# --- taken out ------------------------------------------------------------------------------------------

DISCARD: Final = Act(
    "discard_evidence", (Field("reason", "long"),), "next_discard_evidence", shows_figures=False
)


def _discardable(ask: Ask, kind: str, thing: str, rows: list[dict[str, Any]]) -> set[str]:
    """The digests of the files that the person put there and could take out now."""
    asked = {"do": DISCARD.do, "of": {kind: thing}, "reason": "–"}
    own = {row["sha256"] for row in rows if row["by"] == ask.person and row["size"] is not None}
    return {sha256 for sha256 in own if ask.desk.could({**asked, "sha256": sha256})}


def _take_out(ask: Ask, kind: str) -> Response:
    """A file that lies there by mistake, taken out by whoever put it there. Unknown `evidence_unknown`."""
    sha256 = ask.path("sha256")
    with ask.desk.look_at_log() as look:
        _, thing, _ = look.thing(f"{kind}:{ask.path(kind)}")
        look.card(kind, thing)
        row = next((row for row in look.evidence(f"{kind}:{thing}") if row["sha256"] == sha256), None)
    if row is None:
        raise Unknown("evidence_unknown", id=thing, sha256=sha256)
    speech = ask.speech
    about = [
        (speech.heading(kind), thing),
        (speech.heading("file"), speech.value("name", row["name"])),
        ("SHA-256", sha256),
        (speech.say("evidence_by"), Named(row["by"])),
    ]
    back = f"{page_of(kind, thing)}/evidence"
    title = speech.say("discard_evidence_title")
    return run(ask, DISCARD, {"of": {kind: thing}, "sha256": sha256}, title, about, back)


@form("/notices/{notice}/evidence/{sha256}/removal")
def out_of_notice(ask: Ask) -> Response:
    """Taking a file out of a notice."""
    return _take_out(ask, "notice")


@form("/appeals/{appeal}/evidence/{sha256}/removal")
def out_of_appeal(ask: Ask) -> Response:
    """Taking a file out of an appeal."""
    return _take_out(ask, "appeal")
