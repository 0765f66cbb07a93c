"""`kaoji what-if --policy` of everybody, as people read it, as programs do, and as a file with every change."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from cli.main import run
from ledger.application.ledger import Ledger
from tests.support import office
from tests.tracing.stage import candidate

Capture = pytest.CaptureFixture[str]
NEXT = "next.json"


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> Path:
    """Two notices in August, one of them joint, and a policy under which a point costs 10 yuan instead of 5."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KAOJI_LANG", "en")
    monkeypatch.setitem(Ledger.__init__.__kwdefaults__, "now", office.now)
    said = [*office.office(), office.issue_notice("N1", "E001", 2), office.issue_notice("N2", "E002", 3)]
    said.append(office.find_responsibility("N1"))
    (tmp_path / "office.jsonl").write_bytes(b"".join(office.lines(said)))
    (tmp_path / NEXT).write_text(json.dumps(candidate(None, "20.00", "10.00", 30, 3, "lapses")))
    assert run(["apply", "office.jsonl"]) == 0
    capsys.readouterr()
    return tmp_path


def tried(capsys: Capture, *words: str) -> Any:
    assert run(["what-if", "--policy", NEXT, "--json", *words]) == 0
    return json.loads(capsys.readouterr().out)


def test_it_says_who_would_owe_more_by_month_department_and_site(capsys: Capture) -> None:
    found = tried(capsys)
    assert found["policy"] == "candidate" and len(found["mark"]) == 64
    assert found["total"]["deduction"] == {"before": "25.00", "after": "50.00", "difference": "25.00"}
    assert (found["total"]["people"], found["total"]["winners"], found["total"]["losers"]) == (3, 0, 3)
    assert [row["month"] for row in found["months"]] == ["2026-08"]
    assert [row["site"] for row in found["sites"]] == [office.SITE]
    assert sum(row["people"] for row in found["departments"]) == 3, "the supervisor bears a share of N1"


@pytest.mark.parametrize(
    ("lang", "word"), [("en", "owe more"), ("zh-Hant", "多扣人數"), ("zh-Hans", "多扣人数")]
)
def test_it_is_told_in_tables(lang: str, word: str, capsys: Capture) -> None:
    assert run(["what-if", "--policy", NEXT, "--lang", lang]) == 0
    told = capsys.readouterr().out
    assert word in told and "50.00" in told and "2026-08" in told


def test_every_figure_that_changes_is_in_the_file_for_its_owner_alone(desk: Path, capsys: Capture) -> None:
    tried(capsys, "--out", "changes.csv")
    file = desk / "changes.csv"
    rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
    assert rows[0][0] == "employee" and rows[0][-2:] == ["before", "after"]
    of_n1 = [row for row in rows if row[5] == "N1"]
    assert [row[-3:] for row in of_n1] == [["share", "3.00", "6.00"]]
    borne = [row for row in rows if row[0] == "L01" and row[6] == "joint liability"]
    assert [row[-2:] for row in borne] == [["3.00", "6.00"]]
    assert file.stat().st_mode & 0o777 == 0o600
    assert run(["what-if", "--policy", NEXT, "--out", "changes.csv"]) == 2
    assert "changes.csv" in capsys.readouterr().err
    tried(capsys, "--out", "changes.csv", "--force")


def test_a_month_in_which_nothing_is_shows_nothing(capsys: Capture) -> None:
    found = tried(capsys, "--month", "2026-07")
    assert found["months"] == [] and found["total"]["people"] == 0


@pytest.mark.parametrize(
    ("words", "status", "reason"),
    [
        (["--policy", NEXT, "--employee", "E001", "--out", "x.csv"], 2, "for everybody"),
        (["--without", "N1", "--all-ledgers"], 2, "for everybody"),
        (["--policy", NEXT, "--month", "2026-13"], 2, "2026-13"),
        (["--policy", NEXT, "--site", "nowhere"], 3, "nowhere"),
        (["--policy", "office.jsonl"], 2, ""),
    ],
)
def test_what_cannot_be_tried_is_refused(words: list[str], status: int, reason: str, capsys: Capture) -> None:
    assert run(["what-if", *words]) == status
    told = capsys.readouterr()
    assert told.err.startswith(("error: ", "usage: ", "Usage: ")) and reason in told.err and not told.out


def test_a_person_tries_it_on_the_site_whose_figures_they_see(capsys: Capture) -> None:
    assert run(["what-if", "--policy", NEXT, "--as", "E001"]) == 3
    assert tried(capsys, "--as", "D01")["total"]["people"] == 3
