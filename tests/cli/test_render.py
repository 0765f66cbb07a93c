"""A table in a pipe is laid out as the one on a terminal wide enough."""

import pytest

from cli.render import _fitted, laid_out

HEADINGS = ["employee", "姓名", "扣款", "空"]


@pytest.mark.parametrize(
    "rows",
    [
        [["E01", "林小雅", "-10.00", ""]],
        [["E01", "林小雅", "5.00", ""], ["a rather long id", "x", "1234567.00", ""], ["", "", "", ""]],
        [["é", "e\u0301", "Ａ", "ｱ"], ["“quoted”", "…", "–", "·"]],
    ],
    ids=["one", "several", "other letters"],
)
@pytest.mark.parametrize("flush_right", [set(), {2}, {0, 3}])
def test_it_is_laid_out_as_on_a_wide_terminal(rows: list[list[str]], flush_right: set[int]) -> None:
    wide = _fitted(HEADINGS, rows, flush_right, set(), 10_000)
    plain = [line.rstrip() for line in laid_out(HEADINGS, rows, flush_right)]
    assert plain == [line.rstrip() for line in wide]
