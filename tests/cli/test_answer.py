"""What cannot be told is told to be untold: an answer that finds its disk full, and what was recorded all the same."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import office

ROOT = Path(__file__).parents[2]
FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full here")
def test_an_answer_that_finds_the_disk_full_is_said_in_words_and_the_file_may_be_applied_again(
    tmp_path: Path,
) -> None:
    file = tmp_path / "site.jsonl"
    file.write_bytes(b"".join(office.lines([office.register_site()])))
    command = [sys.executable, "-m", "cli", "apply", str(file), "--lang", "en"]
    environment = {**os.environ, "KAOJI_LEDGER": f"sqlite:///{tmp_path / 'kaoji.db'}"}
    with FULL.open("wb") as full:
        told = subprocess.run(command, cwd=ROOT, env=environment, stdout=full, stderr=subprocess.PIPE)
    assert told.stderr.decode().splitlines() == [
        "error: the answer could not be written: no space is left there",
        "hint: what was asked may be recorded: look with kaoji log, or apply the file again:"
        " what is recorded already is skipped",
    ]
    assert told.returncode == 74
    again = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True)
    assert (again.returncode, again.stdout) == (0, b"0 recorded, 1 skipped, position 2\n")
