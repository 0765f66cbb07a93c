"""The office in which random stories are told: fixtures for the tests that tell them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.application.ledger import Ledger
from tests.support.generator import office_commands
from tests.support.office import lines
from tests.support.story import open_ledger


@pytest.fixture(scope="session")
def office_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The office in which stories are told, recorded once; each test copies it."""
    file = tmp_path_factory.mktemp("stories") / "office.db"
    with open_ledger(file) as ledger:
        ledger.record.apply(lines(office_commands()))
    return file


@pytest.fixture(scope="session")
def base(office_file: Path) -> Iterator[Ledger]:
    """The office before any story; nothing is recorded in it."""
    with open_ledger(office_file) as ledger:
        yield ledger
