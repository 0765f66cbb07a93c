"""What somebody holds in their hands is checked, for everybody: a receipt, the code of a paper, a checkpoint, a pay file.

A receipt holds its own words and the keys to them: nothing is opened here, and nothing of it is kept. What went to pay is
compared for whoever handles pay alone.
"""

import json
from typing import Any, Final

from starlette.responses import Response

from ledger.errors import LedgerError, NotEntitled
from web.ask import Ask, lines_of
from web.routes import form
from web.speech import Speech

Values = dict[str, Any]
_LARGEST: Final = 4 * 1024 * 1024
_MOST_KEYS: Final = 20
_MOST_SHOWN: Final = 50
_ZIPPED: Final = b"PK"
_CODE: Final = "kaoji:"
_MARK: Final = b"\xef\xbb\xbf"
_UNFIT: Final = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


@form("/proofs", records=False, largest=_LARGEST)
def proofs(ask: Ask) -> Response:
    """What a file or a text proves, against which checkpoint, by whose key, and what it does not."""
    if ask.request.method == "GET":
        return _page(ask)
    try:
        found = _checked(ask)
    except NotEntitled:
        raise
    except LedgerError as error:
        return _page(ask, 422, told=ask.speech.refusal(error))
    if found is None:
        return _page(ask, 422, told=(ask.speech.say("proof_none"), ask.speech.say("proof_none_hint")))
    return _page(ask, **found)


def _page(ask: Ask, status: int = 200, **values: Any) -> Response:
    kinds = dict.fromkeys(("told", "receipt", "code", "checkpoint", "handoff"))
    typed = {"keys": ask.form.get("keys", ""), "text": ask.form.get("text", "")}
    return ask.page("proofs", status, position=ask.desk.position(), **(kinds | typed | values))


def _checked(ask: Ask) -> Values | None:
    """What was found of the file that was sent, else of the text; None: it is nothing that can be checked. LedgerError."""
    sent, text = ask.files.get("file"), ask.form.get("text", "").strip()
    raw = text.encode() if sent is None or not sent.content else sent.content
    keys = lines_of(ask.form.get("keys", ""))[:_MOST_KEYS]
    if raw.startswith(_ZIPPED):
        return {"handoff": ask.desk.exports.check_handoff(raw), "shown": _MOST_SHOWN}
    if raw.startswith(_CODE.encode()):
        return {"code": ask.desk.proofs.check_code(raw.decode("utf-8", "replace"))}
    if raw.removeprefix(_MARK).lstrip().startswith(b"{"):
        read, stands = ask.desk.proofs.check_receipt(raw, keys)
        lines = [ask.speech.labels.say(f"receipt_{name}", **fields) for name, fields in read.facts]
        recorded = _recorded(ask.speech, read.recorded)
        return {"receipt": read, "stands": stands, "lines": lines, "recorded": recorded, "by_own": not keys}
    held = ask.desk.proofs.check_checkpoint(raw, keys)
    return None if held.state == "unreadable" else {"checkpoint": held}


def _recorded(speech: Speech, content: Any) -> list[tuple[str, str]]:
    """The fields of what was recorded, as people read them; of what is none of ours as it stands there."""
    if not isinstance(content, dict):
        return [("", _as_it_is(content))]
    fact = content.get("fact")
    fields = fact if isinstance(fact, dict) else content
    return [(_heading(speech, name), _value(speech, name, value)) for name, value in fields.items()]


def _heading(speech: Speech, name: str) -> str:
    try:
        return speech.heading(name)
    except _UNFIT:
        return name


def _value(speech: Speech, name: str, value: Any) -> str:
    try:
        return speech.value(name, value)
    except _UNFIT:
        return _as_it_is(value)


def _as_it_is(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
