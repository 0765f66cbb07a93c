"""What a line of the table says of its goals, and that a page keeps what was not measured again."""

from pathlib import Path

from benchmarks import page
from benchmarks.__main__ import compiled
from benchmarks.frame import Line, at_least, at_most


def section(name: str, *lines: Line) -> page.Section:
    return page.Section(name, f"about {name}", list(lines))


def test_a_ratio_is_median_to_median() -> None:
    line = Line("ours", "/s", [1, 2, 90], "theirs", [4, 4, 4], [at_least(0.5, "ratio")])
    assert line.ratio == 0.5
    assert line.missed == []


def test_a_goal_that_is_missed_is_told() -> None:
    goal = at_most(5, "ratio")
    line = Line("ours", "ms", [60.0], "theirs", [10.0], [goal])
    assert line.missed == [goal]
    assert "ratio ≤ 5 | no" in page.markdown(section("shell", line))


def test_a_percentile_is_told_of_many_calls_only() -> None:
    assert Line("few", "ms", [1.0] * 99).p99 is None
    assert Line("many", "ms", [1.0] * 100).p99 == 1.0


def test_a_page_keeps_the_parts_that_were_not_measured(tmp_path: Path) -> None:
    file = tmp_path / "page.md"
    file.write_text("# Title\n\n<!-- measured: one -->\n<!-- end: one -->\n\nwords\n", "utf-8")
    page.write(file, {"Python": "3.11"}, [section("one", Line("first", "/s", [1.0]))])
    page.write(file, {"Python": "3.12"}, [section("two", Line("second", "/s", [2.0]))])
    content = file.read_text("utf-8")
    assert content.index("first") < content.index("words") < content.index("second")
    assert content.count("about one") == 1
    assert "3.12" in content
    assert "3.11" not in content


def test_what_is_measured_is_compiled_as_where_it_is_installed(tmp_path: Path) -> None:
    (tmp_path / "ledger").mkdir()
    (tmp_path / "ledger/module.py").write_text("")
    compiled(tmp_path)
    assert list((tmp_path / "ledger").rglob("module.*.pyc"))
