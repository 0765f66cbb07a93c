"""Sheets are disposable: whatever happens to their file, reports are the same and nobody sees a traceback."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cli.main import run
from ledger.application.ledger import Ledger
from tests.support import office


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A ledger with a month, and its sheets drawn."""
    path = tmp_path / "office.db"
    with Ledger(f"sqlite:///{path}", now=office.now) as ledger:
        ledger.record.apply(office.lines(office.a_busy_month()))
        ledger.reports.monthly(office.MONTH)
    return path


def spoilt(file: Path, spoil: Callable[[bytes], bytes]) -> None:
    sheets = file.with_name("office.sheets.db")
    for suffix in ("-wal", "-shm"):
        sheets.with_name(sheets.name + suffix).unlink(missing_ok=True)
    sheets.write_bytes(spoil(sheets.read_bytes()))


@pytest.mark.parametrize(
    "spoil",
    [lambda raw: b"junk\n", lambda raw: raw[:30_000], lambda raw: b"", lambda raw: b"\0" * len(raw)],
    ids=["junk", "cut short", "empty", "zeroes"],
)
@pytest.mark.parametrize(
    "command", [["report", "monthly", office.MONTH], ["rebuild"]], ids=["report", "rebuild"]
)
def test_a_spoilt_sheets_file_is_drawn_anew(
    file: Path, spoil: Callable[[bytes], bytes], command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{file}"
    with Ledger(url, now=office.now) as ledger:
        before = ledger.reports.monthly(office.MONTH)
    spoilt(file, spoil)

    assert run([*command, "--ledger", url]) == 0

    with Ledger(url, now=office.now) as ledger:
        assert ledger.reports.monthly(office.MONTH) == before
