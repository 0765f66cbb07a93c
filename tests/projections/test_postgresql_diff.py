"""Rows that stand on a server are told from those that do not, whatever is in their texts."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, select
from sqlalchemy.engine import make_url

from ledger.projections.creation import SCHEMA, make_tables
from ledger.projections.postgresql_diff import Standing, block
from ledger.projections.rebuild import Batch, Redrawing
from ledger.projections.schema import Row
from ledger.projections.tables.joint_liability import PROJECTION, table
from ledger.store.engine import make_engine

LEDGER = "main"
NAMES = [column.name for column in table.c][1:]

characters = st.one_of(
    st.sampled_from("\"\\,'\n\r\t.%{}[]nul "),
    st.characters(codec="utf-8", exclude_characters="\0"),
)
told = st.sampled_from(["", "null", "],[", '","', "\\.", "\n\\.\n", '"', "漢字"])


def texts(length: int) -> st.SearchStrategy[str]:
    return told.filter(lambda text: len(text) <= length) | st.text(characters, max_size=length)


rows = st.lists(
    st.fixed_dictionaries(
        {
            column.name: st.integers(-(2**63), 2**63 - 1)
            if column.name == "share"
            else texts(column.type.length)  # type: ignore[attr-defined]
            if column.primary_key
            else st.none() | texts(column.type.length)  # type: ignore[attr-defined]
            for column in list(table.c)[1:]
        }
    ),
    max_size=6,
    unique_by=lambda row: (row["employee"], row["month"], row["notice"]),
)
PLAIN: Row = {
    "employee": "E001",
    "month": "2026-08",
    "notice": "N1",
    "site": None,
    "supervisor": "null",
    "ground": "",
    "share": 1,
    "status": "],[",
}


@pytest.fixture
def engine(pg_url: str) -> Iterator[Engine]:
    """A server with empty sheets."""
    opened = make_engine(make_url(pg_url), schema=SCHEMA, durable=False)
    make_tables(opened)
    yield opened
    opened.dispose()


def load(connection: Connection, rows: list[Row]) -> None:
    batch = Batch()
    batch.of(PROJECTION).extend({name: row[name] for name in NAMES} for row in rows)
    redrawing = Redrawing(connection, LEDGER)
    redrawing.begin()
    redrawing.load(batch.packed("postgresql"))
    redrawing.sweep()


def values_of(rows: list[Row]) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in NAMES) for row in rows]


def found(connection: Connection) -> set[tuple[Any, ...]]:
    return {tuple(row)[1:] for row in connection.execute(select(table).where(table.c.ledger == LEDGER))}


def is_plain(row: tuple[Any, ...]) -> bool:
    return not any(mark in value for value in row if isinstance(value, str) for mark in '"\\')


@given(rows, rows)
@example([PLAIN], [PLAIN, {**PLAIN, "notice": "N2", "site": "null", "supervisor": None}])
@example([{**PLAIN, "site": "two\\\\"}], [{**PLAIN, "site": "two\\"}])  # as one stands the other is escaped
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)  # each example is taken back
def test_whatever_is_in_them_rows_stand_as_they_were_loaded(
    engine: Engine, before: list[Row], after: list[Row]
) -> None:
    expected = values_of(after)
    with engine.connect() as connection, connection.begin() as whole:
        load(connection, before)
        assert found(connection) == set(values_of(before))
        for _ in range(2):
            load(connection, after)
            assert found(connection) == set(expected)
        owners, lines = block(table, expected)
        missing = Standing(connection, LEDGER, [table]).missing(table, (owners, lines)) if lines else []
        escaped = [line for line, row in zip(lines, expected, strict=True) if not is_plain(row)]
        assert missing == escaped
        whole.rollback()
