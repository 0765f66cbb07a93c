"""What every page draws: people with their names, sites by theirs, and no word of a file."""

import re
from collections.abc import Iterator
from html import unescape

import pytest

from ledger.application.desk.desk import Desk, Person
from tests.web.served import Served
from tests.web.test_pages import paths

CODE = re.compile(
    r"\b[a-z]+_[a-z_]+|front-desk|engineering|cleaning|\bregular\b|final-|\[sealed\]|jinse", re.I
)
"""What stands in a file, and is no word of anybody's."""
_TYPED = re.compile(
    r'<(textarea|datalist|code)[^>]*>.*?</\1>|<span class="hidden">.*?</span>|<p class="hash">.*?</p>',
    re.DOTALL,
)
"""What is typed or copied as it stands, and what is only heard."""
_MASKED = ("/public-list",)
"""Where people stand as the rules have them posted: by number, and by half a name or none."""


def drawn(read: Served, viewer: str, asked: list[str]) -> Iterator[tuple[str, int, str]]:
    """Each page's address, its status, and what is read on it in Chinese, each element's text apart."""
    browser = read.signed_in(viewer, "zh-Hant")
    for path in asked:
        page = browser.open(path)
        if "<main" in page.text:
            main = _TYPED.sub(" ", page.text[page.text.index("<main") : page.text.index("</main>")])
            yield path, page.status, re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main)))


def nameless(text: str, names: dict[str, str]) -> set[str]:
    """The staff numbers that stand somewhere without the name."""
    return {
        number
        for number, name in names.items()
        if re.search(rf"(?<![\w-]){re.escape(number)}(?![\w-])(?! *{re.escape(name)})", text)
    }


@pytest.mark.parametrize("viewer", ["AU1", "O01", "F01", "H02"])
def test_no_page_says_a_code_and_whoever_stands_on_it_is_named(viewer: str, read: Served) -> None:
    with read.console.ledger.look_at_log() as look:
        everybody = [row["employee"] for site in look.state.site_ids() for row in look.employees(site)]
    names = Desk.at(read.console.ledger, Person(viewer)).names(everybody)
    asked = [path for path in paths() if not path.endswith(".json") and "/evidence/" not in path]
    codes, unnamed = {}, {}
    for path, status, text in drawn(read, viewer, asked):
        if said := set(CODE.findall(text)):
            codes[path] = said
        if status == 200 and not path.startswith(_MASKED) and (bare := nameless(text, names)):
            unnamed[path] = bare
    assert codes == {}
    assert unnamed == {}


def test_no_event_says_a_code_and_its_money_is_in_yuan(read: Served) -> None:
    end = read.console.ledger.position()
    told = dict.fromkeys(range(1, end + 1), "")
    for path, _, text in drawn(read, "AU1", [f"/log/{position}" for position in told]):
        told[int(path.rpartition("/")[2])] = text
    assert {position: found for position, text in told.items() if (found := CODE.findall(text))} == {}
    assert any("金額（元） −50.00" in text for text in told.values())


def test_a_number_without_its_name_is_found() -> None:
    names = {"E06": "孫浩然", "H02": "方國棟"}
    assert nameless("E06 孫浩然 · H02 方國棟 E06-1", names) == set()
    assert nameless("E06 · 2026-07 孫浩然", names) == {"E06"}
