"""The log of readings, on each database in turn."""

from pathlib import Path

import pytest

from ledger.store.readings import Readings


@pytest.fixture(params=["file", "server"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where they are kept, on each database in turn."""
    return tmp_path / "kaoji.desk.db" if request.param == "file" else request.getfixturevalue("pg_url")


@pytest.fixture
def readings(place: Path | str) -> Readings:
    """The log there."""
    return Readings(place)
