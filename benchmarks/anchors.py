"""Other people's tools on the same facts, beside ours: what each does with a fact, and how many a second.

None of them does what kaoji does; the last column says what a figure buys.
"""

import time
from collections.abc import Iterator
from typing import Any, Final

from benchmarks import others, synthetic
from benchmarks.baselines import append
from benchmarks.facts import Fact, facts, recorded_events
from benchmarks.frame import Line, Stage, in_turns, rates, timed

TITLE: Final = "Anchors: other tools on the same facts"
QUICK: Final = 2_000
FULL: Final = 20_000
ONE_BY_ONE: Final = 100
STORES: Final = {
    "eventsourcing": others.Eventsourcing,
    "eventsource-py": others.EventsourcePy,
    "UmaDB": others.Uma,
}


def measure(stage: Stage) -> Iterator[Line | str]:
    """Event stores first, then ledgers of plain text."""
    same = facts(stage.size(QUICK, FULL))
    yield from _stores(stage, same)
    yield from _sums(stage, same)


def _stores(stage: Stage, same: list[Fact]) -> Iterator[Line]:
    taken: dict[tuple[str, str], list[float]] = {}
    kinds: dict[str, Any] = {"kaoji": others.Kaoji, **STORES}
    for _ in range(stage.runs):
        for name, kind in kinds.items():
            for what, value in _store_run(stage, kind, same).items():
                taken.setdefault((name, what), []).append(value)
    for what in ("one a commit", "in bulk", "read in order"):
        ours = taken["kaoji", what]
        for name, kind in kinds.items():
            line = Line(f"{name}: {what}", "/s", taken[name, what], remark=kind.does)
            if name != "kaoji":
                line.baseline, line.baseline_taken = f"kaoji: {what}", ours
            yield line


def _store_run(stage: Stage, kind: Any, same: list[Fact]) -> dict[str, float]:
    """Facts a second in one fresh store."""
    rest, single = same[:-ONE_BY_ONE], same[-ONE_BY_ONE:]
    with others.opened(kind, stage.new_folder(), len(same)) as store:
        bulk = timed(lambda: store.in_bulk(rest))
        one = timed(lambda: store.one_by_one(single))
        begun = time.perf_counter()
        found = store.read()
        read = time.perf_counter() - begun
    if found != len(same):
        raise AssertionError(f"{kind.__name__} gave back {found} facts of {len(same)}")
    return {
        "one a commit": len(single) / one,
        "in bulk": len(rest) / bulk,
        "read in order": len(same) / read,
    }


def _sums(stage: Stage, same: list[Fact]) -> Iterator[Line | str]:
    folder = stage.new_folder()
    books, plain = folder / "facts.beancount", folder / "facts.journal"
    notices = others.journal(same, books, beancount=True)
    others.journal(same, plain, beancount=False)
    program = others.hledger()
    with synthetic.open_ledger(stage.new_sqlite()) as ledger:
        ledger.record.apply(())
        append(ledger, recorded_events(len(same)))

        def ours() -> None:
            ledger.rebuild()

        def theirs() -> None:
            others.beancount_sums(books)

        works: dict[str, Any] = {"kaoji": ours, "beancount": theirs}
        if program is not None:
            works["hledger"] = lambda: others.hledger_sums(program, plain)
        taken = {name: rates(notices, times) for name, times in in_turns(works, stage.runs).items()}
    does = {
        "kaoji": "every figure of every sheet: bands, surcharges, shares, appeals, closed months; each with its reasons",
        "beancount": "parses, books and validates a text file; sums of yuan by person and month. No rules, no "
        "appeals, no history of what was said when",
        "hledger": "parses a text file and sums it by account and month. No rules, no appeals, no history",
    }
    for name, found in taken.items():
        line = Line(f"{name}: notices to sums", "/s", found, remark=does[name])
        if name != "kaoji":
            line.baseline, line.baseline_taken = "kaoji: notices to sums", taken["kaoji"]
        yield line
    if program is None:
        yield "hledger is not installed on this machine, so it has no line."
