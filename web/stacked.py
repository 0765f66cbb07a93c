"""Tables laid out in rows on a phone say what they are: the layout takes it from those who hear them."""

import re
from typing import Final

_STACKED: Final = re.compile(r'<table class="stack[^"]*">.*?</table>', re.DOTALL)
_PART: Final = re.compile(r"<(thead|tbody|tr|td|th)(?=[ >])")
_ROLES: Final = {"thead": "rowgroup", "tbody": "rowgroup", "tr": "row", "td": "cell"}


def with_roles(page: str) -> str:
    """A page whose stacked tables have the roles that their elements have anywhere else."""
    return _STACKED.sub(_named, page)


def _named(table: re.Match[str]) -> str:
    head, end, body = table[0].partition("</thead>")
    named = _parts(head, "columnheader") + end + _parts(body, "rowheader")
    return named.replace("<table", '<table role="table"', 1)


def _parts(text: str, heading: str) -> str:
    return _PART.sub(lambda part: f'<{part[1]} role="{_ROLES.get(part[1], heading)}"', text)
