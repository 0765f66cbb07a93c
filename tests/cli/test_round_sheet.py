"""A round goes out as a file to be filled in on site, and comes back as it was filled in (appraisal §9.1)."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli.main import run
from ledger.application.ledger import Ledger
from tests.support import office
from tests.support.office import MONTH
from tests.support.story import open_ledger

Capture = pytest.CaptureFixture[str]
Rows = list[list[str]]
FACTS = {
    "開始時間": f"{MONTH}-18 09:30",
    "結束時間": f"{MONTH}-18 11:00",
    "檢查人": "I01",
    "登記日期": "2026/8/18",
}
LINES = {
    "FD-01": {"結果": "合格", "備註": "地面剛拖過"},
    "FD-03": {"結果": "不合格", "發現情況": "文件未分類", "整改期限": f"{MONTH}-20"},
    "FD-08": {"結果": "×", "讀數": "5", "發現情況": "五聲才接", "工號": "E003", "時間": "10:05", "扣分": "2"},
    "FD-11": {"結果": "不適用"},
}


@pytest.fixture
def told(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str, str]]:
    """The command line at an office of its own: exit status, stdout, stderr."""
    file = tmp_path / "kaoji.db"
    with open_ledger(file, office.NOW) as ledger:
        ledger.record.apply(office.lines(office.office()))
    monkeypatch.setitem(Ledger.__init__.__kwdefaults__, "now", lambda: office.NOW)

    def tell(*arguments: str, lang: str = "zh-Hant") -> tuple[int, str, str]:
        status = run([*arguments, "--ledger", f"sqlite:///{file}", "--lang", lang])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return tell


def filled(blank: bytes, facts: dict[str, str], lines: dict[str, dict[str, str]]) -> Rows:
    """The file as it comes back: facts behind their titles, and the cells of some clauses."""
    rows = list(csv.reader(io.StringIO(blank.decode("utf-8-sig"))))
    head = next(row for row in rows if row and row[0] == "條款")
    for row in filter(None, rows):
        if row[0] in facts:
            row[1] = facts[row[0]]
        for title, value in lines.get(row[0], {}).items():
            row[head.index(title)] = value
    return rows


def written(rows: Rows, encoding: str = "utf-8-sig") -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode(encoding)


@pytest.fixture
def blank(told: Any, tmp_path: Path) -> bytes:
    sheet = tmp_path / "round.csv"
    status, _, _ = told("checklist", "--area", "FD", "--department", "front-desk", "--out", str(sheet))
    assert status == 0
    return sheet.read_bytes()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_round_comes_back_as_it_was_filled_in(
    encoding: str, told: Any, blank: bytes, tmp_path: Path
) -> None:
    file = tmp_path / "filled.csv"
    file.write_bytes(written(filled(blank, FACTS, LINES), encoding))
    status, printed, _ = told("inspection", "import", str(file), "--dry-run", "--json")
    assert (status, json.loads(printed)["dry_run"]) == (0, True)
    status, printed, _ = told("inspection", "import", str(file), "--json")
    assert status == 0
    made = json.loads(printed)["events"]
    name = made[0]["fields"]["inspection"]
    _, printed, _ = told("report", "inspection", name, "--json")
    found = json.loads(printed)
    assert found["counts"] == {"ok": 1, "fault": 2, "not_applicable": 1, "not_seen": 8}
    assert (found["department"], found["started_at"], found["by"], found["on"]) == (
        *("front-desk", f"{MONTH}-18T09:30:00+08:00", "I01", f"{MONTH}-18"),
    )
    assert [
        (row["finding"], row["clause"], row["employee"], row["occurred_at"], row["points"], row["due_on"])
        for row in found["findings"]
    ] == [
        (f"{name}-1", "FD-03", None, f"{MONTH}-18T09:30:00+08:00", None, f"{MONTH}-20"),
        (f"{name}-2", "FD-08", "E003", f"{MONTH}-18T10:05:00+08:00", 2, f"{MONTH}-21"),
    ]
    assert found["clauses"][0]["note"] == "地面剛拖過"


def test_the_same_file_again_records_nothing(told: Any, blank: bytes, tmp_path: Path) -> None:
    file = tmp_path / "filled.csv"
    file.write_bytes(written(filled(blank, FACTS, LINES)))
    assert told("inspection", "import", str(file))[0] == 0
    status, printed, _ = told("inspection", "import", str(file), "--json")
    assert (status, json.loads(printed)["events"]) == (0, [])
    _, printed, _ = told("report", "inspections", MONTH, "--json")
    assert len(json.loads(printed)["rounds"]) == 1


def test_a_file_in_english_is_read_as_well(told: Any, tmp_path: Path) -> None:
    sheet = tmp_path / "round.csv"
    told("checklist", "--area", "PR", "--department", "front-desk", "--out", str(sheet), lang="en")
    rows = list(csv.reader(io.StringIO(sheet.read_text("utf-8-sig"))))
    for row in filter(None, rows):
        row[1] = {"started at": f"{MONTH}-18 09:30", "inspector": "I01"}.get(row[0], row[1])
        if row[0] == "PR-01":
            row[4] = "ok"
    sheet.write_bytes(written(rows))
    status, _, told_on_stderr = told("inspection", "import", str(sheet), lang="en")
    assert status == 0, told_on_stderr


@pytest.mark.parametrize(
    ("facts", "lines", "cell"),
    [
        ({**FACTS, "開始時間": "上午"}, LINES, "B7"),
        (FACTS, {"FD-01": {"結果": "還可以"}}, "E14"),
        (FACTS, {"FD-01": {"發現情況": "不潔", "扣分": "一點五"}}, "M14"),
    ],
    ids=["a time that is none", "a result that is none", "points that are none"],
)
def test_a_cell_that_cannot_be_read_is_named(
    facts: dict[str, str], lines: Any, cell: str, told: Any, blank: bytes, tmp_path: Path
) -> None:
    file = tmp_path / "filled.csv"
    file.write_bytes(written(filled(blank, facts, lines)))
    status, _, error = told("inspection", "import", str(file))
    assert status == 2
    assert cell in error


def test_what_is_no_round_is_refused(told: Any, tmp_path: Path) -> None:
    file = tmp_path / "other.csv"
    file.write_text("a,b\n1,2\n", "utf-8")
    status, _, error = told("inspection", "import", str(file))
    assert (status, "找不到各欄的標題" in error) == (2, True)


def test_a_rule_refuses_a_round_of_a_file_as_any_other(told: Any, blank: bytes, tmp_path: Path) -> None:
    file = tmp_path / "filled.csv"
    file.write_bytes(written(filled(blank, {**FACTS, "檢查人": "E001"}, LINES)))
    status, _, error = told("inspection", "import", str(file))
    assert (status, "無權檢查" in error) == (3, True)
