"""`--as EMPLOYEE`: the command line with somebody's rights."""

import json
from pathlib import Path

import pytest

from cli.main import run
from tests.access.sample import SAMPLE


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('office') / 'kaoji.db'}"
    assert run(["apply", str(SAMPLE), "--ledger", url, "--lang", "en"]) == 0
    return url


def test_an_employee_sees_their_own_row(ledger: str, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert run(["report", "monthly", "2026-07", "--ledger", ledger, "--as", "E06", "--json"]) == 0

    assert [row["employee"] for row in json.loads(capsys.readouterr().out)] == ["E06"]


def test_above_them_points_and_band_are_seen_without_money(
    ledger: str, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    asked = ["report", "monthly", "2026-07", "--ledger", ledger, "--as", "S03", "--lang", "en"]
    assert run(asked) == 0

    printed = capsys.readouterr().out
    assert "E06" in printed
    assert "50.50" not in printed


def test_what_is_not_theirs_is_refused_in_words(ledger: str, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert run(["explain", "E06", "2026-07", "--ledger", ledger, "--as", "E01", "--lang", "zh-Hant"]) == 3

    assert capsys.readouterr().err.startswith("錯誤：E01 無權查閱 E06 2026-07")


def test_a_purpose_is_asked_for_and_opens_the_case(ledger: str, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    asked = ["appeal", "show", "A04", "--ledger", ledger, "--as", "C01", "--lang", "en"]

    assert run(asked) == 3
    assert "for a stated purpose only" in capsys.readouterr().err
    assert run([*asked, "--purpose", "yearly review"]) == 0


@pytest.mark.parametrize(
    "command",
    [
        ["rebuild"],
        ["ledgers"],
        ["key", "show"],
        ["backup"],
        ["verify"],
        ["report", "monthly", "2026-07", "--all-ledgers"],
    ],
    ids=lambda command: command[0],
)
def test_what_is_of_the_files_is_not_a_persons(
    command: list[str], ledger: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = [*command, str(tmp_path / "copy")] if command == ["backup"] else command
    status = run([*asked, "--ledger", ledger, "--as", "D01", "--lang", "en"])

    assert (status, "is not for D01 to read" in capsys.readouterr().err) == (
        (0, False) if command[0] == "key" else (3, True)
    )
