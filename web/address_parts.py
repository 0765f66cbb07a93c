"""Parts of an address, read like what is typed."""

from collections.abc import Callable, Mapping
from typing import Final

from ledger.errors import InputError
from ledger.formats import Malformed, parse_day, parse_month, parse_quarter
from ledger.texts import described


def _day(text: object) -> str:
    return parse_day(text).isoformat()


_WRITTEN: Final[Mapping[str, Callable[[object], str]]] = {
    "month": parse_month,
    "appraised": parse_month,
    "quarter": parse_quarter,
    "day": _day,
    "week": _day,
}
"""The parts of an address that are written in one way only; everything else names something, or nothing that is there."""


def read_part(name: str, text: str) -> str:
    """A part of an address, read like what is typed. InputError `field_wrong`."""
    read = _WRITTEN.get(name)
    if read is None or not text:
        return text
    try:
        return read(text)
    except Malformed as error:
        raise InputError("field_wrong", field=name, value=described(text), reason=error.reason) from None
