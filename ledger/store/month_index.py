"""The index of streams by month and kind: which events of somebody's are of which month, as the stored bytes say it.

It is the database's own: it is no registry, and nothing has to be written, rebuilt or believed. Without it, as where an
earlier kaoji made the tables and nobody has written since, the same questions take longer.
"""

from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Index, String, Table, text
from sqlalchemy.ext.compiler import compiles

from ledger.store.sql import is_sqlite

NAME: Final = "events_by_month"

_BEFORE: Final = '"month":"'
"""What stands before the month of an event; in no text, where every quote is escaped."""
_BYTES: Final = _BEFORE.encode()
_MONTH: Final = {
    "sqlite": (
        f"(CASE WHEN instr(state, X'{_BYTES.hex()}') > 0"
        f" THEN CAST(substr(state, instr(state, X'{_BYTES.hex()}') + {len(_BEFORE)}, 7) AS TEXT) ELSE '' END)"
    ),
    "postgresql": (
        f"""(coalesce("substring"(encode(state, 'escape'), '{_BEFORE}([0-9]{{4}}-[0-9]{{2}})"'), ''))"""
    ),
}


class _MonthOf(ColumnElement[str]):
    """The month that an event names, in the words of either database; empty where it names none."""

    inherit_cache = True
    type = String()


@compiles(_MonthOf)
def _said(element: _MonthOf, compiler: Any, **_: object) -> str:
    return _MONTH[compiler.dialect.name]


def month_index() -> Index:
    """The index, for the table of events."""
    return Index(NAME, "ledger", "stream", _MonthOf(), "kind")


def of(events: Table) -> Index:
    """The index as the table of events has it."""
    return next(index for index in events.indexes if index.name == NAME)


def month_in(dialect: str) -> str:
    """The words for the month of an event, as the index has them: only so does a database find it there."""
    return _MONTH[dialect]


def stands_in(dialect: str) -> str:
    """The words for whether some bytes stand in those of an event."""
    return "instr(state, ?) > 0" if dialect == "sqlite" else "position(CAST(? AS bytea) IN state) > 0"


def month_of_bytes(state: bytes) -> str:
    """The same of an event's stored bytes, which have been verified."""
    at = state.find(_BYTES)
    return "" if at < 0 else state[at + len(_BYTES) : at + len(_BYTES) + 7].decode()


def is_there(connection: Connection) -> bool:
    """Whether the database has the index."""
    asked = "SELECT 1 FROM sqlite_master WHERE type = 'index' AND name = :name"
    if not is_sqlite(connection):
        asked = "SELECT 1 FROM pg_class WHERE oid = to_regclass(:name) AND relkind IN ('i', 'I')"
    return connection.execute(text(asked), {"name": NAME}).first() is not None
