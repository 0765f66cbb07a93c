"""Who read whose record, and why: a log of its own beside the ledger, in `kaoji.desk.db` or a schema on its server.

It takes INSERT only but for what is too old, and each row's leaf covers the row and the leaf before it, so that a row
cut out or changed shows. The end stands in a table of its own, and the next row continues it, so that a cut of the newest
rows shows, then and later. Whoever changes that table too is found only by whoever has noted the end elsewhere. What is
older than 24 months goes, by whole days, and that it went is kept: the chain begins there.
Staff numbers stand in it, and no names and no words of the record but the purpose that was said.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from ledger.errors import StoreError
from ledger.store import readings_chain as chain
from ledger.store import readings_tables as tables
from ledger.store.beside import Beside, Transaction
from ledger.store.readings_chain import Pruned
from ledger.terms import format_recorded

_ADDED: Final = f"INSERT INTO readings VALUES ({', '.join('?' * (len(chain.COVERED) + 1))})"
_GOES_ON: Final = (
    "INSERT INTO readings_end VALUES (1, ?, ?)"
    " ON CONFLICT (one) DO UPDATE SET number = excluded.number, leaf = excluded.leaf"
)
_NEWEST: Final = "SELECT number, leaf FROM readings ORDER BY number DESC LIMIT 1"

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
                if tables.are_ready(told):
                    yield told
                    return
            tables.make(self._beside)
            with self._beside.open(writes) as told:
                yield told
        except OSError as error:
            reason = error.strerror or str(error)
            raise StoreError("reading_not_noted", file=self._beside.shown, reason=reason) from None

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
                leaf = chain.leaf_of(leaf, row)
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
                f"SELECT {', '.join(chain.COVERED)} FROM readings WHERE {where} ORDER BY number DESC LIMIT ?",
                (*(value for _, value in asked), limit),
            ).fetchall()
        return [dict(zip(chain.COVERED, row, strict=True)) for row in rows]

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
            gone, end = chain.pruned(connection), _end(connection)
        here = {row[0]: row[1] for row in found}
        leaves = {0: chain.FIRST, **{each.number: each.leaf for each in gone}, **here}
        last = gone[-1] if gone else chain.BEFORE_ANY
        for row in sorted(rows, key=lambda row: int(row["number"])):
            number, before = row["number"], leaves.get(row["number"] - 1)
            if number <= last.number and number not in here:
                continue  # it went meanwhile
            covered = tuple(row[name] for name in chain.COVERED)
            if (
                number <= last.number
                or before is None
                or leaves.get(number) != chain.leaf_of(before, covered)
            ):
                return int(number)
        number, leaf = (last.number, last.leaf) if newest is None else (newest[0], newest[1])
        return None if (number, leaf) == end else int(number) + 1

    def first_broken(self, watch: Callable[[int, int], None] = lambda done, total: None) -> int | None:
        """The number of the first row that is missing, or that its leaf does not cover; None: the chain holds.

        It begins behind what went because of its age; what went otherwise is missing. It is looked through in pieces:
        whoever reads meanwhile notes it in between. `watch` is told how far it is.
        """
        number, leaf, first = 0, chain.FIRST, chain.LEAST
        while True:
            with self._open() as connection:
                rows, gone = chain.piece_of(connection, first), chain.pruned(connection)
                wrong, end = chain.wrong_among(gone, tables.clock(connection)[1]), _end(connection)
            if wrong is not None:
                return wrong
            if gone and gone[-1].number > number:  # at the beginning, or while it is looked through
                number, leaf = gone[-1].number, gone[-1].leaf
            number, leaf, holds = chain.follow(rows, number, leaf)
            if not holds:
                return number + 1
            watch(number, end[0])
            if len(rows) < chain.AT_ONCE:
                return None if end == (number, leaf) else number + 1
            first = number + 1

    def end(self) -> tuple[int, str]:
        """The number and the leaf (hex) of the newest reading, to be noted elsewhere; 0 and zeros before any."""
        with self._open() as connection:
            return _end(connection)

    # --- what is too old ----------------------------------------------------------------------------

    def pruned(self) -> Pruned | None:
        """All that went because of its age: `count` of all together, the rest as it went last; None: nothing has."""
        with self._open() as connection:
            gone = chain.pruned(connection)
        return replace(gone[-1], count=sum(each.count for each in gone)) if gone else None

    def prune(self) -> Pruned | None:
        """Lets go of the readings of days (UTC) that are more than 24 months past, all of it or nothing; None: of none.

        A row that is dated later than its time stays until then, and those behind it with it. StoreError
        `readings_broken`, where the chain of what is old does not hold: that stays; `readings_not_pruned`.
        """
        try:
            with self._open(writes=True) as connection:
                return chain.prune(connection)
        except StoreError as error:
            if error.code != "reading_not_noted":
                raise
            raise StoreError("readings_not_pruned", **error.fields) from None


def _end(connection: Transaction) -> tuple[int, str]:
    """Where the log ends, as it was kept when that was written."""
    found = connection.execute("SELECT number, leaf FROM readings_end").fetchone()
    return (0, chain.FIRST) if found is None else (found[0], found[1])
