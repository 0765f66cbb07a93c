"""A report right after one event: the sheets take in what is new, however much lies before it."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Final

from benchmarks import synthetic
from benchmarks.frame import Line, Stage, at_most, explained, in_turns, milliseconds, timed
from benchmarks.places import kept_ledger
from ledger.application.ledger import Ledger
from ledger.application.recording.command_reader import parse_command

TITLE: Final = "A report right after one event"
SMALL: Final = 2_000
LARGE: Final = 200_000
LARGEST: Final = 2_000_000
REPORTS: Final = 20
"""Events, each followed by a report, for every run."""
WARM_UP: Final = 5
TARGET_RATIO: Final = 1.5


def measure(stage: Stage) -> Iterator[Line | str]:
    """The monthly summary after a notice, in ledgers of all sizes, taking turns."""
    sizes = [SMALL, LARGE, *([LARGEST] if stage.full else [])]
    with ExitStack() as opened:
        following = {size: _Reporting(opened.enter_context(kept_ledger(stage, size))) for size in sizes}
        works = {str(size): following[size].once for size in sizes}
        taken = in_turns(works, REPORTS * stage.runs, WARM_UP)
        small = milliseconds(taken[str(SMALL)])
        yield Line(f"monthly summary after one notice, {SMALL:,} events", "ms", small)
        for size in sizes[1:]:
            line = Line(
                f"monthly summary after one notice, {size:,} events",
                "ms",
                milliseconds(taken[str(size)]),
                f"at {SMALL:,} events",
                small,
                [at_most(TARGET_RATIO, "ratio")],
            )
            yield explained(line, lambda size=size: [following[size].once() for _ in range(REPORTS)])
    yield "Only the report is timed, catching up included; recording the notice is not. SQLite, one process."


class _Reporting:
    """A ledger whose sheets are drawn, ready for the next notice."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._label = synthetic.label_of(0)
        self._month = synthetic.MONTHS[-1]
        self._site = synthetic.site_of(self._label)
        self._next = len(ledger.log.registry.ids_starting("notice", f"{self._label}.X", None))
        self._report()

    def once(self) -> float:
        """Records a notice and draws the report; the seconds of the report."""
        (values,) = synthetic.notices(self._label, self._next, 1)
        self._next += 1
        self._ledger.record.execute(parse_command(values))
        return timed(self._report, collect=False)

    def _report(self) -> None:
        self._ledger.reports.monthly(self._month, self._site)
