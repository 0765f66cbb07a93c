"""A ledger on each database in turn, in which somebody has left."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.application.ledger import Ledger
from tests.privacy import scene
from tests.support import office


@pytest.fixture
def ledger(ledger_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    """The counter; the signing key lies in the test's folder."""
    monkeypatch.setenv("KAOJI_KEY", str(tmp_path / "signing.key"))
    with Ledger(ledger_url, now=office.now, operator=lambda: "typist") as opened:
        opened.record.apply(office.lines(scene.life()))
        yield opened


@pytest.fixture
def everywhere(ledger: Ledger, ledger_url: str, tmp_path: Path) -> "Everywhere":
    """What the ledger keeps, wherever it keeps it."""
    return Everywhere(ledger_url, tmp_path)


class Everywhere:
    """All files of the ledger's folder, and all tables where it is on a server."""

    def __init__(self, url: str, folder: Path) -> None:
        self._url, self._folder = url, folder

    def __call__(self) -> dict[str, bytes]:
        found = scene.files_of(self._folder)
        return found if self._url.startswith("sqlite") else found | scene.tables_of(self._url)
