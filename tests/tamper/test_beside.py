"""What lies beside an SQLite ledger, or in its columns, and is not what it should be: told, never waited for or believed."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from cli.main import run
from ledger.application.ledger import Ledger
from ledger.proofs import Signer
from ledger.store.beside import Beside
from ledger.store.desk_copy import copy_desk
from tests.support import office

SHEETS = ("report", "monthly", office.MONTH, "--site", office.SITE)


@pytest.fixture
def ledger(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a ledger with a month, its sheets and a checkpoint."""
    for name in ("KAOJI_KEY", "KAOJI_KEYRING"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("KAOJI_LEDGER", sqlite_url)
    with Ledger(sqlite_url, now=office.now, operator=lambda: "tester") as ledger:
        ledger.record.apply(office.lines(office.a_busy_month()))
        ledger.proofs.checkpoint()
        ledger.rebuild()
    return tmp_path


def codes(url: str, **levels: bool) -> list[str]:
    with Ledger(url, now=office.now) as ledger:
        return [fault.code for fault in ledger.proofs.verify(**levels).faults]


def unguarded(file: Path, statement: str) -> None:
    """A statement of the owner's, who takes the guards away for it and puts them back."""
    with sqlite3.connect(file) as connection:
        guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            connection.execute(f'DROP TRIGGER "{name}"')
        assert connection.execute(statement).rowcount
        for _, made in guards:
            connection.execute(made)
    connection.close()


# --- the signing key and what it signed -----------------------------------------------------------------


def test_another_signing_key_in_the_place_of_the_true_one_is_told_by_the_kept_checkpoint(
    ledger: Path, sqlite_url: str
) -> None:
    assert codes(sqlite_url) == []
    with Ledger(sqlite_url, now=office.now) as opened:
        other = Signer.generate(f"kaoji/{opened.log.identity()}")
    (ledger / "kaoji.key").write_text(f"{other.secret()}\n")
    (ledger / "kaoji.key.pub").write_text(f"{other.verifier}\n")
    (ledger / "kaoji.key.signed").unlink()
    assert codes(sqlite_url) == ["key_exchanged"]
    with Ledger(sqlite_url, now=office.now) as opened:
        opened.proofs.checkpoint()
    assert codes(sqlite_url) == ["key_exchanged"]


def test_nobody_says_that_no_checkpoint_was_signed_where_none_is_kept_any_more(
    ledger: Path, sqlite_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    unguarded(ledger / "kaoji.db", "DELETE FROM checkpoints")
    (ledger / "kaoji.key.signed").unlink()
    assert run(["verify"]) == 0
    told = capsys.readouterr().out
    assert "No checkpoint is kept here" in told
    assert "not looked at: the sheets" in told
    assert run(["verify", "--sheets"]) == 0
    assert "not looked at: the sheets" not in capsys.readouterr().out


@pytest.mark.parametrize(
    "name",
    [
        "kaoji.key.pub",
        "kaoji.key.signed",
        "kaoji.db-journal",
        "kaoji.keys.db-journal",
        "kaoji.db",
        "kaoji.sheets.db",
    ],
)
def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(ledger: Path, name: str) -> None:
    (ledger / name).unlink(missing_ok=True)
    os.mkfifo(ledger / name)
    for command in (["verify"], ["checkpoint", "--out", str(ledger / "c")], ["employee", "list"], SHEETS):
        subprocess.run([sys.executable, "-m", "cli", *command], timeout=30, capture_output=True, check=False)


@pytest.mark.parametrize("name", ["manifest.json", "ledger.db"])
def test_a_pipe_in_the_place_of_a_backups_file_is_not_waited_for(
    ledger: Path, sqlite_url: str, name: str
) -> None:
    with Ledger(sqlite_url, now=office.now) as opened:
        opened.backups.make(ledger / "backup")
    (ledger / "backup" / name).unlink()
    os.mkfifo(ledger / "backup" / name)
    asked = ["restore", str(ledger / "backup"), "--ledger", f"sqlite:///{ledger / 'another.db'}"]
    done = subprocess.run([sys.executable, "-m", "cli", *asked], timeout=60, capture_output=True, check=False)
    assert (done.returncode, b"no regular file" in done.stderr) == (2, True)


def test_a_pipe_in_the_place_of_a_checkpoint_that_left_is_not_waited_for(
    ledger: Path, sqlite_url: str
) -> None:
    with Ledger(sqlite_url, now=office.now) as opened:
        left = opened.proofs.checkpoint_to(ledger)
    left.unlink()
    os.mkfifo(left)
    asked = ["checkpoint", "--to", str(ledger)]
    done = subprocess.run([sys.executable, "-m", "cli", *asked], timeout=60, capture_output=True, check=False)
    assert (done.returncode, b"no regular file" in done.stderr) == (2, True)


@pytest.mark.parametrize("end", ["", "-journal"])
def test_a_pipe_in_the_place_of_what_is_beside_is_not_waited_for(tmp_path: Path, end: str) -> None:
    os.mkfifo(tmp_path / f"kaoji.desk.db{end}")
    with pytest.raises(OSError, match="no regular file"), Beside(tmp_path / "kaoji.desk.db").open():
        pass


def test_a_backup_that_is_refused_for_accounts_that_are_none_leaves_no_empty_ones(tmp_path: Path) -> None:
    Beside(tmp_path / "kaoji.desk.db").make("CREATE TABLE t (one INTEGER)")
    (tmp_path / "kaoji.desk.db-wal").unlink(missing_ok=True)
    os.mkfifo(tmp_path / "kaoji.desk.db-wal")
    with pytest.raises(OSError, match="no regular file"):
        copy_desk(tmp_path / "kaoji.desk.db", tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


# --- the sheets' file -----------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [os.symlink, os.link])
@pytest.mark.parametrize("other", ["kaoji.keys.db", "kaoji.db"])
def test_sheets_are_not_written_into_the_keyring_or_the_log_by_whatever_link(
    ledger: Path, sqlite_url: str, other: str, make: object, capsys: pytest.CaptureFixture[str]
) -> None:
    for end in ("", "-wal", "-shm"):
        (ledger / f"kaoji.sheets.db{end}").unlink(missing_ok=True)
    make(ledger / other, ledger / "kaoji.sheets.db")  # type: ignore[operator]
    assert run([*SHEETS]) == 0  # drawn in memory
    assert run(["rebuild"]) == 3
    assert "link" in capsys.readouterr().err
    (ledger / "kaoji.sheets.db").unlink()
    assert codes(sqlite_url) == []


# --- a value of another type ----------------------------------------------------------------------------

VALUES = ("X'fffe'", "1e300", "0.5")
LOG = ["heads.position", "heads.frontier", "heads.recorded_at", "heads.layout", "events.position"]
LOG += ["events.state", "events.version", "tiles.hashes", "supervised.employee", "commands.recorded_at"]
READING = (["verify"], ["verify", "--deep"], ["ledgers"], ["employee", "list"], ["log", "E002"])


@pytest.mark.parametrize("column", LOG)
def test_a_value_of_another_type_in_the_log_is_a_finding_or_a_refusal(ledger: Path, column: str) -> None:
    table, name = column.split(".")
    whole = (ledger / "kaoji.db").read_bytes()
    for value in VALUES:
        for end in ("-wal", "-shm"):
            (ledger / f"kaoji.db{end}").unlink(missing_ok=True)
        (ledger / "kaoji.db").write_bytes(whole)
        last = f"rowid = (SELECT max(rowid) FROM {table})"
        try:
            unguarded(ledger / "kaoji.db", f"UPDATE {table} SET {name} = {value} WHERE {last}")
        except (sqlite3.Error, AssertionError):
            continue
        for command in READING:
            assert run(command) in (0, 1, 3), (value, command)


@pytest.mark.parametrize(
    ("change", "command"),
    [
        ("sheet_register SET kind = 'bogus'", ["report", "register", office.MONTH]),
        ("sheet_register SET id = -1", ["report", "register", office.MONTH]),
        ("sheet_payroll SET site = 9223372036854775807", ["report", "payroll", office.MONTH]),
        ("sheet_monthly SET points = 'many'", ["report", "monthly", office.MONTH]),
    ],
)
def test_a_value_of_no_sense_in_a_sheet_is_a_refusal(
    ledger: Path, change: str, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with sqlite3.connect(ledger / "kaoji.sheets.db") as connection:
        assert connection.execute(f"UPDATE {change}").rowcount
    connection.close()
    assert run(command) in (0, 3)
    assert "Traceback" not in capsys.readouterr().err
