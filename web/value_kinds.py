"""How a field's values are written on pages: which are codes, money or people, and how a number below nothing looks."""

import re
from typing import Final

CODED: Final = frozenset(
    (
        *("band", "component", "ground", "kind", "level", "office", "outcome", "scheme", "status"),
        *("sanction_due", "against", "skipped", "side", "how", "figure", "of"),
        *("dimension", "imposed", "looked", "result", "sort"),
    )
)
"""The fields whose values are codes with words of their own."""

PEOPLE: Final = frozenset(
    (
        *("absent", "appellant", "approved_by", "by", "checked", "checked_by", "conflicted", "decided_by"),
        *("employee", "employees", "holder", "issued_by", "issued_to", "issuer", "markers", "notice_to"),
        *("opened_by", "owner", "present", "recorded_by", "removed", "respondent", "reviewer", "supervisor"),
        *("third", "unnamed", "whose", "with"),
    )
)
"""The fields whose texts are staff numbers: a page names them."""

OF_PEOPLE: Final = frozenset(("deducted", "notes", "reasons"))
"""The fields that say something of each of several people."""

MONEY: Final = frozenset(
    (
        *("base_fine", "surcharge", "shifted", "no_worse", "joint_liability", "deduction", "performance"),
        *("performance_amount", "share", "amount", "carried", "deducted", "expected", "actual", "difference"),
        *("settled", "due", "open", "base"),
    )
)
"""The fields that are money: their headings name its unit."""

_BELOW: Final = re.compile(r"-[0-9]+(\.[0-9]+)?")
"""A number below nothing."""


def signed(value: object) -> str:
    """A figure, with the sign that is as wide as a digit."""
    text = str(value)
    return f"−{text[1:]}" if _BELOW.fullmatch(text) else text
