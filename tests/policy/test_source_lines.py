"""The line of every key of a TOML text, and the name people know it by."""

import tomllib
from typing import Any

import pytest

from ledger.policy.loading import house_rules, house_text
from ledger.policy.source_lines import Path, at, key_of, line_at, lines_of

AWKWARD = '''\
a."b.c".d = """x
[no]""""
[[t]] # a comment with [brackets]
x = 1
[[t.u]]
y = [ # [
  { k = "}", 'q' = "\\"}" }, 'a#', """
z]""",
]
[t.v]
'l.t' = {m.n = 2}
[[t]]
x.y = 1979-05-27
[[t.u]]
y = 1
[w.x]
z = []'''


def every_path(value: Any, path: Path = ()) -> set[Path]:
    found = {path} - {()}
    if isinstance(value, dict):
        found = found.union(*(every_path(item, (*path, key)) for key, item in value.items()))
    elif isinstance(value, list):
        found = found.union(*(every_path(item, (*path, index)) for index, item in enumerate(value)))
    return found


@pytest.mark.parametrize("text", [house_text(), AWKWARD, AWKWARD.replace("\n", "\r\n"), "", "a = 1"])
def test_every_key_table_and_item_has_a_line_and_nothing_else_has(text: str) -> None:
    assert set(lines_of(text)) == every_path(tomllib.loads(text))


def test_the_lines_are_those_on_which_things_stand() -> None:
    lines = lines_of(AWKWARD)
    assert lines["a", "b.c", "d"] == 1
    assert lines["t",] == lines["t", 0] == 3
    assert lines["t", 0, "u", 0, "y", 0, "q"] == 7
    assert lines["t", 0, "u", 0, "y", 2] == 7
    assert lines["t", 0, "v", "l.t", "m", "n"] == 11
    assert lines["t", 1, "x", "y"] == 13
    assert lines["t", 1, "u", 0, "y"] == 15
    assert lines["w",] == lines["w", "x"] == 16


def test_a_key_of_the_house_rules_stands_on_its_line() -> None:
    written = house_text().split("\n")
    for path, line in lines_of(house_text()).items():
        if isinstance(path[-1], str) and len(path) > 2:
            assert path[-1] in written[line - 1], path


def test_what_has_no_line_is_placed_at_the_nearest_table_that_has() -> None:
    lines = {("bands",): 3, ("bands", 1): 7}
    assert line_at(lines, ("bands", 1, "source")) == 7
    assert line_at(lines, ("bands", 9, "source")) == 3
    assert line_at(lines, ("close", "due_day")) is None


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ((), ""),
        (("close", "due_day"), "close.due_day"),
        (("bands", 1, "reading"), "bands[16-19].reading"),
        (("bands", 2), "bands[20+]"),
        (("clauses", 0, "max_points"), "clauses[FD-01].max_points"),
        (("appraisal", "dimensions", 5, "maximum"), "appraisal.dimensions[f].maximum"),
        (("calendar", "days_off", 0), "calendar.days_off[2020-01-01]"),
        (("clauses", 99), "clauses[#100]"),
    ],
)
def test_items_are_named_by_what_tells_them_apart(path: Path, key: str) -> None:
    assert key_of(house_rules(), path) == key


def test_a_path_that_leads_nowhere_leads_to_nothing() -> None:
    assert at(house_rules(), ("bands", "first")) is None
    assert at(house_rules(), ("close", "due_day", "x")) is None
    assert at(house_rules(), ("bands", 1, "from_points")) == 16
