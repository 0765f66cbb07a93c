"""What kaoji stands on and beside: the eventsourcing library and the bare drivers, with the same events.

The library's own recorders and runner are measured as they come; the driver's side is the least anybody could do.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, Final

import orjson

from benchmarks import library, synthetic
from benchmarks.bare import postgres_copy, sqlite_bulk
from benchmarks.facts import Fact, facts, recorded_events, rows
from benchmarks.frame import Line, Stage, in_turns, rates
from ledger.application.ledger import Ledger
from ledger.events import Recorded
from ledger.events.employees import EmployeeRegistered

TITLE: Final = "Beside the library and the bare drivers"
QUICK: Final = 5_000
FULL: Final = 50_000


def measure(stage: Stage) -> Iterator[Line | str]:
    """Writing in bulk, and reading."""
    size = stage.size(QUICK, FULL)
    same = facts(size)
    yield from _writing(stage, same, recorded_events(size))
    yield from _reading(stage, same)
    yield f"Synthetic events, {size:,} of them. A narrow decode takes four fields of each event."


# --- writing ----------------------------------------------------------------------------------------


def _writing(stage: Stage, same: list[Fact], ours: list[Recorded]) -> Iterator[Line]:
    noted = library.events(same)
    works: dict[str, Callable[[], float]] = {
        "kaoji": lambda: written(stage.new_sqlite(), ours),
        "library": lambda: _library_written(
            library.sqlite_environment(stage.new_folder()), noted, len(noted)
        ),
        "bare": lambda: sqlite_bulk(stage.new_folder() / "bare.db", rows(same)),
    }
    taken = {name: rates(len(same), times) for name, times in in_turns(works, stage.runs).items()}
    what = "append in bulk: sealed, in the tree, registered; SQLite"
    yield Line(what, "/s", taken["kaoji"], "eventsourcing's recorder, one batch", taken["library"])
    yield Line(what, "/s", taken["kaoji"], "sqlite3, executemany", taken["bare"])
    with ExitStack() as databases:

        def fresh() -> str:
            return databases.enter_context(stage.postgres.database())

        works = {
            "kaoji": lambda: written(fresh(), ours),
            "library": lambda: _library_written(
                library.postgres_environment(fresh()), noted, library.POSTGRES_BATCH
            ),
            "bare": lambda: postgres_copy(fresh(), rows(same)),
        }
        taken = {name: rates(len(same), times) for name, times in in_turns(works, stage.runs).items()}
    what = "the same, PostgreSQL"
    batches = f"eventsourcing's recorder, batches of {library.POSTGRES_BATCH}"
    yield Line(what, "/s", taken["kaoji"], batches, taken["library"])
    yield Line(what, "/s", taken["kaoji"], "psycopg, COPY", taken["bare"])


def written(url: str, recorded: list[Recorded]) -> float:
    """The seconds in which decided events are written through a write unit."""
    with synthetic.open_ledger(url) as ledger:
        ledger.record.apply(())
        begun = time.perf_counter()
        append(ledger, recorded)
        return time.perf_counter() - begun


def append(ledger: Ledger, recorded: list[Recorded]) -> None:
    """Decided events, in one unit."""
    with ledger.log.unit() as unit:
        for each in recorded:
            if isinstance(each.event, EmployeeRegistered):
                ledger.log.people.create_key(each.event.employee)
            unit.append(each)


def _library_written(environment: dict[str, str], noted: list[library.Noted], batch: int) -> float:
    with library.opened(environment) as app:
        begun = time.perf_counter()
        library.put(app, noted, batch)
        return time.perf_counter() - begun


# --- reading ----------------------------------------------------------------------------------------


def _reading(stage: Stage, same: list[Fact]) -> Iterator[Line]:
    folder = stage.new_folder()
    sqlite_bulk(folder / "bare.db", rows(same))
    with ExitStack() as opened:
        ledger = opened.enter_context(synthetic.open_ledger(stage.new_sqlite()))
        ledger.record.apply(())
        append(ledger, recorded_events(len(same)))
        app = opened.enter_context(library.opened(library.sqlite_environment(folder)))
        app.events.put(library.events(same))
        bare = sqlite3.connect(folder / "bare.db")
        opened.callback(bare.close)
        yield from _read_in_turns(stage, len(same), ledger, app, bare)


def _read_in_turns(
    stage: Stage, size: int, ledger: Ledger, app: library.Facts, bare: sqlite3.Connection
) -> Iterator[Line]:
    everything = "SELECT position, kind, state FROM events ORDER BY position"

    def ours() -> None:
        _require(sum(1 for _ in ledger.log.events()), size + 1)

    def theirs() -> None:
        _require(library.read(app, size), size)

    def selected() -> None:
        _require(sum(1 for _ in bare.execute(everything)), size)

    def narrow() -> None:
        found = (orjson.loads(state) for _, _, state in bare.execute(everything))
        _require(sum(1 for each in found if _narrow(each)), size)

    works = {"kaoji": ours, "library": theirs, "bare": selected, "narrow": narrow}
    taken = {name: rates(size, times) for name, times in in_turns(works, stage.runs, 1).items()}
    what = "read the log in order, validated; SQLite"
    yield Line(what, "/s", taken["kaoji"], "eventsourcing's recorder and mapper", taken["library"])
    yield Line(what, "/s", taken["kaoji"], "bare SELECT", taken["bare"])
    yield Line(what, "/s", taken["kaoji"], "bare SELECT and a narrow decode", taken["narrow"])


def _narrow(fields: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(map(fields.get, ("employee", "month", "clause", "points")))


def _require(found: int, expected: int) -> None:
    if found != expected:
        raise AssertionError(f"{found} events were read instead of {expected}")
