"""Draws projections anew and in bulk: rows by the thousand through the driver, indices last.

With `incremental` the only writer of projections. Rows come in batches, which other processes may have made. On a server
only those are written that do not stand there already.

Rebuilding (law 7), in one transaction, so that whoever reads meanwhile sees the old rows or the new ones:

1. Take the turn, and then read the log's end: whoever had the turn before has not drawn beyond it.
2. `begin`: make room; guess who bears what from the rows that stand.
3. Workers fold and reckon the sites in parts and hand back batches; `load` writes each as it comes.
4. What people bear is summed up from the shares loaded; rows of guesses that were wrong are drawn again.
5. `sweep`: on a server take away what was not loaded; in a file make the indices.
6. Write the position and the mark, and commit. The rows come in canonical order, whatever drew them.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Table, delete, func, select

from ledger.projections.postgresql_diff import CSV, Standing, block
from ledger.projections.projection import Projection
from ledger.projections.schema import Row, columns, drawn, metadata
from ledger.projections.stand import drawn_up_to, layout, of_another_layout
from ledger.projections.tables import PROJECTIONS, drawn_from, joint_liability, monthly
from ledger.state.affected import CellKey
from ledger.store import ddl
from ledger.store.sql import cursor_of, execute_all, is_sqlite
from ledger.terms import parse_month

Borne = tuple[str, str, int]
"""(supervisor, month, what the supervisor bears in fen)"""

TABLES: Final[dict[str, Table]] = {each.name: each.table for each in PROJECTIONS}
_MOST_FEN: Final = 10**14
"""More than any share; of such many thousands still fit into the 64 bits of a sum."""
ROOM_KIB: Final = 64 * 1024
"""For the pages that drawing everything touches."""


# --- batches ----------------------------------------------------------------------------------------


Packed = tuple[int, int, dict[str, Any]]
"""From how many events, and of how many people, a batch was drawn, and its rows by projection: tuples on SQLite, else a
`postgresql_diff.Block`.

