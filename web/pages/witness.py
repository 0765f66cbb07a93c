"""Witnesses, for the auditor: what one is handed to cosign, and its answer checked and kept."""

from typing import Any

from starlette.responses import Response

from ledger.errors import LedgerError
from ledger.terms import format_recorded
from web.ask import Ask, lines_of, whole
from web.routes import form


@form("/audit/witness", records=False)
def witness(ask: Ask) -> Response:
    """The request for a witness, and a cosigned checkpoint: whose it is, and whether it holds.

    It is kept where `kaoji witness add` puts it, like a checkpoint that is fetched: no event, and no figure comes of it. A
    console that only reads checks it and keeps nothing.
    """
    kept = ask.desk.witness.cosigned()  # for the auditor alone
    if ask.request.method == "POST":
        return _requested(ask, kept) if ask.form.get("step") == "request" else _taken(ask, kept)
    return _page(ask, kept)


def _page(ask: Ask, kept: Any, status: int = 200, **values: Any) -> Response:
    empty = {"told": None, "taken": None, "keys": ask.form.get("keys", ""), "seen": ask.form.get("seen", "0")}
    return ask.page("witness", status, kept=kept, position=ask.desk.position(), **(empty | values))


def _requested(ask: Ask, kept: Any) -> Response:
    seen = whole(ask.form.get("seen", "").strip() or "0")
    if seen is None:
        return _page(ask, kept, 422, told=(ask.speech.say("witness_seen_wrong"), None))
    if seen > (size := ask.desk.position()):
        return _page(ask, kept, 422, told=(ask.speech.say("witness_saw_more", seen=seen, size=size), None))
    return ask.file("request", ask.desk.witness.request(seen), "text/plain; charset=utf-8")


def _taken(ask: Ask, kept: Any) -> Response:
    """Whose the cosignatures are, and that they hold; or why not, with what was typed."""
    sent = ask.files.get("file")
    vkeys = lines_of(ask.form.get("keys", ""))
    if sent is None or not sent.content or not vkeys:
        return _page(ask, kept, 422, told=(ask.speech.say("witness_needs"), None))
    try:
        taken = ask.desk.witness.take(sent.content, vkeys, keep=not ask.console.settings.read_only)
    except LedgerError as error:
        message, hint = ask.speech.refusal(error)
        return _page(ask, kept, 422, told=(message, hint or ask.speech.say("witness_bad_hint")))
    signed = [(name, None if at is None else format_recorded(at)) for name, at in taken.witnesses]
    return _page(ask, ask.desk.witness.cosigned(), taken={"size": taken.size, "signed": signed})
