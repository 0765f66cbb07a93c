"""What a registry, the head, a checkpoint or a sheet says is believed only where what it is made of bears it out."""

import sqlite3
from pathlib import Path

import pytest

from cli.main import run
from ledger.application.ledger import Ledger
from tests.support import flips
from tests.tamper.attacker import owning

MONTH = "2026-08"
REFUSED = [
    (
        "UPDATE things SET stream = 'employee/E004' WHERE kind = 'notice' AND id = 'N2'",
        ("notice", "show", "N2"),
        "registry things",
    ),
    (
        "UPDATE things SET stream = 'employee/E004' WHERE kind = 'appeal'",
        ("appeal", "show", "A1"),
        "registry things",
    ),
    ("UPDATE things SET position = 'x' WHERE id = 'N2'", ("receipt", "N2", "--out", "-"), "registry things"),
    ("DELETE FROM closes", ("report", "payroll", MONTH, "--site", "jinse"), "registry closes"),
    (
        "UPDATE commands SET recorded_at = '2020-01-01T00:00:00.000000Z' WHERE first_position > 5",
        ("report", "monthly", MONTH, "--site", "jinse", "--as-of", "2026-01-01T00:00:00Z"),
        "registry commands",
    ),
    (
        "DELETE FROM commands WHERE first_position > 9",
        ("report", "monthly", MONTH, "--site", "jinse", "--as-of", "30"),
        "registry commands",
    ),
    ("UPDATE heads SET position = 'abc'", ("log", "N2"), "changed by another hand"),
]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return flips.made(tmp_path_factory.mktemp("made"))


@pytest.fixture
def copy(file: Path, tmp_path: Path) -> Path:
    for each in file.parent.iterdir():
        if each.is_file():
            (tmp_path / each.name).write_bytes(each.read_bytes())
    return tmp_path / file.name


@pytest.mark.parametrize(
    ("act", "words", "told"), REFUSED, ids=[" ".join(words[:2]) + act[:20] for act, words, _ in REFUSED]
)
def test_a_reader_says_so_and_verify_finds_it(
    act: str, words: tuple[str, ...], told: str, copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{copy}"
    with owning(url) as connection:
        connection.exec_driver_sql(act)
    assert run([*words, "--ledger", url, "--lang", "en"]) == 3
    assert told in capsys.readouterr().err
    assert run(["verify", "--deep", "--sheets", "--ledger", url, "--lang", "en"]) == 1


def test_a_false_checkpoint_in_the_database_gets_into_no_receipt(copy: Path) -> None:
    url = f"sqlite:///{copy}"
    with owning(url) as connection:
        connection.exec_driver_sql("INSERT INTO checkpoints VALUES ('main', 99, 100000, x'00')")
    with Ledger(url) as ledger:
        assert ledger.proofs.receipt("N2")
        assert {fault.code for fault in ledger.proofs.verify().faults} == {"checkpoint_bad", "guards_missing"}


def test_a_value_of_another_type_in_a_sheet_is_said(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with sqlite3.connect(copy.with_name("kaoji.sheets.db")) as sheets:
        sheets.execute("UPDATE sheet_monthly SET surcharge = x'00' WHERE employee = 'E002'")
    words = ["report", "monthly", MONTH, "--site", "jinse", "--ledger", f"sqlite:///{copy}", "--lang", "en"]
    assert run(words) == 3
    assert "kaoji rebuild" in capsys.readouterr().err


def test_a_keyring_whose_columns_have_other_names_is_said(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with sqlite3.connect(copy.with_name("kaoji.keys.db")) as keyring:
        keyring.execute("ALTER TABLE keyring_keys RENAME COLUMN identity TO idensity")
    run(["report", "monthly", MONTH, "--site", "jinse", "--ledger", f"sqlite:///{copy}", "--lang", "en"])
    assert "Traceback" not in capsys.readouterr().err
