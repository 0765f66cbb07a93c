"""A hand-off as a payroll program takes it, by a mapping file; and what the program gives back, read by the same."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cli.main import run
from ledger.application.ledger import Ledger
from ledger.application.recording.imports import Asked, Imported
from ledger.errors import InputError, WrongState
from ledger.exports import xlsx_file
from ledger.exports.table import Column, Table
from ledger.imports import pay_map
from ledger.labels.messages import load
from tests.support import office
from tests.support.story import open_ledger

HANT = load("zh-Hant")
SAMPLE = (Path(__file__).parents[2] / "cli/sample/maps/payroll.toml").read_text("utf-8")
LONG = """
format = "kaoji.payroll-map/v1"
name = "long"
[sheet]
title = "扣款匯總"
layout = "long"
rows_before_header = [["emp.number", "=item", "amount"]]
period = "YYYYMM"
leave_out_zero = true
[columns]
employee = "工號"
item = "項目"
amount = "金額"
month = "期間"
[[items]]
title = "扣"
of = ["own", "joint", "performance"]
sign = "deduct"
[[items]]
title = "付"
of = ["own", "joint", "performance"]
sign = "pay"
shown = "negative"
"""


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    commands = [
        *office.office(),
        office.register_employee("E01", name="甲", supervisor="L01"),
        office.register_employee("F01"),
        office.appoint("finance", "F01"),
        office.issue_notice("N1", "E01", 5),
        office.issue_notice("N2", "E002", 9, clause="FD-02"),
        office.find_responsibility("N2"),
        office.issue_notice("N3", "E003", 2, clause="PF-D"),
        office.grant_reward("R1", "E004", 2),
        office.grant_reward("R2", "E003", 2, occurred_on="2026-08-16"),
        office.close_month(),
    ]
    with open_ledger(tmp_path / "kaoji.db", office.NOW) as opened:
        opened.record.apply(office.lines(commands))
        yield opened


def mapped(ledger: Ledger, text: str = SAMPLE) -> list[list[Any]]:
    """The first sheet of the workbook, as openpyxl reads it."""
    sheets = ledger.exports.handoff(office.MONTH, None, "full", HANT, given_map=text.encode())
    book = openpyxl.load_workbook(io.BytesIO(ledger.exports.workbook(sheets)))
    return [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]


def test_a_wide_sheet_has_a_column_a_pay_item(ledger: Ledger) -> None:
    titles, *rows = mapped(ledger)
    assert titles == [
        "人員編號",
        "姓名",
        "部門",
        "所屬期間",
        "過失扣款",
        "連帶扣款",
        "績效扣款",
        "補發及獎勵",
    ]
    assert rows == [
        ["E002", "員工E002", "order", "2026年8月", 51.5, None, None, None],
        ["E004", "員工E004", "order", "2026年8月", None, None, None, 20],
        ["000123", "甲", "客服部", "2026年8月", 45, None, None, None],
        ["L02", "員工L02", "order", "2026年8月", None, 13.5, None, None],
    ]


def test_a_long_sheet_has_a_row_for_each_person_and_pay_item(ledger: Ledger) -> None:
    before, titles, *rows = mapped(ledger, LONG)
    assert before == ["emp.number", "=item", "amount", None] and titles == ["工號", "項目", "金額", "期間"]
    assert ["E004", "付", -20, "202608"] in rows and ["L02", "扣", 13.5, "202608"] in rows
    sheets = ledger.exports.handoff(office.MONTH, None, "full", HANT)
    assert sum(row[2] for row in rows) * 100 == sum(row[7] for row in sheets.pay.rows)  # type: ignore[misc]


@pytest.mark.parametrize("text", [SAMPLE, LONG])
def test_our_sheets_follow_and_the_file_is_whole(ledger: Ledger, text: str) -> None:
    sheets = ledger.exports.handoff(office.MONTH, None, "full", HANT, given_map=text.encode())
    content = ledger.exports.workbook(sheets)
    assert ledger.exports.check_handoff(content, text.encode()).ok
    with pytest.raises(InputError) as unknown:
        ledger.exports.check_handoff(content)
    assert unknown.value.code == "handoff_map_needed"
    assert content == ledger.exports.workbook(sheets)
    names = openpyxl.load_workbook(io.BytesIO(content)).sheetnames
    assert len(names) == 4 and len({name.casefold() for name in names}) == 4
    told = dict(sheets.control.rows)  # type: ignore[arg-type]
    assert told["對照表"] == f"{pay_map.load(text.encode()).name} {pay_map.load(text.encode()).digest()}"


@pytest.mark.parametrize(
    ("cell", "value"), [("A5", "000999"), ("C5", 500), ("C3", "補發"), ("A40", "E09"), ("H5", 1)]
)
def test_no_cell_of_a_mapped_sheet_can_be_changed(ledger: Ledger, cell: str, value: object) -> None:
    sheets = ledger.exports.handoff(office.MONTH, None, "full", HANT, given_map=SAMPLE.encode())
    workbook = openpyxl.load_workbook(io.BytesIO(ledger.exports.workbook(sheets)))
    workbook.worksheets[0][cell] = value
    saved = io.BytesIO()
    workbook.save(saved)
    checked = ledger.exports.check_handoff(saved.getvalue(), SAMPLE.encode())
    assert not checked.ok and len(checked.differences) == 1
    assert checked.differences[0][0].startswith("扣款導入 ")


def test_a_mapped_sheet_that_was_taken_out_is_missed(ledger: Ledger) -> None:
    sheets = ledger.exports.handoff(office.MONTH, None, "full", HANT, given_map=SAMPLE.encode())
    workbook = openpyxl.load_workbook(io.BytesIO(ledger.exports.workbook(sheets)))
    del workbook["扣款導入"]
    saved = io.BytesIO()
    workbook.save(saved)
    assert not ledger.exports.check_handoff(saved.getvalue(), SAMPLE.encode()).ok


def test_a_sheet_that_stands_alone_has_ours_beside_it(ledger: Ledger, tmp_path: Path) -> None:
    file, out = tmp_path / "map.toml", tmp_path / "pay.xlsx"
    file.write_text(SAMPLE.replace("alone = false", "alone = true"), "utf-8")
    given = ["export", "payroll", office.MONTH, "--out", str(out), "--map", str(file)]
    assert run([*given, "--ledger", ledger.log.shown_url()]) == 0
    assert openpyxl.load_workbook(out).sheetnames == ["扣款導入"]
    control = tmp_path / "pay.control.xlsx"
    assert ledger.exports.check_handoff(control.read_bytes()).ok
    assert {file.stat().st_mode & 0o777 for file in (out, control)} == {0o600}


def test_what_comes_back_is_read_by_the_map(ledger: Ledger) -> None:
    rows = [
        ["人員編號", "姓名", "過失扣款", "連帶扣款", "績效扣款", "補發及獎勵", "未扣原因"],
        ["000123", "甲", 45, "", "", "", ""],
        ["E002", "員工E002", 50, "", "", "", "已離職"],
        ["E004", "員工E004", "", "", "", 20, ""],
        ["L02", "員工L02", "", "", "", "", ""],
    ]
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append([None if cell == "" else cell for cell in row])
    file = io.BytesIO()
    book.save(file)
    asked = Asked(by="F01", on=date(2026, 9, 2), month=office.MONTH)
    asked = ledger.imports.asked("payroll", asked, SAMPLE.encode())
    assert ledger.imports.run("payroll", file.getvalue(), asked).recorded == 3
    found = {row["employee"]: row for row in ledger.reports.reconciliation(office.MONTH)["rows"]}
    assert {name: row["actual"] for name, row in found.items() if row["actual"]} == {
        "E01": "45.00",
        "E002": "50.00",
        "E004": "-20.00",
    }
    assert found["E002"]["reason"] == "left"
    again = ledger.imports.run("payroll", file.getvalue(), replace(asked, month=office.MONTH))
    assert again.preview.totals()["known"] == 3


RETURN = """
[return]
deducted = ["實扣"]
reason = ["未扣原因"]
"""
ROWS: list[list[Any]] = [
    ["工號", "項目", "金額", "期間", "實扣", "未扣原因"],
    ["E01", "扣", 45, "202608", 45, ""],
    ["E002", "扣", 51.5, "202608", 51.5, ""],
    ["E002", "付", "", "202608", -1.5, "已离职"],
    ["E004", "付", -20, "202608", "-20", ""],
    ["L02", "扣", 13.5, "202608", "", ""],
]


def come_back(ledger: Ledger, rows: list[list[Any]], text: str = LONG + RETURN, **said: Any) -> Imported:
    """A sheet that payroll gives back, imported by its map."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append([None if cell == "" else cell for cell in row])
    file = io.BytesIO()
    book.save(file)
    good_rows = said.pop("good_rows", False)
    asked = Asked(by="F01", on=date(2026, 9, 2), month=office.MONTH, **said)
    asked = ledger.imports.asked("payroll", asked, text.encode())
    return ledger.imports.run("payroll", file.getvalue(), asked, good_rows=good_rows)


