"""`kaoji evidence` at the shell: attached, listed, looked for, handed out, taken out; in three languages."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.main import run
from ledger.application.ledger import Ledger
from tests.support import office
from tests.support.office import lines
from tests.support.story import open_ledger

Capture = pytest.CaptureFixture[str]
PHOTO = b"\xff\xd8 a photograph"
DIGEST = hashlib.sha256(PHOTO).hexdigest()
ATTACH = (
    "evidence",
    "attach",
    "N1",
    "photo.jpg",
    "--by",
    "I01",
    "--on",
    f"{office.MONTH}-12",
    "--clock-is-right",
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An office with a notice, and a photograph beside it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KAOJI_LANG", "en")
    monkeypatch.setenv("KAOJI_LEDGER", "sqlite:///kaoji.db")
    Path("photo.jpg").write_bytes(PHOTO)
    with open_ledger(tmp_path / "kaoji.db", office.NOW) as ledger:
        ledger.record.apply(lines([*office.office(), office.issue_notice("N1", "E001")]))
    yield tmp_path


def printed(capsys: Capture, *arguments: str, status: int = 0) -> str:
    assert run(list(arguments)) == status, capsys.readouterr().err
    return capsys.readouterr().out


def test_a_photograph_is_attached_listed_verified_and_written_out_again(
    capsys: Capture, folder: Path
) -> None:
    assert DIGEST in printed(capsys, *ATTACH)
    assert (folder / "kaoji.evidence").is_dir()
    assert "was on record with N1 before" in printed(capsys, *ATTACH)
    (row,) = json.loads(printed(capsys, "evidence", "list", "N1", "--json"))
    assert (row["id"], row["name"], row["size"], row["state"]) == ("N1", "photo.jpg", len(PHOTO), "sealed")
    assert "sealed, opens" in printed(capsys, "evidence", "verify")
    found = json.loads(printed(capsys, "evidence", "verify", ".", "--notice", "N1", "--json"))
    assert found["references"][0]["paths"] == ["photo.jpg"]
    printed(capsys, "evidence", "get", DIGEST[:8], "--out", "again.jpg")
    assert Path("again.jpg").read_bytes() == PHOTO
    assert Path("again.jpg").stat().st_mode & 0o777 == 0o600
    with open_ledger(folder / "kaoji.db") as ledger:
        noted = ledger.people.handouts("E001")
    assert [(each["what"], Path(each["file"]).name) for each in noted] == [("evidence", "again.jpg")]


def test_status_1_says_that_something_is_not_found(capsys: Capture, folder: Path) -> None:
    printed(capsys, *ATTACH, "--name-only")
    assert "missing" in printed(capsys, "evidence", "verify", status=1)
    Path("photo.jpg").write_bytes(b"another")
    assert "changed" in printed(capsys, "evidence", "verify", ".", status=1)


@pytest.mark.parametrize(("language", "told"), [("zh-Hant", "密封完好"), ("zh-Hans", "密封完好")])
def test_the_office_reads_it_in_chinese(capsys: Capture, language: str, told: str) -> None:
    printed(capsys, *ATTACH)
    assert told in printed(capsys, "evidence", "verify", "--lang", language)
    assert run(["evidence", "get", "ffff", "--out", "x", "--lang", language]) == 3
    assert "SHA-256" in capsys.readouterr().err


def test_a_file_taken_out_is_gone(capsys: Capture, folder: Path) -> None:
    printed(capsys, *ATTACH)
    options = ("--sha256", DIGEST, "--reason", "拍錯", "--by", "I01", "--on", f"{office.MONTH}-13")
    printed(capsys, "evidence", "discard", "--notice", "N1", "--clock-is-right", *options)
    assert json.loads(printed(capsys, "evidence", "list", "--json")) == []
    assert not [path for path in (folder / "kaoji.evidence").rglob("*") if path.is_file()]


def test_the_sealed_files_are_backed_up_where_asked_alone(capsys: Capture, folder: Path) -> None:
    printed(capsys, *ATTACH)
    printed(capsys, "backup", "plain")
    assert not list((folder / "plain").rglob(DIGEST))
    printed(capsys, "backup", "whole", "--keyring", "keys", "--evidence", "files")
    (copy,) = (folder / "files").rglob(DIGEST)
    kept = next((folder / "kaoji.evidence").rglob(DIGEST))
    assert copy.read_bytes() == kept.read_bytes()
    with Ledger("sqlite:///whole/ledger.db") as other:
        assert other.log.people.evidence.folder.name == "ledger.evidence"
