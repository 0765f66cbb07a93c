"""`access.md`: the table of rights as the code has it, in the page as it is written by hand."""

import re
from typing import Final

from ledger.access.classes import CLASSES, Grant
from ledger.access.may import MAY

_GRANTS: Final = {
    Grant.NONE: "–",
    Grant.FACTS: "facts",
    Grant.PARTY: "as a party",
    Grant.PURPOSE: "purpose",
    Grant.WORDS: "all",
}
_RIGHTS: Final = re.compile(
    r"(?<=<!-- the table of rights -->\n).*(?=\n<!-- end of the table -->)", re.DOTALL
)


def access(page: str) -> str:
    """The page as it is written by hand, with the table of rights as the code has it."""
    rows = [["who, today", *CLASSES], ["---"] * (len(CLASSES) + 1)]
    for relation, row in MAY.items():
        rows.append([f"`{relation}`", *(_GRANTS[row.get(info, Grant.NONE)] for info in CLASSES)])
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return _RIGHTS.sub(table, page)
