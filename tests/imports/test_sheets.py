"""Sheets as offices keep them: what comes of each row is data (`*.toml`), and openpyxl reads the same cells."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date

import pytest

from ledger.application.ledger import Ledger
from ledger.application.recording.imports import Asked
from ledger.errors import LedgerError
from ledger.imports import reader
from ledger.imports.headers import KINDS, Kind, aliases, normal, words
from ledger.imports.table import Unusable, address
from ledger.labels.messages import load
from ledger.terms import LANGUAGES
from tests.imports.bench import CLOSED, OPEN, Case, Made, cases, plain, read_by_openpyxl, verdicts
from tests.support import office, postgres
from tests.support.whole import everything_in

CASES = cases()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def ledgers(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[bool, Ledger]]:
    """The office with August open, and with August closed, on each database in turn."""
    with ExitStack() as stack:
        opened = {}
        for closed in (False, True):
            url = f"sqlite:///{tmp_path_factory.mktemp('imports') / 'kaoji.db'}"
            if request.param == "postgresql":
                server = request.getfixturevalue("postgres_url")
                url = stack.enter_context(postgres.fresh_database(server))
            ledger = stack.enter_context(Ledger(url, now=lambda: office.NOW, operator=lambda: "tester"))
            ledger.record.apply(office.lines(CLOSED if closed else OPEN))
            opened[closed] = ledger
        yield opened


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_program_calls_a_column_it_knows_as_its_header(kind: Kind, language: str) -> None:
    """Who reads that a column is missing and writes its name above it has the file read."""
    known, labels = aliases(kind), load(language)
    for field in {**words()["common"], **words()[kind]}:
        if field not in ("note", "points") or kind not in ("payroll", "rewards"):
            assert known.get(normal(labels.heading(field))) == field, (field, labels.heading(field))
    assert kind != "rewards" or known[normal(labels.heading("reward_points"))] == "points"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_comes_of_each_row(case: Case, ledgers: dict[bool, Ledger]) -> None:
    ledger = ledgers[case.kind == "payroll"]
    before = everything_in(ledger.log)
    if case.fails is not None:
        with pytest.raises(LedgerError) as refused:
            ledger.imports.run(case.kind, case.content(), case.options(), dry_run=True)  # type: ignore[arg-type]
        assert refused.value.code == case.fails
    else:
        imported = ledger.imports.run(case.kind, case.content(), case.options(), dry_run=True)  # type: ignore[arg-type]
        assert verdicts(imported) == case.expect
        rows = {str(row.row.number): row for row in imported.preview.rows}
        for number, said in case.says.items():
            command = rows[number].commands[0]
            assert {field: command.get(field) for field in said} == said
    assert everything_in(ledger.log) == before


def test_there_are_forty_sheets_and_more() -> None:
    assert len(CASES) >= 40
    assert len({case.name for case in CASES}) == len(CASES)
    assert {case.kind for case in CASES} == {"notices", "employees", "wages", "rewards", "payroll"}


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.file.get("form", "xlsx") == "xlsx"], ids=lambda case: case.name
)
def test_openpyxl_reads_the_same_cells(case: Case) -> None:
    if case.fails == "worksheet_unknown" or case.file.get("formulas") or case.file.get("merges"):
        return  # what one of the two leaves out, or fills down
    content = case.content()
    (table,) = reader.read(content, lambda rows: 0).tables
    ours = {
        address(row.number, column): plain(cell)
        for row in table.rows
        for column, cell in enumerate(row.cells)
        if cell is not None and not isinstance(cell, Unusable)
    }
    theirs = {place: value for place, value in read_by_openpyxl(content).items() if value != "#REF!"}
    assert ours == theirs


@pytest.mark.parametrize("ledgers", ["sqlite"], indirect=True)
def test_an_encoding_that_nothing_tells_is_asked_for(ledgers: dict[bool, Ledger]) -> None:
    content = "employee,name,wage,minimum wage\r\n007,王芳,3000,2200\r\n".encode("big5")
    with pytest.raises(LedgerError) as refused:
        ledgers[False].imports.run("wages", content, Asked(month="2026-08"), dry_run=True)
    assert refused.value.code == "encoding_ambiguous"
    told = ledgers[False].imports.run(
        "wages", content, Asked(month="2026-08", by="F01", encoding="big5"), dry_run=True
    )
    assert verdicts(told) == {"2": "new"}


@pytest.mark.parametrize("ledgers", ["sqlite"], indirect=True)
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_a_cell_that_never_ends_is_refused_by_its_address(ledgers: dict[bool, Ledger], form: str) -> None:
    rows = [["工號", "條款", "扣分", "日期", "時刻", "事由", "開單人"]]
    rows += [["E001", "FD-02", "1", "2026-08-11", "9:05", words, "I01"] for words in ("甲" * 20_001, "乙")]
    asked = Asked(on=date(2026, 8, 11))
    told = ledgers[False].imports.run("notices", Made(rows, form=form).content(), asked, dry_run=True)
    assert verdicts(told)["2"] == "refused cell_too_long F2"
    assert verdicts(told)["3"].startswith("new")
