"""Whether each index on a server knows every row: readers go by indexes, and what one lacks they are not given.

SQLite looks at that itself (`file_check`). Rows are counted along each index, and of small tables past all of them.
"""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, Table, UniqueConstraint

from ledger.store.month_index import NAME as BY_MONTH
from ledger.store.month_words import month_in
from ledger.store.schema import events, metadata
from ledger.store.sql import is_sqlite

_ALONG: Final = {"seqscan": "off", "indexscan": "on", "indexonlyscan": "on"}
_PAST: Final = {"seqscan": "on", "indexscan": "off", "indexonlyscan": "off"}
_ALWAYS: Final = {"bitmapscan": "off", "sort": "off", "incremental_sort": "off"}
"""Ways of reading a table, as the server's planner calls them."""


def lacking(connection: Connection, ledger: str) -> Iterator[str]:
    """What is said of each index that lacks rows of a ledger; the settings of the transaction are as they were."""
    if is_sqlite(connection):
        return
    try:
        for table in metadata.sorted_tables:
            _set(connection, _ALWAYS | _ALONG)
            found = {name: _counted(connection, table, ledger, order) for name, order in _orders(table)}
            most = max(found.values())
            if table is not events:  # whose states are large, and whose gaps are found by position
                _set(connection, _PAST)
                most = max(most, _counted(connection, table, ledger, ""))
            yield from (
                f"{most - rows} rows missing from index {name}" for name, rows in found.items() if rows < most
            )
    finally:
        _set(connection, dict.fromkeys(_ALWAYS | _ALONG, "DEFAULT"))


def _set(connection: Connection, ways: dict[str, str]) -> None:
    connection.exec_driver_sql("; ".join(f"SET LOCAL enable_{way} = {value}" for way, value in ways.items()))


def _counted(connection: Connection, table: Table, ledger: str, order: str) -> int:
    """The rows of a ledger, along an order that one index has alone."""
    walked = f"SELECT 1 FROM {table.name} WHERE ledger = %s{order} OFFSET 0"
    counted = connection.exec_driver_sql(f"SELECT count(*) FROM ({walked}) AS walked", (ledger,))
    return int(counted.scalar_one())


def _orders(table: Table) -> Iterator[tuple[str, str]]:
    """Each index by its name, or its table's, and the order it has."""
    yield table.name, _order(column.name for column in table.primary_key.columns)
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield str(constraint.name), _order(column.name for column in constraint.columns)
    for index in table.indexes:
        if index.name == BY_MONTH:
            yield BY_MONTH, _order(("ledger", "stream", month_in("postgresql"), "kind"))
        else:
            yield str(index.name), _order(column.name for column in index.columns)


def _order(columns: Iterator[str] | tuple[str, ...]) -> str:
    return f" ORDER BY {', '.join(columns)}"
