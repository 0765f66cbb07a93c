"""Which ledgers are opened, which are created, and which are neither."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from sqlalchemy import update

from ledger.application.ledger import Ledger
from ledger.errors import StoreError
from ledger.store.log import Log
from ledger.store.schema import LAYOUT, heads
from ledger.terms import SEALED
from tests.support import office
from tests.support.units import a_site
from tests.support.whole import everything_in


def _of_a_newer_layout(log: Log) -> None:
    with log.recorder.unit() as connection:
        connection.execute(update(heads).values(layout=LAYOUT + 1))


def test_a_ledger_of_a_newer_layout_is_not_read(log: Log) -> None:
    _of_a_newer_layout(log)
    with pytest.raises(StoreError) as error:
        log.require()
    assert error.value.code == "ledger_too_new"


def test_a_ledger_of_a_newer_layout_is_not_written_to(ledger: Ledger) -> None:
    ledger.record.apply(office.lines(office.office()))
    _of_a_newer_layout(ledger.log)
    before = everything_in(ledger.log)
    with pytest.raises(StoreError) as error:
        ledger.record.apply(office.lines([office.issue_notice("N1", "E001")]))
    assert error.value.code == "ledger_too_new"
    assert everything_in(ledger.log) == before


def test_a_ledger_that_is_not_there_is_missing_to_a_reader_and_not_made_by_him(ledger_url: str) -> None:
    log = Log(ledger_url)
    with pytest.raises(StoreError) as error:
        log.require()
    assert error.value.code == "ledger_missing"
    assert not log.exists()
    log.create()
    assert log.exists()
    log.close()


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("sqlite:///kaoji.db?mode=memory", "ledger_url_option"),
        ("sqlite:///kaoji.db?mode=ro", "ledger_url_option"),
        ("sqlite:///kaoji.db?timeout=abc", "ledger_url_option"),
        ("sqlite:///kaoji.db?ledger=jinse&uri=true", "ledger_url_option"),
        ("sqlite:///file:kaoji.db?uri=true", "ledger_url_wrong"),
        ("sqlite:///:memory:", "ledger_url_wrong"),
    ],
)
def test_an_address_is_honoured_whole_or_refused(
    url: str, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreError) as error:
        Log(url)
    assert error.value.code == code
    assert not list(tmp_path.iterdir())


def test_creating_a_ledger_that_is_there_changes_nothing(log: Log) -> None:
    with log.unit() as unit:
        unit.append(a_site(1))
    before = everything_in(log)
    log.create()
    assert everything_in(log) == before


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "kaoji.db").write_bytes(b"not a database at all, but long enough to look like one " * 40)
    log = Log(f"sqlite:///{tmp_path / 'kaoji.db'}")
    for use in (log.exists, log.create):
        with pytest.raises(StoreError) as error:
            use()
        assert error.value.code == "ledger_unusable"


def test_a_server_that_does_not_answer_is_refused(tmp_path: Path) -> None:
    log = Log(f"postgresql://nobody@/kaoji?host={tmp_path}")
    for use in (log.exists, log.create):
        with pytest.raises(StoreError) as error:
            use()
        assert error.value.code == "database_away"


NOBODY = 65534


@contextmanager
def forbidden(folder: Path, mode: int) -> Iterator[None]:
    """Nothing more than `mode` is allowed in the folder; root, whom nothing is forbidden, becomes nobody."""
    folder.chmod(mode)
    was_root = os.geteuid() == 0
    if was_root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if was_root:
            os.seteuid(0)
        folder.chmod(0o755)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody can come to, unlike pytest's own."""
    with TemporaryDirectory(prefix="kaoji-test-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.parametrize("keyring", ["readable", "forbidden", "kept elsewhere"])
def test_a_copy_laid_away_is_read_without_leaving_anything_beside_it_and_not_written_to(
    open_folder: Path, keyring: str
) -> None:
    url = f"sqlite:///{open_folder / 'kaoji.db'}"
    with Ledger(url, now=office.now, operator=lambda: "typist") as ledger:
        ledger.record.apply(office.lines(office.a_busy_month()))
        expected = ledger.reports.monthly(office.MONTH)
        names = {row["employee"]: row["name"] for row in ledger.review.employees(office.SITE)}
    keys = open_folder / "kaoji.keys.db"
    assert keys.stat().st_mode & 0o777 == 0o600
    if keyring == "readable":
        keys.chmod(0o644)
    if keyring == "kept elsewhere":
        keys.unlink()
    for file in open_folder.iterdir():
        if file not in (keys, open_folder / "kaoji.db"):
            file.unlink()
    before = sorted(file.name for file in open_folder.iterdir())
    with forbidden(open_folder, 0o555), Ledger(url, now=office.now, operator=lambda: "auditor") as copy:
        shown = copy.reports.monthly(office.MONTH)
        if keyring == "readable":
            assert shown == expected
        told = {row["employee"]: row["name"] for row in copy.review.employees(office.SITE)}
        assert told == (names if keyring == "readable" else dict.fromkeys(names, SEALED))
        assert [_figures(row) for row in shown] == [_figures(row) for row in expected]
        assert copy.position_of("10") == 10
        assert not copy.people.takes_notes()
        with pytest.raises(StoreError) as error:
            copy.record.apply(office.lines([office.issue_notice("N9", "E001")]))
        assert error.value.code == ("database_read_only" if keyring == "readable" else "keyring_missing")
    assert sorted(file.name for file in open_folder.iterdir()) == before


def _figures(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "name"}


def test_a_folder_one_may_not_look_into_is_refused(open_folder: Path) -> None:
    inner = open_folder / "inner"
    inner.mkdir()
    with Ledger(f"sqlite:///{inner / 'kaoji.db'}", now=office.now) as ledger:
        ledger.record.apply(office.lines(office.office()))
    with forbidden(inner, 0o000):
        log = Log(f"sqlite:///{inner / 'kaoji.db'}")
        for use in (log.require, log.create):
            with pytest.raises(StoreError) as error:
                use()
            assert error.value.code == "ledger_unusable"


def test_a_copy_with_changes_still_beside_it_is_not_read_without_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ledger.store.engine import _is_laid_away

    monkeypatch.setattr("ledger.store.engine.os.access", lambda *_, **__: False)
    monkeypatch.setattr("ledger.store.engine.os.supports_effective_ids", set())
    copy = tmp_path / "kaoji.db"
    copy.write_bytes(b"pages")
    assert _is_laid_away(copy)
    copy.with_name("kaoji.db-wal").write_bytes(b"")
    assert _is_laid_away(copy)
    copy.with_name("kaoji.db-wal").write_bytes(b"changes")
    assert not _is_laid_away(copy)
