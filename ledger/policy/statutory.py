"""The public holidays fixed by law, in every year, by the regulation in force then (全國年節及紀念日放假辦法).

They stand without any yearly arrangement; that one adds bridges and worked weekends. Days of the lunar year and 清明 are
data until `LUNAR_THROUGH`; beyond it, and before `LUNAR_FROM`, only the days of the civil year are known.
"""

from datetime import date, timedelta
from functools import lru_cache
from typing import Final

_DAYS: Final = {
    2000: "02-05 04-04 06-06 09-12",
    2001: "01-24 04-05 06-25 10-01",
    2002: "02-12 04-05 06-15 09-21",
    2003: "02-01 04-05 06-04 09-11",
    2004: "01-22 04-04 06-22 09-28",
    2005: "02-09 04-05 06-11 09-18",
    2006: "01-29 04-05 05-31 10-06",
    2007: "02-18 04-05 06-19 09-25",
    2008: "02-07 04-04 06-08 09-14",
    2009: "01-26 04-04 05-28 10-03",
    2010: "02-14 04-05 06-16 09-22",
    2011: "02-03 04-05 06-06 09-12",
    2012: "01-23 04-04 06-23 09-30",
    2013: "02-10 04-04 06-12 09-19",
    2014: "01-31 04-05 06-02 09-08",
    2015: "02-19 04-05 06-20 09-27",
    2016: "02-08 04-04 06-09 09-15",
    2017: "01-28 04-04 05-30 10-04",
    2018: "02-16 04-05 06-18 09-24",
    2019: "02-05 04-05 06-07 09-13",
    2020: "01-25 04-04 06-25 10-01",
    2021: "02-12 04-04 06-14 09-21",
    2022: "02-01 04-05 06-03 09-10",
    2023: "01-22 04-05 06-22 09-29",
    2024: "02-10 04-04 06-10 09-17",
    2025: "01-29 04-04 05-31 10-06",
    2026: "02-17 04-05 06-19 09-25",
    2027: "02-06 04-05 06-09 09-15",
    2028: "01-26 04-04 05-28 10-03",
    2029: "02-13 04-04 06-16 09-22",
    2030: "02-03 04-05 06-05 09-12",
    2031: "01-23 04-05 06-24 10-01",
    2032: "02-11 04-04 06-12 09-19",
    2033: "01-31 04-04 06-01 09-08",
    2034: "02-19 04-05 06-20 09-27",
    2035: "02-08 04-05 06-10 09-16",
    2036: "01-28 04-04 05-30 10-04",
}
"""By year: 春節 (the first day of the lunar year), 清明, 端午, 中秋."""

_ONCE: Final = frozenset({date(2015, 9, 3)})
"""Given by the State Council once: seventy years since the war had been won."""

LUNAR_FROM: Final = min(_DAYS)
LUNAR_THROUGH: Final = max(_DAYS)


@lru_cache(maxsize=256)
def statutory_holidays(year: int) -> frozenset[date]:
    """The days on which everybody is off by law; weekends among them are named like any other day."""
    fixed = {date(year, 1, 1), date(year, 5, 1), date(year, 10, 1), date(year, 10, 2)}
    if year >= 2000:
        fixed.add(date(year, 10, 3))
    if 2000 <= year <= 2007:
        fixed |= {date(year, 5, 2), date(year, 5, 3)}
    if year >= 2025:
        fixed.add(date(year, 5, 2))
    return frozenset(fixed | _lunar(year) | {day for day in _ONCE if day.year == year})


def _lunar(year: int) -> set[date]:
    """春節 by the order in force, and from 2008 清明, 端午, 中秋."""
    if year not in _DAYS:
        return set()
    spring, *others = (date.fromisoformat(f"{year}-{day}") for day in _DAYS[year].split())
    first = -1 if 2008 <= year <= 2013 or year >= 2025 else 0  # 除夕 is off, or is not
    last = 1 if 2008 <= year <= 2013 else 2
    days = {spring + timedelta(days=n) for n in range(first, last + 1)}
    return days | set(others) if year >= 2008 else days
