"""A ledger to attack, on each database in turn."""

import pytest

from ledger.application.ledger import Ledger
from tests.support import office


@pytest.fixture
def url(ledger_url: str) -> str:
    """A month, closed, and events enough for a full tile behind it."""
    with Ledger(ledger_url, now=office.now, operator=lambda: "tester") as ledger:
        ledger.record.apply(office.lines(office.a_busy_month()))
        ledger.record.apply(office.lines([office.register_site(f"S{n}") for n in range(300)]))
        ledger.proofs.checkpoint()
    return ledger_url
