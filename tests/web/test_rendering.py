"""Templates ask rows and words as directly as they can be asked, and say the same as if they did not."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from jinja2 import UndefinedError

from ledger.application.desk.look_cache import CachedRow
from web.rendering import templates


class Words:
    """What a page's words are to a template: an object with methods."""

    def say(self, key: str, *, loudly: bool = False) -> str:
        return f"<{key}{'!' if loudly else ''}>"


def looked_for(work: Callable[[], object]) -> list[str]:
    """What jinja2 looks whether it is there, call by call."""
    found: list[str] = []

    def note(frame: FrameType, event: str, what: Any) -> None:
        if event == "c_call" and what in (getattr, hasattr):
            found.append(what.__name__)

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return found


def drawn(source: str, **values: Any) -> str:
    return templates().from_string(source).render(values)


def test_what_stands_in_a_row_is_not_looked_for_elsewhere() -> None:
    asked = templates()
    for row in ({"notice": "N1"}, CachedRow(notice="N1")):
        assert not looked_for(lambda row=row: asked.getattr(row, "notice"))  # type: ignore[misc]
        assert asked.getattr(row, "notice") == "N1"


def test_a_word_is_said_without_looking_at_what_says_it() -> None:
    template = templates().from_string("{% for key in 'ab' %}{{ w.say(key, loudly=true) }}{% endfor %}")
    context = template.new_context({"w": Words()})
    assert not looked_for(lambda: context.call(Words().say, "a", _loop_vars={"key": "a"}))
    assert template.render(w=Words()) == "&lt;a!&gt;&lt;b!&gt;"


def test_methods_of_rows_macros_and_what_is_missing_are_as_ever() -> None:
    assert drawn("{{ row.items() | list | length }} {{ row.get('a', 1) }}", row={"items": 3}) == "1 1"
    assert drawn("{% macro m(x) %}<b>{{ x }}</b>{% endmacro %}{{ m('<') }}") == "<b>&lt;</b>"
    with pytest.raises(UndefinedError):
        drawn("{{ row.other }}", row={"notice": "N1"})


def test_templates_are_read_once_in_a_process() -> None:
    assert templates() is templates()
    assert not templates().auto_reload


def test_every_template_can_be_read() -> None:
    made = templates()
    assert [name for name in made.list_templates() if not made.get_template(name)] == []
