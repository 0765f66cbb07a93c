"""What grows with the age of one site: the same calls at a site of two months, of twenty, and of ten years.

Every month is like the one before, so that whatever answers about one month or one case has the same to tell at every
age. CPU time of this process, on SQLite and PostgreSQL, the ages taking turns.
"""

import gc
import json
import time as clocks
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from math import log
from pathlib import Path
from statistics import median
from typing import Any, Final

from benchmarks import synthetic
from benchmarks.frame import Goal, Line, Stage, at_most, explained, milliseconds, say
from benchmarks.places import connected
from ledger.application.ledger import Ledger
from ledger.commands.months import CloseMonth

TITLE: Final = "A site that grows old"
AGES: Final = (2, 20, 120)
"""Months."""
RUNS: Final = 7
"""So many times everything is measured at least."""
FULL: Final = 400
"""People of the site of a full run."""
QUICK: Final = 60
"""The oldest of a quick run."""
SMALL: Final = (2, 4, 8)
"""Where it is only tried."""
MONTH: Final = synthetic.MONTHS[-1]
BEFORE: Final = synthetic.MONTHS[-2]
SITE: Final = synthetic.site_of("000")
APPEAL: Final = f"000.A{synthetic.OPEN_APPEAL}"

Call = Callable[[], Any]
OF_A_MONTH: Final = at_most(1.5, "ratio")
OF_A_PERSON: Final = at_most(2.0, "ratio")


def measure(stage: Stage) -> Iterator[Line | str]:
    """Each call at every age on both databases; the oldest is held against the youngest, for fairness the middle one.

    The exponent is that of the months, from the middle age to the oldest: 0 grows not at all, 1 as the years do.
    """
    ages = SMALL if stage.small else (*AGES[:-1], stage.size(QUICK, AGES[-1]))
    people = stage.size(synthetic.EMPLOYEES, FULL)
    with ExitStack() as opened:
        sites = {age: opened.enter_context(site(stage.new_sqlite(), age, people)) for age in ages}
        yield from _compared(stage, "SQLite", sites)
        urls = {age: opened.enter_context(stage.postgres.database()) for age in ages}
        there = {
            age: opened.enter_context(moved(sites[age], url, stage.new_folder())) for age, url in urls.items()
        }
        yield from _compared(stage, "PostgreSQL", there)
    yield (
        f"One site of {people} people, {synthetic.notices_a_month(people)} notices a month; CPU time of our process. "
        "The sites on PostgreSQL are those of SQLite, backed up and restored there."
    )
    yield "A month's exponent is told from the middle age on: 0 grows not at all, 1 as the years do."


def _compared(stage: Stage, database: str, sites: Mapping[int, Ledger]) -> Iterator[Line]:
    calls = {age: calls_of(ledger) for age, ledger in sites.items()}
    (young, middle, old), runs = sites, max(stage.runs, RUNS)
    for name, goal in GOALS.items():
        taken = cpu_in_turns({age: calls[age][name] for age in sites}, runs)
        exponent = log(median(taken[old]) / median(taken[middle])) / log(old / middle)
        beside = middle if name in AGAINST_MIDDLE else young
        line = Line(
            f"{name}, {database}, {old} months (exponent {exponent:.2f})",
            "ms",
            milliseconds(taken[old]),
            f"{beside} months",
            milliseconds(taken[beside]),
            [goal],
        )
        yield explained(line, calls[old][name])


@contextmanager
def moved(ledger: Ledger, url: str, folder: Path) -> Iterator[Ledger]:
    """The same site on a server, its projections caught up and the server's statistics made; the folder is empty."""
    ledger.backups.make(folder / "backup", folder / "keyring")
    with synthetic.open_ledger(url) as there:
        there.backups.restore(folder / "backup", folder / "keyring")
        there.reports.monthly(MONTH, SITE)
        with connected(url) as connection:
            connection.execute("ANALYZE")
        yield there


def cpu_in_turns(calls: Mapping[int, Call], runs: int) -> dict[int, list[float]]:
    """CPU seconds of a call at each age, after one that counts for nothing; a row's, where it says how many there are."""
    found: dict[int, list[float]] = {age: [] for age in calls}
    for turn in range(runs + 1):
        for age, call in calls.items():
            gc.collect()
            begun = clocks.process_time()
            rows = call()
            taken = clocks.process_time() - begun
            if turn:
                found[age].append(taken / rows if isinstance(rows, int) else taken)
    return found


