"""The sample office, served."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.access.sample import fill
from tests.support.office import copy_ledger
from tests.support.story import open_ledger
from tests.web.served import NOW, Served, served

REWARD = {
    "do": "grant_reward",
    "employee": "E10",
    "points": 2,
    "occurred_on": "2026-09-07",
    "reason": "拾金不昧",
}
"""What the head of the front desk proposes to the director."""


@pytest.fixture(scope="session")
def office_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("office") / "kaoji.db"
    with open_ledger(file, NOW) as ledger:
        fill(ledger)
    return file


@pytest.fixture(scope="module")
def read(office_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A console that tests only read from."""
    folder = tmp_path_factory.mktemp("read")
    copy_ledger(office_file, folder / "kaoji.db")
    with served(f"sqlite:///{folder / 'kaoji.db'}", folder) as console:
        console.console.proposals.add("000000000001", REWARD, "H01", "")
        yield console


@pytest.fixture
def site(office_file: Path, tmp_path: Path) -> Iterator[Served]:
    """A console of one test's own."""
    copy_ledger(office_file, tmp_path / "kaoji.db")
    with served(f"sqlite:///{tmp_path / 'kaoji.db'}", tmp_path) as console:
        yield console
