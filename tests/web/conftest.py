"""The sample office, served."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.access.sample import fill
from tests.access.test_words import commands
from tests.support import office
from tests.support.office import copy_ledger, lines
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


def copied(office_file: Path, folder: Path) -> str:
    """The address of a copy of the office, with the key it signs with."""
    copy_ledger(office_file, folder / "kaoji.db")
    for key in office_file.parent.glob("kaoji.key*"):
        shutil.copy(key, folder)
    return f"sqlite:///{folder / 'kaoji.db'}"


@pytest.fixture(scope="module")
def read(office_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A console that tests only read from."""
    folder = tmp_path_factory.mktemp("read")
    with served(copied(office_file, folder), folder) as console:
        console.console.proposals.add("000000000001", REWARD, "H01", "")
        yield console


@pytest.fixture
def site(office_file: Path, tmp_path: Path) -> Iterator[Served]:
    """A console of one test's own."""
    with served(copied(office_file, tmp_path), tmp_path) as console:
        yield console


@pytest.fixture(scope="module")
def canaries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A console of a ledger each of whose words is a token."""
    folder = tmp_path_factory.mktemp("canaries")
    with open_ledger(folder / "kaoji.db", office.NOW) as ledger:
        ledger.record.apply(lines(commands()))
    with served(f"sqlite:///{folder / 'kaoji.db'}", folder) as console:
        console.clock.at = office.NOW
        yield console