def site(url: str, months: int, people: int = synthetic.EMPLOYEES) -> Ledger:
    """A site so many months old, built anew, each month recorded when it is over; its projections caught up."""
    of_months = synthetic.months_before(months)
    clock = [datetime.combine(date.fromisoformat(f"{of_months[0]}-01"), time(12), UTC)]
    ledger = Ledger(url, now=lambda: clock[0], operator=lambda: "synthetic")
    told = synthetic.commands(0, months=of_months, rectified=True, people=people)
    position = 0
    for _, commands in groupby(told, _Months()):
        clock[0] = max(clock[0], *(map(_recorded, kept := list(commands))))
        position = ledger.record.apply([json.dumps(each).encode() for each in kept]).position
    clock[0] = max(clock[0], synthetic.NOW)
    ledger.reports.monthly(MONTH, SITE)
    say(f"a site of {months} months: {position:,} events")
    return ledger


class _Months:
    """Counts the months of a story: a close ends one."""

    def __init__(self) -> None:
        self._count, self._over = 0, False

    def __call__(self, command: synthetic.Command) -> int:
        self._count, self._over = self._count + self._over, command["do"] == "close_month"
        return self._count


def _recorded(command: synthetic.Command) -> datetime:
    """The evening of the day that a command is of."""
    day = date.fromisoformat(
        command.get("on") or command.get("issued_on") or command.get("from") or "2000-01-01"
    )
    return datetime.combine(day + timedelta(1), time(12), UTC)


GOALS: Final[Mapping[str, Goal]] = {
    "report monthly": OF_A_MONTH,
    "report monthly, as of the month before": at_most(3.0, "ratio"),
    "a position": OF_A_MONTH,
    "due, a row": OF_A_MONTH,
    "employees": OF_A_MONTH,
    "what-if of an appeal": OF_A_MONTH,
    "close, tried": OF_A_MONTH,
    "report fairness": at_most(1.2, "ratio"),
    "case file": OF_A_PERSON,
    "dossier": OF_A_PERSON,
    "explain": OF_A_PERSON,
    "card of a notice": OF_A_PERSON,
    "a notice, tried": OF_A_MONTH,
    "a file of a month, tried": OF_A_MONTH,
}
AGAINST_MIDDLE: Final = ("report fairness",)
"""Calls of a sample of twelve months, which the youngest site has not."""


def calls_of(ledger: Ledger) -> dict[str, Call]:
    """What is asked of a site."""
    filed = ledger.review.history(f"appeal:{APPEAL}")[0]["fields"]
    notice = f"000.N{MONTH}.0"
    then = (ledger.log.registry.position_of("notice", notice) or 1) - 1
    notices = [json.dumps(each).encode() for each in synthetic.notices("000", 0, synthetic.NOTICES_A_MONTH)]
    close = CloseMonth(do="close_month", site=SITE, month=MONTH, by="000.O1", on=date(2026, 1, 5))
    return {
        "report monthly": lambda: ledger.reports.monthly(MONTH, SITE),
        "report monthly, as of the month before": lambda: ledger.reports.monthly(BEFORE, SITE, then),
        "a position": lambda: ledger.position_of(str(then)),
        "due, a row": lambda: len(ledger.reports.due(SITE)),
        "employees": lambda: ledger.review.employees(SITE),
        "what-if of an appeal": lambda: ledger.review.what_if([(APPEAL, "revoked", None)]),
        "close, tried": lambda: ledger.record.execute(close, dry_run=True),
        "report fairness": lambda: ledger.reports.fairness(MONTH, SITE),
        "case file": lambda: ledger.review.case_file(APPEAL),
        "dossier": lambda: ledger.review.dossier(APPEAL, "zh-Hant"),
        "explain": lambda: ledger.review.explain(filed["employee"], filed["month"]),
        "card of a notice": lambda: ledger.review.card("notice", notice),
        "a notice, tried": lambda: ledger.record.apply(notices[:1], dry_run=True) and None,
        "a file of a month, tried": lambda: ledger.record.apply(notices, dry_run=True) and None,
    }
