"""Short texts and days that are said again and again, kept once: each that is read would else be an object of its own.

Nobody's words come here, be it sealed or open: what is interned outlives an erasure.
"""

from datetime import date
from typing import Any, Final, TypeVar, cast

T = TypeVar("T", str, date)

_KEPT: Final[dict[Any, Any]] = {}
_MOST: Final = 20_000
_SHORT: Final = 40
"""Characters of a text that is likely to be said again."""


def interned(value: T) -> T:
    """The same value as where it was read before."""
    if len(_KEPT) > _MOST:
        _KEPT.clear()
    return cast(T, _KEPT.setdefault(value, value))


def interned_if_short(value: object) -> Any:
    """The same of a day or of a text of few characters; anything else as it is."""
    kind = type(value)
    return (
        interned(cast(str, value))
        if kind is date or (kind is str and len(cast(str, value)) <= _SHORT)
        else value
    )
