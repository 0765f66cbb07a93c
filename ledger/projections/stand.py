"""Where the projections of a ledger stand: at which position they are drawn, and in which layout."""

from functools import cache
from typing import Final
from zlib import crc32

from sqlalchemy import Connection, select

from ledger.projections.schema import LAYOUT, columns, drawn, indices, metadata
from ledger.projections.tables import PROJECTIONS
from ledger.store.sql import Statement, fetch_all, placeholders

OF_COLUMNS: Final = 10**9
"""A stored layout is LAYOUT times this and, below it, a digest of the tables' columns and indices."""


@cache
def layout() -> int:
    """The layout of this version: tables, columns and indices that come or go change it by themselves."""
    tables = [each.table for each in PROJECTIONS]
    described = ";".join(f"{each.name}({columns(each)})({indices(each)})" for each in tables)
    return LAYOUT * OF_COLUMNS + crc32(described.encode()) % OF_COLUMNS


def drawn_at(connection: Connection, ledger: str) -> tuple[int, str] | None:
    """The position and the mark of the log the projections are drawn at; None where they are not, or in another layout."""
    rows = fetch_all(connection, "SELECT layout, position, mark FROM sheets_drawn WHERE ledger = ?", ledger)
    return (rows[0][1], rows[0][2]) if rows and rows[0][0] == layout() else None


def drawn_up_to(ledger: str, stand: tuple[int, str]) -> list[Statement]:
    """What says where the projections of a ledger stand from now on: a position and the log's mark there."""
    inserted = f"INSERT INTO {drawn.name} ({columns(drawn)}) VALUES ({placeholders(len(drawn.c))})"
    return [
        (f"DELETE FROM {drawn.name} WHERE ledger = ?", [(ledger,)]),
        (inserted, [(ledger, layout(), *stand)]),
    ]


def of_another_layout(connection: Connection) -> bool:
    """Whether the tables are not as this version of kaoji makes them; that none was drawn tells nothing.

    All of them are there; one that lacks a column is none of this version's, whatever it says of itself.
    """
    for table in metadata.sorted_tables:
        found = connection.exec_driver_sql(f"SELECT * FROM {table.name} LIMIT 0").keys()
        if not set(table.c.keys()) <= set(found):
            return True
    layouts = set(connection.execute(select(drawn.c.layout)).scalars())
    return bool(layouts) and layout() not in layouts
