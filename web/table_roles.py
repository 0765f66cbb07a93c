"""Tables laid out in rows on a phone say what they are: the layout takes it from those who hear them."""

import re
from typing import Final

_STACKED: Final = re.compile(r'<table class="stack[^"]*">.*?</table>', re.DOTALL)
_ROW: Final = re.compile(r"<tr[ >].*?</tr>", re.DOTALL)
_EMPTY: Final = re.compile(r'<td((?: [^<>]*)?)>\s*(–|<span class="none">–</span>)\s*</td>')
_CLASS: Final = re.compile(r'class="([^"]*)"')
_ROLES: Final = (("thead", "rowgroup"), ("tbody", "rowgroup"), ("tr", "row"), ("td", "cell"))


def with_roles(page: str) -> str:
    """A page whose stacked tables have the roles that their elements have anywhere else."""
    return _STACKED.sub(_named, page)


def _named(table: re.Match[str]) -> str:
    head, end, body = table[0].partition("</thead>")
    named = _parts(head, "columnheader") + end + _parts(body, "rowheader")
    return _ROW.sub(_shortened, named).replace("<table", '<table role="table"', 1)


def _shortened(row: re.Match[str]) -> str:
    """A row whose cells with nothing in them are left out on a phone, unless all of them are."""
    if "–" not in row[0]:
        return row[0]
    cells, empty = row[0].count("<td"), len(_EMPTY.findall(row[0]))
    return row[0] if empty == cells else _EMPTY.sub(_left_out, row[0])


def _left_out(cell: re.Match[str]) -> str:
    attributes = _CLASS.sub(r'class="\1 zero"', cell[1]) if "class=" in cell[1] else f'{cell[1]} class="zero"'
    return f"<td{attributes}>{cell[2]}</td>"


def _parts(text: str, heading: str) -> str:
    for part, role in (*_ROLES, ("th", heading)):
        named = f'<{part} role="{role}"'
        text = text.replace(f"<{part} ", f"{named} ").replace(f"<{part}>", f"{named}>")
    return text
