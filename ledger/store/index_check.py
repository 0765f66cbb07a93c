"""Whether each index on a server knows every row, and under its own key: readers go by indexes, and what one lacks, or has
elsewhere, they are not given.

SQLite looks at that itself (`file_check`). Rows are counted along each index, and of small tables past all of them. The
keys of an index are held against the rows to which it leads: in their order, and all of them by a sum of digests that
nobody can foresee. A server that sorts texts otherwise than before does not find rows any more that are all there.
"""

import secrets
from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, Table, UniqueConstraint

from ledger.store import month_index
from ledger.store.month_index import NAME as BY_MONTH
from ledger.store.month_words import MONTH_IN_BYTES, month_in
from ledger.store.schema import events, metadata
from ledger.store.sql import is_sqlite

_ALWAYS: Final = {"bitmapscan": "off", "sort": "off", "incremental_sort": "off"}
_ALONG: Final = _ALWAYS | {"seqscan": "off", "indexscan": "on", "indexonlyscan": "on"}
_TO_ROWS: Final = _ALWAYS | {"seqscan": "off", "indexscan": "on", "indexonlyscan": "off"}
_PAST: Final = _ALWAYS | {"seqscan": "on", "indexscan": "off", "indexonlyscan": "off"}
"""Ways of reading a table, as the server's planner calls them: along an index, from it to its rows, and past all of them."""


def lacking(connection: Connection, ledger: str) -> Iterator[str]:
    """What is said of each index that lacks rows of a ledger, or leads to some from elsewhere than where they are looked
    for; the settings of the transaction are as they were."""
    if is_sqlite(connection):
        return
    try:
        for table in metadata.sorted_tables:
            found = {name: _walked(connection, table, ledger, name, key) for name, key in _keys(table)}
            most = max(rows for rows, _ in found.values())
            if table is not events:  # whose states are large, and whose gaps are found by position
                most = max(most, _counted(connection, table, ledger, _PAST))
            for name, (rows, is_right) in found.items():
                if rows < most:
                    yield f"{most - rows} rows missing from index {name}"
                elif not is_right:
                    yield f"rows under the keys of others in index {name}"
    finally:
        _set(connection, dict.fromkeys(_ALONG, "DEFAULT"))


def _set(connection: Connection, ways: dict[str, str]) -> None:
    connection.exec_driver_sql("; ".join(f"SET LOCAL enable_{way} = {value}" for way, value in ways.items()))


def _walked(
    connection: Connection, table: Table, ledger: str, index: str, key: tuple[str, ...]
) -> tuple[int, bool]:
    """How many rows of a ledger an index leads to, and whether each stands where it belongs.

    By the other two indexes of the events `verify` reads them all.
    """
    if table is not events:
        return _in_order(connection, table, ledger, key)
    rows = _counted(connection, table, ledger, _ALONG, _order(key))
    is_read = index != BY_MONTH or not month_index.is_there(connection)
    return rows, is_read or _finds_months(connection, ledger)


def _counted(connection: Connection, table: Table, ledger: str, ways: dict[str, str], order: str = "") -> int:
    """The rows of a ledger, along an order that one index has alone."""
    _set(connection, ways)
    walked = f"SELECT 1 FROM {table.name} WHERE ledger = %s{order} OFFSET 0"
    counted = connection.exec_driver_sql(f"SELECT count(*) FROM ({walked}) AS walked", (ledger,))
    return int(counted.scalar_one())


def _finds_months(connection: Connection, ledger: str) -> bool:
    """Whether by month and kind of a stream those events are found of which the stored bytes say so."""
    _set(connection, _ALONG)
    rows = f"sum(hashint8extended(position, {secrets.randbits(63)})) AS rows"
    said = f"SELECT stream, {MONTH_IN_BYTES} AS month, kind, {rows} FROM events WHERE ledger = %s GROUP BY 1, 2, 3"
    of_one = f"stream = said.stream AND {month_in('postgresql')} = said.month AND kind = said.kind"
    found = f"SELECT {rows} FROM events WHERE ledger = %s AND {of_one} OFFSET 0"
    asked = f"SELECT count(*) FROM ({said}) AS said, LATERAL ({found}) AS found"
    differing = f"{asked} WHERE found.rows IS DISTINCT FROM said.rows"
    return not connection.exec_driver_sql(differing, (ledger, ledger)).scalar_one()


def _in_order(connection: Connection, table: Table, ledger: str, key: tuple[str, ...]) -> tuple[int, bool]:
    """How many rows stand along an index, and whether in order and all together what it has as their keys."""
    entry, seed = f"ROW({', '.join(key)}) AS entry", secrets.randbits(63)
    walked = f"SELECT {entry} FROM {table.name} WHERE ledger = %s{_order(key)} OFFSET 0"
    compared = f"SELECT entry, entry < lag(entry) OVER () AS is_behind FROM ({walked}) AS walked"
    digests = f"sum(hashtextextended(CAST(seen.entry AS text), {seed}))"
    asked = f"SELECT count(*), count(*) FILTER (WHERE is_behind), {digests} FROM ({compared}) AS seen"
    _set(connection, _TO_ROWS)
    rows, behind, told = connection.exec_driver_sql(asked, (ledger,)).one()
    _set(connection, _ALONG)
    keys = connection.exec_driver_sql(f"SELECT {digests} FROM ({walked}) AS seen", (ledger,)).scalar_one()
    return rows, not behind and told == keys


def _keys(table: Table) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each index by its name, or its table's, and what it is sorted by."""
    yield table.name, tuple(column.name for column in table.primary_key.columns)
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield str(constraint.name), tuple(column.name for column in constraint.columns)
    for index in table.indexes:
        if index.name == BY_MONTH:
            yield BY_MONTH, ("ledger", "stream", month_in("postgresql"), "kind")
        else:
            yield str(index.name), tuple(column.name for column in index.columns)


def _order(key: tuple[str, ...]) -> str:
    return f" ORDER BY {', '.join(key)}"
