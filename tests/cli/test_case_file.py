"""`appeal show` and `appeal dossier` say what the case file holds, as of any position, and overwrite nothing unasked."""

import json
from pathlib import Path

import pytest

from cli.main import run
from tests.support import office
from tests.support.office import lines
from tests.support.story import open_ledger

Capture = pytest.CaptureFixture[str]
FILED = [
    *office.office(),
    office.issue_notice("N1", "E001", 5),
    office.file_appeal("A1", "E001", {"notice": "N1"}),
]


@pytest.fixture(autouse=True)
def position(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """A ledger with a decided appeal in an empty folder; the position at which it was pending."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KAOJI_LANG", "en")
    monkeypatch.setenv("KAOJI_LEDGER", "sqlite:///kaoji.db")
    with open_ledger(tmp_path / "kaoji.db") as ledger:
        filed = ledger.record.apply(lines(FILED)).position
        ledger.record.apply(lines([office.decide_appeal("A1", "revoked", "H01")]))
    return filed


def output(capsys: Capture, *arguments: str) -> str:
    assert run(list(arguments)) == 0, capsys.readouterr().err
    return capsys.readouterr().out


def test_json_is_the_case_file(capsys: Capture, position: int) -> None:
    for as_of in ([], ["--as-of", str(position)]):
        told = json.loads(output(capsys, "appeal", "show", "A1", "--json", *as_of))
        with open_ledger(Path("kaoji.db")) as ledger:
            assert told == ledger.review.case_file("A1", position if as_of else None)


def test_outcomes_are_shown_while_there_are_any(capsys: Capture, position: int) -> None:
    pending = output(capsys, "appeal", "show", "A1", "--as-of", "appeal:A1")
    assert ["dismissed", "0.00", "→", "45.00", "0.00", "→", "45.00"] in map(str.split, pending.splitlines())
    assert "no outcome is left" in output(capsys, "appeal", "show", "A1")


def test_a_what_if_says_that_nobody_has_to_decide_any_more(capsys: Capture) -> None:
    with open_ledger(Path("kaoji.db")) as ledger:
        filed = [office.issue_notice("N2", "E002", 5), office.file_appeal("A2", "E002", {"notice": "N2"})]
        ledger.record.apply(lines(filed))
        pending = ledger.position()
        ledger.record.apply(lines([office.decide_appeal("A2", "dismissed", "H02")]))
    typed = ["what-if", "A2", "--outcome", "revoked"]
    assert "A2 has ended already (dismissed)" in output(capsys, *typed)
    assert "ended already" not in output(capsys, *typed, "--as-of", str(pending))


def test_a_page_is_written_once_and_replaced_when_forced(capsys: Capture, position: int) -> None:
    page = output(capsys, "appeal", "dossier", "A1", "--out", "-")
    assert output(capsys, "appeal", "dossier", "A1", "--out", "A1.html").split()[-1] == "A1.html"
    assert Path("A1.html").read_text("utf-8") == page
    assert run(["appeal", "dossier", "A1", "--out", "A1.html", "--as-of", str(position)]) == 2
    assert "A1.html is there already" in capsys.readouterr().err
    assert Path("A1.html").read_text("utf-8") == page
    output(capsys, "appeal", "dossier", "A1", "--out", "A1.html", "--as-of", str(position), "--force")
    assert f"position {position} " in Path("A1.html").read_text("utf-8")


def test_the_language_of_the_command_is_the_pages(capsys: Capture) -> None:
    page = output(capsys, "appeal", "dossier", "A1", "--out", "-", "--lang", "zh-Hans")
    assert '<html lang="zh-Hans">' in page and "<title>申诉案卷 A1</title>" in page


def test_what_cannot_be_written_or_is_not_there_leaves_no_file(capsys: Capture) -> None:
    assert run(["appeal", "dossier", "A1", "--out", "no-folder/A1.html"]) == 2
    assert "the folder no-folder is not there" in capsys.readouterr().err
    assert run(["appeal", "dossier", "A2", "--out", "A2.html"]) == 3
    assert not Path("A2.html").exists()
