"""Transactions are as strict as the log needs them, whatever a server's owner has set, and end with their block."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, make_url
from sqlalchemy.exc import DBAPIError

from ledger.store.engine import make_engine
from ledger.store.sql import driver_of, execute, fetch_all
from ledger.store.transactions import query_connection, reading, writing


@pytest.fixture
def engine(ledger_url: str) -> Iterator[Engine]:
    opened = make_engine(make_url(ledger_url))
    with writing(opened) as connection:
        execute(connection, "CREATE TABLE one (number bigint PRIMARY KEY)")
    yield opened
    opened.dispose()


def _numbers(engine: Engine) -> list[int]:
    with query_connection(engine) as connection:
        return [row[0] for row in fetch_all(connection, "SELECT number FROM one ORDER BY number")]


def test_what_is_written_stands_after_the_block(engine: Engine) -> None:
    with writing(engine) as connection:
        execute(connection, "INSERT INTO one VALUES (?)", 1)
    assert _numbers(engine) == [1]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_what_was_written_before_an_error_is_taken_back(engine: Engine, error: type[BaseException]) -> None:
    with pytest.raises(error), writing(engine) as connection:
        execute(connection, "INSERT INTO one VALUES (?)", 1)
        raise error
    assert _numbers(engine) == []
    with writing(engine) as connection:
        execute(connection, "INSERT INTO one VALUES (?)", 2)
    assert _numbers(engine) == [2]


def test_what_the_database_refuses_is_taken_back(engine: Engine) -> None:
    with pytest.raises(DBAPIError), writing(engine) as connection:
        execute(connection, "INSERT INTO one VALUES (?)", 1)
        execute(connection, "INSERT INTO one VALUES (?)", 1)
    assert _numbers(engine) == []


def test_a_reader_sees_one_state_for_as_long_as_it_reads_and_a_glance_sees_what_is_there(
    engine: Engine,
) -> None:
    asked = "SELECT count(*) FROM one"
    with reading(engine) as held, query_connection(engine) as fresh:
        before = fetch_all(held, asked)[0][0], fetch_all(fresh, asked)[0][0]
        with writing(engine) as connection:
            execute(connection, "INSERT INTO one VALUES (?)", 1)
        after = fetch_all(held, asked)[0][0], fetch_all(fresh, asked)[0][0]
    assert (before, after) == ((0, 0), (0, 1))


def test_a_servers_own_default_does_not_change_the_isolation(pg_url: str) -> None:
    options = {"options": "-c default_transaction_isolation=serializable"}
    engine = make_engine(make_url(pg_url).update_query_dict(options))
    found = []
    for block in (reading, writing):
        with block(engine) as connection:
            found.append(fetch_all(connection, "SHOW transaction_isolation")[0][0])
    engine.dispose()
    assert found == ["repeatable read", "read committed"]


def test_a_reader_whose_server_went_away_at_the_end_has_nothing_to_be_unsure_of(pg_url: str) -> None:
    engine = make_engine(make_url(pg_url))
    with reading(engine) as connection, query_connection(engine) as other:
        (pid,) = fetch_all(connection, "SELECT pg_backend_pid()")[0]
        fetch_all(other, "SELECT pg_terminate_backend(?)", pid)
    with reading(engine) as connection:
        assert fetch_all(connection, "SELECT 1")[0][0] == 1
    engine.dispose()


def test_what_a_server_has_prepared_it_keeps_when_a_reader_ends(pg_url: str) -> None:
    engine, asked = make_engine(make_url(pg_url)), "SELECT 1"
    for _ in range(10):
        with reading(engine) as connection:
            fetch_all(connection, asked)
    with query_connection(engine) as connection:
        kept = fetch_all(connection, "SELECT statement FROM pg_prepared_statements")
    engine.dispose()
    assert (asked,) in kept


def test_the_connection_that_was_used_last_is_used_next(pg_url: str) -> None:
    engine, asked = make_engine(make_url(pg_url)), "SELECT pg_backend_pid()"
    with query_connection(engine) as last:
        pid = fetch_all(last, asked)
        with query_connection(engine) as other:
            assert fetch_all(other, asked) != pid
    with query_connection(engine) as connection:
        assert fetch_all(connection, asked) == pid
    engine.dispose()


def test_a_transaction_whose_taking_back_is_interrupted_goes_on_in_no_other(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def interrupted(connection: Connection, statement: str) -> Iterator[Any]:
        if statement == "ROLLBACK":
            raise KeyboardInterrupt
        with driver_of(connection, statement) as driver:
            yield driver

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("ledger.store.transactions.driver_of", interrupted)
        with writing(engine) as connection:
            execute(connection, "INSERT INTO one VALUES (?)", 1)
            raise ValueError
    with writing(engine) as connection:
        execute(connection, "INSERT INTO one VALUES (?)", 2)
    assert _numbers(engine) == [2]
