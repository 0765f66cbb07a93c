"""The hand-off: what its sheets hold, what spreadsheets would do with them, and that a changed cell is found."""

import copy
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import PatternFill

from cli.main import run
from ledger.application.ledger import Ledger
from ledger.errors import InputError, WrongState
from ledger.events.months import MonthClosed, month_stream
from ledger.exports import xlsx_file
from ledger.exports.handoff import Names
from ledger.exports.table import Column, Table, misread_ids
from ledger.formats import Language
from ledger.labels.messages import load
from ledger.policy.loading import house_rules
from tests.imports.hostile import HOSTILE as HOSTILE_FILES
from tests.support import office
from tests.support.story import open_ledger

HANT = load("zh-Hant")
HOSTILE = "=1+1\u3000甲"


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A close with all components, a carry under the guard, and one behind it with an adjustment and a difference."""
    commands = [
        *office.office(),
        office.register_employee("007", name=HOSTILE, supervisor="L01"),
        office.issue_notice("N1", "E001", 5),
        office.issue_notice("N2", "E002", 9, clause="FD-02"),
        office.find_responsibility("N2"),
        office.issue_notice("N3", "007", 2, clause="PF-D"),
        office.grant_reward("R1", "E004", 2),
        office.record_wage("E002", "100.00", "60.00"),
        office.close_month(),
        *office.pay_returned("E001", "40.00"),
        office.withdraw_notice("N2", "2026-09-02"),
        office.close_month("2026-09", "2026-10-02"),
    ]
    file = tmp_path_factory.mktemp("handoff") / "kaoji.db"
    with open_ledger(file, office.NOW.replace(month=10, day=9)) as opened:
        opened.record.apply(office.lines(commands))
        yield opened


def book(ledger: Ledger, month: str = office.MONTH, names: str = "full") -> bytes:
    return ledger.exports.workbook(ledger.exports.handoff(month, None, names, HANT))  # type: ignore[arg-type]


@pytest.mark.parametrize("month", [office.MONTH, "2026-09"])
def test_the_sheets_say_what_the_close_says(ledger: Ledger, month: str) -> None:
    sheets = ledger.exports.handoff(month, None, "full", HANT)
    report = ledger.reports.payroll(month)
    assert [row[0] for row in sheets.pay.rows] == [row["employee"] for row in report["run"]]
    for row, handed in zip(sheets.pay.rows, report["run"], strict=True):
        own, joint, performance, deducted = row[4:8]
        assert isinstance(own, int) and isinstance(joint, int) and isinstance(performance, int)
        assert own + joint + performance == deducted
        assert f"{deducted / 100:.2f}" == handed["deducted"]  # type: ignore[operator]
    assert sum(row[6] for row in sheets.lines.rows) == round(float(report["total"]) * 100)  # type: ignore[misc]


@pytest.mark.parametrize("month", [office.MONTH, "2026-09"])
def test_a_file_as_it_was_written_is_whole(ledger: Ledger, month: str) -> None:
    checked = ledger.exports.check_handoff(book(ledger, month))
    assert checked.ok and checked.known
    assert checked.found.digest == ledger.reports.payroll(month)["digest"]


def test_the_same_close_makes_the_same_bytes(ledger: Ledger) -> None:
    assert book(ledger) == book(ledger)


def test_names_are_full_masked_or_left_out_as_asked(ledger: Ledger) -> None:
    for names, shown in (("full", HOSTILE), ("masked", "=" + "*" * 4), ("none", None)):
        sheets = ledger.exports.handoff(office.MONTH, None, names, HANT)  # type: ignore[arg-type]
        assert {row[1] for row in sheets.pay.rows if row[0] == "007"} == {shown}


def test_no_text_becomes_a_formula_and_no_id_a_number(ledger: Ledger) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(book(ledger))).worksheets[0]
    cells = {cell.value: cell for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert not [cell for cell in cells.values() if cell.data_type == "f"]
    assert cells["007"].data_type == "s" and cells[HOSTILE].data_type == "s"
    assert cells[HOSTILE].quotePrefix
    table = ledger.exports.handoff(office.MONTH, None, "full", HANT).pay
    assert f"'{HOSTILE}" in ledger.exports.csv(table, "utf-8-sig").decode("utf-8-sig")
    assert ledger.exports.csv(table, "gb18030").decode("gb18030") == ledger.exports.csv(
        table, "utf-8-sig"
    ).decode("utf-8-sig")
    assert misread_ids(table) == ["007"]
    assert "\t007," in ledger.exports.csv(table, "utf-8-sig", True).decode("utf-8-sig")


@pytest.mark.parametrize("name", ["007", "1E5", "3-4", "2026/1", "123456789012"])
def test_ids_that_a_spreadsheet_misreads_are_told(name: str) -> None:
    assert misread_ids(Table("x", (Column("工號", "id"),), [[name], ["E01"]])) == [name]


def changed(raw: bytes, sheet: int, cell: str, value: object) -> bytes:
    workbook = openpyxl.load_workbook(io.BytesIO(raw))
    workbook.worksheets[sheet][cell] = value
    saved = io.BytesIO()
    workbook.save(saved)
    return saved.getvalue()


def test_a_file_saved_anew_is_still_whole(ledger: Ledger) -> None:
    assert ledger.exports.check_handoff(changed(book(ledger), 0, "N2", 12)).ok


@pytest.mark.parametrize(
    ("sheet", "cell", "value"),
    [
        (0, "H2", 1),
        (0, "L2", 1),
        (0, "K2", 1),
        (0, "A2", "E999"),
        (1, "G2", 1),
        (1, "A2", "E999"),
        (1, "D2", "2026-01"),
        (1, "J2", "1"),
    ],
)
def test_a_changed_cell_is_found(ledger: Ledger, sheet: int, cell: str, value: object) -> None:
    checked = ledger.exports.check_handoff(changed(book(ledger), sheet, cell, value))
    assert not checked.ok
    assert checked.found.digest != checked.found.said
    where = [where for where, _, _ in checked.differences]
    if cell == "D2":  # a line of another month is another line
        cell = "A2"
    assert f"{('扣款匯總', '扣款明細')[sheet]} {cell}" in where


@pytest.mark.parametrize(("cells", "there"), [({"E2": 3, "F2": 1}, "3.00"), ({"I2": 9}, "9.00")])
def test_what_no_digest_covers_is_held_against_the_ledger(
    ledger: Ledger, cells: dict[str, int], there: str
) -> None:
    lie = book(ledger)
    for cell, value in cells.items():
        lie = changed(lie, 0, cell, value)
    checked = ledger.exports.check_handoff(lie)
    assert checked.found.digest == checked.found.said and not checked.ok
    assert [where for where, _, _ in checked.differences] == [f"扣款匯總 {cell}" for cell in cells]
    assert checked.differences[0][1] == there


@pytest.mark.parametrize(
    ("sheet", "cell", "value"),
    [
        *(
            (0, "B2", "別人"),
            (0, "C2", "order"),
            (0, "D2", "2026-01"),
            (0, "M2", "另收現金"),
            (0, "P1", "實扣"),
        ),
        *(
            (0, "P2", 500),
            (1, "I2", "因偷竊"),
            (1, "F2", "N999"),
            (1, "H2", "是"),
            (1, "K1", "x"),
            (2, "C1", "x"),
        ),
    ],
)
def test_no_word_of_the_sheets_can_be_changed(ledger: Ledger, sheet: int, cell: str, value: object) -> None:
    checked = ledger.exports.check_handoff(changed(book(ledger), sheet, cell, value))
    assert [(where.split()[-1], there) for where, there, _ in checked.differences] == [(cell, str(value))]
    assert not checked.ok


def test_no_line_of_the_control_sheet_can_be_changed(ledger: Ledger) -> None:
    control = openpyxl.load_workbook(io.BytesIO(book(ledger))).worksheets[2]
    for number, row in enumerate(control.values, 1):
        if row[0] in ("管理處", "月份"):  # then it says it is of another close
            continue
        assert not ledger.exports.check_handoff(changed(book(ledger), 2, f"B{number}", "0")).ok, row


@pytest.mark.parametrize("names", ["none", "masked", "full"])
@pytest.mark.parametrize("language", ["en", "zh-Hant", "zh-Hans"])
def test_a_file_is_whole_in_every_language_with_or_without_names(
    ledger: Ledger, language: Language, names: Names
) -> None:
    sheets = ledger.exports.handoff(office.MONTH, None, names, load(language))
    assert ledger.exports.check_handoff(ledger.exports.workbook(sheets)).ok


def dressed_up(raw: bytes, how: str) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(raw))
    pay = book.worksheets[0]
    if how == "hidden_sheet":
        pay.sheet_state = "hidden"
    elif how == "hidden_row":
        pay.row_dimensions[2].hidden = True
    elif how == "hidden_column":
        pay.column_dimensions["H"].hidden = True
    elif how == "conditional_format":
        rule = FormulaRule(formula=["TRUE"], fill=PatternFill("solid", bgColor="FFFFFF"))
        pay.conditional_formatting.add("H2", rule)
    elif how == "drawing":
        pay["H2"].comment = Comment("500.00", "x")
    elif how == "formula":
        pay["N2"] = "=H2*10"
    else:
        for (cell,) in pay["H2:H9"]:
            cell.number_format = how
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


@pytest.mark.parametrize(
    "how",
    [
        *("hidden_sheet", "hidden_row", "hidden_column", "conditional_format", "drawing", "formula"),
        *('"50.00"', '0"0.00"', "0.00,", "#,##0", "0.00;0.00", ";;;", "0.0", "[<9]0.00;0"),
    ],
)
def test_a_workbook_that_shows_something_else_than_it_holds_is_not_whole(ledger: Ledger, how: str) -> None:
    checked = ledger.exports.check_handoff(dressed_up(book(ledger), how))
    assert not checked.ok and checked.dressed, how
    assert {what for _, what in checked.dressed} <= {how, "number_format"}


@pytest.mark.parametrize("how", ["#,##0.00", "General", "0.00_);(0.00)", "0.00;-0.00", "0.00_ ;[Red]-0.00"])
def test_an_honest_format_is_let_be(ledger: Ledger, how: str) -> None:
    assert ledger.exports.check_handoff(dressed_up(book(ledger), how)).ok


@pytest.mark.parametrize("first", [True, False])
def test_another_sheet_is_not_overlooked(ledger: Ledger, first: bool) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(book(ledger)))
    workbook.create_sheet("扣款", 0 if first else 3)["A1"] = 500
    saved = io.BytesIO()
    workbook.save(saved)
    with pytest.raises(InputError) as unknown:
        ledger.exports.check_handoff(saved.getvalue())
    assert unknown.value.fields == {"sheet": "扣款"}


def test_rows_in_another_order_are_the_same_rows(ledger: Ledger) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(book(ledger)))
    pay = workbook.worksheets[0]
    rows = [[cell.value for cell in row] for row in pay.iter_rows(min_row=2)]
    for number, row in enumerate(reversed(rows), 2):
        for place, value in enumerate(row, 1):
            cell = pay.cell(number, place)
            cell.value = value
            cell.data_type = "s" if isinstance(value, str) else cell.data_type
    saved = io.BytesIO()
    workbook.save(saved)
    checked = ledger.exports.check_handoff(saved.getvalue())
    assert not checked.differences


def test_a_digest_that_was_changed_with_it_is_found_by_the_ledger(ledger: Ledger) -> None:
    lie = changed(book(ledger), 0, "H2", 1)
    made = ledger.exports.check_handoff(lie).found.digest
    row = next(
        number
        for number, row in enumerate(openpyxl.load_workbook(io.BytesIO(lie)).worksheets[2].values, 1)
        if row[0] == "批次哈希值"
    )
    checked = ledger.exports.check_handoff(changed(lie, 2, f"B{row}", made))
    assert checked.found.said == checked.found.digest
    assert not checked.ok


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "sheet_not_a_table"),
        (b"PK\x03\x04", "sheet_broken"),
        (b"name,amount\n", "handoff_unreadable"),
        (
            xlsx_file.xlsx_bytes([Table("x", (Column("工號", "id"),), [["E01"]])], date(2026, 9, 1), {}),
            "handoff_unreadable",
        ),
    ],
)
def test_what_is_no_handoff_is_refused(ledger: Ledger, raw: bytes, code: str) -> None:
    with pytest.raises(InputError) as refused:
        ledger.exports.check_handoff(raw)
    assert refused.value.code == code


@pytest.mark.parametrize("name", HOSTILE_FILES)
def test_a_hostile_file_is_no_handoff(ledger: Ledger, name: str) -> None:
    """The same guards and the same child as an import has; what is no table at all is no hand-off either."""
    with pytest.raises(InputError) as refused:
        ledger.exports.check_handoff(HOSTILE_FILES[name][1]())
    assert refused.value.code.startswith(("sheet_", "handoff_", "cell_"))


def test_a_changed_file_is_told_by_its_cell_and_what_to_do(
    ledger: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "PAY.XLSX"
    asked = ["--ledger", ledger.log.shown_url(), "--lang", "zh-Hant"]
    assert run(["export", "payroll", office.MONTH, "--out", str(file), *asked]) == 0
    assert run(["verify", "--handoff", str(file), *asked]) == 0
    file.write_bytes(changed(file.read_bytes(), 1, "G2", 1))
    capsys.readouterr()
    assert run(["verify", "--handoff", str(file), *asked]) == 1
    told = capsys.readouterr()
    assert "扣款明細 G2：文件記為 1.00" in told.err and "kaoji export payroll 2026-08" in told.err
    assert told.out == ""


def test_a_month_that_is_not_closed_is_not_handed_over(ledger: Ledger) -> None:
    with pytest.raises(WrongState):
        ledger.exports.handoff("2026-10", None, "none", HANT)


def test_a_fine_in_a_month_that_only_records_is_not_handed_over(tmp_path: Path) -> None:
    """No close of ours has such a line: what took it up to now was another program, or a hand in the files."""
    document = copy.deepcopy(house_rules())
    document |= {"version": "own-1", "effective_from": "2026-08-01", "money": "record_only"}
    adopted = {"do": "adopt_policy", "policy": document, "on": "2026-07-31"}
    with open_ledger(tmp_path / "kaoji.db", office.NOW) as ledger:
        fines = [office.issue_notice("N1", "E001", 5), office.grant_reward("R1", "E002", 2)]
        ledger.record.apply(office.lines([*office.office(), adopted, *fines, office.close_month()]))
        assert [row[0] for row in ledger.exports.handoff(office.MONTH, None, "none", HANT).pay.rows] == [
            "E002"
        ]
        (close,) = ledger.log.of_kind("month_closed")
        assert isinstance(close.event, MonthClosed)
        line = close.event.lines[0].model_copy(
            update={"employee": "E001", "component": "own", "amount_fen": 4500}
        )
        with ledger.log.unit() as unit:
            event = close.event.model_copy(update={"month": "2026-09", "lines": (line,)})
            stream = month_stream(office.SITE, "2026-09")
            unit.append(replace(close, position=close.position + 1, stream=stream, event=event))
        with pytest.raises(WrongState) as refused:
            ledger.exports.handoff("2026-09", None, "none", HANT)
    assert refused.value.code == "line_of_record_only"
    assert refused.value.fields == {"employee": "E001", "month": office.MONTH}


def test_where_notices_come_first_nobody_is_handed_over_untold(tmp_path: Path) -> None:
    document = copy.deepcopy(house_rules())
    document |= {"version": "own-1", "effective_from": "2026-08-01"}
    document["payroll"] = {"notice_first": True, "source": "廣東省工資支付條例 §15"}
    adopted = {"do": "adopt_policy", "policy": document, "on": "2026-07-31"}
    fines = [office.issue_notice("N1", "E001", 5), office.grant_reward("R1", "E002", 2)]
    guarded = [office.issue_notice("N2", "E003", 5), office.record_wage("E003", "2200.00", "2200.00")]
    told = {"do": "record_deduction_notice", "site": office.SITE, "month": office.MONTH, "employee": "E001"}
    with open_ledger(tmp_path / "kaoji.db", office.NOW) as ledger:
        ledger.record.apply(office.lines([*office.office(), adopted, *fines, *guarded, office.close_month()]))
        with pytest.raises(WrongState) as refused:
            ledger.exports.handoff(office.MONTH, None, "none", HANT)
        assert refused.value.code == "deduction_notice_due"
        assert refused.value.fields["employees"] == "E001", "the wage of E003 is too low to take anything"
        ledger.record.apply(office.lines([{**told, "by": "O01", "on": "2026-09-02"}]))
        assert [row[0] for row in ledger.exports.handoff(office.MONTH, None, "none", HANT).pay.rows] == [
            "E001",
            "E002",
            "E003",
        ]


def test_a_character_that_an_encoding_lacks_is_named(ledger: Ledger) -> None:
    with pytest.raises(InputError) as refused:
        ledger.exports.csv(Table("x", (Column("名"),), [["\udcff"]]), "utf-8-sig")
    assert refused.value.code == "encoding_lacks"


def test_who_stands_in_a_file_is_noted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from cli.main import run

    file = tmp_path / "kaoji.db"
    with open_ledger(file, office.NOW) as opened:
        opened.record.apply(office.lines(office.a_busy_month()))
    given = ["export", "payroll", office.MONTH, "--ledger", f"sqlite:///{file}", "--lang", "zh-Hant"]
    assert run([*given, "--out", str(tmp_path / "names.xlsx")]) == 0
    assert run([*given, "--out", str(tmp_path / "none.csv"), "--names", "none"]) == 0
    assert run([*given, "--out", str(tmp_path / "none.csv"), "--names", "none"]) == 2
    assert run(["verify", "--handoff", str(tmp_path / "names.xlsx"), "--ledger", f"sqlite:///{file}"]) == 0
    with open_ledger(file, office.NOW) as opened:
        told = opened.people.handouts(opened.reports.payroll(office.MONTH)["run"][0]["employee"])
    assert [row["what"] for row in told] == ["payroll"]
    assert (tmp_path / "names.xlsx").stat().st_mode & 0o777 == 0o600
