"""Whether each index on a server knows every row, and under its own key: readers go by indexes, and what one lacks, or has
elsewhere, they are not given.

SQLite looks at that itself (`file_check`). Rows are counted along each index, and of small tables past all of them. The
keys of an index are held against the rows to which it leads: in their order, and all of them by a sum of digests that
nobody can foresee. A server that sorts texts otherwise than before does not find rows any more that are all there.

All of it is asked in one exchange.
"""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Table, UniqueConstraint

from ledger.store import month_index
from ledger.store.month_index import NAME as BY_MONTH
from ledger.store.month_words import MONTH_IN_BYTES, month_in
from ledger.store.schema import events, metadata
from ledger.store.sql import Question, fetch_each, is_sqlite, together

_Ways = Mapping[str, str | None]

_ALWAYS: Final = {
    "enable_bitmapscan": "off",
    "enable_sort": "off",
    "enable_incremental_sort": "off",
    "jit": "off",
}
"""What a plan costs is no measure where ways are shut: nothing is compiled for it."""
_ALONG: Final = _ALWAYS | {"enable_seqscan": "off", "enable_indexscan": "on", "enable_indexonlyscan": "on"}
_TO_ROWS: Final = _ALONG | {"enable_indexonlyscan": "off"}
_PAST: Final = _ALWAYS | {"enable_seqscan": "on", "enable_indexscan": "off", "enable_indexonlyscan": "off"}
"""Ways of reading a table, as the server's planner calls them: along an index, from it to its rows, and past all of them."""
_AS_BEFORE: Final = dict.fromkeys(_ALONG)


class _Index(NamedTuple):
    """An index by its name, or its table's, and what it is sorted by."""

    table: Table
    name: str
    key: tuple[str, ...]


def lacking(connection: Connection, ledger: str) -> Iterator[str]:
    """What is said of each index that lacks rows of a ledger, or leads to some from elsewhere than where they are looked
    for; the settings of the transaction are as they were.
    """
    if is_sqlite(connection):
        return
    has_months = month_index.is_there(connection)
    indexes = [index for table in metadata.sorted_tables for index in _indexes(table)]
    indexes = [index for index in indexes if index.name != BY_MONTH or has_months]
    most, rows, wrong = _looked_at(connection, ledger, indexes)
    for index in indexes:
        if rows[index] < most[index.table]:
            yield f"{most[index.table] - rows[index]} rows missing from index {index.name}"
        elif index in wrong:
            yield f"rows under the keys of others in index {index.name}"


def _looked_at(
    connection: Connection, ledger: str, indexes: Sequence[_Index]
) -> tuple[dict[Table, int], dict[_Index, int], set[_Index]]:
    """How many rows there are of each table, and along each index; and the indexes that lead to rows from elsewhere.

    Events are not read past their indexes: their states are large, and their gaps are found by position. By two of
    these indexes `verify` reads them all.
    """
    seed = secrets.randbits(63)
    tables = [table for table in metadata.sorted_tables if table is not events]
    of_events = [index for index in indexes if index.table is events]
    others = [index for index in indexes if index.table is not events]
    by_month = [index for index in of_events if index.name == BY_MONTH]
    months_asked = [(_ALONG, [_not_by_month(ledger, seed)]) for _ in by_month]
    past, to_rows, keys, along, *months = _answers(
        connection,
        (_PAST, [_counted(table, ledger) for table in tables]),
        (_TO_ROWS, [_in_order(index, ledger, seed) for index in others]),
        (_ALONG, [_keys(index, ledger, seed) for index in others]),
        (_ALONG, [_counted(events, ledger, _order(index.key)) for index in of_events]),
        *months_asked,
    )
    rows = {index: found[0] for index, found in zip([*others, *of_events], [*to_rows, *along], strict=True)}
    most = {
        table: max(count for index, count in rows.items() if index.table is table)
        for table in metadata.sorted_tables
    }
    for table, (count,) in zip(tables, past, strict=True):
        most[table] = max(most[table], count)
    wrong = {index for index, ((not_found,),) in zip(by_month, months, strict=True) if not_found}
    for index, (_, behind, digests), (of_keys,) in zip(others, to_rows, keys, strict=True):
        if behind or digests != of_keys:
            wrong.add(index)
    return most, rows, wrong


