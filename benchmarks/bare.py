"""What the bare drivers need to put rows of events into a table, as durably as the ledger does it."""

import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.places import connected

_COLUMNS: Final = "position bigint primary key, stream text, version bigint, kind text, state"


def sqlite_bulk(file: Path, rows: Sequence[tuple[Any, ...]]) -> float:
    """The seconds in which `sqlite3` inserts all rows in one transaction."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(f"CREATE TABLE events ({_COLUMNS} blob, unique (stream, version))")
    begun = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?)", rows)
    connection.execute("COMMIT")
    taken = time.perf_counter() - begun
    connection.close()
    return taken


def postgres_copy(url: str, rows: Sequence[tuple[Any, ...]]) -> float:
    """The seconds in which `psycopg` copies all rows in one transaction."""
    with connected(url) as connection:
        connection.execute(f"CREATE TABLE events ({_COLUMNS} bytea, unique (stream, version))")
        connection.commit()
        begun = time.perf_counter()
        with connection.cursor().copy("COPY events FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        connection.commit()
        return time.perf_counter() - begun
