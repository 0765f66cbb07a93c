"""A file that somebody names is read to its end; what may have none, or is more than memory holds, is refused."""

import io
import re
from pathlib import Path

import pytest

from cli.main import run
from ledger.application import given_file
from ledger.application.given_file import content_of, lines_of, require_end, whole
from ledger.errors import InputError
from tests.support import office
from tests.support.typed import ISSUE_NOTICE

ENDLESS = Path("/dev/full")
CLI = Path(__file__).parents[2] / "cli"
READING = {
    "apply": ["apply", "{}"],
    "bank": ["exam", "check", "{}"],
    "checkpoint": ["verify", "--since", "{}", "--vkey", "x+1+y"],
    "cosigned": ["witness", "add", "{}", "--vkey", "x+1+y"],
    "evidence": [
        *ISSUE_NOTICE,
        *("--points", "1", "--issued-by", "I01"),
        *("--occurred-at", "2026-08-03 09:00", "--narrative", "nothing", "--evidence", "{}"),
    ],
    "hand-off": ["verify", "--handoff", "{}"],
    "key": ["verify", "--vkey", "{}"],
    "map": ["map", "check", "{}"],
    "policy": ["policy", "check", "{}"],
    "receipt": ["verify", "--receipt", "{}"],
    "round": ["inspection", "import", "{}"],
    "sheet": ["import", "notices", "{}"],
    "what-if": ["what-if", "--policy", "{}"],
}


@pytest.mark.parametrize("name", READING)
def test_a_device_without_end_is_refused(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(given_file, "MOST_MEBIBYTES", 1)
    url = f"sqlite:///{tmp_path / 'kaoji.db'}"
    words = [word.format(ENDLESS) for word in READING[name]]
    assert run([*words, "--ledger", url, "--lang", "en"]) == 2
    assert f"{ENDLESS} is a device and no file" in capsys.readouterr().err


def test_a_catalogue_that_is_a_device_is_refused(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(given_file, "MOST_MEBIBYTES", 1)
    monkeypatch.setenv("KAOJI_LEDGERS", str(ENDLESS))
    assert run(["ledgers", "--lang", "en"]) == 2
    assert "is a device and no file" in capsys.readouterr().err


def test_no_command_reads_a_file_in_another_way() -> None:
    reads = re.compile(r"read_bytes\(|read_text\(|\.open\(\"r|click\.File\(|\bfile\.read\(")
    for file in CLI.glob("*.py"):
        lines = [line for line in file.read_text("utf-8").splitlines() if "SAMPLE" not in line]
        assert not [line for line in lines if reads.search(line)], file.name


def test_what_has_an_end_is_read(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"one\ntwo")
    assert (content_of(file), content_of(Path("/dev/null"))) == (b"one\ntwo", b"")
    with file.open("rb") as opened:
        require_end(opened)
        assert list(lines_of(opened, 3)) == [b"one\n", b"two"]
    with pytest.raises(InputError, match="file_unreadable"):
        content_of(tmp_path / "nothing")


def test_a_line_is_cut_behind_what_is_looked_at_and_the_next_is_read_from_its_beginning() -> None:
    assert list(lines_of(io.BytesIO(b"1234567\n12\n123"), 3)) == [b"1234", b"12\n", b"123"]


def test_more_than_the_bound_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(given_file, "MOST_MEBIBYTES", 1)
    for content in (b"0" * 1_048_577, b"0\n" * 524_289):
        with pytest.raises(InputError, match="file_too_large"):
            whole(io.BytesIO(content))
        with pytest.raises(InputError, match="file_too_large"):
            list(lines_of(io.BytesIO(content), 3))
    assert len(whole(io.BytesIO(b"0" * 1_048_576))) == 1_048_576


def test_a_file_of_commands_with_a_line_too_long_tells_that_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "site.jsonl"
    first, *_ = office.lines([office.register_site()])
    file.write_bytes(first + b"0" * 1_000_001 + b"\n" + b"{}\n")
    url = f"sqlite:///{tmp_path / 'kaoji.db'}"
    assert run(["apply", str(file), "--ledger", url, "--lang", "en"]) == 2
    told = capsys.readouterr().err
    assert "line 2" in told and "line 3" in told
