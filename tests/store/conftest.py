"""A ledger and a log on each database in turn, fresh for every test."""

from collections.abc import Iterator

import pytest

from ledger.application.ledger import Ledger
from ledger.store.log import Log
from tests.support import office


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    """The counter, whose clock stands still."""
    with Ledger(ledger_url, now=office.now, operator=lambda: "typist") as opened:
        yield opened


@pytest.fixture
def log(ledger_url: str) -> Iterator[Log]:
    """The log below the counter, created and empty."""
    opened = Log(ledger_url)
    opened.create()
    yield opened
    opened.close()
