"""What grows with the age of one site: the same calls at a site of two months, of twenty, and of ten years.

Every month is like the one before, so that whatever answers about one month or one case has the same to tell at every
age. CPU time of this process, the ages taking turns.
"""

import gc
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import date
from typing import Any, Final

from benchmarks import synthetic
from benchmarks.frame import Goal, Line, Stage, at_most, explained, milliseconds, say
from ledger.application.ledger import Ledger
from ledger.commands.months import CloseMonth

TITLE: Final = "A site that grows old"
AGES: Final = (2, 20, 120)
"""Months."""
QUICK: Final = 60
"""The oldest of a quick run."""
MONTH: Final = synthetic.MONTHS[-1]
BEFORE: Final = synthetic.MONTHS[-2]
SITE: Final = synthetic.site_of("000")
APPEAL: Final = f"000.A{synthetic.OPEN_APPEAL}"

Call = Callable[[], Any]
OF_A_MONTH: Final = at_most(1.5, "ratio")
OF_A_PERSON: Final = at_most(2.0, "ratio")


def measure(stage: Stage) -> Iterator[Line | str]:
    """Each call at every age; the goal is about the oldest against the youngest."""
    ages = (*AGES[:-1], stage.size(QUICK, AGES[-1]))
    with ExitStack() as opened:
        calls = {age: _calls(opened.enter_context(_site(stage, age))) for age in ages}
        young, old = ages[0], ages[-1]
        for name, goal in GOALS.items():
            taken = cpu_in_turns({age: calls[age][name] for age in ages}, stage.runs)
            for age in ages[1:]:
                line = Line(
                    f"{name}, {age} months",
                    "ms",
                    milliseconds(taken[age]),
                    f"{name}, {young} months",
                    milliseconds(taken[young]),
                    [goal] if age == old else [],
                )
                yield explained(line, calls[age][name])
    yield f"One site of {synthetic.EMPLOYEES} people, {synthetic.NOTICES_A_MONTH} notices a month, SQLite; CPU time."


def cpu_in_turns(calls: Mapping[int, Call], runs: int) -> dict[int, list[float]]:
    """CPU seconds of a call at each age, after one that counts for nothing; a row's, where it says how many there are."""
    found: dict[int, list[float]] = {age: [] for age in calls}
    for turn in range(runs + 1):
        for age, call in calls.items():
            gc.collect()
            begun = time.process_time()
            rows = call()
            taken = time.process_time() - begun
            if turn:
                found[age].append(taken / rows if isinstance(rows, int) else taken)
    return found


def _site(stage: Stage, months: int) -> Ledger:
    """A site so many months old, built anew, its projections caught up."""
    ledger = synthetic.open_ledger(stage.new_sqlite())
    position = ledger.record.apply(
        synthetic.lines(0, months=synthetic.months_before(months), rectified=True)
    ).position
    ledger.reports.monthly(MONTH, SITE)
    say(f"a site of {months} months: {position:,} events")
    return ledger


GOALS: Final[Mapping[str, Goal]] = {
    "report monthly": OF_A_MONTH,
    "report monthly, as of the month before": at_most(3.0, "ratio"),
    "a position": OF_A_MONTH,
    "due, a row": OF_A_MONTH,
    "employees": OF_A_MONTH,
    "what-if of an appeal": OF_A_MONTH,
    "close, tried": OF_A_MONTH,
    "report fairness": OF_A_MONTH,
    "case file": OF_A_PERSON,
    "explain": OF_A_PERSON,
    "card of a notice": OF_A_PERSON,
}


def _calls(ledger: Ledger) -> dict[str, Call]:
    """What is asked of a site."""
    filed = ledger.review.history(f"appeal:{APPEAL}")[0]["fields"]
    notice = f"000.N{MONTH}.0"
    then = (ledger.log.registry.position_of("notice", notice) or 1) - 1
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
        "explain": lambda: ledger.review.explain(filed["employee"], filed["month"]),
        "card of a notice": lambda: ledger.review.card("notice", notice),
    }
