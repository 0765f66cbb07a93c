"""Each file of a ledger struck 150 times: one to three bits anywhere in it.

`KAOJI_CRASH_SEED` gives other ones, `KAOJI_CRASH_FLIPS` more of them.
"""

import os
from pathlib import Path

import pytest

from tests.crash.conftest import Strikers
from tests.crash.tally import Tally
from tests.support import flips

TIMES = int(os.environ.get("KAOJI_CRASH_FLIPS", "150"))


def strike(folder: Path, part: int, parts: int, struck: str, seed: str) -> Tally:
    """The changes of one file that are this striker's."""
    (folder / "kept").mkdir()
    file = flips.made(folder / "kept")
    for answers in flips.strike(file, folder / "struck", struck, seed, TIMES, part, parts):
        flips.assert_honest(answers)
    return Tally()


@pytest.mark.parametrize("struck", flips.FILES)
def test_a_damaged_file_ends_in_a_right_answer_a_refusal_or_a_finding(
    struck: str, strikers: Strikers, folder: Path
) -> None:
    strikers.share(strike, folder, struck, f"{os.environ.get('KAOJI_CRASH_SEED', '1')} {struck}")
