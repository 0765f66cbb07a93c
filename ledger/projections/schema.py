"""What all projections share: their tables' home, their columns, and the row that says at which position they are drawn.

A projection's primary key begins with what is rewritten at once (a cell, a close). One with further indices keeps its
rowids on SQLite: without them it walks the primary key rather than use such an index.
"""

from typing import Any, Final

from sqlalchemy import BigInteger, Column, Index, MetaData, String, Table
from sqlalchemy import text as sql

LAYOUT: Final = 5
"""Raised where a column comes to say something else; which tables and columns there are is seen by itself (`stand.py`)."""

Row = dict[str, Any]

_OPEN: Final = "_open"

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
    """A text column of a projection's primary key."""
    return Column(name, String(length), primary_key=True)


def text(name: str, length: int = 64) -> Column[Any]:
    """A text column that may be empty."""
    return Column(name, String(length))


def number(name: str) -> Column[Any]:
    """A whole number: points, fen, a position, or 0 and 1 for no and yes."""
    return Column(name, BigInteger, nullable=False)


def optional_number(name: str) -> Column[Any]:
    """A whole number that may be missing."""
    return Column(name, BigInteger)


def open_rows(table: str, condition: str) -> Index:
    """An index of a site's rows of this condition alone; whoever asks in the same words is answered by it."""
    where = sql(condition)
    return Index(f"{table}{_OPEN}", "ledger", "site", sqlite_where=where, postgresql_where=where)


def open_index(table: Table) -> str:
    """The name of a projection's index of `open_rows`."""
    return f"{table.name}{_OPEN}"


def indices(table: Table) -> str:
    """A projection's indices, each with its columns and its condition."""
    found = sorted(table.indexes, key=lambda index: str(index.name))
    return ", ".join(
        f"{index.name}({', '.join(index.columns.keys())}) {index.dialect_options['sqlite']['where']}"
        for index in found
    )


def columns(table: Table) -> str:
    """A projection's columns in their order, as a statement names them."""
    return ", ".join(f'"{column.name}"' for column in table.c)