def taken(ledger: Ledger) -> dict[str, str]:
    """What is on record of everybody's pay."""
    found = ledger.reports.reconciliation(office.MONTH)["rows"]
    return {row["employee"]: row["actual"] for row in found if row["actual"]}


def test_the_rows_of_a_person_in_a_long_sheet_add_up(ledger: Ledger) -> None:
    totals = come_back(ledger, ROWS).preview.totals()
    assert totals == {"new": 4, "known": 0, "changes": 0, "skipped": 1, "refused": 0}
    assert taken(ledger) == {"E01": "45.00", "E002": "50.00", "E004": "-20.00"}
    rows = {row["employee"]: row for row in ledger.reports.reconciliation(office.MONTH)["rows"]}
    assert rows["E002"]["reason"] == "left" and rows["L02"]["status"] == "not_returned"
    assert ledger.proofs.verify(deep=True, sheets=True).faults == []
    again = come_back(ledger, ROWS)
    assert (again.recorded, again.preview.totals()["known"]) == (0, 4)


def test_a_handed_over_long_sheet_comes_back_filled_in(ledger: Ledger) -> None:
    text = (LONG + RETURN).replace('shown = "negative"', "")
    sheets = ledger.exports.handoff(office.MONTH, None, "full", HANT, given_map=text.encode())
    book = openpyxl.load_workbook(io.BytesIO(ledger.exports.workbook(sheets)))
    sheet = book.worksheets[0]
    sheet["E2"] = "實扣"
    for row in range(3, sheet.max_row + 1):
        sheet.cell(row, 5, sheet.cell(row, 3).value)
    file = io.BytesIO()
    book.save(file)
    asked = ledger.imports.asked("payroll", Asked(by="F01", on=date(2026, 9, 2)), text.encode())
    assert ledger.imports.run("payroll", file.getvalue(), asked).preview.month == office.MONTH
    rows = ledger.reports.reconciliation(office.MONTH)["rows"]
    assert [row["status"] for row in rows] == ["equal"] * len(rows) and rows


