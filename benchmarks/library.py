"""The same facts in the eventsourcing library as it is meant to be used: its recorders, its mapper, its ProjectionRunner.

Nothing of ours is in it: the store, the transcoder and the subscription are the library's own.
"""

import time
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from eventsourcing.sqlite import SQLiteTrackingRecorder
from psycopg.sql import SQL
from sqlalchemy.engine import make_url

from benchmarks.facts import Fact

PATIENCE_S: Final = 120
POSTGRES_BATCH: Final = 500
"""So many events at once its PostgreSQL recorder takes; some thousands in one call make its pipeline hang."""
_AT: Final = datetime(2026, 1, 20, tzinfo=UTC)
_NAMES: Final = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")
_CREATE: Final = (
    "CREATE TABLE IF NOT EXISTS points "
    "(employee text, month text, points bigint, PRIMARY KEY (employee, month))"
)
_UPSERT: Final = (
    "INSERT INTO points VALUES ({0}, {0}, {0}) "
    "ON CONFLICT (employee, month) DO UPDATE SET points = points.points + excluded.points"
)


class Noted(Aggregate.Event):
    """One fact."""

    kind: str
    employee: str
    month: str
    points: int
    state: str


class Facts(Application[uuid.UUID]):
    """An application that keeps facts."""


class SqlitePoints(SQLiteTrackingRecorder):
    """Points by employee and month, on SQLite."""

    def construct_create_table_statements(self) -> list[str]:
        """The tracking table and the sheet."""
        return [*super().construct_create_table_statements(), _CREATE]

    def take(self, event: Noted, tracking: Tracking) -> None:
        """One upsert and the tracking position, in one transaction."""
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute(_UPSERT.format("?"), (event.employee, event.month, event.points))
            self._insert_tracking(cursor, tracking)


class PostgresPoints(PostgresTrackingRecorder):
    """The same on PostgreSQL."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.sql_create_statements.append(SQL(_CREATE))  # type: ignore[arg-type]

    def take(self, event: Noted, tracking: Tracking) -> None:
        """One upsert and the tracking position, in one transaction."""
        with (
            self.datastore.get_connection() as connection,
            connection.transaction(),
            connection.cursor() as cursor,
        ):
            cursor.execute(_UPSERT.format("%s"), (event.employee, event.month, event.points))
            self._insert_tracking(cursor, tracking)


class Points(Projection[Any]):
    """Takes every fact into the sheet."""

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:  # type: ignore[override]
        """One event at a time, as the library's runner does it."""
        self.view.take(domain_event, tracking)


def sqlite_environment(folder: Path) -> dict[str, str]:
    """The library's settings for a file; log and view in one database."""
    return {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(folder / "library.db")}


def postgres_environment(url: str) -> dict[str, str]:
    """The library's settings for a database."""
    parsed = make_url(url)
    host = parsed.host or str(parsed.query.get("host", ""))
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": parsed.database or "",
        "POSTGRES_HOST": host,
        "POSTGRES_PORT": str(parsed.port or 5432),
        "POSTGRES_USER": parsed.username or "",
        "POSTGRES_PASSWORD": parsed.password or "none",
        "POSTGRES_POOL_SIZE": "5",
        "POSTGRES_MAX_OVERFLOW": "5",
    }


def opened(environment: dict[str, str]) -> Facts:
    """The application, its tables made."""
    return Facts(environment)


def events(facts: Sequence[Fact]) -> list[Noted]:
    """Facts as the library's events."""
    return [
        Noted(
            originator_id=uuid.uuid5(_NAMES, fact.stream),
            originator_version=fact.version,
            timestamp=_AT,
            kind=fact.kind,
            employee=fact.employee,
            month=fact.month,
            points=fact.points,
            state=fact.state.decode(),
        )
        for fact in facts
    ]


def put(app: Facts, noted: Sequence[Noted], batch: int) -> None:
    """Records events, so many a transaction."""
    for start in range(0, len(noted), batch):
        app.events.put(noted[start : start + batch])


def read(app: Facts, size: int) -> int:
    """Every event in order, decoded; how many there are."""
    found, start, batch = 0, 1, 5_000
    while True:
        notifications = app.recorder.select_notifications(start=start, limit=batch)
        found += sum(1 for _ in map(app.mapper.to_domain_event, notifications))
        if len(notifications) < batch:
            return found
        start = notifications[-1].id + 1


def projected_to_sqlite(folder: Path, noted: Sequence[Noted]) -> float:
    """The seconds in which the runner draws the sheet on SQLite; the log is in memory, the only one it can follow there."""
    environment = {
        "FACTS_PERSISTENCE_MODULE": "eventsourcing.popo",
        **{f"POINTS_{name}": value for name, value in sqlite_environment(folder).items()},
    }
    with _runner(environment, SqlitePoints) as runner:
        begun = time.perf_counter()
        runner.app.events.put(noted)
        runner.wait(len(noted), timeout=PATIENCE_S)
        return time.perf_counter() - begun


def projected_on_postgres(url: str, noted: Sequence[Noted]) -> float:
    """The same with log and sheet in one PostgreSQL database; recording the events is not timed."""
    environment = postgres_environment(url)
    with opened(environment) as app:
        put(app, noted, POSTGRES_BATCH)
    begun = time.perf_counter()
    with _runner(environment, PostgresPoints) as runner:
        runner.wait(len(noted), timeout=PATIENCE_S)
        return time.perf_counter() - begun


def _runner(environment: dict[str, str], view: type[Any]) -> ProjectionRunner[Facts, Any]:
    return ProjectionRunner(
        application_class=Facts, projection_class=Points, view_class=view, env=environment
    )
