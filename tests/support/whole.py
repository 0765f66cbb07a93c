"""What must be true of every log at every moment, whoever wrote it and however it was interrupted."""

from collections import defaultdict
from typing import Any

from sqlalchemy import select

from ledger.events import Recorded
from ledger.store import registries
from ledger.store.log import Log
from ledger.store.schema import closes, commands, heads, metadata, supervised, things
from ledger.terms import format_recorded

Rows = list[dict[str, Any]]


def everything_in(log: Log) -> dict[str, Rows]:
    """Every row of every table of the database's log, in a canonical order."""
    with log.recorder.snapshot() as connection:
        return {
            table.name: [
                dict(row._mapping)
                for row in connection.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in metadata.sorted_tables
        }


def assert_whole(log: Log) -> list[Recorded]:
    """Asserts what is always true of a log; returns its events."""
    found = list(log.events())
    assert_gapless(log, found)
    assert_time_never_decreases(log, found)
    assert_registries_follow_from(log, found)
    return found


def assert_gapless(log: Log, found: list[Recorded]) -> None:
    """Positions count from 1, and the versions of every stream do."""
    assert [recorded.position for recorded in found] == list(range(1, len(found) + 1))
    assert log.position() == len(found)
    versions: defaultdict[str, list[int]] = defaultdict(list)
    for recorded in found:
        versions[recorded.stream].append(recorded.version)
    for stream, counted in versions.items():
        assert counted == list(range(1, len(counted) + 1)), stream


def assert_time_never_decreases(log: Log, found: list[Recorded]) -> None:
    """An event is never recorded before the one ahead of it, and the head knows the last instant."""
    instants = [recorded.recorded_at for recorded in found]
    assert instants == sorted(instants)
    with log.recorder.snapshot() as connection:
        last = connection.execute(
            select(heads.c.recorded_at).where(heads.c.ledger == log.ledger)
        ).scalar_one()
    if found:
        assert last == format_recorded(instants[-1])


def assert_registries_follow_from(log: Log, found: list[Recorded]) -> None:
    """The registries hold exactly what the log says again, event by event."""
    with log.recorder.snapshot() as connection:
        stored = {
            table.name: [
                {key: value for key, value in row._mapping.items() if key != "ledger"}
                for row in connection.execute(select(table).where(table.c.ledger == log.ledger))
            ]
            for table in (commands, things, closes, supervised)
        }
    first: dict[tuple[str, str], dict[str, Any]] = {}
    for recorded in found:
        row = registries.supervised_row(recorded)
        if row is not None:
            first.setdefault((row["supervisor"], row["employee"]), row)
    derived = {
        "commands": list(registries.command_rows(found)),
        "things": [row for row in map(registries.thing_row, found) if row is not None],
        "closes": [row for row in map(registries.close_row, found) if row is not None],
        "supervised": list(first.values()),
    }
    for name, rows in derived.items():
        assert _sorted(stored[name]) == _sorted(rows), name


def _sorted(rows: Rows) -> Rows:
    return sorted(rows, key=lambda row: (row.get("position", row.get("first_position")), repr(row)))
