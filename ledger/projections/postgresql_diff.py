"""What stands in the projections on a server already, so that drawing them anew writes only what does not.

There others read meanwhile, and whatever is written is also logged, sent to replicas and cleaned up after: rows that
are as the log makes them are left alone.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final

import orjson
from sqlalchemy import Column, Connection, String, Table, func, select

from ledger.store.sql import cursor_of

Owner = tuple[str, ...]
"""Whose some rows are that are drawn at once: an employee, an appeal, or a site and month."""

Block = tuple[list[Owner], list[str]]
"""Rows of a projection: whose they are, and each as COPY reads it but for the ledger, with which it begins."""

CSV: Final = "FORMAT csv, NULL 'null', ESCAPE E'\\\\'"
"""As COPY reads the values of a JSON array."""


def block(table: Table, rows: Sequence[tuple[Any, ...]]) -> Block:
    """Rows packed; their values stand in the order of the table's columns after the ledger."""
    end = len(_owner(table))
    owners = sorted({row[:end] for row in rows})
    text = orjson.dumps(rows).decode()
    lines = text[2:-2].split("],[")
    if "\\" in text or len(lines) != len(rows):
        lines = list(map(_escaped, rows))
    return owners, lines


def _escaped(row: tuple[Any, ...]) -> str:
    """A row as COPY reads it, whatever is in its texts."""
    return ",".join(
        _quoted(value) if isinstance(value, str) else orjson.dumps(value).decode() for value in row
    )


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


class Standing:
    """The rows of a ledger that stand when drawing begins, in its transaction."""

    def __init__(self, connection: Connection, ledger: str, tables: Iterable[Table]) -> None:
        self._connection = connection
        self._ledger = ledger
        self._drawn: dict[Table, set[Owner]] = {}
        self._rows: Counter[Table] = Counter()
        for table in tables:
            own = select(table.c.ledger).where(table.c.ledger == ledger)
            if connection.execute(own.limit(1)).first() is not None:
                self._drawn[table] = set()
        self._set(enable_seqscan="off")  # they are found owner by owner, whatever is known of the tables

    def missing(self, table: Table, drawn: Block) -> list[str]:
        """What of a block does not stand; what stands of its owners and is not in it is deleted."""
        owners, lines = drawn
        if table not in self._drawn:
            return lines
        self._drawn[table].update(owners)
        self._rows[table] += len(lines)
        stood, values = _stood(table), self._values(table, owners)
        with cursor_of(self._connection, f"compare {table.name}") as cursor:
            cursor.execute(f"SELECT line FROM {stood}", values)
            standing = {row[0] for row in cursor.fetchall()}
            # with something escaped in it a line is not as it stands: such a row is always written again
            right = {line for line in lines if line in standing and "\\" not in line}
            gone = list(standing - right)
            if gone:
                places = f"SELECT place FROM {stood} WHERE line = ANY(%s)"
                cursor.execute(f"DELETE FROM {table.name} WHERE ctid = ANY(ARRAY({places}))", [*values, gone])
        return [line for line in lines if line not in right]

    def sweep(self) -> None:
        """Deletes what stands of owners of whom no block had a row, if there are more rows than were drawn."""
        self._set(enable_seqscan="DEFAULT", enable_nestloop="off")
        for table, owners in self._drawn.items():
            standing = select(func.count()).where(table.c.ledger == self._ledger)
            if self._connection.execute(standing).scalar() == self._rows[table]:
                continue
            known = f"SELECT FROM {_listed(table)} WHERE {_owned(table)}"
            with cursor_of(self._connection, f"sweep {table.name}") as cursor:
                statement = f"DELETE FROM {table.name} WHERE ledger = %s AND NOT EXISTS ({known})"
                cursor.execute(statement, [self._ledger, *self._values(table, owners)])
        self._set(enable_nestloop="DEFAULT")

    def _set(self, **settings: str) -> None:
        told = (f"SET LOCAL {name} TO {value}" for name, value in settings.items())
        self._connection.exec_driver_sql("; ".join(told))

    def _values(self, table: Table, owners: Iterable[Owner]) -> list[Any]:
        columns = [list(values) for values in zip(*owners, strict=True)]
        return [*(columns or [[] for _ in _owner(table)]), self._ledger]


# --- a projection in SQL ---------------------------------------------------------------------------------


def _owner(table: Table) -> list[str]:
    """The columns that tell an owner: those after the ledger with which the key begins."""
    keys = table.primary_key.columns
    return keys.keys()[1 : 3 if "site" in keys else 2]


def _listed(table: Table) -> str:
    """Owners, each column of them given as an array."""
    columns = _owner(table)
    arrays = ", ".join(["%s::text[]"] * len(columns))
    return f"unnest({arrays}) AS whose ({', '.join(f'of_{name}' for name in columns)})"


def _owned(table: Table) -> str:
    """That a row of the ledger is one of theirs."""
    return " AND ".join([*(f"{name} = of_{name}" for name in _owner(table)), "ledger = %s"])


def _stood(table: Table) -> str:
    """The rows of owners with their places, each as the values of a JSON array where nothing in it has to be escaped."""
    line = f"concat_ws(',', {', '.join(map(_json, list(table.c)[1:]))})"
    # with an offset it is asked for each owner: who plans a join may know nothing of the table yet
    rows = f"SELECT ctid AS place, {line} AS line FROM {table.name} WHERE {_owned(table)} OFFSET 0"
    return f"{_listed(table)}, LATERAL ({rows}) AS stood"


def _json(column: Column[Any]) -> str:
    if not isinstance(column.type, String):
        return f'"{column.name}"'
    quoted = f"""'"' || "{column.name}" || '"'"""
    return f"coalesce({quoted}, 'null')" if column.nullable else quoted
