"""Files that mean harm end an import with 2 and words, soon, in little memory; and nothing is recorded."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ledger.application.ledger import Ledger
from ledger.application.recording.imports import Asked
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
def test_a_hostile_file_is_refused_by_its_code(code: str, made: Callable[[], bytes], ledger: Ledger) -> None:
    with pytest.raises(InputError) as refused:
        ledger.imports.run("wages", made(), Asked(month="2026-08"))
    assert refused.value.code == code


_WATCHED = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[2:])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
with open(sys.argv[1], "w") as file:
    file.write(f"{used.ru_utime + used.ru_stime} {used.ru_maxrss}")
sys.exit(done.returncode)
"""
"""Runs a command and writes down its seconds and KiB: a child's memory is never less than that of whoever started it."""


@pytest.mark.parametrize("name", HOSTILE)
def test_it_ends_soon_with_2_in_little_memory_and_records_nothing(
    name: str, ledger: Ledger, tmp_path: Path
) -> None:
    before = everything_in(ledger.log)
    file, used = tmp_path / "wages.xlsx", tmp_path / "used"
    file.write_bytes(HOSTILE[name][1]())
    command = [sys.executable, "-m", "cli", "import", "wages", str(file), "--month", "2026-08"]
    address = {"KAOJI_LEDGER": ledger.log.shown_url(), "KAOJI_LANG": "en"}
    watched = [sys.executable, "-c", _WATCHED, str(used), *command]
    done = subprocess.run(watched, capture_output=True, text=True, env={**os.environ, **address}, check=False)
    seconds, kib = map(float, used.read_text().split())
    assert done.returncode == 2, done.stderr
    assert seconds < _SECONDS  # of the processor, whatever else keeps the machine busy
    assert kib < _MIB * 1024
    told = done.stderr
    assert told.startswith("error: ") and "\nhint: " in told and "Traceback" not in told
    assert everything_in(ledger.log) == before


def test_there_are_twenty_five_and_more() -> None:
    assert len(HOSTILE) >= 25
