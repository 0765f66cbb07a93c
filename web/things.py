"""The pages of things: the card of one, what happened to it, and what else its page tells; the twin is the first two."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from starlette.responses import Response

from web.ask import Ask
from web.routes import Page, get

Values = dict[str, Any]
Reads = Callable[[Ask, Any, Values, list[Values]], Values]
"""What else is read in the same look, of the card and the history: what it is called on the page → what it is."""


def _nothing(ask: Ask, look: Any, card: Values, history: list[Values]) -> Values:
    return {}


def thing(
    path: str, *, reads: Reads = _nothing, rows: bool = False, template: str = ""
) -> Callable[[Callable[..., Values | Response]], Page]:
    """The page of a thing of the kind that the path ends with, and its twin.

    The function is given the card and what was read beside, and answers what the page tells besides, or where else it is
    told. `rows`: rows of projections are read; `template`: where it is not called like the kind.
    """
    kind = path.rpartition("{")[2].removesuffix("}")

    def add(told: Callable[..., Values | Response]) -> Page:
        @wraps(told)
        def page(ask: Ask) -> Response:
            with (ask.desk.look if rows else ask.desk.look_at_log)(ask.as_of) as look:
                card, history = _read(ask, look, kind)
                beside = {} if ask.is_twin else reads(ask, look, card, history)
                position = look.position
            if ask.is_twin:
                return ask.json({**card, "history": history})
            values = told(ask, card, **beside)
            if isinstance(values, Response):
                return values
            shown = {"card": card, "history": history, "position": position, **beside, **values}
            return ask.page(template or kind, **shown)

        return get(path, twin=True)(page)

    return add


def _read(ask: Ask, look: Any, kind: str) -> tuple[Values, list[Values]]:
    with look.noting_together():
        card = look.card(kind, ask.path(kind))
        return card, look.history(f"{kind}:{card[kind]}")


def whose(card: Values) -> str:
    """The staff number of whom a thing is about."""
    return str(card["employee"]).partition(" ")[0]
