"""The ledgers of one database: which there are, and a report read across them all.

They are read one after another, each as it stands then: no figure of one rests on another.
"""

from collections.abc import Iterator
from typing import Any

from ledger.application.ledger import Ledger
from ledger.errors import StoreError
from ledger.store.engine import shown
from ledger.store.log import Log


def ledgers(url: str) -> list[dict[str, Any]]:
    """Every ledger in which something was recorded: `ledger`, `events`, `recorded_at`, by id.

    StoreError `ledger_missing` where there is none.
    """
    log = Log(url)
    try:
        found = log.ledgers()
        if not found:
            raise StoreError("ledger_missing", url=shown(log.url))
        names = ("ledger", "events", "recorded_at")
        return [dict(zip(names, row, strict=True)) for row in found]
    finally:
        log.close()


def each_ledger(url: str) -> Iterator[tuple[str, Ledger]]:
    """Every ledger of the database with its id, opened while it is its turn. StoreError `ledger_missing`."""
    for row in ledgers(url):
        with Ledger(url, row["ledger"]) as ledger:
            yield row["ledger"], ledger
