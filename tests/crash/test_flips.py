"""Each file of a ledger struck 150 times: one to three bits anywhere in it.

`KAOJI_CRASH_SEED` gives other ones, `KAOJI_CRASH_FLIPS` more of them.
"""

import os
from pathlib import Path

import pytest

from tests.support import flips

TIMES = int(os.environ.get("KAOJI_CRASH_FLIPS", "150"))


@pytest.mark.parametrize("struck", flips.FILES)
def test_a_damaged_file_ends_in_a_right_answer_a_refusal_or_a_finding(
    struck: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "kept").mkdir()
    file = flips.made(tmp_path / "kept")
    seed = f"{os.environ.get('KAOJI_CRASH_SEED', '1')} {struck}"
    for answers in flips.strike(file, tmp_path / "struck", struck, seed, TIMES, capsys):
        flips.assert_honest(answers)
