"""A glance at current sheets says what the ledger says, imports nothing heavy, and gives way to the ledger otherwise."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ledger.application.ledger import Ledger
from ledger.application.reading import fast_path as sheets_read
from ledger.application.reading import fast_rows as log_read
from ledger.application.reading.fast_path import FastPath, NotOnFastPath
from ledger.projections import schema as projection_schema
from ledger.projections import stand
from ledger.store import schema
from ledger.terms import ERASED
from tests.support import office
from tests.tamper import attacker

HEAVY = {"sqlalchemy", "eventsourcing", "pydantic", "orjson", "psycopg", "rich"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A ledger with a month and a name that changed, and its sheets drawn."""
    path = tmp_path / "office.db"
    with Ledger(f"sqlite:///{path}", now=office.now) as ledger:
        ledger.record.apply(office.lines(office.a_busy_month()))
        employee = ledger.reports.monthly(office.MONTH)[0]["employee"]
        for day, name in (("2026-09-03", "later"), ("2026-09-02", "recorded last")):
            renamed = {"do": "reassign_employee", "employee": employee, "from": day, "name": name}
            ledger.record.typed(renamed)
        ledger.reports.monthly(office.MONTH)
    return path


def url(file: Path) -> str:
    return f"sqlite:///{file}"


def test_it_reads_the_layouts_that_are_written() -> None:
    assert tuple(range(schema.OLDEST, schema.LAYOUT + 1)) == log_read.LAYOUTS
    assert sheets_read.SHEETS_LAYOUT == projection_schema.LAYOUT
    assert stand.layout() // sheets_read.OF_COLUMNS == projection_schema.LAYOUT


def test_a_table_of_before_its_latest_column_is_left_to_a_ledger(file: Path) -> None:
    with sqlite3.connect(file.with_name("office.sheets.db")) as connection:
        connection.execute("ALTER TABLE sheet_monthly DROP COLUMN repeats")
    with FastPath(url(file)) as glance, pytest.raises(NotOnFastPath):
        glance.monthly(office.MONTH, office.SITE)


def test_it_says_what_the_ledger_says(file: Path) -> None:
    with FastPath(url(file)) as glance, Ledger(url(file), now=office.now) as ledger:
        site = glance.site(None)
        assert site == ledger.site(None) == glance.site(site)
        rows = glance.monthly(office.MONTH, site)
        assert rows == ledger.reports.monthly(office.MONTH, site)
        assert rows[0]["name"] == "later"
        assert (
            glance.joint_liability(office.MONTH, site)
            == ledger.reports.joint_liability(office.MONTH, site)
            != []
        )
        assert glance.rewards(office.MONTH, site) == ledger.reports.rewards(office.MONTH, site) != []
        assert glance.monthly("2031-01", site) == []


def test_a_keyring_put_back_opens_no_erased_name(file: Path) -> None:
    keys = file.with_name("office.keys.db")
    with Ledger(url(file), now=office.now) as ledger:
        employee = ledger.reports.monthly(office.MONTH)[0]["employee"]
        ledger.record.apply(office.lines([office.record_departure(employee, "2026-09-01")]))
        backup = keys.read_bytes()
        ledger.record.apply(office.lines([office.erase_employee(employee)]))
        expected = ledger.reports.monthly(office.MONTH)
    keys.write_bytes(backup)

    with FastPath(url(file)) as glance:
        rows = glance.monthly(office.MONTH, glance.site(None))
        assert rows == expected
        assert [row["name"] for row in rows if row["employee"] == employee] == [ERASED]


def test_it_leaves_nothing_beside_the_files(file: Path) -> None:
    before = sorted(file.parent.iterdir())
    with FastPath(url(file)) as glance:
        glance.monthly(office.MONTH, glance.site(None))
    assert sorted(file.parent.iterdir()) == before


def test_sheets_that_are_behind_are_not_read(file: Path) -> None:
    with Ledger(url(file), now=office.now) as ledger:
        employee = ledger.reports.monthly(office.MONTH)[0]["employee"]
        ledger.record.typed({"do": "record_departure", "employee": employee, "on": "2026-12-31"})
    with pytest.raises(NotOnFastPath):
        FastPath(url(file))


def test_a_name_that_the_tree_does_not_cover_is_not_read(file: Path) -> None:
    attacker.bytes_and_leaf_of_a_name_changed(url(file))
    with FastPath(url(file)) as glance, pytest.raises(NotOnFastPath):
        glance.monthly(office.MONTH, "jinse")


def _without(path: Path) -> None:
    path.unlink()


def _of_another_log(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE sheets_drawn SET mark = 'another'")


def _no_database(path: Path) -> None:
    path.write_bytes(b"junk")


@pytest.mark.parametrize("spoil", [_without, _of_another_log, _no_database])
def test_spoilt_sheets_are_not_read(file: Path, spoil: Callable[[Path], None]) -> None:
    spoil(file.with_name("office.sheets.db"))
    with pytest.raises(NotOnFastPath):
        FastPath(url(file))


@pytest.mark.parametrize(
    "named",
    ["postgresql://here/kaoji", "sqlite://", "sqlite:///:memory:", "sqlite:///a.db?timeout=1", "junk"],
)
def test_only_plain_files_are_read(named: str) -> None:
    with pytest.raises(NotOnFastPath):
        FastPath(named)


def test_a_site_that_must_be_told_in_words_is_left_to_the_ledger(file: Path) -> None:
    with FastPath(url(file)) as glance, pytest.raises(NotOnFastPath):
        glance.site("nowhere")


@pytest.mark.parametrize("words", [["--help"], ["report", "monthly", office.MONTH]], ids=["help", "report"])
def test_nothing_heavy_is_imported(file: Path, words: list[str]) -> None:
    told = (
        "import sys; from cli.main import run; code = run(sys.argv[1:]);"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr); sys.exit(code)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", told, "--ledger", url(file), *words],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "click" in ran.stderr.split()
    assert set(ran.stderr.split()) & HEAVY == set()
