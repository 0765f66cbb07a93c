"""How long a reviewer waits: `explain` and `what-if` of one appeal, warm and in process, in a small and a large ledger.

The large ledger may cost at most a quarter more than the small one, and one call in a hundred at most 5 ms.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, Final

from benchmarks import synthetic
from benchmarks.frame import Line, Stage, at_most, explained, in_turns, milliseconds
from benchmarks.places import kept_ledger
from ledger.application.ledger import Ledger

TITLE: Final = "Explaining and imagining"
SMALL: Final = 20_000
QUICK: Final = 200_000
FULL: Final = 1_000_000
CALLS: Final = 60
"""How often each is called for every run."""
WARM_UP: Final = 20

Call = Callable[[], Any]


def measure(stage: Stage) -> Iterator[Line | str]:
    """Both calls in both ledgers, taking turns."""
    sizes = (SMALL, stage.size(QUICK, FULL))
    with ExitStack() as opened:
        ledgers = {size: opened.enter_context(kept_ledger(stage, size)) for size in sizes}
        calls = {(name, size): call for size in sizes for name, call in _calls(ledgers[size]).items()}
        works = {f"{name} {size}": _silent(call) for (name, size), call in calls.items()}
        times = in_turns(works, CALLS * stage.runs, WARM_UP, collect=False)
        for name in ("explain", "what-if"):
            small = milliseconds(times[f"{name} {SMALL}"])
            yield Line(f"{name}, {SMALL:,} events", "ms", small)
            large = sizes[1]
            line = Line(
                f"{name}, {large:,} events",
                "ms",
                milliseconds(times[f"{name} {large}"]),
                f"{name}, {SMALL:,} events",
                small,
                [at_most(5.0, "p99"), at_most(1.25, "ratio")],
            )
            yield explained(line, lambda call=calls[name, large]: [call() for _ in range(50)])
    yield "An employee's month with an appeal is explained; that appeal is imagined as revoked. SQLite."


def _calls(ledger: Ledger) -> dict[str, Call]:
    """An employee's month explained, and the open appeal of a site in the middle imagined."""
    sites = ledger.log.registry.ids("site")
    appeal = f"{sites[len(sites) // 2].removeprefix('site')}.A{synthetic.OPEN_APPEAL}"
    filed = ledger.review.history(f"appeal:{appeal}")[0]["fields"]
    return {
        "explain": lambda: ledger.review.explain(filed["employee"], filed["month"]),
        "what-if": lambda: ledger.review.what_if([(appeal, "revoked", None)]),
    }


def _silent(call: Call) -> Callable[[], None]:
    """The call for its time alone."""

    def run() -> None:
        call()

    return run
