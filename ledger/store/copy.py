"""Copying a whole ledger, row by row in one snapshot, between databases of either kind; bytes stay as they are."""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Connection, Table, select

from ledger.errors import StoreError
from ledger.store import guards
from ledger.store.bulk import insert_rows
from ledger.store.log import Log
from ledger.store.schema import heads, metadata
from ledger.store.transactions import reading, writing

_BATCH: Final = 5_000


def copy_log(source: Log, target: Log) -> int:
    """Copies a log to where there is none of its id yet; returns its last position. StoreError `ledger_exists`.

    Others may go on recording in the source: what is copied is what stood when the copying began.
    """
    if target.exists():
        raise StoreError("ledger_exists", url=target.shown_url())
    target.lay_out()
    with (
        source.usable(),
        reading(source.engine) as old,
        target.usable(),
        writing(target.engine, "create") as new,
    ):
        for table in (heads, *(each for each in metadata.sorted_tables if each is not heads)):
            names = tuple(column.name for column in table.columns)
            for rows in _rows(old, table, source.ledger, target.ledger):
                insert_rows(new, table, names, rows)
        guards.install(new)
    return target.position()


def _rows(connection: Connection, table: Table, ledger: str, renamed: str) -> Iterator[list[tuple[Any, ...]]]:
    """A table's rows of a ledger in the order of its key, under the id it has where they go."""
    query = select(table).where(table.c.ledger == ledger).order_by(*table.primary_key.columns)
    result = connection.execution_options(yield_per=_BATCH).execute(query)
    for rows in result.partitions(_BATCH):
        yield [(renamed, *tuple(row)[1:]) for row in rows]