@pytest.mark.parametrize(
    ("place", "cell", "expected"),
    [
        ((2, 4), "", {3: "cell_missing", 4: "return_in_part"}),
        ((2, 4), "五十", {3: "cell_not_money", 4: "return_in_part"}),
        ((3, 1), "扣", {4: "row_twice", 3: "return_in_part"}),
        ((3, 1), "罰", {4: "cell_value_unknown", 3: "return_in_part"}),
        ((3, 0), "", dict.fromkeys((2, 3, 5, 6), "return_in_part") | {4: "cell_missing"}),
    ],
)
def test_nobody_is_returned_in_part(
    ledger: Ledger, place: tuple[int, int], cell: str, expected: dict[int, str]
) -> None:
    rows = [[*row] for row in ROWS]
    rows[place[0]][place[1]] = cell
    imported = come_back(ledger, rows, good_rows=True)
    refused = {row.row.number: row.errors[0].code for row in imported.preview.refused}
    assert refused == expected
    assert "E002" not in taken(ledger) and ("E01" in taken(ledger)) == (2 not in expected)


def test_other_pay_items_are_left_alone_where_the_map_lists_those_that_count(ledger: Ledger) -> None:
    text = LONG + RETURN + 'items = ["扣"]\n'
    rows = [*ROWS[:4], ["E01", "基本工資", "", "202608", 5000, ""]]
    assert come_back(ledger, rows, text).preview.totals()["skipped"] == 2
    assert taken(ledger) == {"E01": "45.00", "E002": "51.50"}


