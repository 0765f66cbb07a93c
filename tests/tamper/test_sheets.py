"""The sheets that reports are drawn from: what stands otherwise in their catalogue, or twice, `verify --sheets` finds."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, create_engine

from ledger.application.ledger import Ledger
from ledger.projections.schema import metadata
from tests.support import office

SHEET = "sheet_monthly"


@contextmanager
def sheets(url: str) -> Iterator[Connection]:
    """The sheets of a ledger in their owner's hands, in a transaction."""
    engine = create_engine(url.replace("kaoji.db", "kaoji.sheets.db"))
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL search_path = kaoji_sheets")
        yield connection
    engine.dispose()


def row_twice(url: str) -> None:
    """A row stands there once more, which no key keeps out any more."""
    with sheets(url) as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"CREATE TABLE kept AS SELECT * FROM {SHEET}")
            connection.exec_driver_sql(f"DROP TABLE {SHEET}")
            connection.exec_driver_sql(f"ALTER TABLE kept RENAME TO {SHEET}")
        else:
            connection.exec_driver_sql(f"ALTER TABLE {SHEET} DROP CONSTRAINT {SHEET}_pkey")
        connection.exec_driver_sql(f"INSERT INTO {SHEET} SELECT * FROM {SHEET} WHERE employee = 'E002'")


def view_in_its_place(url: str) -> None:
    """A view stands in the place of a sheet, and says another figure as long as somebody wants it."""
    with sheets(url) as connection:
        names = list(metadata.tables[SHEET].c.keys())
        connection.exec_driver_sql(f"ALTER TABLE {SHEET} RENAME TO kept")
        connection.exec_driver_sql("CREATE TABLE lies (now bigint)")
        told = "CASE WHEN EXISTS (SELECT 1 FROM lies) THEN 99 ELSE points END AS points"
        columns = ", ".join(told if name == "points" else f'"{name}"' for name in names)
        connection.exec_driver_sql(f"CREATE VIEW {SHEET} AS SELECT {columns} FROM kept")


def shown(url: str) -> list[tuple[str, int]]:
    """Whom the summary of the month names, and with how many points."""
    with Ledger(url, now=office.now) as ledger, ledger.look() as look:
        return [(row["employee"], row["points"]) for row in look.monthly(office.MONTH, office.SITE)]


@pytest.mark.parametrize(
    ("attack", "found"),
    [(row_twice, {"sheet_differs", "table_differs"}), (view_in_its_place, {"table_differs"})],
)
def test_whoever_changes_the_catalogue_of_the_sheets_is_told_of(
    attack: Callable[[str], None], found: set[str], ledger_url: str
) -> None:
    with Ledger(ledger_url, now=office.now, operator=lambda: "tester") as ledger:
        ledger.record.apply(office.lines(office.a_busy_month()))
    before = shown(ledger_url)
    with Ledger(ledger_url, now=office.now) as ledger:
        assert ledger.proofs.verify(sheets=True).faults == []
    attack(ledger_url)
    with Ledger(ledger_url, now=office.now) as ledger:
        assert {fault.code for fault in ledger.proofs.verify(sheets=True).faults} == found
    if attack is row_twice:
        assert len(shown(ledger_url)) == len(before) + 1
        return
    with sheets(ledger_url) as connection:
        connection.exec_driver_sql("INSERT INTO lies VALUES (1)")
    assert {points for _, points in shown(ledger_url)} == {99}
