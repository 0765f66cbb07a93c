"""The routes of the console: each page says its own, and the app finds them all."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Final

from starlette.responses import Response

if TYPE_CHECKING:
    from web.ask import Ask

Page = Callable[["Ask"], Response]


@dataclass(frozen=True, slots=True)
class Route:
    """A path with the function that answers it; `public`: also to whoever has not signed in.

    `records`: it may record something, which a console that only reads refuses. `twin`: it has the same as JSON at `….json`.
    `hands_out`: it is a file, which is noted as it is handed out.
    `largest`: how many bytes a form of it may have, and `most`: how many fields.
    """

    path: str
    page: Page
    methods: tuple[str, ...]
    public: bool
    records: bool
    twin: bool
    hands_out: bool = False
    largest: int = 256 * 1024
    most: int = 100


_ROUTES: Final[list[Route]] = []


def get(
    path: str, *, public: bool = False, twin: bool = False, hands_out: bool = False
) -> Callable[[Page], Page]:
    """A page that is read."""

    def add(page: Page) -> Page:
        _ROUTES.append(Route(path, page, ("GET",), public, False, twin, hands_out))
        return page

    return add


def form(
    path: str, *, public: bool = False, records: bool = True, largest: int = 256 * 1024, most: int = 100
) -> Callable[[Page], Page]:
    """A page with a form that is sent to itself, of so many bytes and fields at most."""

    def add(page: Page) -> Page:
        _ROUTES.append(Route(path, page, ("GET", "POST"), public, records, False, False, largest, most))
        return page

    return add


def routes() -> list[Route]:
    """Every route of every module of `web.pages`; those with nothing to fill in before those that have."""
    pages = import_module("web.pages").__path__
    for found in iter_modules(pages):
        import_module(f"web.pages.{found.name}")
    return sorted(_ROUTES, key=lambda route: (route.path.count("{"), route.path))
