"""What trials of the program found wrong, each of the files with its right answer.

The cases stand in `shared/cases` beside the project (or where KAOJI_CASES says), and are not copied into it.
"""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ledger.application.ledger import Ledger
from ledger.errors import LedgerError
from tests.support.story import open_ledger

ROOT = Path(__file__).parents[2]
CASES = Path(os.environ.get("KAOJI_CASES", Path(__file__).parents[3] / "shared" / "cases"))
NOW = datetime(2027, 1, 20, 3, tzinfo=UTC)

pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="the cases are not beside the project")


def lines_of(name: str) -> list[bytes]:
    (file,) = CASES.glob(f"{name}*.jsonl")
    return file.read_bytes().splitlines(keepends=True)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return open_ledger(tmp_path / "kaoji.db", NOW)


def refused(ledger: Ledger, lines: list[bytes]) -> list[tuple[str, object]]:
    """Code and line of everything a file is refused for."""
    with pytest.raises(LedgerError) as caught:
        ledger.record.apply(lines)
    return [(error.code, error.place["line"]) for error in (caught.value, *caught.value.others)]


@pytest.mark.parametrize("name", ["F06-", "F06b", "F07", "F11", "F17", "F19", "F21", "F23"])
def test_a_file_that_was_refused_wrongly_is_accepted(name: str, ledger: Ledger) -> None:
    lines = lines_of(name)
    assert ledger.record.apply(lines).recorded == len(lines)


def test_deadlines_of_years_without_a_calendar_count_statutory_days_and_say_so(ledger: Ledger) -> None:
    ledger.record.apply(lines_of("F06b"))
    due = {row["appeal"]: (row["due_on"], row.get("provisional")) for row in ledger.reports.appeals()}
    assert due["A3"] == ("2027-01-12", True)
    assert due["A1"][1]


def test_whoever_comes_to_bear_a_share_may_appeal(ledger: Ledger) -> None:
    ledger.record.apply(lines_of("F07"))
    assert [(row["appeal"], row["status"]) for row in ledger.reports.appeals()] == [
        ("A1", "dismissed"),
        ("A2", "pending"),
    ]
    (share,) = ledger.reports.joint_liability("2026-08")
    assert (share["supervisor"], share["share"], share["status"]) == ("H1", "3.00", "contested")


def test_other_spellings_of_a_department_are_refused(ledger: Ledger) -> None:
    spelt = "department_spelt_otherwise"
    assert refused(ledger, lines_of("F09")) == [(spelt, 22), (spelt, 23), (spelt, 25)]


def test_minutes_of_an_offset_are_below_sixty(ledger: Ledger) -> None:
    assert refused(ledger, lines_of("F10")) == [("field_wrong", 25)]


def test_names_are_masked_without_what_nobody_sees(ledger: Ledger) -> None:
    ledger.record.apply(lines_of("F17"))
    assert [row["name"] for row in ledger.reports.of_month("public-list", "2026-08")] == [
        "王**",
        "王**",
        "葛*",
    ]


def test_a_dropped_clause_is_told_and_its_points_may_be_lowered(ledger: Ledger) -> None:
    applied = ledger.record.apply(lines_of("F19"))
    assert [(note.code, note.fields["notices"]) for note in applied.notes] == [("clause_dropped", 3)]
    card = ledger.review.card("notice", "N1")
    assert card["points"] == 1 and card["clause_title"]


def test_a_carry_without_a_wage_is_told(ledger: Ledger) -> None:
    notes = ledger.record.apply(lines_of("F23")).notes
    assert ("run_without_wage", "E1") in [(note.code, note.fields.get("employees")) for note in notes]
    assert ledger.reports.without_wage("2026-09") == ["E1"]


# --- what is said on a command line ----------------------------------------------------------------


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the demo's office, as the scripts want it."""
    folder = tmp_path_factory.mktemp("cases")
    shell(folder, f"{KAOJI} demo")
    return folder


KAOJI = f"{sys.executable} -m cli"


def shell(folder: Path, script: str) -> str:
    """What a script of bash writes to both streams."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("KAOJI", "LC_", "LANG"))
    }
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env={**kept, "PYTHONPATH": str(ROOT), "K": KAOJI, "LANG": "C.UTF-8", "COLUMNS": "80"},
        capture_output=True,
        check=False,
        timeout=300,
    )
    return (done.stdout + done.stderr).decode("utf-8", "replace")


def case(folder: Path, name: str) -> str:
    (file,) = CASES.glob(f"{name}*.sh")
    said = shell(folder, f". {file} 2>&1")
    assert "Traceback" not in said
    return said


def test_arguments_and_operators_that_are_no_text(office: Path) -> None:
    hint = "hint: set the terminal and the locale to UTF-8 (LANG=C.UTF-8), and type it again\n"
    assert case(office, "F01") == hint * 9
    assert case(office, "F02").endswith("rc=2\n")


def test_closed_streams_are_told_in_words(office: Path) -> None:
    said = case(office, "F03")
    assert said.startswith("error: the answer could not be written")
    assert [line for line in said.splitlines() if line.startswith("rc")] == ["rc=74", "rc=74"]
    assert case(office, "F04").startswith("error: standard input is closed")


def test_the_time_zone_of_the_machine_is_refused(tmp_path: Path) -> None:
    assert case(tmp_path, "F12").startswith("error: line 1, field timezone: there is no time zone localtime")


def test_files_saved_anew_on_windows(office: Path) -> None:
    said = case(office, "F16")
    assert [line for line in said.splitlines() if line.startswith("rc")] == ["rc=0"] * 5


def test_no_colours_where_none_are_wanted(office: Path) -> None:
    assert "^[" not in case(office, "F18")


def test_the_language_of_the_system(office: Path) -> None:
    assert case(office, "F26").splitlines()[:2] == ["公布張貼名單 2026-07 · jinse"] * 2
