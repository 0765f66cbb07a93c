"""Who read whose record, and why: a log of its own beside the ledger, in `kaoji.desk.db`.

It takes INSERT only, and each row's leaf covers the row and the leaf before it, so that a row cut out or changed shows.
The end stands in a table of its own, and the next row continues it, so that a cut of the newest rows shows, then and
later. Whoever changes that table too is found only by whoever has noted the end elsewhere.
Staff numbers stand in it, and no names and no words of the record but the purpose that was said.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from ledger.errors import StoreError
from ledger.terms import format_recorded

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS readings (
    number INTEGER PRIMARY KEY, at TEXT NOT NULL, viewer TEXT NOT NULL, session TEXT,
    class TEXT NOT NULL, subject TEXT NOT NULL, what TEXT NOT NULL, purpose TEXT,
    position INTEGER NOT NULL, leaf TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS readings_of_subject ON readings (subject, number);
CREATE INDEX IF NOT EXISTS readings_of_viewer ON readings (viewer, number);
CREATE TRIGGER IF NOT EXISTS readings_stay BEFORE UPDATE ON readings
    BEGIN SELECT RAISE(ABORT, 'readings take INSERT only'); END;
CREATE TRIGGER IF NOT EXISTS readings_are_kept BEFORE DELETE ON readings
    BEGIN SELECT RAISE(ABORT, 'readings take INSERT only'); END;
"""
_END: Final = """
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS readings_end (
    one INTEGER PRIMARY KEY CHECK (one = 1), number INTEGER NOT NULL, leaf TEXT NOT NULL
) STRICT;
INSERT OR IGNORE INTO readings_end SELECT 1, number, leaf FROM readings ORDER BY number DESC LIMIT 1;
COMMIT;
"""
"""Made once: what a log that an earlier kaoji wrote holds is taken as it is."""
_HAS_END: Final = "SELECT 1 FROM sqlite_master WHERE name = 'readings_end'"
_COVERED: Final = ("number", "at", "viewer", "session", "class", "subject", "what", "purpose", "position")
_FIRST: Final = "0" * 64

Reading = dict[str, Any]


class Readings:
    """The log of readings in a file, of one session where there is one. Several processes may write it."""

    def __init__(self, file: Path, session: str | None = None) -> None:
        self.file = file
        self.session = session

    def of_session(self, session: str | None) -> "Readings":
        """The same log, for what is read in a session."""
        return Readings(self.file, session)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection to the file, which is made where there is none. StoreError `reading_not_noted`."""
        try:
            self.file.touch(mode=0o600)
            connection = sqlite3.connect(self.file, timeout=10, isolation_level=None)
            try:
                connection.executescript(_SCHEMA)
                if connection.execute(_HAS_END).fetchone() is None:
                    connection.executescript(_END)
                yield connection
            finally:
                connection.close()
        except (OSError, sqlite3.Error) as error:
            raise StoreError("reading_not_noted", file=str(self.file), reason=str(error)) from None

    def note(
        self,
        at: datetime,
        viewer: str,
        info: str,
        subject: str,
        what: str,
        purpose: str | None,
        position: int,
    ) -> None:
        """Keeps one reading. StoreError `reading_not_noted`: then nothing is shown."""
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            last, before = _end(connection)
            number = last + 1
            row = (
                number,
                format_recorded(at),
                viewer,
                self.session,
                info,
                subject,
                what,
                purpose,
                position,
            )
            places, leaf = ", ".join("?" * (len(row) + 1)), _leaf(before, row)
            connection.execute(f"INSERT INTO readings VALUES ({places})", (*row, leaf))
            connection.execute("INSERT OR REPLACE INTO readings_end VALUES (1, ?, ?)", (number, leaf))
            connection.execute("COMMIT")

    def of(self, subject: str | None = None, viewer: str | None = None, limit: int = 200) -> list[Reading]:
        """The readings of somebody's record, or by somebody, the latest first."""
        chosen = [("subject = ?", subject), ("viewer = ?", viewer)]
        asked = [(clause, value) for clause, value in chosen if value is not None]
        where = " AND ".join(clause for clause, _ in asked) or "1"
        with self._open() as connection:
            rows = connection.execute(
                f"SELECT {', '.join(_COVERED)} FROM readings WHERE {where} ORDER BY number DESC LIMIT ?",
                (*(value for _, value in asked), limit),
            ).fetchall()
        return [dict(zip(_COVERED, row, strict=True)) for row in rows]

    def first_broken(self) -> int | None:
        """The number of the first row that is missing, or that its leaf does not cover; None: the chain holds."""
        before, expected = _FIRST, 1
        with self._open() as connection:
            for *row, leaf in connection.execute(
                f"SELECT {', '.join(_COVERED)}, leaf FROM readings ORDER BY number"
            ):
                if row[0] != expected or leaf != _leaf(before, tuple(row)):
                    return expected
                before, expected = leaf, expected + 1
            return None if _end(connection) == (expected - 1, before) else expected

    def end(self) -> tuple[int, str]:
        """The number and the leaf (hex) of the newest reading, to be noted elsewhere; 0 and zeros before any."""
        with self._open() as connection:
            return _end(connection)


def _end(connection: sqlite3.Connection) -> tuple[int, str]:
    """Where the log ends, as it was kept when that was written."""
    found = connection.execute("SELECT number, leaf FROM readings_end").fetchone()
    return (0, _FIRST) if found is None else (found[0], found[1])


def _leaf(before: str, row: tuple[Any, ...]) -> str:
    """SHA-256 (hex) over the leaf before and the row."""
    covered = json.dumps([before, *row], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(covered.encode()).hexdigest()
