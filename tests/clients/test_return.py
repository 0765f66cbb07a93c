"""A return that was filled in and saved anew by LibreOffice, in whichever format, is the same return."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from ledger.application.ledger import Ledger
from ledger.application.recording.imports import Asked
from tests.clients.test_handoff import converted
from tests.imports.bench import CLOSED, Made, handed_over, verdicts
from tests.support import office
from tests.support.story import open_ledger

TAKEN = {"007": "10.00", "E001": "6.60", "E002": "1.00", "E004": "-20.00", "L02": "0.00"}
FILLED = {"N2": "１０．００", "N3": "￥6.60元", "N4": 1, "O4": "已離職", "N5": "-20", "N6": 0}
ASKED = Asked(by="F01", on=date(2026, 9, 2))
FORMS = {
    "xlsx": "xlsx",
    "xls": "xls",
    "ods": "ods",
    "csv": "csv:Text - txt - csv (StarCalc):44,34,85,1",
}
"""Formats as LibreOffice is asked for them; 85 is GB18030."""


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / "kaoji.db", office.NOW) as opened:
        opened.record.apply(office.lines(CLOSED))
        yield opened


@pytest.mark.parametrize("form", FORMS)
def test_it_is_read_as_it_was_filled_in(ledger: Ledger, tmp_path: Path, form: str) -> None:
    file = tmp_path / "pay.xlsx"
    file.write_bytes(handed_over(ledger, FILLED))
    saved = converted(file, tmp_path / form, FORMS[form])
    asked = replace(ASKED, month=office.MONTH) if form == "csv" else ASKED
    imported = ledger.imports.run("payroll", saved.read_bytes(), asked)
    assert imported.recorded == len(TAKEN), verdicts(imported)
    assert [each.code for each in imported.preview.warnings] == (["batch_unchecked"] if form == "csv" else [])
    rows = ledger.reports.reconciliation(office.MONTH)["rows"]
    assert {row["employee"]: row["actual"] for row in rows} == TAKEN


def test_the_mark_of_the_hand_off_outlives_libreoffice(ledger: Ledger, tmp_path: Path) -> None:
    from ledger.imports.sheet import read_sheet

    file = tmp_path / "pay.xlsx"
    file.write_bytes(handed_over(ledger, FILLED))
    read = read_sheet("payroll", converted(file, tmp_path / "saved", "xlsx").read_bytes(), ASKED)
    assert read.batch is not None
    assert read.batch.digests == {ledger.reports.payroll(office.MONTH)["digest"]}


def test_an_old_workbook_of_wages_is_read(ledger: Ledger, tmp_path: Path) -> None:
    rows = [["九月工資"], ["工號", "應發工資", "最低工資", "日期"], ["007", 3200.5, 2200, date(2026, 9, 1)]]
    file = tmp_path / "wages.xlsx"
    file.write_bytes(Made(rows).content())
    old = converted(file, tmp_path / "old", "xls")
    imported = ledger.imports.run("wages", old.read_bytes(), Asked(month="2026-09"))
    assert verdicts(imported) == {"3": "new"}
    assert imported.preview.rows[0].commands[0]["wage"] == "3200.50"
