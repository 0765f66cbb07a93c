"""A console as an ASGI application: all of its addresses, and what is answered where there is none."""

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount
from starlette.routing import Route as Path_

from web.api.app import Api
from web.api.routes import ROOT
from web.app import Console
from web.assets import FOLDER, Assets
from web.middleware import RequestGuard
from web.progress import STREAMS, streams
from web.request_log import entry_of
from web.routes import Route, routes


def app_of(console: Console) -> Starlette:
    """The application of a console."""

    def endpoint(route: Route, path: str) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            entry_of(request.scope).route = path
            return await console.answer(route, request)

        return answer

    found = []
    for route in routes():
        if route.twin:  # before the page, whose last part would take the suffix for its own
            twin = f"{route.path}.json"
            found.append(Path_(twin, endpoint(route, twin), methods=["GET"]))
        found.append(Path_(route.path, endpoint(route, route.path), methods=list(route.methods)))

    found += streams(console)
    static = Mount("/static", Assets(directory=FOLDER))
    api = Api(console)

    async def nothing_there(request: Request, _: Exception) -> Response:
        route = Route("", lambda ask: console.problem(ask, 404, "no_page"), ("GET",), True, False, False)
        return await console.answer(route, request)

    async def refused(_: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return PlainTextResponse(str(error.status_code), error.status_code, headers=error.headers)

    return Starlette(
        routes=[*api.routes(), *found, static],
        exception_handlers={404: nothing_there, HTTPException: refused},
        middleware=[
            Middleware(
                RequestGuard,
                settings=console.settings,
                turns=console.turns,
                unbounded=(f"{ROOT}/changes", *(stream.path for stream in STREAMS)),
            )
        ],
    )
