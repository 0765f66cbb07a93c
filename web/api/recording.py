"""Answering what is to be recorded: one command or a file of them, whole or not at all, once, by whoever asks."""

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from starlette.requests import Request
from starlette.responses import Response

from ledger.application.desk.impact import seen_impact
from ledger.application.recording.command_reader import (
    BYTE_ORDER_MARK,
    MAX_LINE_BYTES,
    parse_command,
    parse_line,
)
from ledger.commands import COMMANDS
from ledger.errors import InputError, LedgerError, StoreError
from web.api.door import Asked, caller_of
from web.api.idempotency import IdempotentAnswers, OtherBodyError, StillRunningError
from web.api.problems import ProblemError
from web.api.routes import Act
from web.ask import as_printed
from web.step_up import HEAVY
from web.surely import surely

if TYPE_CHECKING:
    from ledger.application.recording.applied import Applied
    from web.app import Console

JSON: Final = "application/json"
LINES: Final = "application/x-ndjson"
_KEY: Final = re.compile(r'"?([\x21\x23-\x7e]{1,100})"?', re.ASCII)
_MINUTE: Final = timedelta(minutes=1)
_POSTS_A_MINUTE: Final = 60
MOST_COMMANDS: Final = 2_000
"""So many commands a file has at most: while they are decided nobody else records."""


def require_patience(asked: Asked) -> None:
    """ProblemError `too_many` for more than sixty sendings a minute of one caller."""
    if not asked.console.accounts.counts(f"posts:{asked.caller.short}", _POSTS_A_MINUTE, _MINUTE):
        raise ProblemError("too_many")


def answer_commands(console: "Console", request: Request, body: bytes) -> Response:
    """The answer to a POST of commands. LedgerError, ProblemError."""
    caller = caller_of(console, request)
    asked = Asked(console, request, caller)
    require_patience(asked)
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media not in (JSON, LINES):
        raise ProblemError("media_wrong")
    if "dry-run" in preferences(request):
        found = _recorded(asked, body, media, None, dry_run=True)
        return _answer(200, as_printed(found).encode(), {"Preference-Applied": "dry-run"})
    if console.settings.read_only:
        raise ProblemError("read_only")

    def work(key: str) -> tuple[int, bytes]:
        found = surely(partial(_recorded, asked, body, media, key))
        return 201 if found["recorded"] else 200, as_printed(found).encode()

    return once(asked, media.encode() + b"\n" + body, work)


def answer_act(console: "Console", act: Act, request: Request, body: bytes) -> Response:
    """The answer to what was sent elsewhere than to `/commands`. LedgerError, ProblemError."""
    asked = Asked(console, request, caller_of(console, request))
    if act.method != "GET":
        require_patience(asked)
    if act.changes and console.settings.read_only:
        raise ProblemError("read_only")
    response = act.answer(asked, body)
    response.headers.setdefault("Content-Language", asked.speech.language)
    return response


def preferences(request: Request) -> set[str]:
    """What the header Prefer asks for."""
    given = ",".join(request.headers.getlist("prefer"))
    return {each.strip().lower() for each in re.split("[,;]", given)}


def once(asked: Asked, sent: bytes, work: Callable[[str], tuple[int, bytes]]) -> Response:
    """Does it, unless the same was sent under the same key before: then the first answer is given again.

    ProblemError `idempotency_key_missing`, `idempotency_key_reused`, `idempotency_key_running`.
    """
    given = _KEY.fullmatch(asked.request.headers.get("idempotency-key", "").strip())
    if given is None:
        raise ProblemError("idempotency_key_missing")
    caller, console, key = asked.caller, asked.console, given[1]
    kept = IdempotentAnswers(console.database, console.ledger.now, caller.person, caller.secret)
    try:
        before = kept.begin(key, sent)
    except OtherBodyError:
        raise ProblemError("idempotency_key_reused") from None
    except StillRunningError:
        raise ProblemError("idempotency_key_running", {"Retry-After": "5"}) from None
    if before is not None:
        return _answer(*before, {"Idempotency-Replayed": "true"})
    try:
        status, answer = work(key)
    except StoreError as error:
        if error.code != "outcome_unknown":
            kept.forget(key)
        raise
    except (LedgerError, ProblemError):
        kept.forget(key)
        raise
    kept.keep(key, status, answer)
    return _answer(status, answer, {})


def _require(asked: Asked, dry_run: bool, values: dict[str, Any]) -> None:
    """That a command may be sent by whoever asks. ProblemError `scope_lacking`, `password_first`; Unknown; InputError."""
    if values.get("do") not in COMMANDS:
        parse_command(values)  # which says what is wrong with it
    asked.require_command(values)
    session = asked.caller.session
    heavy = values["do"] in HEAVY and not dry_run
    if session is not None and heavy and not asked.console.accounts.is_fresh(session):
        raise ProblemError("password_first")


def _recorded(
    asked: Asked, body: bytes, media: str, key: str | None, dry_run: bool = False
) -> dict[str, Any]:
    """What recording came to, or would come to."""
    if media == LINES:
        lines, allowed = body.split(b"\n"), partial(_require, asked, dry_run)
        if sum(map(bool, map(bytes.strip, lines))) > MOST_COMMANDS:
            raise ProblemError("too_many_commands", most=MOST_COMMANDS)
        tried = asked.desk.record_each(lines, allowed, True)  # what is refused keeps nobody from recording
        done = tried if dry_run else asked.desk.record_each(lines, allowed)
        return recorded_as(asked, done, dry_run)
    values = one_command(body)
    _require(asked, dry_run, values)
    if key is not None:
        own = hashlib.sha256(f"{asked.caller.person}\n{key}".encode()).hexdigest()[:32]
        values.setdefault("key", f"api:{own}")
    return recorded_as(asked, asked.desk.record.typed(values, dry_run), dry_run)


def one_command(body: bytes) -> dict[str, Any]:
    """The one command of a body, over however many lines it is written."""
    if len(body) > MAX_LINE_BYTES:
        raise InputError("line_too_long", limit=MAX_LINE_BYTES)
    values = parse_line(body.removeprefix(BYTE_ORDER_MARK))
    if values is None:
        raise InputError("not_json", column=1, reason="Expecting value")
    return values


def recorded_as(asked: Asked, applied: "Applied", dry_run: bool) -> dict[str, Any]:
    """Counts of commands, the ledger's last position, the events, and what is to be said at once."""
    note = asked.speech.labels.note
    found: dict[str, Any] = {
        **({"dry_run": True} if dry_run else {}),
        **applied.values(),
        "made": applied.made(),
        "notes": [{"code": each.code, "text": note(each.code, each.fields)} for each in applied.notes],
    }
    impact = seen_impact(asked.desk, applied)
    return found if impact is None else {**found, "impact": impact.values()}


def _answer(status: int, body: bytes, headers: dict[str, str]) -> Response:
    told = {"Cache-Control": "no-store", **headers}
    return Response(body, status, told, "application/json; charset=utf-8")