def _answers(connection: Connection, *asked: tuple[_Ways, Sequence[Question]]) -> list[list[Any]]:
    """The one row that answers each question; those in a line are asked in the same way, all of them in one exchange."""
    said = [(_set(ways), together(questions)) for ways, questions in asked]
    found = fetch_each(connection, [*chain(*said), _set(_AS_BEFORE)])
    return [[row[1:] for row in sorted(rows, key=itemgetter(0))] for rows in found[1::2]]


def _set(ways: _Ways) -> Question:
    """What sets ways to the end of the transaction, or as they were before (None)."""
    values = (
        f"pg_catalog.set_config('{way}', {'NULL' if value is None else repr(value)}, true)"
        for way, value in ways.items()
    )
    return f"SELECT {', '.join(values)}", ()


def _counted(table: Table, ledger: str, order: str = "") -> Question:
    """The rows of a ledger, along an order that one index has alone."""
    walked = f"SELECT 1 FROM {table.name} WHERE ledger = ?{order} OFFSET 0"
    return f"SELECT count(*) FROM ({walked}) AS walked", (ledger,)


def _in_order(index: _Index, ledger: str, seed: int) -> Question:
    """How many rows stand along an index, how many of them out of order, and the sum of their keys' digests."""
    compared = f"SELECT entry, entry < lag(entry) OVER () AS is_behind FROM ({_entries(index)}) AS walked"
    counts = "count(*), count(*) FILTER (WHERE is_behind)"
    return f"SELECT {counts}, {_DIGESTS} FROM ({compared}) AS seen", (seed, ledger)


def _keys(index: _Index, ledger: str, seed: int) -> Question:
    """The sum of the digests of what an index has as the keys."""
    return f"SELECT {_DIGESTS} FROM ({_entries(index)}) AS seen", (seed, ledger)


_DIGESTS: Final = "sum(hashtextextended(CAST(seen.entry AS text), ?))"


def _entries(index: _Index) -> str:
    walked = f"SELECT ROW({', '.join(index.key)}) AS entry FROM {index.table.name}"
    return f"{walked} WHERE ledger = ?{_order(index.key)} OFFSET 0"


def _not_by_month(ledger: str, seed: int) -> Question:
    """Of how many months and kinds of a stream the index finds other events than those whose stored bytes say so."""
    rows = "sum(hashint8extended(position, ?)) AS rows"
    said = f"SELECT stream, {MONTH_IN_BYTES} AS month, kind, {rows} FROM events WHERE ledger = ? GROUP BY 1, 2, 3"
    of_one = f"stream = said.stream AND {month_in('postgresql')} = said.month AND kind = said.kind"
    found = f"SELECT {rows} FROM events WHERE ledger = ? AND {of_one} OFFSET 0"
    asked = f"SELECT count(*) FROM ({said}) AS said, LATERAL ({found}) AS found"
    return f"{asked} WHERE found.rows IS DISTINCT FROM said.rows", (seed, ledger, seed, ledger)


def _indexes(table: Table) -> Iterator[_Index]:
    yield _Index(table, table.name, tuple(column.name for column in table.primary_key.columns))
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield _Index(table, str(constraint.name), tuple(column.name for column in constraint.columns))
    for index in table.indexes:
        if index.name == BY_MONTH:
            yield _Index(table, BY_MONTH, ("ledger", "stream", month_in("postgresql"), "kind"))
        else:
            yield _Index(table, str(index.name), tuple(column.name for column in index.columns))


def _order(key: tuple[str, ...]) -> str:
    return f" ORDER BY {', '.join(key)}"
