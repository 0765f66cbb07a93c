"""The nouns every room speaks: ids, days, months, money.

They are shapes without behaviour of their own: what is refused here is malformed for everybody.
Money is integer fen (1 yuan = 100 fen); points are whole numbers; a month is `YYYY-MM`.
"""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Final, Literal, TypeVar, get_args

from pydantic import BeforeValidator, Field, PlainSerializer, StringConstraints

LATEST_YEAR: Final = 2999
EARLIEST_YEAR: Final = 1900

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)
_MONEY = re.compile(r"-?\d{1,12}(\.\d{1,2})?", re.ASCII)
_MONEY_TOO_LONG = re.compile(r"-?\d{13,}(\.\d{1,2})?", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,6})?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


# --- parsing: each raises ValueError with a short reason, which pydantic turns into a place ----------


def parse_day(value: object) -> date:
    """`YYYY-MM-DD` to a date; a date passes as it is."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("a date is written YYYY-MM-DD")
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise ValueError("there is no such day") from None
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise ValueError(f"the year must lie between {EARLIEST_YEAR} and {LATEST_YEAR}")
    return day


def parse_instant(value: object) -> datetime:
    """RFC 3339 with offset to an aware datetime in UTC."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC)
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        raise ValueError("an instant is written like 2026-08-01T09:30:00+08:00 (RFC 3339, with offset)")
    try:
        instant = datetime.fromisoformat(value.upper())
        if not EARLIEST_YEAR <= instant.year <= LATEST_YEAR:
            raise OverflowError
        return instant.astimezone(UTC)
    except ValueError:
        raise ValueError("there is no such instant") from None
    except OverflowError:
        raise ValueError(f"the year must lie between {EARLIEST_YEAR} and {LATEST_YEAR}") from None


def parse_month(value: object) -> str:
    """`YYYY-MM`, checked."""
    if not isinstance(value, str) or not _MONTH.fullmatch(value):
        raise ValueError("a month is written YYYY-MM")
    if not EARLIEST_YEAR <= int(value[:4]) <= LATEST_YEAR:
        raise ValueError(f"the year must lie between {EARLIEST_YEAR} and {LATEST_YEAR}")
    return value


def parse_money(value: object) -> int:
    """A money string such as `"12.50"` (yuan) to fen."""
    if isinstance(value, str) and _MONEY_TOO_LONG.fullmatch(value):
        raise ValueError("money has at most 12 digits before the point")
    if not isinstance(value, str) or not _MONEY.fullmatch(value):
        raise ValueError('money is written as a string of yuan such as "12.50"')
    whole, _, cents = value.lstrip("-").partition(".")
    fen = int(whole) * 100 + int((cents + "00")[:2])
    return -fen if value.startswith("-") else fen


def _check_text(value: object) -> object:
    if isinstance(value, str):
        if not value.strip():
            raise ValueError("may not be empty")
        if _CONTROL.search(value):
            raise ValueError("may not hold control characters")
    return value


def _refuse_null(value: object) -> object:
    if value is None:
        raise ValueError("may be left out, but not be null")
    return value


# --- writing ----------------------------------------------------------------------------------------


def format_money(fen: int) -> str:
    """Fen to a money string: 1250 to `"12.50"`."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def format_instant(instant: datetime) -> str:
    """An instant in UTC, RFC 3339: `2026-08-01T01:30:00Z`."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def format_recorded(instant: datetime) -> str:
    """An instant of recording: UTC with six decimals always, so that the texts sort as the instants do."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


# --- the nouns --------------------------------------------------------------------------------------

T = TypeVar("T")
Omittable = Annotated[T | None, BeforeValidator(_refuse_null)]
"""A field that may be left out; an explicit null is refused."""

_Id = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Za-z0-9._-]{1,64}$")]
SiteId = _Id
EmployeeId = _Id
NoticeId = _Id
AppealId = _Id
RewardId = _Id
SanctionId = _Id
PolicyVersion = _Id
DepartmentId = Annotated[
    str, BeforeValidator(_check_text), StringConstraints(strict=True, min_length=1, max_length=64)
]
ClauseCode = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Za-z0-9._-]{1,64}$")]

Text = Annotated[
    str, BeforeValidator(_check_text), StringConstraints(strict=True, min_length=1, max_length=20_000)
]
Name = Annotated[
    str, BeforeValidator(_check_text), StringConstraints(strict=True, min_length=1, max_length=200)
]
Day = Annotated[date, BeforeValidator(parse_day)]
Instant = Annotated[
    datetime, BeforeValidator(parse_instant), PlainSerializer(format_instant, when_used="json")
]
Month = Annotated[str, BeforeValidator(parse_month)]
Money = Annotated[int, BeforeValidator(parse_money)]
"""Fen, read from a money string of yuan (in commands and policies); a number is refused."""
Points = Annotated[int, Field(strict=True, ge=1, le=9_999)]
PublicKey = Annotated[
    str, StringConstraints(strict=True, max_length=300, pattern=r"^[!-*,-~]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]+=*$")
]
"""A verifier key as C2SP signed-note writes it: name+id+key."""
Sha256 = Annotated[str, StringConstraints(strict=True, pattern=r"^[0-9a-f]{64}$")]

Scheme = Literal["service_quality", "performance"]
Office = Literal[
    "inspector", "department_head", "director", "manager", "finance", "quality", "office", "company"
]
Level = Literal["department_head", "director", "manager", "company"]
Ground = Literal["facts", "points", "procedure", "unfair_handling", "retaliation"]
Outcome = Literal["dismissed", "reduced", "revoked"]
SanctionKind = Literal["warning", "demerit", "administrative_fine", "dismissal"]
Band = Literal["none", "surcharge", "administrative", "dismissal"]
Component = Literal["own", "joint", "performance"]
Language = Literal["zh-Hant", "zh-Hans", "en"]

LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
ERASED: Final = "[已刪除 erased]"
"""Stands where a person's words stood whose key was destroyed."""
SEALED: Final = "[密封 sealed]"
"""Stands where a person's words stand that no key at hand opens."""

LADDER: Final[tuple[Level, ...]] = get_args(Level)
COMPONENTS: Final[tuple[Component, ...]] = get_args(Component)
RANKS: Final[dict[str, int]] = {level: rank for rank, level in enumerate(LADDER, start=1)}
"""Rank of an office (domain §1): department_head 1 … company 4; every other office 0."""


# --- the months' arithmetic -------------------------------------------------------------------------


def month_of(day: date) -> str:
    """The civil month a day lies in."""
    return f"{day.year:04d}-{day.month:02d}"


def first_day(month: str) -> date:
    """The first day of a month."""
    return date(int(month[:4]), int(month[5:]), 1)


def next_month(month: str) -> str:
    """The month after."""
    return month_of(first_day(month) + timedelta(days=31))


def last_day(month: str) -> date:
    """The last day of a month."""
    return first_day(next_month(month)) - timedelta(days=1)


def described(value: Any) -> str:
    """A value as an error message shows it: short."""
    text = str(value)
    return text if len(text) <= 80 else text[:77] + "…"
