"""`--as EMPLOYEE`: the command line with somebody's rights."""

import json
import shutil
from pathlib import Path

import pytest

from cli.main import run
from ledger.application.ledger import Ledger
from tests.access.sample import SAMPLE
from tests.support.office import register_employee, register_site
from tests.support.story import told


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('office') / 'kaoji.db'}"
    assert run(["apply", str(SAMPLE), "--ledger", url, "--lang", "en"]) == 0
    return url


@pytest.fixture(scope="module")
def two_sites(ledger: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("two") / "kaoji.db"
    shutil.copytree(Path(ledger.removeprefix("sqlite:///")).parent, file.parent, dirs_exist_ok=True)
    with Ledger(f"sqlite:///{file}") as opened:
        told(opened, register_site("other"), register_employee("X01", site="other"))
    return f"sqlite:///{file}"


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
    ("command", "title"),
    [
        ("due", "Waiting for somebody"),
        ("employee list", "Employees"),
        ("employee find X", "Employees"),
        ("notice list", "Notices"),
        ("office list", "Offices"),
    ],
)
def test_of_which_site_a_list_is_stands_above_it(
    command: str, title: str, two_sites: str, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = [*command.split(), "--ledger", two_sites, "--lang", "en"]
    for said, site in (
        (["--as", "X01"], "other"),
        (["--as", "D01"], "jinse"),
        (["--site", "other"], "other"),
    ):
        capsys.readouterr()
        assert run([*asked, *said]) == 0
        assert f"{title} · {site}" in capsys.readouterr().out
    assert run(asked) == 2


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
