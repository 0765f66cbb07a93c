"""How long a reviewer waits: `explain` and `what-if` of one appeal, warm and in process, in a small and a large ledger.

    python -m benchmarks.tracing                 # 2,000 and 200,000 events, a few minutes the first time
    python -m benchmarks.tracing --sizes 2000 20000 --repeats 100

The target is 25 ms each at 200,000 events, and at most one and a half times what it takes at 2,000.
"""

import argparse
import cProfile
import pstats
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Final

from benchmarks import synthetic
from ledger.application.ledger import Ledger

SIZES: Final = (2_000, 200_000)
REPEATS: Final = 300
WARM_UP: Final = 20
TARGET_MS: Final = 25.0
TARGET_RATIO: Final = 1.5

Call = Callable[[], Any]


def main() -> int:
    """Builds what is not there yet, measures in turns, prints a table; 1 where a target is missed."""
    options = _options()
    ledgers = {size: _ledger(options.dir, size) for size in options.sizes}
    calls = {(name, size): call for size, ledger in ledgers.items() for name, call in _calls(ledger).items()}
    times = _measured(calls, options.repeats)
    missed = _print_table(times, ledgers)
    if options.profile:
        for (name, size), call in calls.items():
            print(f"\n{name}, {size} events")
            _profile(call)
    for ledger in ledgers.values():
        ledger.close()
    return missed


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    kept = Path(tempfile.gettempdir()) / "kaoji-benchmarks"
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="EVENTS")
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument("--dir", type=Path, default=kept, help=f"where the ledgers are kept [{kept}]")
    parser.add_argument("--profile", action="store_true", help="say where the time goes")
    return parser.parse_args()


def _ledger(folder: Path, size: int) -> Ledger:
    """The ledger of a size, filled the first time."""
    folder.mkdir(parents=True, exist_ok=True)
    ledger = synthetic.open_ledger(f"sqlite:///{folder / f'{size}.db'}")
    if not ledger.store.exists() or ledger.store.position() < size:
        begun = time.perf_counter()
        position = synthetic.fill(ledger, size)
        print(f"{position} events recorded in {time.perf_counter() - begun:.0f} s")
    return ledger


def _calls(ledger: Ledger) -> dict[str, Call]:
    """What is measured: an employee's month explained, and the open appeal of a site in the middle imagined."""
    sites = ledger.store.ids("site")
    appeal = f"{sites[len(sites) // 2].removeprefix('site')}.A{synthetic.OPEN_APPEAL}"
    filed = ledger.log(f"appeal:{appeal}")[0]["fields"]
    return {
        "explain": lambda: ledger.explain(filed["employee"], filed["month"]),
        "what-if": lambda: ledger.what_if([(appeal, "revoked", None)]),
    }


def _measured(calls: dict[tuple[str, int], Call], repeats: int) -> dict[tuple[str, int], list[float]]:
    """Milliseconds of each call; all calls take turns, so that a busy moment falls on all of them."""
    found: dict[tuple[str, int], list[float]] = {key: [] for key in calls}
    for turn in range(WARM_UP + repeats):
        for key, call in calls.items():
            begun = time.perf_counter()
            call()
            if turn >= WARM_UP:
                found[key].append((time.perf_counter() - begun) * 1_000)
    return found


def _print_table(times: dict[tuple[str, int], list[float]], ledgers: dict[int, Ledger]) -> int:
    smallest = min(ledgers)
    print(f"\n{'':10}{'events':>10}{'median ms':>12}{'p99 ms':>10}{'ratio':>8}")
    missed = 0
    for (name, size), taken in sorted(times.items()):
        ratio = median(taken) / median(times[name, smallest])
        late = median(taken) > TARGET_MS or ratio > TARGET_RATIO
        missed |= late
        events = ledgers[size].store.position()
        p99 = quantiles(taken, n=100)[98]
        print(
            f"{name:10}{events:>10,}{median(taken):>12.2f}{p99:>10.2f}{ratio:>8.2f}"
            + ("  missed" if late else "")
        )
    print(f"\ntarget: median {TARGET_MS:.0f} ms, ratio {TARGET_RATIO}")
    return int(missed)


def _profile(call: Call) -> None:
    profile = cProfile.Profile()
    profile.enable()
    for _ in range(50):
        call()
    profile.disable()
    pstats.Stats(profile).sort_stats("cumulative").print_stats(25)


if __name__ == "__main__":
    raise SystemExit(main())
