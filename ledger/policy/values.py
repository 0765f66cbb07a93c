"""The values of a policy document: percents, days, amounts in fen, days of a calendar, the source each number rests on."""

from datetime import date
from typing import Annotated

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StringConstraints,
)

from ledger.formats import Malformed
from ledger.terms import (
    Day,
    Money,
    parse_day,
)

Source = Annotated[str, StringConstraints(strict=True, strip_whitespace=True, min_length=2, max_length=300)]


Percent = Annotated[int, Field(strict=True, ge=0, le=100)]


Days = Annotated[int, Field(strict=True, ge=0, le=366)]


Months = Annotated[int, Field(strict=True, ge=1, le=120)]


Whole = Annotated[int, Field(strict=True, ge=0, le=1_000_000)]


Phrase = Annotated[str, StringConstraints(strict=True, strip_whitespace=True, min_length=1)]


def _not_negative(fen: int) -> int:
    if fen < 0:
        raise Malformed("negative", "may not be negative")
    return fen


def _starts_a_month(day: date) -> date:
    if day.day != 1:
        raise Malformed("month_start", "a version comes into force on the first day of a month")
    return day


def as_tuple(value: object) -> object:
    """A list of TOML or JSON as the model has it."""
    return tuple(value) if isinstance(value, list) else value


def _day_set(value: object) -> object:
    if isinstance(value, list | tuple | frozenset):
        return frozenset(parse_day(day) for day in value)
    raise Malformed("days_list", "is a list of dates")


Phrases = Annotated[tuple[Phrase, ...], BeforeValidator(as_tuple)]


Amount = Annotated[Money, AfterValidator(_not_negative)]


DaySet = Annotated[frozenset[date], BeforeValidator(_day_set)]


MonthStart = Annotated[Day, AfterValidator(_starts_a_month)]
