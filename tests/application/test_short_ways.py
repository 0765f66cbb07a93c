"""The short ways through a file say what the long ones say."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.application.recording import command_reader
from ledger.commands.base import _sorted_json
from ledger.errors import InputError

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(TEXTS, VALUES, max_size=4))
def test_sorted_json_is_what_the_standard_library_writes(content: dict[str, Any]) -> None:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert _sorted_json(content) == text.encode()


@given(st.dictionaries(TEXTS, VALUES, max_size=4), st.booleans())
def test_a_line_reads_the_same_either_way(content: dict[str, Any], ascii_only: bool) -> None:
    text = json.dumps(content, ensure_ascii=ascii_only)
    assert command_reader.parse_line(text.encode()) == content == command_reader._read(text)
    assert command_reader._read_plain(text) in (content, None)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"a": 1, "a": 1}', "field_twice"),
        ('{"a": {"b": 1, "b": 1}}', "field_twice"),
        ('{"a": 1.5}', "fraction_given"),
        ('{"a": 1e3}', "fraction_given"),
        ('{"a": NaN}', "not_json"),
        ('{"a": "\\ud800"}', "field_wrong"),
        ('{"\\ud800": 1}', "field_wrong"),
        ('{"a": ' + "[" * 31 + "1" + "]" * 31 + "}", "nested_too_deep"),
        ("[1]", "not_an_object"),
        ("{", "not_json"),
        ("\ufeff{", "not_json"),
    ],
)
def test_what_is_wrong_is_found_either_way(text: str, code: str) -> None:
    for read in (lambda: command_reader.parse_line(text.encode()), lambda: command_reader._read(text)):
        with pytest.raises(InputError) as refused:
            read()
        assert refused.value.code == code
    assert command_reader._read_plain(text) is None


def test_the_deepest_line_that_may_be_is_read() -> None:
    text = '{"a": ' + "[" * 30 + "1" + "]" * 30 + "}"
    assert command_reader.parse_line(text.encode()) == json.loads(text) == command_reader._read(text)
