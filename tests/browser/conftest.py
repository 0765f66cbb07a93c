"""Debian's chromium, and the sample office served."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.access.sample import fill
from tests.support.story import open_ledger
from tests.web.conftest import REWARD, copied
from tests.web.served import NOW, Served, served


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser that the system has; as root it runs without its sandbox, as containers have it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or "/usr/bin/chromium", args=["--no-sandbox"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ledger of the sample office."""
    file = tmp_path_factory.mktemp("office") / "kaoji.db"
    with open_ledger(file, NOW) as ledger:
        fill(ledger)
    return file


@pytest.fixture(scope="session")
def read(office: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A console that is only looked at."""
    folder = tmp_path_factory.mktemp("read")
    with served(copied(office, folder), folder) as console:
        console.console.proposals.add("000000000001", REWARD, "H01", "")
        yield console


@pytest.fixture
def site(office: Path, tmp_path: Path) -> Iterator[Served]:
    """A console of one test's own."""
    with served(copied(office, tmp_path), tmp_path) as console:
        yield console
