"""A look at an SQLite file of ours through `sqlite3` alone, for read commands that must not wait for an engine.

It answers what it can answer at once and is never the last word: whatever is unusual raises NotAtAGlance, and the
caller goes the long way, which also finds the words for what is wrong.
"""

import hashlib
import json
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from typing import Any, Final

LAYOUT: Final = 1
"""The layout of the log that is read here: `ledger.store.schema.LAYOUT`."""

_FILE: Final = re.compile(r"sqlite:///([^?#%:]+)")
_CHUNK: Final = 500

Row = dict[str, Any]


class NotAtAGlance(Exception):
    """Not to be had this way."""


def file_of(url: str) -> str:
    """The file of a plain SQLite URL."""
    found = _FILE.fullmatch(url)
    if found is None:
        raise NotAtAGlance
    return found.group(1)


@contextmanager
def looking(file: str) -> Iterator[sqlite3.Connection]:
    """A connection to a file that is there; it changes nothing, and sees one state of it as long as it is open."""
    try:  # opened for reading only, SQLite would leave the two files beside it that reading in WAL mode takes
        with closing(sqlite3.connect(f"file:{file}?mode=rw", uri=True, isolation_level=None)) as connection:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA query_only=ON")
            connection.execute("BEGIN")
            yield connection
    except sqlite3.Error:
        raise NotAtAGlance from None


def rows(connection: sqlite3.Connection, query: str, *values: object) -> list[Row]:
    """What a query finds."""
    try:
        return [dict(row) for row in connection.execute(query, values)]
    except sqlite3.Error:
        raise NotAtAGlance from None


def standing(connection: sqlite3.Connection, ledger: str) -> tuple[int, str]:
    """A log's last position, and SHA-256 (hex) of the bytes stored there."""
    found = rows(
        connection,
        "SELECT heads.layout, heads.position, events.state FROM heads"
        " JOIN events ON events.ledger = heads.ledger AND events.position = heads.position"
        " WHERE heads.ledger = ?",
        ledger,
    )
    if len(found) != 1 or found[0]["layout"] != LAYOUT:
        raise NotAtAGlance
    return found[0]["position"], hashlib.sha256(found[0]["state"]).hexdigest()


def site_ids(connection: sqlite3.Connection, ledger: str) -> list[str]:
    """All sites."""
    query = "SELECT id FROM things WHERE ledger = ? AND kind = 'site' ORDER BY id"
    return [row["id"] for row in rows(connection, query, ledger)]


def names(connection: sqlite3.Connection, ledger: str, employees: Iterable[str]) -> dict[str, str]:
    """The latest name of each of these employees, as the fold of their streams has it."""
    found: dict[str, tuple[str, int, str]] = {}
    wanted = sorted(set(employees))
    for start in range(0, len(wanted), _CHUNK):
        streams = [f"employee/{employee}" for employee in wanted[start : start + _CHUNK]]
        query = (
            "SELECT position, state FROM events WHERE ledger = ?"
            f" AND stream IN ({', '.join('?' * len(streams))})"
            " AND kind IN ('employee_registered', 'employee_reassigned')"
        )
        for row in rows(connection, query, ledger, *streams):
            employee, since, name = _naming(row["state"])
            if name is not None:
                found[employee] = max(found.get(employee, ("", 0, "")), (since, row["position"], name))
    if len(found) != len(wanted):
        raise NotAtAGlance
    return {employee: name for employee, (_, _, name) in found.items()}


def _naming(state: bytes) -> tuple[str, str, str | None]:
    """Whose name an event says, from which day on; None where it says none."""
    try:
        stored = json.loads(state)
        fact = stored["fact"]
        if stored["v"] != 1:
            raise NotAtAGlance
        return fact["employee"], fact["effective_from"], fact.get("name")
    except (LookupError, TypeError, ValueError):
        raise NotAtAGlance from None
