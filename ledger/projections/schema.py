"""What all sheets share: their tables' home, and the row that says at which position they are drawn.

A sheet's primary key begins with what is rewritten at once (a cell, a close). A sheet with further indices keeps its
rowids on SQLite: without them it walks the primary key rather than use such an index.
"""

from typing import Any, Final

from sqlalchemy import BigInteger, Column, MetaData, String, Table

from ledger.store.sql import Statement, placeholders

LAYOUT: Final = 4
"""The version of the sheets; sheets of another layout are drawn anew."""

Row = dict[str, Any]

metadata = MetaData()

drawn = Table(
    "sheets_drawn",
    metadata,
    Column("ledger", String(64), primary_key=True),
    Column("layout", BigInteger, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("mark", String(64), nullable=False),
)


def key(name: str, length: int = 64) -> Column[Any]:
    """A text column of a sheet's primary key."""
    return Column(name, String(length), primary_key=True)


def text(name: str, length: int = 64) -> Column[Any]:
    """A text column that may be empty."""
    return Column(name, String(length))


def number(name: str) -> Column[Any]:
    """A whole number: points, fen, a position, or 0 and 1 for no and yes."""
    return Column(name, BigInteger, nullable=False)


def columns(table: Table) -> str:
    """A sheet's columns in their order, as a statement names them."""
    return ", ".join(f'"{column.name}"' for column in table.c)


def drawn_up_to(ledger: str, stand: tuple[int, str]) -> list[Statement]:
    """What says where the sheets of a ledger stand from now on: a position and the log's mark there."""
    inserted = f"INSERT INTO {drawn.name} ({columns(drawn)}) VALUES ({placeholders(len(drawn.c))})"
    return [
        (f"DELETE FROM {drawn.name} WHERE ledger = ?", [(ledger,)]),
        (inserted, [(ledger, LAYOUT, *stand)]),
    ]
