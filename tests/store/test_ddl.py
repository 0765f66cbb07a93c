"""Tables made in words of their own: what is there stays as it is, and the words are found once."""

import pytest
from sqlalchemy import Column, Connection, Index, Integer, MetaData, Table, inspect
from sqlalchemy.schema import CreateTable

from ledger.store import catalogue, ddl
from ledger.store.engine import memory_engine
from ledger.store.schema import metadata as of_the_log


@pytest.fixture
def connection() -> Connection:
    return memory_engine().connect()


def tables() -> MetaData:
    made = MetaData()
    for name in ("one", "other"):
        Table(name, made, Column("a", Integer), Index(f"{name}_by_a", "a"))
    return made


def indices(connection: Connection) -> set[str]:
    there = inspect(connection)
    return {str(index["name"]) for name in there.get_table_names() for index in there.get_indexes(name)}


def test_the_tables_of_a_log_are_those_that_the_catalogue_expects(connection: Connection) -> None:
    ddl.make(connection, of_the_log)
    assert set(catalogue._entries(connection)) == set(catalogue._wanted(of_the_log))


def test_what_is_there_stays_as_it_is(connection: Connection) -> None:
    connection.exec_driver_sql("CREATE TABLE one (b)")
    connection.exec_driver_sql("CREATE VIEW other AS SELECT 1")
    ddl.make(connection, tables())
    assert inspect(connection).get_table_names() == ["one"]
    assert indices(connection) == set()


def test_indices_are_made_with_their_tables_or_later(connection: Connection) -> None:
    made = tables()
    ddl.make(connection, made, with_indices=False)
    assert indices(connection) == set()
    ddl.make_indices(connection, made)
    assert indices(connection) == {"one_by_a", "other_by_a"}
    ddl.drop(connection, made)
    ddl.drop(connection, made)
    ddl.make(connection, made)
    assert indices(connection) == {"one_by_a", "other_by_a"}


def test_words_are_found_once_in_a_process(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    worded: list[CreateTable] = []
    compiled = CreateTable.compile

    def noted(self: CreateTable, *given: object, **named: object) -> object:
        worded.append(self)
        return compiled(self, *given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(CreateTable, "compile", noted)
    made = tables()
    for _ in range(3):
        ddl.make(connection, made)
        ddl.drop(connection, made)
    assert len(worded) == 2
