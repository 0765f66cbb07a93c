"""What every request passes before anything answers it: under which name it is asked, how much is sent and how fast.

Whatever answers, the browser is told what it may do with the answer: pages, files, the interface, and refusals alike.
"""

import ipaddress
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import anyio
from starlette.datastructures import MutableHeaders, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.ask import Upload
from web.request_log import Entry, logged
from web.routes import Route
from web.turns import Turns

if TYPE_CHECKING:
    from web.app import Settings

HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data: blob:;"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""What stands with every answer that says nothing else of it."""

_LARGEST_FIELD: Final = 256 * 1024
_PATIENCE: Final = 30.0
"""Seconds that what is sent may take beyond those that its bytes do."""
_SLOWEST: Final = 8 * 1024
"""So many bytes a second come at least, in all."""


class RequestGuard:
    """An application behind its door. `settings` says which names are ours.

    `unbounded`: the paths of routes that are answered for as long as somebody listens, and take no turn.
    """

    def __init__(self, app: ASGIApp, settings: "Settings", turns: Turns, unbounded: Sequence[str]) -> None:
        self._app = app
        self._settings = settings
        self._turns = turns
        self._unbounded = [compile_path(path)[0] for path in unbounded]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets a request in, or says that nobody of that name is here."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        bare = scope["method"] == "HEAD"
        asked = {**scope, "method": "GET"} if bare else scope  # it is read, and only the headers are sent
        with logged(scope["method"], asked) as entry:
            await self._answer(asked, receive, send, entry, bare)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, entry: Entry, bare: bool) -> None:
        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                entry.status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["Kaoji-Request"] = entry.request_id
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            elif bare:
                message = {**message, "body": b""}
            await send(message)

        request = Request(scope)
        if not self._is_addressed(request):
            return await PlainTextResponse("421", 421)(scope, receive, told)
        if any(path.match(scope["path"]) for path in self._unbounded):
            return await self._app(scope, receive, told)
        async with self._turns.one_of(request):
            return await self._app(scope, receive, told)

    def _is_addressed(self, request: Request) -> bool:
        """Whether it is asked under a name of ours: without TLS that is this machine's own, or one that was configured.

        Else a page of another site could have its name lead here, and read what is answered.
        """
        host = request.url.hostname or ""
        own = {urlsplit(origin).hostname for origin in self._settings.origins}
        return self._settings.secure or host in own or is_of_this_machine(host)


@lru_cache(maxsize=64)
def is_of_this_machine(host: str) -> bool:
    """Whether a name leads each machine to itself, and no other one here."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


async def form_of(request: Request, route: Route) -> tuple[dict[str, str], dict[str, Upload]]:
    """The fields and files of a form. HTTPException 413 beyond what its route takes, however it is sent; 408, 400."""
    if int(request.headers.get("content-length", "0")) > route.largest:
        raise HTTPException(413)
    form: dict[str, str] = {}
    files: dict[str, Upload] = {}
    read = Request(request.scope, arriving(request.receive, route.largest))
    try:
        async with read.form(max_files=1, max_fields=route.most, max_part_size=_LARGEST_FIELD) as sent:
            for name in sent:
                given = sent.getlist(name)
                form[name] = "\n".join(each for each in given if isinstance(each, str))
                for each in given:
                    if isinstance(each, UploadFile) and each.filename:
                        files[name] = Upload(each.filename, await each.read())
    except ClientDisconnect:
        raise HTTPException(400) from None
    return form, files


def arriving(receive: Receive, most: int) -> Receive:
    """What is received, as long as it is no more than so many bytes and goes on coming. HTTPException 408, 413."""
    began, came = anyio.current_time(), 0

    async def received() -> Message:
        nonlocal came
        deadline = began + _PATIENCE + came / _SLOWEST
        with anyio.CancelScope(deadline=deadline) as waiting:
            message = await receive()
        if waiting.cancelled_caught:
            raise HTTPException(408, headers={"Connection": "close"})
        came += len(message.get("body", b""))
        if came > most:
            raise HTTPException(413, headers={"Connection": "close"})
        return message

    return received
