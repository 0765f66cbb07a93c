"""How databases find the events of a month: by the index of streams by month, told by the plans of the very statements."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from benchmarks import age
from ledger.application.ledger import Ledger
from ledger.store.log import Log
from ledger.store.month_index import NAME
from ledger.store.month_words import month_in
from ledger.store.sql import fetch_all
from tests.tamper.attacker import owning

MONTHS = 3
YEARS = 20
PLAN = {"sqlite": "EXPLAIN QUERY PLAN ", "postgresql": "EXPLAIN "}
OLDER = {
    "sqlite": 'CAST(replace(CAST(state AS TEXT), \'"month":"2025\', \'"month":"{}\') AS BLOB)',
    "postgresql": "convert_to(replace(convert_from(state, 'UTF8'), '\"month\":\"2025', '\"month\":\"{}'), 'UTF8')",
}
ASKED = ("report monthly, as of the month before", "close, tried", "a file of a month, tried", "explain")


@pytest.fixture
def site(ledger_url: str) -> Iterator[Ledger]:
    with age.site(ledger_url, MONTHS) as ledger:
        yield ledger


def asked_by_month(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Sequence[Any]]]:
    """Whatever is asked of events by their month."""
    found: list[tuple[str, Sequence[Any]]] = []
    ask, month = Log.fetch_all, month_in(ledger.log.engine.dialect.name)

    def noted(self: Log, statement: str, *values: Any) -> Sequence[Any]:
        if month in statement:
            found.append((statement, values))
        return ask(self, statement, *values)

    with monkeypatch.context() as patched:
        patched.setattr(Log, "fetch_all", noted)
        for name, call in age.calls_of(ledger).items():
            before = len(found)
            if name in ASKED:
                call()
                assert len(found) > before, name
    return found


def grow_old(url: str, dialect: str) -> None:
    """Years before: of a table that holds a few months a server rather reads all. Not a sound ledger any more."""
    with owning(url) as connection:
        for years in range(1, YEARS):
            connection.exec_driver_sql(
                "INSERT INTO events (ledger, position, stream, version, kind, schema, state, leaf)"
                f" SELECT ledger, position + {years} * 100000, stream, version + {years} * 100000, kind, schema,"
                f" {OLDER[dialect].format(2025 - years)}, leaf FROM events WHERE position < 100000"
            )
    with owning(url) as connection:
        connection.exec_driver_sql("ANALYZE events")  # what a server does by itself before long


def test_what_is_asked_of_a_month_goes_by_its_index(
    ledger_url: str, site: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialect, asked = site.log.engine.dialect.name, asked_by_month(site, monkeypatch)
    grow_old(ledger_url, dialect)
    with site.log.recorder.snapshot() as connection:
        for statement, values in asked:
            plan = "\n".join(
                str(row[-1]) for row in fetch_all(connection, PLAN[dialect] + statement, *values)
            )
            assert NAME in plan, plan
