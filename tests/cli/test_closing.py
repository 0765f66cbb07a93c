"""A month's close typed by hand: what is still open is told before, what was handed to finance after it."""

from pathlib import Path

import pytest

from cli.main import run
from ledger.application.ledger import Ledger
from tests.support import office


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An office in August with a notice that nobody has acknowledged and an appeal against it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KAOJI_LANG", "en")
    monkeypatch.setitem(Ledger.__init__.__kwdefaults__, "now", office.now)
    said = [*office.office(), office.issue_notice("N1", employee="E001", points=2)]
    said.append(office.file_appeal("A1", "E001", {"notice": "N1"}))
    (tmp_path / "office.jsonl").write_bytes(b"".join(office.lines(said)))
    assert run(["apply", "office.jsonl"]) == 0
    return tmp_path


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("words", [["--dry-run"], []], ids=["dry run", "recorded"])
def test_a_close_tells_what_is_open_and_what_it_hands_over(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run(["month", "close", "2026-08", "--by", "D01", *words]) == 0
    told = capsys.readouterr()
    assert "appeals of 2026-08 not decided yet: A1" in told.err
    assert "notices of 2026-08 that nobody has acknowledged: N1" in told.err
    assert "notices of 2026-08 whose fault is not put right: N1" in told.err
    assert "closed with 2026-08: " in told.out


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("month", ["2026-13", "2026-07", "x"])
def test_what_cannot_be_closed_is_refused_as_before(month: str, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert run(["month", "close", month, "--by", "E001"]) in (2, 3)
    assert capsys.readouterr().err.startswith("error: ")
