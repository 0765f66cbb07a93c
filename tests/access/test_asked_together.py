"""The rights of what stands in a list are asked for together, and not with a question for each."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ledger.application.reading.look import Look
from ledger.store.registry_queries import RegistryQueries
from tests.access.sample import MONTH, desk, fill
from tests.access.test_warm import NOW
from tests.support.story import open_ledger

LISTS: dict[str, Callable[[Look], list[Any]]] = {
    "appeals": lambda look: look.appeals(),
    "due": lambda look: look.due(),
    "notices": lambda look: look.notices(),
    "rewards": lambda look: look.rewards(MONTH),
}


OF = {
    "appeals": {"appeal"},
    "due": {"appeal"},
    "notices": {"notice"},
    "rewards": {"notice", "reward", "sanction"},
}
"""The kinds of the things that stand in each."""


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("asked") / "kaoji.db"
    with open_ledger(file, NOW) as ledger:
        fill(ledger)
    return file


@pytest.mark.parametrize("name", LISTS)
def test_where_each_thing_of_a_list_lives_is_asked_at_once(
    name: str, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: Counter[tuple[str, str]] = Counter()
    plain = RegistryQueries.stream_of

    def noted(self: RegistryQueries, kind: str, thing: str, as_of: int | None = None) -> str | None:
        asked[kind, thing] += 1
        return plain(self, kind, thing, as_of)

    monkeypatch.setattr(RegistryQueries, "stream_of", noted)
    with open_ledger(filled, NOW) as ledger, desk(ledger, "D01").look() as look:
        assert LISTS[name](look)
    assert [kind for kind, _ in asked if kind in OF[name]] == []
