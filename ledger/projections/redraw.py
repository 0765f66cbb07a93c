"""Draws sheets anew and in bulk: rows by the thousand through the driver, indices last.

With `refresh` the only writer of sheets. Rows come in batches, which other processes may have made. On a server,
where others read meanwhile and every row written is logged, sent on and cleaned up after, only rows are written that
do not stand there already.
"""

from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any, Final

import orjson
from sqlalchemy import Column, Connection, Index, String, Table, delete, func, insert, select

from ledger.projections import appeals, joint_liability, monthly, payroll, public_list, register
from ledger.projections.sheet import LAYOUT, Row, drawn, metadata

CellKey = tuple[str, str]
"""(employee, month)"""

Borne = tuple[str, str, int]
"""(supervisor, month, what the supervisor bears in fen)"""


def _json(column: Column[Any]) -> str:
    quoted = f"""'"' || "{column.name}" || '"'"""
    if not isinstance(column.type, String):
        return f'"{column.name}"'
    return f"coalesce({quoted}, 'null')" if column.nullable else quoted


SHEETS: Final[dict[str, Table]] = {
    str(table.name): table
    for table in (
        appeals.table,
        joint_liability.table,
        monthly.table,
        payroll.head,
        payroll.lines,
        payroll.run,
        public_list.table,
        register.table,
    )
}
_VALUES: Final = {
    name: itemgetter(*(column.name for column in table.c if column.name != "ledger"))
    for name, table in SHEETS.items()
}
_OWNERS: Final = {
    name: table.primary_key.columns.keys()[1 : 3 if "site" in table.primary_key.columns else 2]
    for name, table in SHEETS.items()
}
"""Whose the rows of a sheet are that are drawn at once: the columns after the ledger in which its key begins."""
_CSV: Final = "FORMAT csv, NULL 'null', ESCAPE E'\\\\'"
"""As COPY reads the values of a JSON array."""
_LINES: Final = {name: f"concat_ws(',', {', '.join(map(_json, table.c))})" for name, table in SHEETS.items()}
"""A row as the values of a JSON array, in SQL, where nothing in it has to be escaped."""
_CACHE_KIB: Final = 64 * 1024
_CACHE_USUAL_KIB: Final = 2_000


# --- batches ----------------------------------------------------------------------------------------


Block = tuple[list[str], list[str]]
"""Rows for a server: whose they are, and the rows as COPY reads them: one by one, or all in one text."""

Packed = tuple[int, dict[str, Any]]
"""From how many events a batch was drawn, and its rows by sheet: tuples for SQLite, a `Block` for PostgreSQL."""


class Batch:
    """Rows of several sheets; `events` is how many they were drawn from."""

    def __init__(self, ledger: str) -> None:
        self.events = 0
        self._ledger = (ledger,)
        self._rows: dict[str, list[Row]] = {name: [] for name in SHEETS}

    def of(self, table: Table) -> list[Row]:
        """The rows of a sheet, to which more are added."""
        return self._rows[str(table.name)]

    def packed(self, dialect: str) -> Packed:
        """The batch as `load` takes it, for sheets of a dialect."""
        ledger = self._ledger
        packed: dict[str, Any] = {}
        for name, rows in self._rows.items():
            values = _VALUES[name]
            tuples = [ledger + values(row) for row in rows]
            if tuples:
                packed[name] = tuples if dialect == "sqlite" else _block(tuples, len(_OWNERS[name]))
        return self.events, packed


def _block(rows: list[tuple[Any, ...]], owners: int) -> Block:
    whose = sorted({"/".join(row[1 : 1 + owners]) for row in rows})
    text = orjson.dumps(rows).decode()
    lines = text[2:-2].split("],[")
    if "\\" not in text and len(lines) == len(rows):
        return whose, lines
    return whose, ["\n".join(map(_line, rows))]


def _line(row: tuple[Any, ...]) -> str:
    """A row as COPY reads it, whatever is in its texts; it may be several lines."""
    return ",".join(
        [_quoted(value) if isinstance(value, str) else orjson.dumps(value).decode() for value in row]
    )


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


# --- writing ----------------------------------------------------------------------------------------


def of_another_layout(connection: Connection) -> bool:
    """Whether the tables are as another version of kaoji made them; that none was drawn tells nothing."""
    layouts = set(connection.execute(select(drawn.c.layout)).scalars())
    return bool(layouts) and LAYOUT not in layouts


def _columns(table: Table) -> str:
    return ", ".join(f'"{column.name}"' for column in table.c)


def _owner(table: Table) -> str:
    return " || '/' || ".join(_OWNERS[table.name])


