"""The tables of many ledgers, by ledger and month: DuckDB and Polars add up what the reports of all of them say."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import polars
import pytest
from pyarrow import parquet
from sqlalchemy.engine import URL

from cli.main import run
from ledger.application.ledger import Ledger
from tests.support import office
from tests.support.group import NAMES, Group
from tests.support.group import group as made

Capture = pytest.CaptureFixture[str]
EXPORT = ("export", "entries", "--format", "parquet", "--all-ledgers", "--out")


@pytest.fixture(scope="module")
def group(postgres_url: URL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Group]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("HOME", str(tmp_path_factory.getbasetemp()))
        environment.setenv("KAOJI_LANG", "en")
        with made(postgres_url, tmp_path_factory.mktemp("group")) as group:
            environment.setenv("KAOJI_LEDGERS", str(group.catalogue))
            yield group


@pytest.fixture(scope="module")
def tables(group: Group, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("analysis")
    assert run([*EXPORT, str(folder)]) == 0
    return folder


def told(capsys: Capture, *command: str, status: int = 0) -> list[dict[str, Any]]:
    assert run([*command, "--all-ledgers", "--json"]) == status
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


def fen(money: str) -> int:
    return int(money.replace(".", ""))


def owed(capsys: Capture) -> dict[tuple[str, str], int]:
    """Ledger and person to what is owed for the month, in fen, as the monthly reports say."""
    rows = told(capsys, "report", "monthly", office.MONTH)
    found = {(row["ledger"], row["employee"]): fen(row["deduction"]) for row in rows}
    return {cell: money for cell, money in found.items() if money}


def test_duckdb_adds_up_what_the_reports_of_all_ledgers_say(
    group: Group, tables: Path, capsys: Capture
) -> None:
    found = duckdb.sql(
        f"SELECT ledger, employee, sum(amount_fen) FROM '{tables}/*/entries/*.parquet'"
        f" WHERE figure = 'deduction' AND month = '{office.MONTH}' GROUP BY ALL HAVING sum(amount_fen) <> 0"
    )
    sums = {(ledger, employee): money for ledger, employee, money in found.fetchall()}
    assert sums == owed(capsys)
    assert {ledger for ledger, _ in sums} == set(NAMES)


def test_polars_adds_up_what_the_reports_of_all_ledgers_say(
    group: Group, tables: Path, capsys: Capture
) -> None:
    entries = polars.scan_parquet(f"{tables}/*/entries/{office.MONTH}.parquet")
    sums = entries.filter(polars.col("figure") == "deduction").group_by("ledger", "employee")
    rows = sums.agg(polars.col("amount_fen").sum()).collect().to_dicts()
    assert {(row["ledger"], row["employee"]): row["amount_fen"] for row in rows if row["amount_fen"]} == owed(
        capsys
    )


def test_what_was_handed_over_adds_up_to_the_payroll_of_all_ledgers(
    group: Group, tables: Path, capsys: Capture
) -> None:
    found = duckdb.sql(f"SELECT ledger, sum(amount_fen) FROM '{tables}/*/lines/*.parquet' GROUP BY ALL")
    payroll = told(capsys, "report", "payroll", office.MONTH, status=3)
    assert dict(found.fetchall()) == {row["ledger"]: fen(row["total"]) for row in payroll}
    assert [row["ledger"] for row in payroll] == ["east"]


def test_every_notice_of_every_ledger_is_there_once(group: Group, tables: Path, capsys: Capture) -> None:
    found = duckdb.sql(f"SELECT ledger, notice, points FROM '{tables}/*/notices/*.parquet' ORDER BY ALL")
    assert found.fetchall() == [(name, "N1", points) for points, name in enumerate(NAMES, 1)]


def test_each_file_is_of_one_ledger_and_month_and_says_where_that_stood(group: Group, tables: Path) -> None:
    files = sorted(tables.rglob("*.parquet"))
    assert {file.relative_to(tables).parts[0] for file in files} == set(NAMES)
    for file in files:
        name, _, month = file.relative_to(tables).with_suffix("").parts
        table = parquet.read_table(file)
        assert {(row["ledger"], row["month"]) for row in table.to_pylist()} == {(name, month)}
        with Ledger(group.urls[name]) as ledger:
            position, mark = ledger.log.end()
            identity = ledger.log.identity()
        said = {name: value.decode() for name, value in table.schema.metadata.items()}
        assert said[b"kaoji.position"] == str(position)
        assert (said[b"kaoji.mark"], said[b"kaoji.identity"]) == (mark, identity)


def test_the_files_are_the_same_whoever_writes_them_and_none_is_overwritten_unasked(
    group: Group, tables: Path, tmp_path: Path, capsys: Capture
) -> None:
    assert run([*EXPORT, str(tmp_path), "--workers", "2"]) == 0

    def contents(folder: Path) -> dict[str, bytes]:
        return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*.parquet")}

    assert contents(tmp_path) == contents(tables) and contents(tables)
    capsys.readouterr()
    assert run([*EXPORT, str(tmp_path)]) == 2
    assert "is there already" in capsys.readouterr().err
    assert run([*EXPORT, str(tmp_path), "--force"]) == 0


def test_the_tables_can_be_of_an_instant_that_all_share(group: Group, tmp_path: Path) -> None:
    before = (office.NOW).isoformat()
    assert run([*EXPORT, str(tmp_path), "--as-of", before]) == 0
    assert list(tmp_path.rglob("*.parquet")) == []
