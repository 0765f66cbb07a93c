"""Answering what is read: who may, whether anything has changed since, a page of it, and what the answer says of itself."""

import base64
import hashlib
import json
from collections.abc import Mapping
from contextlib import nullcontext
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response

from ledger.application.desk.scope import mark_of
from ledger.commands import REFERENCES
from web.api.door import Asked, caller_of, rights_of
from web.api.problems import ProblemError
from web.api.routes import Read
from web.ask import as_printed, whole

if TYPE_CHECKING:
    from ledger.access.standing import Standing
    from web.app import Console

MOST: Final = 500
USUAL: Final = 100
_TOLD_APART_BY: Final = frozenset({*REFERENCES, "id", "what", "kind", "position", "month", "version"})
_CHANGING: Final = {"Cache-Control": "private, no-cache", "Vary": "Cookie, Authorization, Accept-Language"}


def answer_read(console: "Console", read: Read, request: Request) -> Response:
    """The answer to a GET, of one state of the ledger; a file is noted as it is handed out. LedgerError, ProblemError."""
    with (
        console.ledger.one_state() if read.media is None else nullcontext()
    ):  # nobody waits for what is noted
        return _answered(console, read, request)


def _answered(console: "Console", read: Read, request: Request) -> Response:
    asked = Asked(console, request, caller_of(console, request))
    asked.require_read(read)
    limit, cursor = _page_asked(request)
    if cursor is not None and asked.query("as_of") is None:
        asked.as_of = asked.desk.position_of(str(cursor["position"]))
    head = asked.desk.position()
    told = {**_CHANGING, "ETag": tag_of(asked, read, head), "Content-Language": asked.speech.language}
    if read.media is None and _is_known(request, told["ETag"]):
        return Response(status_code=304, headers=told)
    looking = {"rows": asked.desk.look, "log": asked.desk.look_at_log}.get(read.by)
    with nullcontext(None) if looking is None else looking(asked.as_of) as look:
        found = read.answer(asked, look)
        position = look.position if look is not None else int(asked.as_of or head)
        where = {"site": look.site(asked.query("site"))} if look is not None and "site" in read.asks else {}
    told |= {"Kaoji-Position": str(position)}
    if where:
        told["Kaoji-Site"] = where["site"]
    told["Link"] = _link(request, "permalink", as_of=str(position), **where)
    if read.media is not None:
        return Response(found, headers=told, media_type=read.media)
    if isinstance(found, list) and (limit is not None or cursor is not None):
        found, following = page_of(found, limit or USUAL, cursor, position)
        if following is not None:
            told["Link"] += ", " + _link(request, "next", after=following, as_of=str(position), **where)
    return Response(as_printed(found), headers=told, media_type="application/json; charset=utf-8")


# --- whether it is known --------------------------------------------------------------------------------


def tag_of(asked: Asked, read: Read, head: int) -> str:
    """What an answer depends on: ledger, last position, the days, the rights, the language, and this program.

    What is due also depends on up to where a checkpoint covers the ledger.
    """
    at = f"{head}-{asked.desk.proofs.covered()}" if read.name == "due" else str(head)
    with asked.desk.warmed():
        standing = asked.desk.standing()
        days, rights = _days(standing), rights_of(asked, standing)
    parts = (mark_of(asked.desk), at, days, rights, asked.speech.language, _build())
    return f'W/"{".".join(parts)}"'


def _days(standing: "Standing") -> str:
    """The days it is now at the sites that the person knows: a thing is told of by the day where it lies."""
    sites = standing.known_sites
    return "+".join(sorted({standing.context.today(site).isoformat() for site in sites}))


@cache
def _build() -> str:
    return hashlib.sha256(version("kaoji").encode()).hexdigest()[:8]


def _is_known(request: Request, tag: str) -> bool:
    """Whether whoever asks has this answer; strong and weak tags are compared weakly."""
    given = request.headers.get("if-none-match", "")
    known = {each.strip().removeprefix("W/") for each in given.split(",")}
    return tag.removeprefix("W/") in known


def _link(request: Request, rel: str, **query: str) -> str:
    """The same address with other parameters, as a Link."""
    kept = {name: value for name, value in request.query_params.items() if name not in query}
    return f'<{quote(request.scope["path"], safe="/:")}?{urlencode({**kept, **query})}>; rel="{rel}"'


# --- pages ----------------------------------------------------------------------------------------------


def _page_asked(request: Request) -> tuple[int | None, dict[str, Any] | None]:
    """How many rows, and behind which. ProblemError `limit_wrong`, `cursor_wrong`."""
    limit, after = request.query_params.get("limit"), request.query_params.get("after")
    most = None if limit is None else whole(limit)
    if limit is not None and (most is None or not 1 <= most <= MOST):
        raise ProblemError("limit_wrong", most=MOST)
    return most, None if after is None else _cursor(after)


def _cursor(text: str) -> dict[str, Any]:
    try:
        padded = text + "=" * (-len(text) % 4)
        found = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        position, place, key = found["position"], found["place"], found["key"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ProblemError("cursor_wrong") from None
    fits = type(position) is int and type(place) is int and isinstance(key, str)
    if not fits or not 0 < position < 10**18 or not 0 <= place < 10**9:
        raise ProblemError("cursor_wrong")
    return {"position": position, "place": place, "key": key}


def page_of(
    rows: list[Any], limit: int, cursor: Mapping[str, Any] | None, position: int
) -> tuple[list[Any], str | None]:
    """Some rows behind a cursor, and the cursor behind those; None: there are no more.

    A cursor names the last row that was given: none is given twice or left out where others before it are withheld by now.
    """
    start = 0 if cursor is None else _behind(rows, cursor)
    end = start + limit
    if end >= len(rows):
        return rows[start:], None
    told = {"position": position, "place": end - 1, "key": _key(rows[end - 1])}
    return rows[start:end], base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")


def _behind(rows: list[Any], cursor: Mapping[str, Any]) -> int:
    place = int(cursor["place"])
    keys = [_key(row) for row in rows]
    if place < len(keys) and keys[place] == cursor["key"]:
        return place + 1
    same = [at for at, key in enumerate(keys) if key == cursor["key"]]
    return (min(same, key=lambda at: abs(at - place)) if same else min(place, len(rows) - 1)) + 1


def _key(row: Any) -> str:
    """What tells a row from the others: its ids."""
    ids = (
        {name: str(row[name]) for name in sorted(_TOLD_APART_BY & row.keys())}
        if isinstance(row, dict)
        else row
    )
    return hashlib.sha256(json.dumps(ids, ensure_ascii=False).encode()).hexdigest()[:16]
