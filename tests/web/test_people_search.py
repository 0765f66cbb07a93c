"""People are looked for alike wherever somebody is named: by number, name or department, in whatever width it was typed."""

from urllib.parse import quote

import pytest

from tests.web.served import Served


@pytest.mark.parametrize("looked", ["E10", "ｅ１０", "客服部 E10", "E10 客服"])
def test_one_person_is_found_by_every_word_of_theirs(site: Served, looked: str) -> None:
    page = site.signed_in("I01").open(f"/people?lang=zh-Hant&q={quote(looked)}").text
    assert "/people/E10" in page
    assert "/people/E06" not in page
    form = site.signed_in("I01").send("/notices/new?lang=zh-Hant", find_person=looked, find="1").text
    assert 'value="E10"' in form
    assert 'value="E06"' not in form
