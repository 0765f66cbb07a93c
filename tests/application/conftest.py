"""A small office in which nothing has happened yet."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.application.ledger import Ledger
from tests.support import office
from tests.support.story import open_ledger


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """The office of `office.office()` at `office.NOW`, to be told more."""
    with open_ledger(tmp_path / "kaoji.db", office.NOW) as opened:
        opened.record.apply(office.lines(office.office()))
        yield opened
