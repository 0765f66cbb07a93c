"""Tables made and dropped, in statements that SQLAlchemy words once in a process: that takes longer than making them."""

from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import inspect
from sqlalchemy.schema import CreateIndex, CreateTable, DropTable

if TYPE_CHECKING:
    from sqlalchemy import Connection, MetaData, Table


class _Words(NamedTuple):
    """The statement that makes a table, those that make its indices, and the one that drops it."""

    table: str
    indices: tuple[str, ...]
    drop: str


_WORDED: Final[dict[tuple["Table", str], _Words]] = {}


def make(connection: "Connection", made: "MetaData", with_indices: bool = True) -> None:
    """Makes the tables that are not there, each with its indices unless `make_indices` does that later."""
    inspected = inspect(connection)
    there = {*inspected.get_table_names(), *inspected.get_view_names()}
    for table in made.sorted_tables:
        if table.name not in there:
            words = _words(connection, table)
            _say(connection, words.table, *(words.indices if with_indices else ()))


def make_indices(connection: "Connection", made: "MetaData") -> None:
    """Makes the indices of tables that have none."""
    for table in made.sorted_tables:
        _say(connection, *_words(connection, table).indices)


def drop(connection: "Connection", made: "MetaData") -> None:
    """Drops the tables that are there."""
    for table in made.sorted_tables:
        _say(connection, _words(connection, table).drop)


def _say(connection: "Connection", *statements: str) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement)


def _words(connection: "Connection", table: "Table") -> _Words:
    dialect = connection.dialect
    key = table, dialect.name
    if key not in _WORDED:
        indices = sorted(table.indexes, key=lambda index: str(index.name))
        _WORDED[key] = _Words(
            str(CreateTable(table).compile(dialect=dialect)),
            tuple(str(CreateIndex(index).compile(dialect=dialect)) for index in indices),
            str(DropTable(table, if_exists=True).compile(dialect=dialect)),
        )
    return _WORDED[key]
