"""Accounts and the log of readings go into a backup of the ledger and come back, without what is over soon."""

import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.main import run
from ledger.application.desk.desk import Desk
from ledger.store.readings import Readings
from tests.web.conftest import REWARD
from tests.web.served import NOW, PASSWORD, Served
from web.app import Console, Settings


def rows(file: Path, table: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as database:
        return database.execute(f'SELECT * FROM "{table}"').fetchall()


@pytest.fixture
def backup(site: Served, tmp_path: Path) -> Path:
    """A backup of an office in which somebody reads a record, and something waits for a second person."""
    site.signed_in("D01").open("/notices/N807")
    site.console.accounts.enrol_code("E01", "O01")
    site.console.proposals.add("000000000001", REWARD, "H01", "")
    made = site.console.ledger.backups.make(tmp_path / "backup", tmp_path / "keys")
    assert made["desk"] is True
    return tmp_path / "backup"


def restored(backup: Path, folder: Path) -> dict[str, object]:
    folder.mkdir(exist_ok=True)
    with Desk(f"sqlite:///{folder / 'kaoji.db'}") as ledger:
        return ledger.backups.restore(backup, backup.parent / "keys")


def test_a_backup_holds_accounts_and_readings_and_nothing_that_is_over_soon(
    backup: Path, tmp_path: Path
) -> None:
    copy, own = backup / "desk.db", tmp_path / "kaoji.desk.db"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    for table in ("accounts", "readings", "readings_end", "belongs_to"):
        assert rows(copy, table) == rows(own, table) != [], table
    for table in ("sessions", "codes", "proposals"):
        assert (rows(copy, table), bool(rows(own, table))) == ([], True), table
    assert REWARD["reason"].encode() not in copy.read_bytes()  # type: ignore[attr-defined]


def test_what_is_put_back_lets_the_same_people_in(backup: Path, tmp_path: Path) -> None:
    assert restored(backup, tmp_path / "new")["desk_put"] is True
    file = tmp_path / "new" / "kaoji.desk.db"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with Desk(f"sqlite:///{tmp_path / 'new' / 'kaoji.db'}") as ledger:
        console = Console(ledger, file, Settings())
        assert console.accounts.is_right("D01", PASSWORD)
        assert ("end", *console.readings.end()) == (
            "end",
            *rows(tmp_path / "kaoji.desk.db", "readings_end")[0][1:],
        )


def test_accounts_that_are_here_stay(
    backup: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    (folder / "kaoji.desk.db").write_bytes(b"what is here")
    url = f"sqlite:///{folder / 'kaoji.db'}"
    assert (
        run(["restore", str(backup), "--keyring", str(tmp_path / "keys"), "--ledger", url, "--lang", "en"])
        == 0
    )
    assert "stay as they are" in capsys.readouterr().err
    assert (folder / "kaoji.desk.db").read_bytes() == b"what is here"


def test_a_ledger_without_accounts_is_backed_up_and_put_back_as_ever(site: Served, tmp_path: Path) -> None:
    (tmp_path / "kaoji.desk.db").unlink()
    assert site.console.ledger.backups.make(tmp_path / "backup", tmp_path / "keys")["desk"] is False
    assert not (tmp_path / "backup" / "desk.db").exists()
    assert restored(tmp_path / "backup", tmp_path / "new")["desk_put"] is None


def test_a_log_of_which_old_rows_went_is_put_back_whole(site: Served, tmp_path: Path) -> None:
    log = site.console.readings
    for at in (datetime(2020, 1, 31, tzinfo=UTC), datetime(2020, 2, 1, tzinfo=UTC), NOW):
        log.note(at, "D01", "fact", "E06", "notice N1", None, 7)
    assert log.prune() is not None
    site.console.ledger.backups.make(tmp_path / "backup", tmp_path / "keys")
    assert restored(tmp_path / "backup", tmp_path / "new")["desk_put"] is True
    back = Readings(tmp_path / "new" / "kaoji.desk.db")
    assert (back.first_broken(), back.pruned(), back.end()) == (None, log.pruned(), log.end())
    with pytest.raises(sqlite3.Error, match="24 months"):
        past_us(tmp_path / "new" / "kaoji.desk.db", "DELETE FROM readings")


def past_us(file: Path, statement: str) -> None:
    with closing(sqlite3.connect(file)) as database:
        database.execute(statement)
