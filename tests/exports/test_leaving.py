"""What leaves for finance: the same bytes wherever it is written, no formula, and nobody's words."""

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from cli.main import run
from tests.privacy import scene
from tests.support import office
from tests.support.story import open_ledger

ROOT = Path(__file__).parents[2]
MAP = ROOT / "cli/sample/maps/payroll.toml"
HOSTILE = "=HYPERLINK(1)甲"
NOTE, CORRECTION, REASON = map(scene.mark, (31, 32, 33))
SEALED = [*map(scene.mark, range(1, 23)), scene.OTHERS_WORDS, NOTE, CORRECTION, REASON]
NAMES = [scene.NAME, scene.LATER_NAME, HOSTILE]

FILES = {
    "pay.xlsx": f"payroll {office.MONTH}",
    "none.xlsx": f"payroll {office.MONTH} --names none",
    "masked.xlsx": f"payroll {office.MONTH} --names masked",
    "mapped.xlsx": f"payroll {office.MONTH} --map {MAP}",
    "pay.csv": f"payroll {office.MONTH}",
    "lines.csv": f"payroll {office.MONTH} --sheet lines --encoding gb18030 --names none",
    "control.csv": f"payroll {office.MONTH} --sheet control --names none",
    "map.csv": f"payroll {office.MONTH} --map {MAP} --csv-ids tab",
    "kaoji.journal": "books --format hledger",
    "kaoji.beancount": "books --format beancount",
    "events.ndjson": "events --format cloudevents",
}


def told() -> list[dict[str, object]]:
    """August closed, somebody's share in it, a return with words, a correction, and a difference given up."""
    returned = {"do": "record_payroll", "site": office.SITE, "month": office.MONTH, "by": "F01"}
    settled = {"do": "settle_difference", "site": office.SITE, "month": office.MONTH, "how": "write_off"}
    return [
        *(command for command in scene.life() if command["do"] not in ("close_month", "record_departure")),
        office.register_employee("F01", name=HOSTILE),
        office.appoint("finance", "F01"),
        office.issue_notice("N9", "F01", 2, clause="FD-04"),
        office.close_month(),
        {**returned, "on": "2026-09-02", "deducted": {scene.WHO: "1.00"}, "notes": {scene.WHO: NOTE}},
        {**returned, "on": "2026-09-02", "deducted": {scene.WHO: "2.00"}, "correction": CORRECTION},
        {**settled, "employee": scene.WHO, "reason": REASON, "by": "M01", "on": "2026-09-02"},
    ]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("leaving") / "kaoji.db"
    with open_ledger(file, office.NOW) as ledger:
        ledger.record.apply(office.lines(told()))
    return f"sqlite:///{file}"


@pytest.fixture(scope="module")
def written(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, bytes]]:
    """Every file, as it is written here."""
    folder = tmp_path_factory.mktemp("here")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name, typed in FILES.items():
            assert run(["export", *typed.split(), "--out", name, "--ledger", url, "--lang", "zh-Hant"]) == 0
    yield {name: (folder / name).read_bytes() for name in FILES}


@pytest.mark.parametrize("name", FILES)
def test_the_bytes_are_the_same_elsewhere(
    name: str, url: str, written: dict[str, bytes], tmp_path: Path
) -> None:
    elsewhere = {
        **os.environ,
        "TZ": "America/St_Johns",
        "LANG": "de_DE.UTF-8",
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
        "PYTHONHASHSEED": "7",
        "KAOJI_OPERATOR": "somebody",
    }
    out = tmp_path / "another folder" / name
    out.parent.mkdir()
    typed = ["export", *FILES[name].split(), "--out", str(out), "--ledger", url, "--lang", "zh-Hant"]
    subprocess.run([sys.executable, "-m", "cli", *typed], env=elsewhere, cwd=tmp_path, check=True)
    assert out.read_bytes() == written[name]


def parts(content: bytes, name: str) -> str:
    """All text of a file, of a workbook what is packed in it."""
    if not name.endswith(".xlsx"):
        return content.decode("gb18030" if name == "lines.csv" else "utf-8")
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return "\n".join(book.read(part).decode() for part in book.namelist())


@pytest.mark.parametrize("name", FILES)
def test_nobodys_words_are_in_it_and_names_only_where_they_were_asked_for(
    name: str, written: dict[str, bytes]
) -> None:
    text = parts(written[name], name)
    assert [word for word in SEALED if word in text] == []
    open_names = name in ("pay.xlsx", "mapped.xlsx", "pay.csv", "map.csv")
    assert [word for word in NAMES if word in text] == (NAMES[1:] if open_names else [])


def test_why_pay_is_what_it_is_holds_nobodys_words(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", scene.WHO, office.MONTH, "--pay", "--json", "--ledger", url]) == 0
    told = capsys.readouterr().out
    assert [word for word in SEALED if word in told] == []
    assert {entry["what"] for entry in json.loads(told)["entries"]} >= {"line", "returned", "settled"}


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".xlsx")])
def test_no_cell_is_a_formula(name: str, written: dict[str, bytes]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(written[name]))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert cells and not [cell for cell in cells if cell.data_type == "f"]


@pytest.mark.parametrize("end", [".xls", ".ods", ".pdf"])
def test_a_file_that_would_not_be_what_its_name_says_is_refused(
    end: str, url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / f"2026-08{end}"

    assert (
        run(["export", "payroll", office.MONTH, "--out", str(out), "--ledger", url, "--lang", "zh-Hant"]) == 2
    )
    assert f"移交表只寫成 XLSX 或 CSV，不寫成 {end}" in capsys.readouterr().err
    assert not out.exists()
