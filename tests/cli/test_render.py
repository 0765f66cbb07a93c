"""A table's lines: as wide as they must be in a pipe, folded to what a terminal has."""

import pytest
from wcwidth import wcswidth

from cli import widths
from cli.tables import Table, fitted, laid_out
from cli.widths import columns_taken, folded_heading, folded_text, heading_columns

HEADINGS = ["employee", "姓名", "扣款", "空"]


@pytest.mark.parametrize(
    "rows",
    [
        [["E01", "林小雅", "-10.00", ""]],
        [["E01", "林小雅", "5.00", ""], ["a rather long id", "x", "1234567.00", ""], ["", "", "", ""]],
        [["é", "e\u0301", "Ａ", "ｱ"], ["“quoted”", "…", "–", "·"]],
        [["E01", "สมชาย ที่รัก", "1.00", "x"], ["E02", "မောင်မောင်", "2.00", "y"]],
    ],
    ids=["one", "several", "other letters", "marks above and below"],
)
@pytest.mark.parametrize("flush_right", [set(), {2}, {0, 3}])
def test_columns_begin_and_end_at_the_same_places(rows: list[list[str]], flush_right: set[int]) -> None:
    lines = list(laid_out(HEADINGS, rows, flush_right))
    assert len(lines) == len(rows) + 2
    assert [line.split() for line in lines[2:]] == [" ".join(row).split() for row in rows]
    widths = [max(columns_taken(row[place]) for row in [HEADINGS, *rows]) for place in range(4)]
    starts = [sum(widths[:place]) + 3 * place for place in range(4)]
    for line, row in zip(lines[2:], rows, strict=True):
        for place, cell in enumerate(row):
            start = starts[place] + (widths[place] - columns_taken(cell) if place in flush_right else 0)
            assert not cell or _from(line, start).startswith(cell)


def _from(line: str, columns: int) -> str:
    """What stands in a line behind so many columns."""
    for place in range(len(line) + 1):
        if columns_taken(line[:place]) == columns and (place == len(line) or columns_taken(line[place])):
            return line[place:]
    raise AssertionError(f"no character begins at {columns}")


def test_running_text_is_folded_to_the_terminal_and_nothing_else() -> None:
    text = "投訴屬實，處理不當；請說明理由 " * 4
    lines = list(laid_out(["id", "what"], [["N2026-0007", text]], folding={1}, terminal=60))
    assert all(columns_taken(line) <= 60 for line in lines)
    assert len(lines) > 4
    assert "".join("".join(line[13:].removeprefix("↪ ") for line in lines[2:]).split()) == "".join(
        text.split()
    )
    assert all(line.startswith(" " * 13 + "↪ ") for line in lines[3:])
    assert lines[2].startswith("N2026-0007   ")


def test_where_nothing_may_be_broken_a_line_runs_over() -> None:
    (_, _, line) = laid_out(["id", "amount"], [["x" * 50, "1.00"]], flush_right={1}, terminal=40)
    assert line == f"{'x' * 50}     1.00"


def test_a_word_that_is_longer_than_its_column_is_broken() -> None:
    assert folded_text("see abcdefghij!", 6) == ["see", "abcdef", "ghij!"]
    assert folded_text("漢字漢字", 5) == ["漢字", "漢字"]


def test_no_line_ends_with_an_opening_bracket_or_begins_with_a_closing_one() -> None:
    assert folded_text("得分率（%）：92.5", 8) == ["得分率", "（%）：", "92.5"]
    assert folded_text("（abcdefgh）", 6) == ["（abcd", "efgh）"]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("按規則計分（篇3 4.2.2）。", 15, ["按規則計分", "（篇3 4.2.2）。"]),
        ("見篇3 4.2.3、4.2.4", 12, ["見", "篇3 4.2.3、", "4.2.4"]),
        ("依篇3 的比例", 6, ["依篇3", "的比例"]),
        ("due (Doc. 3 §4.2.3, 4.2.4)", 16, ["due", "(Doc. 3 §4.2.3,", "4.2.4)"]),
        ("所附解讀 12", 8, ["所附", "解讀 12"]),
    ],
)
def test_a_clause_that_is_cited_stays_with_its_number(text: str, width: int, lines: list[str]) -> None:
    assert folded_text(text, width) == lines


def test_what_is_counted_at_once_is_counted_as_the_library_does() -> None:
    plain = [c for c in map(chr, range(0x10000)) if widths._PLAIN.fullmatch(c)]
    assert len(plain) > 21_000
    assert [c for c in plain if columns_taken(c) != wcswidth(c)] == []


@pytest.mark.parametrize(
    ("heading", "width", "lines"),
    [
        ("扣款合計", 7, ["扣款", "合計"]),
        ("申訴中扣分", 7, ["申訴中", "扣分"]),
        ("重複違規條款", 7, ["重複", "違規", "條款"]),
        ("申訴中績效扣分", 8, ["申訴中", "績效扣分"]),
        ("a 敬業責任", 4, ["a", "敬業", "責任"]),
        ("a 敬業責任", 6, ["a 敬業", "責任"]),
        ("簽發人", 4, ["簽發", "人"]),
        ("合計（元）", 7, ["合計", "（元）"]),
        ("合計（元）", 10, ["合計（元）"]),
        ("borne by supervisor", 10, ["borne by", "supervisor"]),
        ("", 4, [""]),
    ],
)
def test_a_heading_ends_its_lines_where_a_word_may_end(heading: str, width: int, lines: list[str]) -> None:
    assert folded_heading(heading, width) == lines


@pytest.mark.parametrize(
    ("heading", "columns", "when_cut"),
    [
        ("簽發人", 6, 4),
        ("扣款合計", 4, 4),
        ("申訴中扣分", 6, 4),
        ("合計（元）", 6, 6),
        ("a 敬業責任", 4, 4),
        ("id", 2, 2),
    ],
)
def test_three_ideographs_stay_together_while_there_is_room(
    heading: str, columns: int, when_cut: int
) -> None:
    assert (heading_columns(heading, cut=False), heading_columns(heading, cut=True)) == (columns, when_cut)


def test_headings_are_cut_before_a_column_is_left_out() -> None:
    table = Table(["簽發人", "經辦人"], [["I01", "I02"]], spare=[1])
    assert fitted(table, 15) == (["簽發人   經辦人", "─" * 15, "I01      I02"], [])
    assert fitted(table, 12) == (["簽發   經辦", "人     人", "─" * 11, "I01    I02"], [])
    assert fitted(table, 10)[1] == ["經辦人"]
