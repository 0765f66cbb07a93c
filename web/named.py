"""Names beside staff numbers: a page says where one belongs, and those of a page are looked up at once."""

import re
from collections.abc import Callable, Mapping
from html import escape
from typing import Final

from markupsafe import Markup

_PLACE: Final = re.compile(r'( ?)<bdi data-who="([^"]*)"></bdi>')


class Named(str):
    """A staff number that a page shows with the name beside it."""

    __slots__ = ()

    def __html__(self) -> Markup:
        return Markup('{number} <bdi data-who="{number}"></bdi>').format(number=str(self))


def with_names(page: str, names: Callable[[set[str]], Mapping[str, str]]) -> str:
    """A page with the names that may be known, each where its place is; where one may not be, nothing stands there."""
    if "data-who" not in page:
        return page
    found = names({place[2] for place in _PLACE.finditer(page)})

    def named(place: re.Match[str]) -> str:
        name = found.get(place[2], "")
        return f"{place[1]}<bdi>{escape(name)}</bdi>" if name else ""

    return _PLACE.sub(named, page)
