"""What a registry, the head, a checkpoint or a sheet says is believed only where what it is made of bears it out."""

import sqlite3
from pathlib import Path

import pytest

from cli.main import run
from ledger.application.ledger import Ledger
from ledger.errors import LedgerError
from tests.support import flips, office
from tests.tamper.attacker import owning, statements

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
    (
        "UPDATE things SET position = (SELECT position FROM things WHERE kind = 'notice' AND id = 'N1')"
        " WHERE kind = 'notice' AND id = 'N2'",
        ("receipt", "N2", "--out", "-"),
        "registry things",
    ),
    (
        "UPDATE things SET position = 99999 WHERE kind = 'notice' AND id = 'N2'",
        ("receipt", "N2", "--out", "-"),
        "registry things",
    ),
    ("UPDATE things SET position = 99999 WHERE kind = 'appeal'", ("appeal", "show", "A1"), "registry things"),
    ("DELETE FROM closes", ("report", "payroll", MONTH, "--site", "jinse"), "registry closes"),
    (
        "UPDATE commands SET recorded_at = '2020-01-01T00:00:00.000000Z' WHERE first_position > 5",
        ("report", "monthly", MONTH, "--site", "jinse", "--as-of", "2026-01-01T00:00:00Z"),
        "registry commands",
    ),
    (  # which leads whoever halves them back to where they began
        "UPDATE commands SET last_position = 0",
        ("report", "monthly", MONTH, "--site", "jinse", "--as-of", "2026-12-31T00:00:00Z"),
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


@pytest.mark.parametrize(
    "forged",
    [
        "INSERT INTO checkpoints VALUES ('main', 99, 100000, x'00')",
        "INSERT INTO checkpoints SELECT 'main', 99, 100000, note FROM checkpoints",
    ],
)
def test_a_false_checkpoint_in_the_database_counts_for_none_that_has_left(forged: str, copy: Path) -> None:
    url = f"sqlite:///{copy}"
    with Ledger(url) as ledger:
        before = ledger.proofs.covered()
        assert before > 0
    with owning(url) as connection:
        connection.exec_driver_sql(forged)
    with Ledger(url) as ledger:
        assert ledger.proofs.covered() == before


def test_where_no_key_can_be_read_no_checkpoint_counts(copy: Path) -> None:
    copy.with_name("kaoji.key.pub").write_text("no key\n")
    with Ledger(f"sqlite:///{copy}") as ledger:
        assert ledger.proofs.covered() == 0


IN_THE_WAY = {
    "commands": "INSERT INTO commands (ledger, first_position, last_position, digest, subject, recorded_at)"
    " SELECT ledger, position + 1, position + 1, 'x', 'x', 'x' FROM heads",
    "tiles": "INSERT INTO tiles (ledger, level, number, hashes, root) SELECT ledger, 0, 0, frontier, frontier FROM heads",
    "things": "INSERT INTO things (ledger, kind, id, stream, site, position)"
    " SELECT ledger, 'site', 'S0', 'site/S0', 'S0', position + 9 FROM heads",
}
"""What a role that may insert and nothing else can put where the next recordings write."""


@pytest.mark.parametrize("table", IN_THE_WAY)
def test_a_row_in_the_way_of_recording_is_said_and_found_and_can_be_taken_out(
    table: str, ledger_url: str
) -> None:
    more = office.lines([office.register_site(f"S{n}") for n in range(260)])
    with Ledger(ledger_url, now=office.now, operator=lambda: "tester") as ledger:
        ledger.record.apply(office.lines(office.office()))
        end = ledger.position()
    statements(IN_THE_WAY[table])(ledger_url)
    with Ledger(ledger_url, now=office.now, operator=lambda: "tester") as ledger:
        with pytest.raises(LedgerError) as error:
            ledger.record.apply(more)
        assert error.value.code in ("registry_unproven", "id_taken")
        assert ledger.position() == end
        assert {fault.code for fault in ledger.proofs.verify().faults} <= {"registry_wrong", "tile_too_many"}
    with owning(ledger_url) as connection:
        place = "number = 0" if table == "tiles" else "id = 'S0'" if table == "things" else "digest = 'x'"
        connection.exec_driver_sql(f"DELETE FROM {table} WHERE {place}")
    with Ledger(ledger_url, now=office.now, operator=lambda: "tester") as ledger:
        ledger.record.apply(more)
        assert {fault.code for fault in ledger.proofs.verify().faults} <= {"guards_missing"}