The ledger, the first column of each projection, is not in them.
"""


class Batch:
    """Rows of some projections; `events` is how many they were drawn from, `people` of how many whole streams of people."""

    def __init__(self) -> None:
        self.events = self.people = 0
        self._rows: dict[str, list[Row]] = {name: [] for name in TABLES}

    def of(self, projection: Projection) -> list[Row]:
        """The rows of a projection, to which more are added."""
        return self._rows[projection.name]

    def packed(self, dialect: str) -> Packed:
        """The batch as `load` takes it, for projections of a dialect."""
        packed: dict[str, Any] = {}
        for name, rows in self._rows.items():
            if rows:
                values = [tuple(row.values()) for row in rows]
                packed[name] = values if dialect == "sqlite" else block(TABLES[name], values)
        return self.events, self.people, packed


# --- writing ----------------------------------------------------------------------------------------


class Redrawing:
    """An open transaction in which a ledger's projections are drawn anew."""

    def __init__(self, connection: Connection, ledger: str) -> None:
        self._connection = connection
        self._ledger = ledger
        self.people = 0
        """Of how many people everything loaded was drawn."""
        self._lacks_indices = False
        self._standing: Standing | None = None

    def begin(self) -> list[Borne]:
        """Makes the projections ready to be loaded; returns what everybody bore as they stood, likely what they will bear.

        On a server what stands is compared with what is loaded, until `sweep`: others may be drawing, and rights would
        go with the tables. In a file the ledger's rows are deleted, or, where no other ledger's are in the tables,
        these are made anew, at first without indices. Tables of another layout are made anew on both.
        """
        connection = self._connection
        ddl.make(connection, metadata)
        if of_another_layout(connection):
            self._renew()
            return []
        likely = self._likely()
        others = select(drawn.c.ledger).where(drawn.c.ledger != self._ledger, drawn.c.layout == layout())
        if not is_sqlite(connection):
            self._standing = Standing(connection, self._ledger, TABLES.values())
        elif connection.execute(others.limit(1)).first() is not None:
            for table in metadata.sorted_tables:
                connection.execute(delete(table).where(table.c.ledger == self._ledger))
        else:
            self._renew()
        return likely

    def _likely(self) -> list[Borne]:
        """What everybody bears by the projections, as far as it can be true: they are drawn anew, for they may be wrong."""
        stored = select(drawn.c.layout).where(drawn.c.ledger == self._ledger)
        if self._connection.execute(stored).scalar() != layout():
            return []
        found = self._borne(joint_liability.table.c.share.between(0, _MOST_FEN))
        return [one for one in found if _is_month(one[1])]

    def _renew(self) -> None:
        """Drops the tables and makes them, without indices, which come at the end."""
        connection = self._connection
        ddl.drop(connection, metadata)
        ddl.make(connection, metadata, with_indices=False)
        self._lacks_indices = True

    def clear_month(self, month: str, sites: Sequence[str]) -> set[str]:
        """Empties a month of some sites; returns who bore a share of it."""
        bearers: set[str] = set()
        for site in sites:
            bearers |= self.bearers(month, site)
            for table in TABLES.values():
                if "month" in table.c:
                    of_month = (table.c.ledger == self._ledger, table.c.site == site, table.c.month == month)
                    self._connection.execute(delete(table).where(*of_month))
        return bearers

    def bearers(self, month: str, site: str) -> set[str]:
        """Who bears a share, enforceable or not, of a site's month."""
        shares = joint_liability.table.c
        query = select(shares.supervisor).where(
            shares.ledger == self._ledger,
            shares.site == site,
            shares.month == month,
            shares.supervisor.is_not(None),
        )
        return set(self._connection.execute(query).scalars())

    def load(self, packed: Packed) -> int:
        """Writes a packed batch; returns how many events it was drawn from."""
        events, people, projections = packed
        self.people += people
        for name, rows in projections.items():
            self._load(TABLES[name], rows)
        return events

    def _load(self, table: Table, rows: Any) -> None:
        names = columns(table)
        with cursor_of(self._connection, f"load {table.name}") as cursor:
            if is_sqlite(self._connection):
                marks = ", ?" * (len(table.c) - 1)
                inserted = f"INSERT INTO {table.name} ({names}) VALUES ('{self._ledger}'{marks})"
                cursor.executemany(inserted, rows)
                return
            lines = rows[1] if self._standing is None else self._standing.missing(table, rows)
            if lines:
                with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN ({CSV})") as copy:
                    copy.write("".join([f'"{self._ledger}",{line}\n' for line in lines]))

    def sweep(self) -> None:
        """Everything is loaded: what still stands beside it is deleted."""
        if self._standing is not None:
            self._standing.sweep()
            self._standing = None

    def borne(self, month: str | None = None) -> list[Borne]:
        """What everybody bears for others."""
        return self._borne() if month is None else self._borne(joint_liability.table.c.month == month)

    def _borne(self, *where: ColumnElement[bool]) -> list[Borne]:
        shares = joint_liability.table.c
        query = select(shares.supervisor, shares.month, func.sum(shares.share)).where(
            shares.ledger == self._ledger,
            shares.status == "enforceable",
            shares.supervisor.is_not(None),
            *where,
        )
        found = self._connection.execute(query.group_by(shares.supervisor, shares.month))
        return [(row[0], row[1], int(row[2])) for row in found]

    def misdrawn(self) -> list[Borne]:
        """Whose summaries do not say what they bear, and what they do bear."""
        summaries = monthly.table.c
        query = select(summaries.employee, summaries.month, summaries.joint_liability).where(
            summaries.ledger == self._ledger, summaries.joint_liability != 0
        )
        said = {(row[0], row[1]): row[2] for row in self._connection.execute(query)}
        borne = {(supervisor, month): fen for supervisor, month, fen in self.borne()}
        keys = sorted(said.keys() | borne.keys())
        return [(*key, borne.get(key, 0)) for key in keys if said.get(key, 0) != borne.get(key, 0)]

    def forget(self, cells: Iterable[CellKey]) -> None:
        """Deletes the summaries and postings of cells."""
        keys = [(self._ledger, employee, month) for employee, month in cells]
        # not by the month: who knows nothing of a new table yet would walk all of the month each time
        theirs = "ledger = ? AND employee = ? AND month || '' = ?"
        summaries = [each.name for each in drawn_from("summary")]
        execute_all(self._connection, [(f"DELETE FROM {name} WHERE {theirs}", keys) for name in summaries])

    def finish(self, stand: tuple[int, str]) -> None:
        """The indices, and where the projections stand now: a position and the log's mark there."""
        connection = self._connection
        if self._lacks_indices:
            ddl.make_indices(connection, metadata)
        execute_all(connection, drawn_up_to(self._ledger, stand))


def _is_month(value: object) -> bool:
    try:
        parse_month(value)
    except ValueError:
        return False
    return True
