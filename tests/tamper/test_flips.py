"""A file of a ledger in which some bits are not as they were: no traceback, and no figure that was changed by it.

`./test crash` strikes each file 150 times.
"""

from pathlib import Path

import pytest

from tests.support import flips


@pytest.mark.parametrize("struck", flips.FILES)
def test_a_damaged_file_ends_in_a_right_answer_a_refusal_or_a_finding(struck: str, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    file = flips.made(tmp_path / "kept")
    for answers in flips.strike(file, tmp_path / "struck", struck, f"tamper {struck}", 8):
        flips.assert_honest(answers)
