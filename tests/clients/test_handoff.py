"""LibreOffice reads the hand-off as it was written, changes no id and no amount, and saves it whole."""

import csv
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.application.ledger import Ledger
from ledger.exports.handoff import Handoff
from ledger.labels.messages import load
from tests.support import office
from tests.support.story import open_ledger

HOSTILE = '=HYPERLINK("http://e";"甲")'


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    commands = [
        *office.office(),
        office.register_employee("007", name=HOSTILE, supervisor="L01"),
        office.register_employee("1E5", name="+86", supervisor="L01"),
        office.issue_notice("N1", "E001", 5),
        office.issue_notice("N2", "007", 9, clause="FD-02"),
        office.find_responsibility("N2"),
        office.issue_notice("N3", "1E5", 2, clause="PF-D"),
        office.grant_reward("R1", "E004", 2),
        office.close_month(),
    ]
    file = tmp_path_factory.mktemp("handoff") / "kaoji.db"
    with open_ledger(file, office.NOW) as opened:
        opened.record.apply(office.lines(commands))
        yield opened


@pytest.fixture(scope="module")
def sheets(ledger: Ledger) -> Handoff:
    return ledger.exports.handoff(office.MONTH, None, "full", load("zh-Hant"))


def converted(file: Path, folder: Path, form: str, *options: str) -> Path:
    """The file as LibreOffice saves it in another format."""
    folder.mkdir(exist_ok=True)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [
        "soffice",
        profile,
        "--headless",
        *options,
        "--convert-to",
        form,
        "--outdir",
        str(folder),
        str(file),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return folder / f"{file.stem}.{form.partition(':')[0]}"


def rows_of(file: Path, encoding: str = "utf-8") -> list[list[str]]:
    with file.open(encoding=encoding, newline="") as opened:
        return list(csv.reader(opened))


def expected(sheets: Handoff) -> list[list[str]]:
    titles = [column.title for column in sheets.pay.columns]
    return [titles] + [
        ["" if v is None else f"{v / 100:.2f}" if isinstance(v, int) else v for v in row]
        for row in sheets.pay.rows
    ]


def test_libreoffice_reads_the_workbook_as_it_was_written(
    ledger: Ledger, sheets: Handoff, tmp_path: Path
) -> None:
    file = tmp_path / "pay.xlsx"
    file.write_bytes(ledger.exports.workbook(sheets))
    read = rows_of(converted(file, tmp_path / "csv", "csv:Text - txt - csv (StarCalc):44,34,76,1"))
    assert read == expected(sheets)


def test_a_workbook_saved_by_libreoffice_is_still_whole(
    ledger: Ledger, sheets: Handoff, tmp_path: Path
) -> None:
    file = tmp_path / "pay.xlsx"
    file.write_bytes(ledger.exports.workbook(sheets))
    saved = converted(file, tmp_path / "saved", "xlsx")
    checked = ledger.exports.check_handoff(saved.read_bytes())
    assert checked.ok and checked.known
    old = converted(file, tmp_path / "old", "xls")
    assert ledger.exports.check_handoff(old.read_bytes()).ok


@pytest.mark.parametrize(("encoding", "number"), [("utf-8-sig", 76), ("gb18030", 85)])
def test_libreoffice_reads_the_csv_and_reckons_with_no_text(
    ledger: Ledger, sheets: Handoff, tmp_path: Path, encoding: str, number: int
) -> None:
    file = tmp_path / "pay.csv"
    file.write_bytes(ledger.exports.csv(sheets.pay, encoding, tab_before_ids=True))
    saved = converted(file, tmp_path / "ods", "ods", f"--infilter=CSV:44,34,{number},1")
    read = rows_of(converted(saved, tmp_path / "back", "csv:Text - txt - csv (StarCalc):44,34,76,1"))
    texts = {cell for row in read for cell in row}
    assert not [text for text in texts if text.startswith(("Err:", "#"))]
    assert {f"'{HOSTILE}", "'+86"} <= texts
    assert "扣款" in "".join(texts)
