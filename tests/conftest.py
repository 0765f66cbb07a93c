"""Real databases for every test that asks for one: SQLite in a file, PostgreSQL on a server of its own."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from cli.__main__ import OBJECTS_BETWEEN_SEARCHES
from tests.support import postgres

os.environ["COLUMNS"] = ""  # also where readline has put it behind Python's back
del os.environ["COLUMNS"]  # whoever runs the tests may say how wide his terminal is; the program would obey


def pytest_collection_finish() -> None:
    """What was imported and collected is there to the end, and is not looked through for garbage again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_SEARCHES, *gc.get_threshold()[1:])


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[URL]:
    """A PostgreSQL server; the tests that need it fail where none can be started."""
    with postgres.serving() as url:
        yield url


@pytest.fixture(scope="session")
def pg_database(postgres_url: URL) -> Iterator[str]:
    """A database of this session on the server; ask for `pg_url` instead."""
    with postgres.fresh_database(postgres_url) as url:
        yield url


@pytest.fixture
def pg_url(pg_database: str) -> str:
    """An empty database on the server, with nobody connected to it."""
    postgres.empty(pg_database)
    return pg_database


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A file that is not there yet."""
    return f"sqlite:///{tmp_path / 'kaoji.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_url(request: pytest.FixtureRequest) -> str:
    """A fresh place for a ledger, on each database in turn."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "pg_url")
    return url


@pytest.fixture(autouse=True)
def _a_home_of_its_own(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The signing keys of ledgers on PostgreSQL lie in the home of whoever signs."""
    monkeypatch.setenv("HOME", str(tmp_path_factory.getbasetemp()))
