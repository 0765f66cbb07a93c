"""The linter on the working-day calendar: which years it covers, and whether its days can be meant."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from ledger.formats import Malformed
from ledger.policy.diagnostic import Found, error, listed, remark, warning, whole
from ledger.terms import described, parse_day

_SATURDAY = 5
_Listed = list[tuple[int, date]]


def faults(document: dict[str, Any]) -> Iterator[Found]:
    """All faults of the calendar."""
    off, worked = _days(document, "days_off"), _days(document, "days_worked")
    yield from _no_days(document)
    yield from _of_the_week(off, worked)
    yield from _twice("days_off", off)
    yield from _twice("days_worked", worked)
    both = {day for _, day in off} & {day for _, day in worked}
    for index, day in worked:
        if day in both:
            yield error("day_off_and_worked", "calendar", "days_worked", index, day=day)
    first, last = (
        whole(document, "calendar", "published_from"),
        whole(document, "calendar", "published_through"),
    )
    if first is None or last is None:
        return
    if first > last:
        yield error("years_reversed", "calendar", "published_through", first=first, last=last)
        return
    for name, days in (("days_off", off), ("days_worked", worked)):
        for index, day in days:
            if not first <= day.year <= last:
                yield warning("day_outside_years", "calendar", name, index, day=day, first=first, last=last)
    empty = sorted(set(range(first, last + 1)) - {day.year for _, day in off})
    if empty:
        yield warning("year_without_days", "calendar", "days_off", years=_spans(empty))
    yield from _coverage(document, first, last)


def _no_days(document: dict[str, Any]) -> Iterator[Found]:
    for name in ("days_off", "days_worked"):
        for index, item in enumerate(listed(document, "calendar", name)):
            try:
                parse_day(item)
            except Malformed as wrong:
                yield error(
                    "value_wrong", "calendar", name, index, value=described(item), reason=wrong.reason
                )


def _days(document: dict[str, Any], name: str) -> _Listed:
    found = []
    for index, item in enumerate(listed(document, "calendar", name)):
        try:
            found.append((index, parse_day(item)))
        except ValueError:
            continue
    return found


def _of_the_week(off: _Listed, worked: _Listed) -> Iterator[Found]:
    for index, day in off:
        if day.weekday() >= _SATURDAY:
            yield warning("day_off_on_weekend", "calendar", "days_off", index, day=day)
    for index, day in worked:
        if day.weekday() < _SATURDAY:
            yield warning("day_worked_on_weekday", "calendar", "days_worked", index, day=day)


def _twice(name: str, days: _Listed) -> Iterator[Found]:
    seen: set[date] = set()
    for index, day in days:
        if day in seen:
            yield warning("day_twice", "calendar", name, index, day=day)
        seen.add(day)


def _coverage(document: dict[str, Any], first: int, last: int) -> Iterator[Found]:
    """Which years the version would govern by Monday to Friday alone."""
    try:
        begins = parse_day(document.get("effective_from")).year
    except ValueError:
        begins = first
    provisional = sorted({*range(begins, first), *range(last + 1, begins + 1)})
    if provisional:
        years = _spans(provisional)
        yield warning("calendar_provisional", "calendar", "published_through", years=years, begins=begins)
    yield remark("calendar_ends", "calendar", "published_through", last=last, next=last + 1)


def _spans(years: Iterable[int]) -> str:
    """Years as people write them: `2027, 2029–2031`."""
    spans: list[list[int]] = []
    for year in years:
        if spans and spans[-1][-1] == year - 1:
            spans[-1].append(year)
        else:
            spans.append([year])
    return ", ".join(str(span[0]) if len(span) == 1 else f"{span[0]}–{span[-1]}" for span in spans)