def test_another_sum_needs_a_correction_and_a_blank_may_be_a_zero(ledger: Ledger) -> None:
    come_back(ledger, ROWS)
    rows = [[*row] for row in ROWS]
    rows[3][4] = -2.5
    refused = come_back(ledger, rows).preview.refused
    assert [(row.row.number, row.errors[0].code) for row in refused] == [
        (3, "payroll_returned_otherwise"),
        (4, "payroll_returned_otherwise"),
    ]
    corrected = come_back(ledger, rows, correction="看錯", blank_is="zero")
    assert [row.row.number for row in corrected.preview.rows if row.warnings] == []
    assert taken(ledger) == {"E01": "45.00", "E002": "49.00", "E004": "-20.00", "L02": "0.00"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (('of = ["own"]', 'of = ["joint"]'), "map_incomplete"),
        (('of = ["joint"]', 'of = ["own", "joint"]'), "map_doubled"),
        (('title = "連帶扣款"', 'title = "過失扣款"'), "map_doubled"),
        (('title = "連帶扣款"', 'title = "姓名"'), "map_doubled"),
        (('E01 = "000123"', 'E01 = "1"\nE02 = "1"'), "map_doubled"),
        (('E01 = "000123"', 'E01 = "1"\nE01 = "2"'), "map_unreadable"),
        (("alone = false", "alonely = false"), "map_wrong"),
        (('layout = "wide"', 'layout = "high"'), "map_wrong"),
        (('employee = "人員編號"\nname', "name"), "map_column_missing"),
        (('layout = "wide"', 'layout = "long"'), "map_column_missing"),
        (('items = ["過失扣款"', 'items = ["別的"'), "map_item_unknown"),
        (('"已離職" = "left"', '"已離職" = "gone"'), "map_wrong"),
        (("kaoji.payroll-map/v1", "kaoji.payroll-map/v9"), "map_format"),
        (('[sheet]\ntitle = "扣款導入"', '[sheet]\ntitle = "a/b"'), "map_wrong"),
    ],
)
def test_a_map_that_cannot_be_used_is_refused(change: tuple[str, str], code: str) -> None:
    assert change[0] in SAMPLE
    with pytest.raises(InputError) as refused:
        pay_map.load(SAMPLE.replace(*change, 1).encode())
    assert refused.value.code == code


def test_maps_are_checked_before_they_are_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "map.toml"
    for text, status, told in (
        (SAMPLE, 0, "export payroll, import payroll"),
        ('format = "kaoji.import-map/v1"\n[columns]\nclause = "類別"', 0, "import"),
        ('format = "kaoji.import-map/v1"\n[columns]\nklause = "類別"', 2, "klause"),
        ('format = "kaoji.books-map/v1"\n[accounts]\nown = "收入:過失"', 0, "--format hledger"),
        ('format = "other"', 2, "format ="),
        (SAMPLE.replace('of = ["own"]', 'of = ["joint"]', 1), 2, "own"),
    ):
        file.write_text(text, "utf-8")
        assert run(["map", "check", str(file), "--lang", "en"]) == status, text
        printed = capsys.readouterr()
        assert told in printed.out + printed.err


def test_a_workbook_with_more_rows_than_a_sheet_takes_is_refused(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx_file, "LIMIT", 3)
    sheets = ledger.exports.handoff(office.MONTH, None, "none", HANT)
    with pytest.raises(WrongState) as refused:
        ledger.exports.workbook(sheets)
    assert refused.value.code == "sheet_full"
    assert ledger.exports.csv(sheets.pay, "utf-8-sig")


def test_titles_stand_below_the_literal_rows() -> None:
    table = Table("x", (Column("工號", "id"),), [["E01"]], [["=a"], ["b"]])
    book = openpyxl.load_workbook(io.BytesIO(xlsx_file.xlsx_bytes([table], date(2026, 9, 2), {})))
    assert [row[0].value for row in book.active.iter_rows()] == ["=a", "b", "工號", "E01"]
    assert book.active["A1"].data_type == "s" and book.active.freeze_panes == "A4"
