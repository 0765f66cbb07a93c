"""How fast all sheets are drawn anew, beside the eventsourcing library's ProjectionRunner with one upsert an event.

    python -m benchmarks.rebuild                        # a million events in a file; some minutes the first time
    python -m benchmarks.rebuild --events 200000
    python -m benchmarks.rebuild --url postgresql://…   # an empty database of its own

Both are measured in turns in the same run, the median of five each: the rebuild on the whole ledger, the runner on a
slice of events, since it would take minutes. The targets are 40 times the runner's events a second in a file, 100 times
on PostgreSQL, and less than 500 MB of memory.
"""

import argparse
import multiprocessing
import resource
import tempfile
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, Final

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from eventsourcing.sqlite import SQLiteTrackingRecorder
from psycopg.sql import SQL
from sqlalchemy.engine import URL, make_url

from benchmarks import many
from ledger.application.ledger import Ledger

RUNS: Final = 5
SLICE: Final = 2_000
BATCH: Final = 500
PATIENCE_S: Final = 120
TARGETS: Final = {"sqlite": 40, "postgresql": 100}
TARGET_MB: Final = 500
_TABLE: Final = "CREATE TABLE IF NOT EXISTS points (employee text PRIMARY KEY, points bigint)"
_UPSERT: Final = (
    "INSERT INTO points VALUES ({0}, {0}) "
    "ON CONFLICT (employee) DO UPDATE SET points = points.points + excluded.points"
)


# --- the library's runner ---------------------------------------------------------------------------


class Noted(Aggregate.Event):
    """One fact."""

    employee: str
    points: int


class SqlitePoints(SQLiteTrackingRecorder):
    """Points by employee, on SQLite."""

    def construct_create_table_statements(self) -> list[str]:
        """The tracking table and the sheet."""
        return [*super().construct_create_table_statements(), _TABLE]

    def take(self, event: Noted, tracking: Tracking) -> None:
        """One upsert and the tracking position, in one transaction."""
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute(_UPSERT.format("?"), (event.employee, event.points))
            self._insert_tracking(cursor, tracking)


class PostgresPoints(PostgresTrackingRecorder):
    """The same on PostgreSQL."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.sql_create_statements.append(SQL(_TABLE))  # type: ignore[arg-type]

    def take(self, event: Noted, tracking: Tracking) -> None:
        """One upsert and the tracking position, in one transaction."""
        with (
            self.datastore.get_connection() as connection,
            connection.transaction(),
            connection.cursor() as cursor,
        ):
            cursor.execute(_UPSERT.format("%s"), (event.employee, event.points))
            self._insert_tracking(cursor, tracking)


class Facts(Application[uuid.UUID]):
    """An application that keeps facts."""


class Points(Projection[Any]):
    """Takes every fact into the sheet."""

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:  # type: ignore[override]
        """One event at a time, as the library's runner does it."""
        self.view.take(domain_event, tracking)


def runner_s(url: URL, folder: Path) -> float:
    """The seconds in which the runner takes in a slice of events; recording them is not timed."""
    backend, view = "eventsourcing.popo", SqlitePoints
    settings = {
        "POINTS_PERSISTENCE_MODULE": "eventsourcing.sqlite",
        "POINTS_SQLITE_DBNAME": str(folder / f"{uuid.uuid4().hex}.db"),
    }
    if url.get_backend_name() == "postgresql":
        backend, view = "eventsourcing.postgres", PostgresPoints  # type: ignore[assignment]
        settings = {
            "POSTGRES_DBNAME": url.database or "",
            "POSTGRES_HOST": url.host or str(url.query.get("host", "")),
            "POSTGRES_PORT": str(url.port or 5432),
            "POSTGRES_USER": url.username or "",
            "POSTGRES_PASSWORD": url.password or "none",
            "POINTS_PERSISTENCE_MODULE": "eventsourcing.postgres",
        }
    at = datetime(2026, 1, 20, tzinfo=UTC)
    noted = [
        Noted(
            originator_id=uuid.uuid4(), originator_version=1, timestamp=at, employee=f"E{n % 100}", points=1
        )
        for n in range(SLICE)
    ]
    with ProjectionRunner(
        application_class=Facts,
        projection_class=Points,
        view_class=view,
        env={"FACTS_PERSISTENCE_MODULE": backend, **settings},
    ) as runner:
        begun = time.perf_counter()
        for start in range(0, SLICE, BATCH):
            runner.app.events.put(noted[start : start + BATCH])
        runner.wait(runner.app.recorder.max_notification_id(), timeout=PATIENCE_S)
        return time.perf_counter() - begun


# --- ours -------------------------------------------------------------------------------------------


def rebuild_s(url: str) -> tuple[float, int, int]:
    """A rebuild in a process of its own: seconds, events, and the memory it and its helpers took at most, in MB."""
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        return pool.apply(_rebuild_s, (url,))


def _rebuild_s(url: str) -> tuple[float, int, int]:
    multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]
    with Ledger(url) as ledger:
        begun = time.perf_counter()
        events = ledger.rebuild()
        taken = time.perf_counter() - begun
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return taken, events, sum(resource.getrusage(each).ru_maxrss for each in who) // 1024


def main() -> int:
    """Makes the ledger where it is not there yet, measures in turns, prints a table; 1 where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    kept = Path(tempfile.gettempdir()) / "kaoji-benchmarks"
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--url", help="where the ledger is made [a file in --dir]")
    parser.add_argument("--dir", type=Path, default=kept, help=f"where files are kept [{kept}]")
    options = parser.parse_args()
    options.dir.mkdir(parents=True, exist_ok=True)
    url = options.url or f"sqlite:///{options.dir / f'many-{options.events}.db'}"
    with Ledger(url) as ledger:
        there = ledger.store.exists() and ledger.store.position() > 0
    if not there:
        many.fill(f"sqlite:///{options.dir / 'many-base.db'}", url, options.events)
    return _measured(url)


def _measured(url: str) -> int:
    parsed = make_url(url)
    ours: list[float] = []
    theirs: list[float] = []
    memory = events = 0
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(RUNS):
            theirs.append(SLICE / runner_s(parsed, Path(folder)))
            taken, events, mb = rebuild_s(url)
            ours.append(events / taken)
            memory = max(memory, mb)
    ratio, target = median(ours) / median(theirs), TARGETS[parsed.get_backend_name()]
    print(f"{'':18}{'events':>12}{'events/s':>12}   (lowest to highest of {RUNS})")
    for name, size, found in (("kaoji rebuild", events, ours), ("ProjectionRunner", SLICE, theirs)):
        print(f"{name:18}{size:>12,}{median(found):>12,.0f}   ({min(found):,.0f} to {max(found):,.0f})")
    print(f"ratio {ratio:.1f} (target {target}), memory {memory} MB (target below {TARGET_MB})")
    return int(ratio < target or memory >= TARGET_MB)


if __name__ == "__main__":
    raise SystemExit(main())
