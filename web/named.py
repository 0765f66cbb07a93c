"""Names beside staff numbers: a page says where one belongs, and those of a page are looked up at once."""

import re
from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import Any, Final

_PLACE: Final = re.compile(r'( ?)<bdi data-who="([^"]*)"></bdi>')


def with_names(page: str, names: Callable[[set[str]], Mapping[str, str]]) -> str:
    """A page with the names that may be known, each where its place is; where one may not be, nothing stands there."""
    people = {place[2] for place in _PLACE.finditer(page)}
    found = names(people) if people else {}

    def named(place: re.Match[str]) -> str:
        name = found.get(place[2], "")
        return f"{place[1]}<bdi>{escape(name)}</bdi>" if name else ""

    return _PLACE.sub(named, page)


def names_in(look: Any, rows: Iterable[Mapping[str, Any]], *keys: str) -> dict[str, str]:
    """The names of those in a site's directory who stand in rows under some keys."""
    people = {row[key] for row in rows for key in keys if row.get(key)}
    return {one["employee"]: one["name"] for one in look.employees() if one["employee"] in people}
