"""As many events are read for one month, one person or one case whatever the years of a site: counted, not timed."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from benchmarks import age
from ledger.application.ledger import Ledger
from ledger.store.verified import VerifiedReads

YOUNG, OLD = 6, 15
"""Months, of which the last ones went the same way; of the younger site no less than a quarter and what it looks back on."""
PASSED_OVER = ("report fairness", "due, a row")
"""A sample of a year; and what waits at a site, the older the more of it."""


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Ledger, Ledger]]:
    folder: Path = tmp_path_factory.mktemp("years")
    with (
        age.site(f"sqlite:///{folder}/young.db", YOUNG) as young,
        age.site(f"sqlite:///{folder}/old.db", OLD) as old,
    ):
        yield young, old


def events_read(monkeypatch: pytest.MonkeyPatch, call: age.Call) -> int:
    """How many events a call reads: whatever is read is held against its leaf."""
    read: list[int] = []
    check = VerifiedReads.check

    def counted(self: VerifiedReads, rows: Sequence[Any]) -> None:
        read.append(len(rows))
        check(self, rows)

    with monkeypatch.context() as patched:
        patched.setattr(VerifiedReads, "check", counted)
        call()
    return sum(read)


@pytest.mark.parametrize("name", [name for name in age.GOALS if name not in PASSED_OVER])
def test_no_more_is_read_of_an_older_site(
    name: str, sites: tuple[Ledger, Ledger], monkeypatch: pytest.MonkeyPatch
) -> None:
    young, old = (events_read(monkeypatch, age.calls_of(ledger)[name]) for ledger in sites)
    assert old == young
