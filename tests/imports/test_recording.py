"""What is recorded of a sheet: the whole or nothing, or its good rows; again it is known; and the ledger says whence."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cli.main import run
from ledger.application.ledger import Ledger
from ledger.application.recording.imports import Asked
from ledger.errors import LedgerError
from ledger.events.imports import SheetImported
from ledger.labels.messages import load
from tests.hostile.test_hostile import through_a_terminal
from tests.imports.bench import CLOSED, OPEN, Made, filled, handed_over, verdicts
from tests.support import office
from tests.support.story import open_ledger
from tests.support.whole import everything_in

HEADER = ["工號", "姓名", "條款", "扣分", "日期", "時刻", "事由", "開單人", "開單日期", "簽收"]
GOOD = ["E001", "員工E001", "FD-02", 1, "2026-08-11", "9:05", "離崗", "I01", "2026-08-11", ""]
BAD = ["E002", "員工E001", "FD-02", "一分半", "2026-08-11", "9:05", "-離崗", "I01", "2026-08-11", ""]
RETURNED = Asked(by="F01", on=date(2026, 9, 2))


def open_at(url: str) -> Ledger:
    """A ledger on either database, with a clock that stands still."""
    return Ledger(url, now=lambda: office.NOW, operator=lambda: "tester")


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    with open_at(ledger_url) as opened:
        opened.record.apply(office.lines(OPEN))
        yield opened


@pytest.fixture
def closed(ledger_url: str) -> Iterator[Ledger]:
    with open_at(ledger_url) as opened:
        opened.record.apply(office.lines(CLOSED))
        yield opened


def sheet(*rows: list[Any]) -> bytes:
    return Made([HEADER, *rows]).content()


# --- the whole or nothing ---------------------------------------------------------------------------


def test_one_bad_row_keeps_the_whole_file_out(ledger: Ledger) -> None:
    before = everything_in(ledger.log)
    imported = ledger.imports.run("notices", sheet(GOOD, BAD), Asked())
    assert (imported.recorded, imported.refused) == (0, 1)
    assert everything_in(ledger.log) == before


def test_a_file_is_recorded_once_and_known_afterwards(ledger: Ledger) -> None:
    first = ledger.imports.run("notices", sheet(GOOD, ["E002", "員工E002", *GOOD[2:]]), Asked())
    assert (first.recorded, first.position) == (2, ledger.position())
    again = ledger.imports.run("notices", sheet(GOOD, ["E002", "員工E002", *GOOD[2:]]), Asked())
    assert (again.recorded, again.preview.totals()["known"], again.position) == (0, 2, first.position)


def test_what_is_added_to_a_row_later_is_recorded_by_itself(ledger: Ledger) -> None:
    ledger.imports.run("notices", sheet(GOOD), Asked())
    signed = ledger.imports.run("notices", sheet([*GOOD[:-1], "已簽"]), Asked())
    assert [row.verdict for row in signed.preview.rows] == ["changes"]
    notice = signed.preview.rows[0].id
    kinds = [entry["kind"] for entry in ledger.review.history(f"notice:{notice}")]
    assert kinds == ["notice_issued", "sheet_imported", "notice_acknowledged", "sheet_imported"]


def test_other_words_under_the_same_number_are_refused(ledger: Ledger) -> None:
    ledger.imports.run("notices", sheet(GOOD), Asked())
    other = ledger.imports.run("notices", sheet([*GOOD[:6], "在崗看手機", *GOOD[7:]]), Asked())
    assert verdicts(other) == {"2": "refused id_taken"}


def test_a_corrected_minute_is_no_second_notice(ledger: Ledger) -> None:
    ledger.imports.run("notices", sheet(GOOD), Asked())
    moved = [*GOOD[:5], "9:06", *GOOD[6:]]
    assert verdicts(ledger.imports.run("notices", sheet(moved), Asked())) == {"2": "refused looks_like E2"}
    assert ledger.imports.run("notices", sheet(moved), Asked(distinct="另一次")).recorded == 1


def test_a_dry_run_says_what_would_be_and_records_nothing(ledger: Ledger) -> None:
    before = everything_in(ledger.log)
    tried = ledger.imports.run("notices", sheet(GOOD), Asked(), dry_run=True)
    assert (tried.recorded, tried.preview.totals()["new"]) == (0, 1)
    assert everything_in(ledger.log) == before


# --- good rows, and the rest ------------------------------------------------------------------------


def test_good_rows_are_recorded_and_the_rest_is_put_right_and_imported(ledger: Ledger) -> None:
    content = sheet(GOOD, BAD)
    imported = ledger.imports.run("notices", content, Asked(), good_rows=True)
    assert (imported.recorded, imported.refused) == (1, 1)
    rejects = ledger.imports.rejects(imported, load("zh-Hant"))
    assert rejects == ledger.imports.rejects(imported, load("zh-Hant"))
    unchanged = ledger.imports.run("notices", rejects, Asked())
    assert verdicts(unchanged)["2"].startswith("refused name_differs B2 cell_not_whole D2")
    right = ledger.imports.run("notices", filled(rejects, {"B2": "員工E002", "D2": 2}), Asked())
    assert right.recorded == 1
    (notice,) = [row.id for row in right.preview.rows]
    assert ledger.review.card("notice", str(notice))["narrative"] == "-離崗"


def test_a_person_whose_row_is_refused_leaves_nothing_behind(ledger: Ledger) -> None:
    header = ["工號", "姓名", "部門", "入職日期", "離職日期"]
    rows = [
        ["E500", "甲", "order", "2026-08-03", "2026-08-01"],
        ["E501", "乙", "order", "2026-08-03", ""],
        ["E502", "丙", "order", "2026-08-03", ""],
    ]
    imported = ledger.imports.run("employees", Made([header, *rows]).content(), Asked(), good_rows=True)
    assert [row.verdict for row in imported.preview.rows] == ["refused", "new", "new"]
    assert ledger.ids("employee", "E50") == ["E501", "E502"]
    assert ledger.proofs.verify(deep=True, sheets=True).faults == []
    assert ledger.imports.run("employees", Made([header, *rows[1:]]).content(), Asked()).recorded == 0


# --- every kind ---


SHEETS: dict[str, tuple[list[list[Any]], Asked]] = {
    "notices": ([HEADER, GOOD], Asked()),
    "employees": (
        [["工號", "姓名", "部門", "入職日期"], ["E500", "𠮷田\u3000甲", "order", "2026-08-03"]],
        Asked(),
    ),
    "wages": (
        [["工號", "應發工資", "最低工資"], ["E001", "￥3,200.50元", 2200], ["007", 2500, "２２００"]],
        Asked(month="2026-08", by="F01"),
    ),
    "rewards": (
        [["工號", "獎分", "日期", "事由", "批准人"], ["E001", 2, "2026-08-15", "拾金不昧", "M01"]],
        Asked(by="L01"),
    ),
}


@pytest.mark.parametrize("kind", SHEETS)
def test_every_kind_is_recorded_once_and_holds(kind: Any, ledger: Ledger) -> None:
    rows, asked = SHEETS[kind]
    tried = ledger.imports.run(kind, Made(rows).content(), asked, dry_run=True)
    first = ledger.imports.run(kind, Made(rows).content(), asked)
    assert first.recorded == tried.preview.totals()["new"] == len(rows) - 1, verdicts(first)
    assert ledger.imports.run(kind, Made(rows).content(), asked).preview.totals()["known"] == len(rows) - 1
    assert ledger.proofs.verify(deep=True, sheets=True).faults == []


# --- whence -----------------------------------------------------------------------------------------


def test_the_ledger_says_of_which_file_it_came(ledger: Ledger) -> None:
    imported = ledger.imports.run("notices", sheet(GOOD, ["E002", "員工E002", *GOOD[2:]]), Asked())
    traces = ledger.log.of_kind("sheet_imported")
    event = traces[0].event
    assert isinstance(event, SheetImported) and len(traces) == 1
    assert traces[0].position == imported.position
    assert (event.rows, event.recorded, event.known, event.rejected) == (2, 2, 0, 0)
    assert (event.first_position, event.last_position) == (imported.position - 2, imported.position - 1)
    assert event.file_sha256 == imported.preview.file_sha256
    assert ledger.proofs.verify(deep=True, sheets=True).faults == []


@pytest.mark.parametrize("change", [{"last_position": 3}, {"first_position": 1}])
def test_a_trace_that_lies_is_found(ledger: Ledger, change: dict[str, int]) -> None:
    ledger.imports.run("notices", sheet(GOOD), Asked())
    (trace,) = ledger.log.of_kind("sheet_imported")
    with ledger.log.unit() as unit:
        lie = trace.event.model_copy(update=change)
        unit.append(replace(trace, position=trace.position + 1, version=trace.version + 1, event=lie))
    faults = [fault.code for fault in ledger.proofs.verify(deep=True).faults]
    assert faults == ["import_wrong"]


# --- what pay took ----------------------------------------------------------------------------------


def test_a_filled_hand_off_is_a_return_and_again_it_is_known(closed: Ledger) -> None:
    back = handed_over(closed, {"N2": "１０．００", "N3": "￥6.60元", "N4": 1, "O4": "已離職", "N5": "-20"})
    assert closed.imports.run("payroll", back, RETURNED).recorded == 4
    rows = {row["employee"]: row for row in closed.reports.reconciliation(office.MONTH)["rows"]}
    assert {name: row["actual"] for name, row in rows.items()} == {
        "007": "10.00",
        "E001": "6.60",
        "E002": "1.00",
        "E004": "-20.00",
        "L02": None,
    }
    assert rows["E002"]["reason"] == "left"
    again = closed.imports.run("payroll", back, RETURNED)
    assert (again.recorded, again.preview.totals()["known"]) == (0, 4)
    assert closed.proofs.verify(deep=True, sheets=True).faults == []


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_a_hand_off_of_any_language_is_read(closed: Ledger, language: str) -> None:
    assert closed.imports.run("payroll", handed_over(closed, {"N2": 1}, language), RETURNED).recorded == 1


def test_another_amount_needs_a_correction(closed: Ledger) -> None:
    closed.imports.run("payroll", handed_over(closed, {"N3": 45}), RETURNED)
    other = handed_over(closed, {"N3": 44, "N2": 20})
    refused = closed.imports.run("payroll", other, RETURNED)
    assert verdicts(refused)["3"] == "refused payroll_returned_otherwise N3"
    corrected = closed.imports.run("payroll", other, replace(RETURNED, correction="漏看一筆"))
    assert [row.verdict for row in corrected.preview.rows[:2]] == ["new", "changes"]


def test_an_edited_expectation_is_told_row_by_row(closed: Ledger) -> None:
    imported = closed.imports.run(
        "payroll", handed_over(closed, {"H3": 12, "N3": 12}), RETURNED, dry_run=True
    )
    (row,) = [row for row in imported.preview.rows if row.warnings]
    assert (row.warnings[0].code, row.warnings[0].place["cell"]) == ("expected_edited", "H3")


def test_who_is_not_returned_and_what_has_the_other_sign_is_told(closed: Ledger) -> None:
    first = closed.imports.run("payroll", handed_over(closed, {"N3": 45, "N5": 20}), RETURNED, dry_run=True)
    (lacks,) = first.preview.warnings
    assert (lacks.code, lacks.fields["people"], lacks.fields["employees"]) == (
        "return_lacks",
        3,
        "007, E002, L02",
    )
    warned = {row.id: [each.code for each in row.warnings] for row in first.preview.rows}
    assert warned["E004"] == ["sign_differs"] and warned["E001"] == []
    closed.imports.run("payroll", handed_over(closed, {"N2": 20, "N3": 45, "N5": -20}), RETURNED)
    rest = closed.imports.run("payroll", handed_over(closed, {"N4": 1, "N6": 0}), RETURNED)
    assert (rest.recorded, rest.preview.warnings) == (2, ())


def control(ledger: Ledger, cell: str, value: str) -> bytes:
    return filled(handed_over(ledger, {"N3": 45}), {cell: value}, sheet=2)


def test_an_edited_control_sheet_is_no_hand_off_of_this_ledger(closed: Ledger) -> None:
    for cell, value in (("B3", "elsewhere"), ("B4", "2026-07"), ("B12", "0" * 64)):
        with pytest.raises(LedgerError) as refused:
            closed.imports.run("payroll", control(closed, cell, value), RETURNED)
        assert refused.value.code == "payroll_batch_unknown", cell


def test_a_hand_off_of_another_ledger_is_refused(closed: Ledger, tmp_path: Path) -> None:
    with open_ledger(tmp_path / "other.db", office.NOW) as other:
        other.record.apply(office.lines([*CLOSED[:-1], office.issue_notice("N9", "E003", 4), CLOSED[-1]]))
        with pytest.raises(LedgerError) as refused:
            closed.imports.run("payroll", handed_over(other, {"N3": 45}), RETURNED)
        assert refused.value.code == "payroll_batch_unknown"
    with pytest.raises(LedgerError) as refused:
        closed.imports.run("payroll", handed_over(closed, {"N3": 1}), replace(RETURNED, month="2026-07"))
    assert refused.value.code == "payroll_batch_unknown"


def test_a_csv_needs_the_month_and_says_that_nothing_proves_it(closed: Ledger) -> None:
    content = "工號,實扣金額\n'007,20.00\n".replace("'007", "\t007").encode("gb18030")
    imported = closed.imports.run("payroll", content, replace(RETURNED, month=office.MONTH))
    assert imported.recorded == 1
    assert [each.code for each in imported.preview.warnings] == ["batch_unchecked", "return_lacks"]


def test_a_csv_saved_anew_that_lost_the_zeros_of_a_staff_number_is_told(closed: Ledger) -> None:
    """A spreadsheet makes 7 of 007 and 100000 of 1E5; nobody is called so, and somebody may be meant."""
    content = "工號,姓名,實扣金額\n7,王芳,20.00\n7,王芳,20.00\n".replace("7,王芳,20.00\n", "", 1).encode()
    asked = replace(RETURNED, month=office.MONTH)
    refused = closed.imports.run("payroll", content, asked)
    (error,) = refused.preview.refused[0].errors
    assert (error.code, error.fields["candidate"]) == ("cell_number_for_staff", "007")
    taken = closed.imports.run("payroll", content, replace(asked, numbers_as_staff=True))
    assert (taken.recorded, taken.preview.rows[0].id) == (1, "007")


# --- the command ------------------------------------------------------------------------------------


def test_the_command_says_it_in_words_and_for_programs(
    ledger: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, rest = tmp_path / "notices.xlsx", tmp_path / "rest.xlsx"
    file.write_bytes(sheet(GOOD, BAD))
    url = ledger.log.shown_url()
    given = ["import", "notices", str(file), "--ledger", url, "--lang", "zh-Hant"]
    assert run([*given, "--dry-run"]) == 1
    told = capsys.readouterr()
    assert "一分半 不是此欄應填的整數分" in told.out and "請填整數，如 2" in told.err
    assert run([*given, "--names", "none"]) == 3
    assert "員工E001 ≠" not in capsys.readouterr().out
    assert run([*given, "--json"]) == 3
    values = json.loads(capsys.readouterr().out)
    assert values["totals"] == {"new": 1, "known": 0, "changes": 0, "skipped": 0, "refused": 1}
    assert values["columns"]["employee"] == "工號" and values["header_row"] == 1 and values["recorded"] == 0
    (_, bad) = values["rows"]
    assert {"cell": "D3", "field": "points", "code": "cell_not_whole"}.items() <= bad["errors"][1].items()
    assert values["rows"][0]["command"]["do"] == "issue_notice"
    assert run([*given, "--good-rows"]) == 2
    assert run([*given, "--good-rows", "--rejects", str(rest)]) == 1
    assert rest.stat().st_mode & 0o777 == 0o600
    assert run([*given, "--good-rows", "--rejects", str(rest)]) == 2
    capsys.readouterr()
    assert run(["import", "notices", "-", "--ledger", ledger.log.shown_url()]) == 2


def test_rows_of_a_return_that_were_refused_are_imported_as_the_command_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url, rest = f"sqlite:///{tmp_path / 'kaoji.db'}", tmp_path / "rest.xlsx"
    with open_at(url) as opened:
        opened.record.apply(office.lines(CLOSED))
    back, right = tmp_path / "back.csv", tmp_path / "right.xlsx"
    back.write_text("工號,實扣金額\nE001,五元\nE002,51.50\n", "utf-8")
    given = ["--by", "F01", "--on", "2026-09-02", "--ledger", url, "--lang", "en"]
    typed = ["import", "payroll", str(back), "--month", office.MONTH, *given]
    assert run([*typed, "--good-rows", "--rejects", str(rest)]) == 1
    assert f"import that file, with --month {office.MONTH}" in capsys.readouterr().err
    right.write_bytes(filled(rest.read_bytes(), {"B2": "40.00"}))
    assert run(["import", "payroll", str(right), *given]) == 2
    assert run(["import", "payroll", str(right), "--month", office.MONTH, *given]) == 0


@pytest.mark.parametrize("option", ["--by", "--on"])
def test_what_a_return_cannot_do_without_is_named(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    given = {"--by": "F01", "--on": "2026-09-02"}
    said = [word for name, value in given.items() if name != option for word in (name, value)]
    assert run(["import", "payroll", "back.xlsx", *said, "--lang", "zh-Hant"]) == 2
    assert f"缺少 {option}" in capsys.readouterr().err


@pytest.mark.parametrize(("rows", "shown"), [(501, True), (20, False)])
def test_a_terminal_is_shown_how_far_it_is(rows: int, shown: bool, tmp_path: Path) -> None:
    url, file = f"sqlite:///{tmp_path / 'kaoji.db'}", tmp_path / "notices.csv"
    with open_at(url) as ledger:
        ledger.record.apply(office.lines(OPEN))
    times = [(day, minute) for day in range(1, 31) for minute in range(10, 30)][:rows]
    told = [
        [*GOOD[:4], f"2026-08-{day:02}", f"9:{minute}", *GOOD[6:8], f"2026-08-{day:02}", ""]
        for day, minute in times
    ]
    file.write_bytes(Made([HEADER, *told], form="csv").content())
    printed = through_a_terminal(
        ["import", "notices", str(file), "--dry-run", "--ledger", url, "--lang", "en"], tmp_path
    )
    assert ("%" in printed) == shown
    assert f"{rows} would be recorded" in printed or str(rows) in printed.splitlines()[-1]
