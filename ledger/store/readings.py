"""Who read whose record, and why: a log of its own beside the ledger, in `kaoji.desk.db` or a schema on its server.

It takes INSERT only, and each row's leaf covers the row and the leaf before it, so that a row cut out or changed shows.
The end stands in a table of its own, and the next row continues it, so that a cut of the newest rows shows, then and
later. Whoever changes that table too is found only by whoever has noted the end elsewhere.
Staff numbers stand in it, and no names and no words of the record but the purpose that was said.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from ledger.errors import StoreError
from ledger.store.beside import Beside, Transaction
from ledger.terms import format_recorded

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS readings (
    number INTEGER PRIMARY KEY, at TEXT NOT NULL, viewer TEXT NOT NULL, session TEXT,
    class TEXT NOT NULL, subject TEXT NOT NULL, what TEXT NOT NULL, purpose TEXT,
    position INTEGER NOT NULL, leaf TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS readings_of_subject ON readings (subject, number);
CREATE INDEX IF NOT EXISTS readings_of_viewer ON readings (viewer, number);
"""
_IN_FILE: Final = (
    "CREATE TRIGGER IF NOT EXISTS readings_stay BEFORE UPDATE ON readings"
    " BEGIN SELECT RAISE(ABORT, 'readings take INSERT only'); END",
    "CREATE TRIGGER IF NOT EXISTS readings_are_kept BEFORE DELETE ON readings"
    " BEGIN SELECT RAISE(ABORT, 'readings take INSERT only'); END",
)
_ON_SERVER: Final = (
    "CREATE OR REPLACE FUNCTION readings_stay() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'readings take INSERT only'; END $$",
    "CREATE OR REPLACE TRIGGER readings_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON readings"
    " FOR EACH STATEMENT EXECUTE FUNCTION readings_stay()",
)
_END: Final = """
CREATE TABLE IF NOT EXISTS readings_end (
    one INTEGER PRIMARY KEY CHECK (one = 1), number INTEGER NOT NULL, leaf TEXT NOT NULL
) STRICT;
INSERT INTO readings_end SELECT 1, number, leaf FROM readings ORDER BY number DESC LIMIT 1 ON CONFLICT DO NOTHING;
"""
"""Made once: what a log that an earlier kaoji wrote holds is taken as it is."""
_YOUNGEST: Final = "CREATE INDEX IF NOT EXISTS readings_of_both ON readings (subject, viewer, number)"
_ARE_MADE: Final = {
    False: "SELECT count(*) FILTER (WHERE name = 'readings_end'), count(*) FILTER (WHERE name = 'readings_of_both')"
    " FROM sqlite_master",
    True: "SELECT to_regclass('readings_end') IS NOT NULL, to_regclass('readings_of_both') IS NOT NULL",
}
"""Whether the youngest table of it and the youngest index are there."""
_COVERED: Final = ("number", "at", "viewer", "session", "class", "subject", "what", "purpose", "position")
_ADDED: Final = f"INSERT INTO readings VALUES ({', '.join('?' * (len(_COVERED) + 1))})"
_GOES_ON: Final = (
    "INSERT INTO readings_end VALUES (1, ?, ?)"
    " ON CONFLICT (one) DO UPDATE SET number = excluded.number, leaf = excluded.leaf"
)
_PIECE: Final = f"SELECT {', '.join(_COVERED)}, leaf FROM readings WHERE number >= ? ORDER BY number LIMIT ?"
_NEWEST: Final = "SELECT number, leaf FROM readings ORDER BY number DESC LIMIT 1"
_AT_ONCE: Final = 5_000
_LEAST: Final = -(2**63)
"""No number of a row is less."""
_FIRST: Final = "0" * 64

Reading = dict[str, Any]


