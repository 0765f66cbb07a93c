"""The index of streams by month and kind: which events of somebody's are of which month, as the stored bytes say it.

It is the database's own: it is no registry, and nothing has to be written, rebuilt or believed. Without it, as where an
earlier kaoji made the tables and nobody has written since, the same questions take longer.
"""

from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Index, String, Table, text
from sqlalchemy.ext.compiler import compiles

from ledger.store.month_words import month_in
from ledger.store.sql import is_sqlite

NAME: Final = "events_by_month"


class _MonthOf(ColumnElement[str]):
    """The month that an event names, in the words of either database; empty where it names none."""

    inherit_cache = True
    type = String()


@compiles(_MonthOf)
def _said(element: _MonthOf, compiler: Any, **_: object) -> str:
    return month_in(compiler.dialect.name)


def month_index() -> Index:
    """The index, for the table of events."""
    return Index(NAME, "ledger", "stream", _MonthOf(), "kind")


def of(events: Table) -> Index:
    """The index as the table of events has it."""
    return next(index for index in events.indexes if index.name == NAME)


def is_there(connection: Connection) -> bool:
    """Whether the database has the index."""
    asked = "SELECT 1 FROM sqlite_master WHERE type = 'index' AND name = :name"
    if not is_sqlite(connection):
        asked = "SELECT 1 FROM pg_class WHERE oid = to_regclass(:name) AND relkind IN ('i', 'I')"
    return connection.execute(text(asked), {"name": NAME}).first() is not None
