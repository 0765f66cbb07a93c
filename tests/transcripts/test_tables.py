"""Every table, card and log of the sample office fits the terminal: what the transcripts of all widths hold is measured."""

import re

import pytest

from cli.widths import columns_taken
from tests.transcripts.tables import LANGUAGES, TYPED, WIDTHS, file_of
from tests.transcripts.test_transcripts import steps

_AMOUNT = re.compile(r"(?<![\d.])-?\d+\.\d\d(?!\d)")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_is_wider_than_the_terminal(language: str, width: int) -> None:
    told = list(steps(file_of(language, width).read_text("utf-8")))
    assert [step.typed for step in told if "demo" not in step.typed and "export" not in step.typed] == [
        f"kaoji {typed}" for typed in TYPED
    ]
    for step in told:
        for line in step.printed:
            assert columns_taken(line) <= width, f"{step.typed}: {line}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_deduction_is_whole_at_every_width(language: str) -> None:
    for month in ("2026-06", "2026-07", "2026-08"):
        found = []
        for width in WIDTHS:
            told = steps(file_of(language, width).read_text("utf-8"))
            (printed,) = (step.printed for step in told if step.typed == f"kaoji report monthly {month}")
            found.append({amount for line in printed for amount in _AMOUNT.findall(line)})
        assert found[0] <= found[1] <= found[2]