class Readings:
    """The log of readings in a file or on a server, of one session where there is one. Several processes may write it."""

    def __init__(self, place: Path | str | Beside, session: str | None = None) -> None:
        self._beside = place if isinstance(place, Beside) else Beside(place)
        self.session = session

    def of_session(self, session: str | None) -> "Readings":
        """The same log, for what is read in a session."""
        return Readings(self._beside, session)

    @contextmanager
    def _open(self, writes: bool = False) -> Iterator[Transaction]:
        """The log, which is made where there is none. StoreError `reading_not_noted`."""
        try:
            with self._beside.open(writes) as told:
                is_made, is_indexed = told.execute(_ARE_MADE[told.is_server]).fetchone()
                if is_made and is_indexed:
                    yield told
                    return
            if not is_made:
                self._make()
            with suppress(OSError):  # an older one may belong to somebody else, and is read without it
                self._beside.make(_YOUNGEST)
            with self._beside.open(writes) as told:
                yield told
        except OSError as error:
            reason = error.strerror or str(error)
            raise StoreError("reading_not_noted", file=self._beside.shown, reason=reason) from None

    def _make(self) -> None:
        self._beside.make(_TABLES)
        with self._beside.open() as told:
            for statement in _ON_SERVER if told.is_server else _IN_FILE:
                told.execute(statement)
        self._beside.make(_END)

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
        self.note_each(at, viewer, [(info, subject, what)], purpose, position)

    def note_each(
        self,
        at: datetime,
        viewer: str,
        read: Iterable[tuple[str, str, str]],
        purpose: str | None,
        position: int,
    ) -> None:
        """Keeps several readings, all or none; of each its class, its subject and what it was. StoreError."""
        when = format_recorded(at)
        with self._open(writes=True) as connection:
            number, leaf = _end(connection)
            for info, subject, what in read:
                number += 1
                row = (number, when, viewer, self.session, info, subject, what, purpose, position)
                leaf = _leaf(leaf, row)
                connection.execute(_ADDED, (*row, leaf))
            connection.execute(_GOES_ON, (number, leaf))

    def of(
        self,
        subject: str | None = None,
        viewer: str | None = None,
        limit: int = 200,
        before: int | None = None,
    ) -> list[Reading]:
        """The readings of somebody's record, or by somebody, the latest first; of those before a number, where one is told.

        Each is found by an index, however long the log is.
        """
        chosen = [("subject = ?", subject), ("viewer = ?", viewer), ("number < ?", before)]
        asked = [(clause, value) for clause, value in chosen if value is not None]
        where = " AND ".join(clause for clause, _ in asked) or "1 = 1"
        with self._open() as connection:
            rows = connection.execute(
                f"SELECT {', '.join(_COVERED)} FROM readings WHERE {where} ORDER BY number DESC LIMIT ?",
                (*(value for _, value in asked), limit),
            ).fetchall()
        return [dict(zip(_COVERED, row, strict=True)) for row in rows]

    def broken_among(self, rows: Sequence[Reading]) -> int | None:
        """The number of the first of some rows that its leaf does not cover, else where the end was cut off; None: neither.

        It looks at these rows and at the end alone: `first_broken` looks at all there are.
        """
        wanted = sorted({number for row in rows for number in (row["number"] - 1, row["number"])})
        marks = ", ".join("?" * len(wanted)) or "NULL"
        with self._open() as connection:
            found = connection.execute(
                f"SELECT number, leaf FROM readings WHERE number IN ({marks})", wanted
            ).fetchall()
            newest = connection.execute(_NEWEST).fetchone()
            end = _end(connection)
        leaves = {0: _FIRST, **{row[0]: row[1] for row in found}}
        for row in sorted(rows, key=lambda row: int(row["number"])):
            number, before = row["number"], leaves.get(row["number"] - 1)
            if before is None or leaves.get(number) != _leaf(before, tuple(row[name] for name in _COVERED)):
                return int(number)
        last = (0, _FIRST) if newest is None else (newest[0], newest[1])
        return None if last == end else int(last[0]) + 1

    def first_broken(self, watch: Callable[[int, int], None] = lambda done, total: None) -> int | None:
        """The number of the first row that is missing, or that its leaf does not cover; None: the chain holds.

        It is looked through in pieces: whoever reads meanwhile notes it in between. `watch` is told how far it is.
        """
        before, expected, first = _FIRST, 1, _LEAST
        while True:
            with self._open() as connection:
                rows = connection.execute(_PIECE, (first, _AT_ONCE)).fetchall()
                end = _end(connection)
            for *row, leaf in rows:
                if row[0] != expected or leaf != _leaf(before, tuple(row)):
                    return expected
                before, expected = leaf, expected + 1
            watch(expected - 1, end[0])
            if len(rows) < _AT_ONCE:
                return None if end == (expected - 1, before) else expected
            first = expected

    def end(self) -> tuple[int, str]:
        """The number and the leaf (hex) of the newest reading, to be noted elsewhere; 0 and zeros before any."""
        with self._open() as connection:
            return _end(connection)


def _end(connection: Transaction) -> tuple[int, str]:
    """Where the log ends, as it was kept when that was written."""
    found = connection.execute("SELECT number, leaf FROM readings_end").fetchone()
    return (0, _FIRST) if found is None else (found[0], found[1])


def _leaf(before: str, row: tuple[Any, ...]) -> str:
    """SHA-256 (hex) over the leaf before and the row."""
    covered = json.dumps([before, *row], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(covered.encode()).hexdigest()
