"""Links to what is not the reader's to open are told without the link: no page leads anybody to a refusal.

It is done with the page as a whole, so that it holds of every page, and each thing is asked about once.
"""

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from web.ask import Ask

_KINDS: Final = {
    "notices": "notice",
    "appeals": "appeal",
    "checks": "check",
    "findings": "finding",
    "inspections": "inspection",
    "actions": "action",
    "analyses": "analysis",
    "objections": "objection",
    "people": "employee",
    "log": "event",
}
"""The first part of the address of a thing → its kind."""
_LINK: Final = re.compile(
    rf'<a(?: class="[^"]*")? href="/({"|".join(_KINDS)})/(?!new[?"])([0-9A-Za-z_-]+)(?:/months/([0-9-]+))?'
    r'(?:\?[^"]*)?">(.*?)</a>',
    re.DOTALL,
)


def with_open_links(ask: "Ask", page: str) -> str:
    """A page without the links to things that the person may not open; what they say stays."""
    named = set(map(_thing, _LINK.finditer(page)))
    if not named:
        return page
    with ask.desk.look_at_log(ask.past) as look:
        shut = {each for each in named if not look.opens(*each)}
    if not shut:
        return page
    return _LINK.sub(lambda link: link[4] if _thing(link) in shut else link[0], page)


def _thing(link: re.Match[str]) -> tuple[str, str]:
    """The kind and the name of what a link leads to."""
    return ("explanation", f"{link[2]} {link[3]}") if link[3] else (_KINDS[link[1]], link[2])
