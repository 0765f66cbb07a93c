"""Files that mean harm end an import with 2 and words, soon, in little memory; and nothing is recorded."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ledger.application.imports import Asked
from ledger.application.ledger import Ledger
from ledger.errors import InputError
from tests.imports.bench import OPEN
from tests.imports.hostile import HOSTILE
from tests.support import office
from tests.support.story import open_ledger
from tests.support.whole import everything_in

_SECONDS = 5.0
_MIB = 300


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    file = tmp_path_factory.mktemp("hostile") / "kaoji.db"
    with open_ledger(file, office.NOW) as opened:
        opened.record.apply(office.lines(OPEN))
        yield opened


@pytest.mark.parametrize(("code", "made"), HOSTILE.values(), ids=HOSTILE)
def test_it_is_refused(code: str, made: Callable[[], bytes], ledger: Ledger) -> None:
    with pytest.raises(InputError) as refused:
        ledger.imports.run("wages", made(), Asked(month="2026-08"))
    assert refused.value.code == code


@pytest.mark.parametrize("name", HOSTILE)
def test_it_ends_soon_with_2_in_little_memory_and_records_nothing(
    name: str, ledger: Ledger, tmp_path: Path
) -> None:
    before = everything_in(ledger.log)
    file = tmp_path / "wages.xlsx"
    file.write_bytes(HOSTILE[name][1]())
    command = [sys.executable, "-m", "cli", "import", "wages", str(file), "--month", "2026-08"]
    address = {"KAOJI_LEDGER": ledger.log.shown_url(), "KAOJI_LANG": "en"}
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, **address}
    ) as child:
        told = child.stderr.read().decode() if child.stderr is not None else ""
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 2, told
    assert used.ru_utime + used.ru_stime < _SECONDS  # whatever else keeps the machine busy
    assert used.ru_maxrss < _MIB * 1024
    assert told.startswith("error: ") and "\nhint: " in told and "Traceback" not in told
    assert everything_in(ledger.log) == before


def test_there_are_twenty_five_and_more() -> None:
    assert len(HOSTILE) >= 25
