"""What it costs that every event is held against the hash tree before it is decoded: each work with and without it."""

from collections.abc import Callable, Iterator
from typing import Any, Final
from unittest import mock

from benchmarks import synthetic
from benchmarks.frame import Line, Stage, at_most, explained, in_turns, milliseconds, processor_time
from benchmarks.places import kept_ledger
from ledger.application.ledger import Ledger
from ledger.store.verified import VerifiedReads

TITLE: Final = "Verified reads"
QUICK: Final = 20_000
FULL: Final = 200_000
CALLS: Final = 60
NOTICES: Final = 20
"""So many notices are recorded at a time, one command after another."""
SITE: Final = "000"
WARM_UP: Final = 5

Call = Callable[[], Any]


def measure(stage: Stage) -> Iterator[Line | str]:
    """A rebuild, an explanation and a notice, in turns with and without the comparison."""
    size = stage.size(QUICK, FULL)
    with kept_ledger(stage, size) as ledger:
        yield _compared(
            f"rebuild, {size:,} events", lambda: ledger.projections.rebuild(helpers=0), stage.runs, 1.3
        )
        explain = _explaining(ledger)
        yield _compared(f"explain, {size:,} events", explain, CALLS * stage.runs, 1.15)
    with synthetic.open_ledger(stage.new_sqlite()) as ledger:
        ledger.record.apply(synthetic.lines(0, SITE))
        ledger.projections.catch_up()
        numbers = iter(range(10**9))

        def notices() -> None:
            for _ in range(NOTICES):
                ledger.record.typed(synthetic.notices(SITE, next(numbers), 1)[0])

        yield _compared(f"{NOTICES} notices recorded", notices, 4 * stage.runs, 1.25)
    yield (
        "SQLite, one process, the processor's time. The baseline reads the same rows and takes each as it is given."
    )


def _compared(what: str, work: Call, runs: int, most: float) -> Line:
    """The work as it is, beside the same without any comparison with the tree."""

    def verified() -> float:
        return processor_time(work)

    def bare() -> float:
        with mock.patch.object(VerifiedReads, "check", lambda self, rows: None):
            return processor_time(work)

    taken = in_turns({"verified": verified, "bare": bare}, runs, WARM_UP, collect=False)
    line = Line(
        what,
        "ms",
        milliseconds(taken["verified"]),
        "the same, unverified",
        milliseconds(taken["bare"]),
        [at_most(most, "ratio")],
    )
    return explained(line, work)


def _explaining(ledger: Ledger) -> Call:
    """An employee's month with an appeal, of a site in the middle."""
    sites = ledger.log.registry.ids("site")
    appeal = f"{sites[len(sites) // 2].removeprefix('site')}.A{synthetic.OPEN_APPEAL}"
    filed = ledger.review.history(f"appeal:{appeal}")[0]["fields"]
    return lambda: ledger.review.explain(filed["employee"], filed["month"])
