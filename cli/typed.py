"""What is typed by hand as the ledger reads it: full width and stray blanks of an IME, and dates as offices write them."""

import re

from ledger.texts import plain

_DAY = re.compile(r"(\d{4})\s*[-/.。、年]\s*(\d{1,2})\s*[-/.。、月]\s*(\d{1,2})\s*[日号號]?", re.ASCII)
_MONTH = re.compile(r"(\d{4})\s*[-/.。、年]\s*(\d{1,2})\s*月?", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2})(?:\s*[:.。点點时時]\s*(\d{2})\s*分?|\s*[点點时時])", re.ASCII)
_NUMBER = re.compile(r"(-?\d+)\s*[分。.]?", re.ASCII)
_BEFORE_CLOCK = " ,.。、"


def as_day(text: str) -> str:
    """`２０２６／９／７` or `2026年9月7日` to `2026-09-07`; anything else as it is."""
    found = _DAY.fullmatch(plain(text))
    return _joined(*found.groups()) if found else plain(text)


def as_month(text: str) -> str:
    """`2026/9` or `2026年9月` to `2026-09`; anything else as it is."""
    found = _MONTH.fullmatch(plain(text))
    return _joined(*found.groups()) if found else plain(text)


def as_instant(text: str) -> str:
    """`２０２６／１１／２４ ９：30` to `2026-11-24 09:30`; anything else as it is."""
    text = plain(text)
    found = _DAY.match(text)
    if found is None:
        return text
    clock = _CLOCK.fullmatch(text[found.end() :].strip(_BEFORE_CLOCK))
    if clock is not None:
        return f"{_joined(*found.groups())} {int(clock[1]):02d}:{clock[2] or '00'}"
    return f"{_joined(*found.groups())}{text[found.end() :]}" if "/" in found[0] or "年" in found[0] else text


def as_money(text: str) -> str:
    """`３，２００。００元` to `3200.00`; anything else as it is."""
    return plain(text).removeprefix("¥").removesuffix("元").replace(",", "").replace("。", ".").strip()


def as_number(text: str) -> str:
    """`３分` or `３。` to `3`; anything else as it is."""
    found = _NUMBER.fullmatch(plain(text))
    return found[1] if found else plain(text)


def _joined(year: str, *rest: str) -> str:
    return "-".join((year, *(f"{int(part):02d}" for part in rest)))
