"""Two hundred people on day sheets: one sheet beside one notice, and a report of a month, at a young and an old site.

Four marks a sheet. CPU time of this process, the ages taking turns.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Any, Final

from benchmarks.age import cpu_in_turns
from benchmarks.frame import Line, Stage, at_most, explained, milliseconds, say
from ledger.application.ledger import Ledger
from ledger.terms import month_of

TITLE: Final = "Two hundred people on day sheets"
PEOPLE: Final = 200
MARKS: Final = 4
YEARS: Final = (1, 10)
QUICK: Final = 3
"""The older site of a quick run, in years."""
LAST: Final = date(2025, 12, 15)
"""The last day that has a sheet when measuring begins."""
MONTH: Final = "2025-12"
SITE: Final = "jinse"
NOTICES: Final = 25
"""So many notices a day sheet of all of them may cost."""

Command = dict[str, Any]


def measure(stage: Stage) -> Iterator[Line | str]:
    """A day sheet against a notice at each age, and the older site against the younger."""
    young, old = YEARS[0], stage.size(QUICK, YEARS[1])
    with ExitStack() as opened:
        sites = {years: opened.enter_context(_site(stage, years)) for years in (young, old)}
        calls = {years: _calls(ledger) for years, ledger in sites.items()}
        taken = {
            name: cpu_in_turns({years: calls[years][name] for years in calls}, stage.runs)
            for name in ("day sheet", "notice", "report appraisal")
        }
        for years in (young, old):
            line = _line(
                "day sheet",
                years,
                taken["day sheet"][years],
                "notice",
                years,
                taken["notice"][years],
                NOTICES,
            )
            yield explained(line, calls[years]["day sheet"])
        for name in ("day sheet", "report appraisal"):
            line = _line(name, old, taken[name][old], name, young, taken[name][young], 1.5)
            yield explained(line, calls[old][name])
    yield f"One site, {PEOPLE} people in one department, {MARKS} marks a sheet, SQLite; CPU time; tried, not committed."


def _line(
    name: str, years: int, taken: list[float], beside: str, of: int, baseline: list[float], bound: float
) -> Line:
    goals = [at_most(bound, "ratio")]
    what, other = f"{name}, year {years}", f"{beside}, year {of}"
    return Line(what, "ms", milliseconds(taken), other, milliseconds(baseline), goals)


def _site(stage: Stage, years: int) -> Ledger:
    """A site with so many years of day sheets, recorded at the end of each month, the last ones of `MONTH`."""
    first = date(LAST.year - years + 1, 1, 1)
    days = [first + timedelta(n) for n in range((LAST - first).days + 1)]
    clock = [_evening(first)]
    ledger = Ledger(stage.new_sqlite(), now=lambda: clock[0], operator=lambda: "synthetic")
    ledger.record.apply(_lines(_founded()))
    for _, of_month in groupby(days, month_of):
        sheets = [_sheet(day) for day in of_month if day.weekday() < 5]
        clock[0] = _evening(date.fromisoformat(sheets[-1]["day"]))
        position = ledger.record.apply(_lines(sheets)).position
    clock[0] = _evening(LAST + timedelta(1))
    say(f"{years} years of day sheets: {position:,} events")
    return ledger


def _evening(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def _founded() -> list[Command]:
    since = "2015-01-05"
    staff = {"H": "order", "I": "quality"} | {f"E{n:03}": "order" for n in range(PEOPLE)}
    return [
        {"do": "register_site", "site": SITE, "name": "金色家園管理處"},
        *(
            {"do": "register_employee", "employee": name, "name": f"員工{name}", "site": SITE}
            | {"department": department, "from": since}
            for name, department in staff.items()
        ),
        {"do": "appoint", "site": SITE, "office": "department_head", "employee": "H", "from": since}
        | {"department": "order"},
        {"do": "appoint", "site": SITE, "office": "inspector", "employee": "I", "from": since},
    ]


def _sheet(day: date) -> Command:
    """Everybody looked at, and marks for four of them, others each day."""
    rows: list[Command] = [{"employee": f"E{n:03}", "seen": "checked"} for n in range(PEOPLE)]
    for n in range(MARKS):
        told = {"check": f"C{day}-{n}", "dimension": "abcd"[n], "points": -1, "note": "見日檢表"}
        rows[(day.toordinal() * MARKS + n) % PEOPLE]["marks"] = [told]
    fields = {"sheet": f"DS{day}", "site": SITE, "department": "order", "day": day.isoformat()}
    return {"do": "record_day_sheet", **fields, "by": "H", "on": day.isoformat(), "rows": rows}


def _notice() -> Command:
    fields = {"notice": "N1", "employee": "E001", "clause": "CP-02", "points": 1, "place": "南門"}
    at = {"occurred_at": f"{LAST}T10:00:00+08:00", "issued_on": LAST.isoformat(), "issued_by": "I"}
    return {"do": "issue_notice", **fields, **at, "narrative": "無人看護"}


def _calls(ledger: Ledger) -> dict[str, Callable[[], Any]]:
    """What is asked of a site; what is recorded is tried only, so that the next turn finds it as it was."""
    sheet, notice = _lines([_sheet(LAST + timedelta(1))]), _lines([_notice()])
    return {
        "day sheet": lambda: ledger.record.apply(sheet, dry_run=True),
        "notice": lambda: ledger.record.apply(notice, dry_run=True),
        "report appraisal": lambda: ledger.reports.appraisal(MONTH, SITE),
    }


def _lines(commands: list[Command]) -> list[bytes]:
    return [json.dumps(each, ensure_ascii=False).encode() + b"\n" for each in commands]