class Redrawing:
    """An open transaction in which a ledger's sheets are drawn anew."""

    def __init__(self, connection: Connection, ledger: str) -> None:
        self._connection = connection
        self._ledger = ledger
        self._indices_left: list[Index] = []
        self._standing: dict[str, set[str]] = {}

    def begin(self) -> None:
        """Empties the sheets. Where no other ledger's are in the tables, these are made anew, at first without indices.

        On a server they are made anew for another layout only: others may be drawing, and rights would go with the
        tables. Else what stands there is compared with what is loaded, until `sweep`.
        """
        connection = self._connection
        self._keep_pages(_CACHE_KIB)
        metadata.create_all(connection)
        if connection.dialect.name == "postgresql" and not of_another_layout(connection):
            for name, table in SHEETS.items():
                if (
                    connection.execute(
                        select(table.c.ledger).where(table.c.ledger == self._ledger).limit(1)
                    ).first()
                    is not None
                ):
                    self._standing[name] = set()
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # whatever is known of the tables
            return
        others = select(drawn.c.ledger).where(drawn.c.ledger != self._ledger, drawn.c.layout == LAYOUT)
        if connection.execute(others.limit(1)).first() is not None:
            for table in metadata.sorted_tables:
                connection.execute(delete(table).where(table.c.ledger == self._ledger))
            return
        metadata.drop_all(connection)
        metadata.create_all(connection)
        self._indices_left = [index for table in SHEETS.values() for index in table.indexes]
        for index in self._indices_left:
            index.drop(connection)

    def clear_month(self, month: str, sites: Sequence[str]) -> set[str]:
        """Empties a month of some sites; returns who bore a share of it."""
        bearers: set[str] = set()
        for site in sites:
            bearers |= self.bearers(month, site)
            for table in SHEETS.values():
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
        events, sheets = packed
        for name, rows in sheets.items():
            self._load(SHEETS[name], rows)
        return events

    def _load(self, table: Table, rows: Any) -> None:
        columns = _columns(table)
        cursor = self._connection.connection.cursor()
        if self._connection.dialect.name == "sqlite":
            marks = ", ".join("?" * len(table.c))
            cursor.executemany(f"INSERT INTO {table.name} ({columns}) VALUES ({marks})", rows)
        else:
            lines = self._not_standing(cursor, table, rows)
            if lines:
                with cursor.copy(f"COPY {table.name} ({columns}) FROM STDIN ({_CSV})") as copy:
                    copy.write("\n".join(lines))
        cursor.close()

    def _not_standing(self, cursor: Any, table: Table, block: Block) -> list[str]:
        """What has yet to be written; what stands of those whose rows they are, and is none of them, is deleted."""
        whose, lines = block
        if table.name not in self._standing:
            return lines
        self._standing[table.name].update(whose)
        line, theirs = _LINES[table.name], f"ledger = %s AND {_owner(table)} = ANY(%s)"
        values: tuple[Any, ...] = (self._ledger, whose)
        if _OWNERS[table.name][0] == "site":
            theirs += " AND site = ANY(%s)"  # for the index
            values += ([each.partition("/")[0] for each in whose],)
        cursor.execute(f"SELECT {line} FROM {table.name} WHERE {theirs}", values)
        standing = {row[0] for row in cursor.fetchall()}
        gone = list(standing.difference(lines))
        if gone:
            cursor.execute(f"DELETE FROM {table.name} WHERE {theirs} AND {line} = ANY(%s)", (*values, gone))
        return [each for each in lines if each not in standing]

    def sweep(self) -> None:
        """Everything is loaded: what stands beside it is deleted."""
        if self._connection.dialect.name != "postgresql":
            return
        cursor = self._connection.connection.cursor()
        cursor.execute("SET LOCAL enable_seqscan TO DEFAULT")
        for name, whose in self._standing.items():
            known = (
                f"SELECT FROM unnest(%s::text[]) AS whose (name) WHERE whose.name = {_owner(SHEETS[name])}"
            )
            statement = f"DELETE FROM {name} WHERE ledger = %s AND NOT EXISTS ({known})"
            cursor.execute(statement, (self._ledger, list(whose)))
        cursor.close()
        self._standing = {}

    def borne(self, month: str | None = None) -> list[Borne]:
        """What everybody bears for others, sorted by who bears it and month."""
        shares = joint_liability.table.c
        query = select(shares.supervisor, shares.month, func.sum(shares.share)).where(
            shares.ledger == self._ledger, shares.status == "enforceable"
        )
        if month is not None:
            query = query.where(shares.month == month)
        found = self._connection.execute(query.group_by(shares.supervisor, shares.month))
        return sorted((row[0], row[1], int(row[2])) for row in found)

    def forget(self, cells: Iterable[CellKey]) -> None:
        """Deletes the summaries and postings of cells."""
        keys = [(self._ledger, employee, month) for employee, month in cells]
        mark = "?" if self._connection.dialect.name == "sqlite" else "%s"
        cursor = self._connection.connection.cursor()
        for table in (monthly.table, public_list.table):
            cursor.executemany(
                f"DELETE FROM {table.name} WHERE ledger = {mark} AND employee = {mark} AND month = {mark}",
                keys,
            )
        cursor.close()

    def finish(self, stand: tuple[int, str]) -> None:
        """The indices, and where the sheets stand now: a position and the log's mark there."""
        connection = self._connection
        for index in self._indices_left:
            index.create(connection)
        connection.execute(delete(drawn).where(drawn.c.ledger == self._ledger))
        values = {"ledger": self._ledger, "layout": LAYOUT, "position": stand[0], "mark": stand[1]}
        connection.execute(insert(drawn).values(values))
        self._keep_pages(_CACHE_USUAL_KIB)

    def _keep_pages(self, kib: int) -> None:
        if self._connection.dialect.name == "sqlite":
            self._connection.exec_driver_sql(f"PRAGMA cache_size = -{kib}")
