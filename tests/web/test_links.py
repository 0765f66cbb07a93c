"""No page leads its reader to a refusal: whoever looks goes to wherever each page leads them, and is let in everywhere."""

import re
from collections import Counter
from html import unescape
from pathlib import Path

import pytest

from ledger.reports.due import kinds
from tests.access.sample import VIEWERS
from tests.web.served import Browser, Served
from web import links
from web.links import pages
from web.pages.own import PLACES, THINGS

TEMPLATES = Path(links.__file__).with_name("templates")
_LINK = re.compile(r'<a\s[^>]*?href="(/[^"#]*)')
_OF_ONE_KIND = 8
"""So many addresses of one kind are gone to: pages of a kind say the same kinds of things, and months lead on for ever."""


def kind_of(path: str) -> str:
    """An address without what names one thing among others."""
    return re.sub(r"\d[0-9A-Za-z-]*|(?<=/)[A-Z]+\d*[0-9A-Za-z-]*|(?<==)[^&]+", "*", path)


def walked(browser: Browser) -> dict[str, tuple[int, str]]:
    """Each address a viewer is led to, from the first pages on → its status, and the page that leads there."""
    found, kinds_seen = dict[str, tuple[int, str]](), Counter[str]()
    waiting = [("/due", ""), ("/due?who=all", "")]
    while waiting:
        path, source = waiting.pop(0)
        if path in found or kinds_seen[kind_of(path)] >= _OF_ONE_KIND:
            continue
        kinds_seen[kind_of(path)] += 1
        answer = browser.open(path)
        asks_why = 'name="purpose"' in answer.text  # whoever says it is let in
        found[path] = (200 if asks_why else answer.status, source)
        if answer.status == 200 and "text/html" in answer.headers.get("Content-Type", ""):
            links = map(unescape, _LINK.findall(answer.text))
            waiting += [(link, path) for link in links if not link.startswith("/static")]
    return found


@pytest.mark.parametrize("viewer", VIEWERS)
def test_every_link_on_every_page_opens_for_whoever_sees_it(viewer: str, read: Served) -> None:
    found = walked(read.signed_in(viewer))

    shut = {path: told for path, told in found.items() if told[0] != 200}
    # a file that is no longer where it was kept is told to be missing
    assert {path: told for path, told in shut.items() if not path.startswith("/evidence/")} == {}
    assert len(found) > 20


def test_whatever_can_wait_leads_somewhere() -> None:
    assert sorted([*PLACES, *THINGS]) == sorted(kinds())
    assert set(THINGS.values()) <= set(pages())


def test_a_link_to_a_thing_is_written_in_one_place() -> None:
    addresses = {path.partition("{")[0] for kind, path in pages().items() if kind != "sitting"} | {"/log/"}
    by_hand = re.compile(
        rf'href="(?:{{{{ ask\.link\(")?(?:{"|".join(addresses)})(?:" ~ |{{{{ )[\w.]+(?:\) )? ?}}}}"'
    )

    assert by_hand.search('href="{{ ask.link("/notices/" ~ row.notice) }}"')
    assert by_hand.search('href="/log/{{ row.position }}"')
    for template in TEMPLATES.glob("*.j2"):
        assert by_hand.findall(template.read_text("utf-8")) == [], template.name


@pytest.mark.parametrize("viewer", ["E06", "Q01", "O01", "D01", "AU1"])
def test_every_row_of_the_day_is_a_link(viewer: str, read: Served) -> None:
    page = read.signed_in(viewer).open("/due?who=all").text
    rows = re.findall(r"<li>(.*?)</li>", page[page.index("<h1") :], re.DOTALL)

    assert rows
    assert [row for row in rows if "<a href" not in row] == []


def test_what_is_not_ones_to_open_is_told_without_a_link(read: Served) -> None:
    finance, director = (read.signed_in(person) for person in ("F01", "D01"))
    path = "/people/E06/months/2026-07"
    assert 'href="/notices/N702"' in director.open(path).text
    told = finance.open(path).text
    assert "N702" in told and "50.50" in told
    assert 'href="/notices/' not in told and 'href="/log/' not in told
