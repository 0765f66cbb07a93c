"""How days, months, instants and money are written and read, and the languages words are told in.

Apart from the nouns made of them, since a command that only reads must not wait for the library that checks them.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import Any, Final, Literal, get_args

from ledger.texts import described

LATEST_YEAR: Final = 2999
EARLIEST_YEAR: Final = 1900

Language = Literal["zh-Hant", "zh-Hans", "en"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)

# Patterns are compiled when first used (`re` keeps them): `kaoji --help` uses none of them.
_DAY = r"\d{4}-\d{2}-\d{2}"
_MONTH = r"\d{4}-(0[1-9]|1[0-2])"
_QUARTER = r"\d{4}-Q[1-4]"
_MONEY_TOO_LONG = r"-?\d{13,}(\.\d{1,2})?"
_MONEY = r"-?\d{1,12}(\.\d{1,2})?"
_LONG_KEY = r"""(?:(?:(?<![\w-])[\w-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){32}"""
_INSTANT = (
    r"(\d{4}-\d{2}-\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?"
    r"(?:[Zz]|([+-])(\d{2}):(\d{2}))"
)
"""The grammar of RFC 3339 §5.6, without the leap second, which no clock here can tell."""


# --- why a value is wrong ---------------------------------------------------------------------------


class Reason(str):
    """Why a value is wrong, in short English; `key` finds it in the words of every language, `fields` fill their blanks."""

    key: str
    fields: dict[str, object]

    def __new__(cls, text: str, key: str, **fields: object) -> "Reason":
        """A text with its key and what fills the blanks."""
        reason = super().__new__(cls, text)
        reason.key, reason.fields = key, fields
        return reason

    def shortened(self) -> "Reason":
        """The same, with nothing in it longer than a line."""
        fields = {
            name: described(value) if isinstance(value, str) else value for name, value in self.fields.items()
        }
        return Reason(described(self), self.key, **fields)


class Malformed(ValueError):
    """A value that is not written as it must be. `field` among the fields: where it stands, if pydantic cannot tell."""

    def __init__(self, key: str, text: str, /, **fields: object) -> None:
        super().__init__(text)
        self.reason = Reason(text, key, **fields)


def reason_of(fault: Mapping[str, Any]) -> Reason:
    """Why pydantic refuses a value, from one of its `errors()`: what it found raised, else its own type of error."""
    context = fault.get("ctx", {})
    raised, text = context.get("error"), fault["msg"].removeprefix("Value error, ")
    return raised.reason if isinstance(raised, Malformed) else Reason(text, fault["type"], **context)


# --- reading: each raises Malformed, which pydantic turns into a place ------------------------------


def parse_day(value: object) -> date:
    """`YYYY-MM-DD` to a date; a date passes as it is."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, str):
        raise Malformed("day_shape", "a date is written YYYY-MM-DD")
    return _day_written(value)


@lru_cache(maxsize=4_096)
def _day_written(value: str) -> date:
    """Files and logs write the same few days again and again."""
    if not re.fullmatch(_DAY, value, re.ASCII):
        raise Malformed("day_shape", "a date is written YYYY-MM-DD")
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise Malformed("day_missing", "there is no such day") from None
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise _year_outside()
    return day


def parse_instant(value: object) -> datetime:
    """RFC 3339 with offset to an aware datetime in UTC."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC)
    read = re.fullmatch(_INSTANT, value, re.ASCII) if isinstance(value, str) else None
    if read is None:
        raise Malformed(
            "instant_shape", "an instant is written like 2026-08-01T09:30:00+08:00 (RFC 3339, with offset)"
        )
    try:
        instant = _instant_of(*read.groups())
        if not EARLIEST_YEAR <= instant.year <= LATEST_YEAR:
            raise OverflowError
        return instant.astimezone(UTC)
    except ValueError:
        raise Malformed("instant_missing", "there is no such instant") from None
    except OverflowError:
        raise _year_outside() from None


def _instant_of(
    day: str,
    hour: str,
    minute: str,
    second: str,
    fraction: str | None,
    sign: str | None,
    offset_hours: str | None,
    offset_minutes: str | None,
) -> datetime:
    """The parts of an RFC 3339 instant put together; digits beyond microseconds are dropped."""
    if int(offset_minutes or 0) > 59:
        raise Malformed("instant_missing", "the minutes of an offset are below 60")
    offset = timedelta(hours=int(offset_hours or 0), minutes=int(offset_minutes or 0))
    clock = time(int(hour), int(minute), int(second), int(f"{fraction or '':0<6}"[:6]))
    return datetime.combine(date.fromisoformat(day), clock, timezone(-offset if sign == "-" else offset))


def parse_month(value: object) -> str:
    """`YYYY-MM`, checked."""
    if not isinstance(value, str):
        raise Malformed("month_shape", "a month is written YYYY-MM")
    return _month(value)


@lru_cache(maxsize=2_000)
def _month(value: str) -> str:
    """The same few months come by the thousand: a close names one on each line."""
    if not re.fullmatch(_MONTH, value, re.ASCII):
        raise Malformed("month_shape", "a month is written YYYY-MM")
    if not EARLIEST_YEAR <= int(value[:4]) <= LATEST_YEAR:
        raise _year_outside()
    return value


def _year_outside() -> Malformed:
    text = f"the year must lie between {EARLIEST_YEAR} and {LATEST_YEAR}"
    return Malformed("year_range", text, earliest=EARLIEST_YEAR, latest=LATEST_YEAR)


def parse_quarter(value: object) -> str:
    """A civil quarter, `YYYY-Qn`, checked."""
    if not isinstance(value, str) or not re.fullmatch(_QUARTER, value, re.ASCII):
        raise Malformed("quarter_shape", "a quarter is written YYYY-Q1 to YYYY-Q4")
    if not EARLIEST_YEAR <= int(value[:4]) <= LATEST_YEAR:
        raise _year_outside()
    return value


def parse_money(value: object) -> int:
    """A money string such as `"12.50"` (yuan) to fen."""
    if isinstance(value, str) and re.fullmatch(_MONEY_TOO_LONG, value, re.ASCII):
        raise Malformed("money_range", "money has at most 12 digits before the point")
    if not isinstance(value, str) or not re.fullmatch(_MONEY, value, re.ASCII):
        raise Malformed("money_shape", 'money is written as a string of yuan such as "12.50"')
    whole, _, cents = value.lstrip("-").partition(".")
    fen = int(whole) * 100 + int((cents + "00")[:2])
    return -fen if value.startswith("-") else fen


def toml_of(text: str) -> dict[str, Any]:
    """A TOML text; TOMLDecodeError (a ValueError) for anything else, also for a number or a key too long to be read."""
    import tomllib

    if re.search(_LONG_KEY, text):  # tomllib keeps each beginning of it: a hundred kilobytes fill a machine
        raise tomllib.TOMLDecodeError("a key has too many parts")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except ValueError:
        raise tomllib.TOMLDecodeError("a number is too long") from None


# --- writing ----------------------------------------------------------------------------------------


def format_money(fen: int) -> str:
    """Fen to a money string: 1250 to `"12.50"`."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def format_day(day: date | None) -> str | None:
    """A day as `YYYY-MM-DD`; None for none."""
    return None if day is None else day.isoformat()


def format_instant(instant: datetime) -> str:
    """An instant in UTC, RFC 3339: `2026-08-01T01:30:00Z`."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def format_recorded(instant: datetime) -> str:
    """An instant of recording: UTC with six decimals always, so that the texts sort as the instants do."""
    return _recorded(instant.astimezone(UTC))


def format_local(instant: datetime | str, timezone: str) -> str:
    """An instant as the clock of a site shows it, to the second: `2026-08-01 09:30:00`; UTC is named, being nobody's clock.

    `timezone` is an IANA name. Malformed where a text is no instant.
    """
    from zoneinfo import ZoneInfo  # most of the command line needs none

    local = parse_instant(instant).astimezone(ZoneInfo(timezone))
    shown = f"{local:%Y-%m-%d %H:%M:%S}"
    return f"{shown} UTC" if timezone == "UTC" else shown


@lru_cache(maxsize=1_000)
def _recorded(instant: datetime) -> str:
    """All events of a unit are of one instant, given in UTC."""
    return instant.isoformat(timespec="microseconds").replace("+00:00", "Z")


def format_tenths(tenths: int | None) -> str | None:
    """Tenths as a text with one decimal, such as 95.7; None where nothing can be said."""
    return None if tenths is None else f"{tenths // 10}.{tenths % 10}"


def tenths_of(text: str) -> int:
    """Tenths of a text with one decimal: 957 of `95.7`."""
    return int(text.replace(".", ""))


def column_letters(column: int) -> str:
    """0 to `A`, 26 to `AA`."""
    letters = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


# --- the months' arithmetic: every figure asks when its month begins and ends --------------------------


def area_of(clause: str) -> str:
    """The area that a clause is of: what its code begins with, such as `FD`."""
    return clause.partition("-")[0]


def month_of(day: date) -> str:
    """The civil month a day lies in."""
    return day.isoformat()[:7]


@lru_cache(maxsize=2_000)
def first_day(month: str) -> date:
    """The first day of a month."""
    return date(int(month[:4]), int(month[5:]), 1)


def next_month(month: str) -> str:
    """The month after."""
    return month_of(first_day(month) + timedelta(days=31))


@lru_cache(maxsize=2_000)
def last_day(month: str) -> date:
    """The last day of a month."""
    return first_day(next_month(month)) - timedelta(days=1)


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = last_day(f"{year:04d}-{month + 1:02d}")
    return last.replace(day=min(day.day, last.day))


def months_of_quarter(quarter: str) -> tuple[str, str, str]:
    """The three months of a civil quarter, `YYYY-Qn`, in order."""
    year, number = quarter.split("-Q")
    first, second, third = (f"{year}-{3 * int(number) - back:02}" for back in (2, 1, 0))
    return first, second, third


def month_before(month: str) -> str:
    """The month before a month."""
    year, number = int(month[:4]), int(month[5:])
    return f"{year - 1:04}-12" if number == 1 else f"{year:04}-{number - 1:02}"


def quarter_of(month: str) -> str:
    """The civil quarter of a month."""
    return f"{month[:4]}-Q{(int(month[5:]) + 2) // 3}"
