"""How a field's values are written on pages: which are codes, which are money, and how a number below nothing looks."""

import re
from typing import Final

CODED: Final = frozenset(
    (
        *("band", "component", "ground", "kind", "level", "office", "outcome", "scheme", "status"),
        *("sanction_due", "against", "skipped", "side", "how", "figure", "of", "sort"),
    )
)
"""The fields whose values are codes with words of their own."""

MONEY: Final = frozenset(
    (
        *("base_fine", "surcharge", "shifted", "no_worse", "joint_liability", "deduction", "performance"),
        *(
            "share",
            "amount",
            "carried",
            "deducted",
            "expected",
            "actual",
            "difference",
            "settled",
            "due",
            "open",
            "base",
        ),
    )
)
"""The fields that are money: their headings name its unit."""

_BELOW: Final = re.compile(r"-[0-9]+(\.[0-9]+)?")
"""A number below nothing."""


def signed(value: object) -> str:
    """A figure, with the sign that is as wide as a digit."""
    text = str(value)
    return f"−{text[1:]}" if _BELOW.fullmatch(text) else text
