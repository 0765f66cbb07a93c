"""The routes of the interface: each request gets an id, an answer, and a refusal in words where there is none."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final

from anyio import to_thread
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from ledger.errors import LedgerError
from web.api.changes import Poller, answer_changes
from web.api.door import caller_of, speech_of
from web.api.openapi import openapi
from web.api.problems import ProblemError, problem, refusal
from web.api.reading import answer_read
from web.api.recording import answer_act, answer_commands
from web.api.routes import ROOT, Act, Read, acts, reads
from web.ask import as_printed
from web.middleware import arriving
from web.request_log import entry_of, log_fault

if TYPE_CHECKING:
    from web.app import Console

_METHODS: Final = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_MOST_ASKED: Final = "/sites/"
"""What stands first where an address is looked for: to look among seventy took a tenth of an unchanged answer."""
_LARGEST_BODY: Final = 8 * 1024 * 1024
_SEALED: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}

Endpoint = Callable[[Request], Awaitable[Response]]


class Api:
    """The interface of a console."""

    def __init__(self, console: "Console") -> None:
        self._console = console
        self.poller = Poller(console)

    def routes(self) -> list[BaseRoute]:
        """Every route behind one beginning, so that pages are not looked for among them, and one for what leads nowhere."""
        told: dict[str, dict[str, Endpoint]] = {each.path: {"GET": self._read(each)} for each in reads()}
        for each in acts():
            told.setdefault(each.path, {})[each.method] = self._act(each)
        told |= {
            "/openapi.json": {"GET": self._document},
            "/changes": {"GET": self._changes},
            "/commands": {"POST": self._commands},
        }
        paths = sorted(told, key=lambda path: (not path.startswith(_MOST_ASKED), path.count("{"), path))
        found = [Route(path, self._answering(path, told[path]), methods=_METHODS) for path in paths]
        lost = [
            Route(f"{root}/{{rest:path}}", self._answering("", {}), methods=_METHODS) for root in ("", "/api")
        ]
        return [Mount(ROOT, routes=[*found, lost[0]]), lost[1]]

    def _answering(self, path: str, endpoints: Mapping[str, Endpoint]) -> Endpoint:
        """What answers by the method that is asked with; where there are none, it is nowhere."""

        async def answered(request: Request) -> Response:
            entry = entry_of(request.scope)
            entry.route, request_id = ROOT + path if endpoints else None, entry.request_id
            try:
                method = "GET" if request.method == "HEAD" else request.method
                if endpoints and method not in endpoints:
                    allowed = {"Allow": ", ".join(sorted(endpoints))}
                    raise ProblemError("method_wrong", allowed, method=request.method)
                response = await endpoints.get(method, self._nowhere)(request)
            except ProblemError as error:
                response = problem(error, speech_of(self._console, request), request_id)
            except LedgerError as error:
                response = refusal(error, speech_of(self._console, request), request_id)
            except Exception as error:
                log_fault(request.scope, error)
                response = problem(ProblemError("our_fault"), speech_of(self._console, request), request_id)
            for name, value in _SEALED.items():
                response.headers.setdefault(name, value)
            return response

        return answered

    def _read(self, read: Read) -> Endpoint:
        async def answer(request: Request) -> Response:
            return await to_thread.run_sync(partial(answer_read, self._console, read, request))

        return answer

    def _act(self, act: Act) -> Endpoint:
        async def answer(request: Request) -> Response:
            body = b"" if act.method == "GET" else await self._sent(request, act.largest)
            return await to_thread.run_sync(partial(answer_act, self._console, act, request, body))

        return answer

    async def _document(self, request: Request) -> Response:
        return Response(as_printed(openapi()), media_type="application/json; charset=utf-8")

    async def _changes(self, request: Request) -> Response:
        return await answer_changes(self._console, self.poller, request)

    async def _commands(self, request: Request) -> Response:
        body = await self._sent(request, _LARGEST_BODY)
        return await to_thread.run_sync(partial(answer_commands, self._console, request, body))

    async def _sent(self, request: Request, most: int) -> bytes:
        """What was sent, which is read of somebody who is let in alone. ProblemError."""
        self._refuse_from_afar(request)
        await to_thread.run_sync(partial(caller_of, self._console, request, seen=False))
        return await _body_of(request, most)

    def _refuse_from_afar(self, request: Request) -> None:
        """ProblemError `from_elsewhere` for what another site made a browser send."""
        site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
        own = (*self._console.settings.origins, f"{request.url.scheme}://{request.url.netloc}")
        if (site is not None and site != "same-origin") or (origin is not None and origin not in own):
            raise ProblemError("from_elsewhere")

    @staticmethod
    async def _nowhere(request: Request) -> Response:
        raise ProblemError("no_such_address")


async def _body_of(request: Request, most: int) -> bytes:
    """What was sent, up to so many bytes. ProblemError `body_too_large`, `body_too_slow`."""
    try:
        return await Request(request.scope, arriving(request.receive, most)).body()
    except ClientDisconnect:
        raise ProblemError("body_too_slow") from None
    except HTTPException as error:
        if error.status_code == 413:
            raise ProblemError("body_too_large", error.headers, most=most) from None
        raise ProblemError("body_too_slow", error.headers) from None
