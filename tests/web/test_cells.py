"""Cells of tables: a figure with its link, what is nothing, what is withheld, and where something stands."""

from typing import Any

import pytest

from web.cells import figure, status
from web.rendering import templates
from web.speech import Speech

W = Speech("en")


@pytest.mark.parametrize("nothing", [0, "0.00", "", [], False])
def test_what_is_nothing_is_a_dash_without_a_link(nothing: Any) -> None:
    assert figure(nothing, W, "/why") == '<span class="none">–</span>'


def test_what_is_withheld_says_so() -> None:
    assert W.say("withheld") in figure(None, W, "/why")
    assert "/why" not in figure(None, W, "/why")


def test_a_figure_is_a_link_where_there_is_one_and_nothing_in_it_is_markup() -> None:
    assert figure("-5.00", W) == "−5.00"
    assert figure(4, W, '/a?b="&c') == '<a href="/a?b=&quot;&amp;c">4</a>'
    assert figure("<b>", W) == "&lt;b&gt;"
    assert status("<b>", W) == '<span class="tag &lt;b&gt;">&lt;b&gt;</span>'
    assert status("pending", W) == f'<span class="tag pending">{W.word("pending")}</span>'


def test_a_page_shows_them_as_they_are() -> None:
    drawn = templates().from_string("{{ a | figure(w, '/x') }} {{ 'pending' | status(w) }}")
    assert drawn.render(a=4, w=W) == f'<a href="/x">4</a> {status("pending", W)}'
