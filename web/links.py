"""Links to things: where each kind has its page, and no link to what is not the reader's to open.

So no page leads anybody to a refusal. What is asked while a page is drawn is asked of one state of the ledger, about each
thing once.
"""

from contextlib import ExitStack
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ledger.subjects import KINDS
from web.routes import routes

if TYPE_CHECKING:
    from web.ask import Ask


@lru_cache
def pages() -> dict[str, str]:
    """The kinds of things that have a page of their own → its path, whose one part is called like the kind."""
    paths = {route.path for route in routes() if route.path.count("{") == 1}
    return {kind: path for kind in KINDS for path in paths if path.endswith(f"/{{{kind}}}")}


def page_of(kind: str, name: str) -> str:
    """The address of a thing of a kind of `pages`; of an `event` by its position, of an `explanation` by `E06 2026-07`."""
    if kind == "event":
        return f"/log/{name}"
    if kind == "explanation":
        return "{}/months/{}".format(page_of("employee", name.partition(" ")[0]), name.partition(" ")[2])
    return pages()[kind].replace(f"{{{kind}}}", name)


class Links:
    """The links of one page; to be closed when it is drawn."""

    def __init__(self, ask: "Ask") -> None:
        self._ask = ask
        self._known: dict[tuple[str, str], bool] = {}
        self._look: Any = None
        self._looking = ExitStack()

    def to(self, kind: str, name: object) -> str | None:
        """The address of a thing, of the same past; None where it is not the person's to open."""
        thing = (kind, str(name))
        if thing not in self._known:
            self._known[thing] = self._opens(*thing)
        return self._ask.link(page_of(*thing)) if self._known[thing] else None

    @staticmethod
    def page(kind: str, name: str) -> str:
        """The address of the page of a thing, whoever may open it."""
        return page_of(kind, name)

    def _opens(self, kind: str, name: str) -> bool:
        if self._look is None:
            self._look = self._looking.enter_context(self._ask.desk.look_at_log(self._ask.past))
        opens: bool = self._look.opens(kind, name)
        return opens

    def close(self) -> None:
        """Nothing more is asked."""
        self._look = None
        self._looking.close()
