"""Every page there is, found by walking the routes: a browser complains of none, and none keeps anybody out."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.accessibility import faults, overflow
from tests.browser.tabs import DESK, PHONE, People, Tab
from tests.web.served import Served
from tests.web.test_pages import paths

LOOKERS = ("H02", "AU1", "D01", "O01", "C01", "E06", "I02", "F01")
"""People among whom every page has its readers, whoever sees most of it first."""
PAGES = [
    f"{path}?against=notice:N807" if path == "/appeals/new" else path
    for path in paths()
    if not path.endswith(".json")
]
ASKED = os.environ.get("KAOJI_BROWSER", "")
"""`dark`, `wide` or `dark wide`: how the pages are looked at instead."""
_FILES = ("/evidence/",)
"""Addresses that are no pages: what they answer is kept, and not shown."""


def walked() -> list[str]:
    return [path for path in PAGES if not path.startswith(_FILES)]


@pytest.fixture(scope="session")
def office_browsers(chromium: Browser, read: Served) -> Iterator["Kept"]:
    """Kept open from page to page, a browser for each person."""
    with_axe = People(chromium, read, "zh-Hant")
    as_it_is = People(chromium, read, "zh-Hant")
    yield Kept(with_axe, as_it_is)
    with_axe.leaves()
    as_it_is.leaves()


class Kept(dict[tuple[str, str], Tab]):
    """Browsers by who sits there and what for; those for axe let its script in."""

    def __init__(self, with_axe: People, as_it_is: People) -> None:
        self.people = {"axe": with_axe, "plain": as_it_is}

    def __missing__(self, key: tuple[str, str]) -> Tab:
        person, purpose = key
        more: dict[str, Any] = {"bypass_csp": True} if purpose == "axe" else {}
        more["color_scheme"] = "dark" if "dark" in ASKED else "light"
        size = DESK if "wide" in ASKED else PHONE
        self[key] = self.people[purpose].sits_down(person or None, size, **more)
        return self[key]


@pytest.mark.parametrize("path", walked())
def test_a_page_keeps_nobody_out_and_is_no_wider_than_a_phone(path: str, office_browsers: Kept) -> None:
    """By two of those who see it; where nobody does, the page that says so is looked at."""
    statuses = {}
    seen = 0
    for person in LOOKERS:
        tab = office_browsers[person, "axe"]
        statuses[person] = tab.open(path)
        if statuses[person] == 200:
            assert faults(tab.page) == [], (person, path)
            seen += 1
        if seen == 2:
            return
    if not seen:
        assert set(statuses.values()) <= {403, 404, 409}, statuses
        assert faults(office_browsers["H02", "axe"].page) == []


@pytest.mark.parametrize("path", walked())
def test_a_page_runs_nothing_that_its_policy_forbids(path: str, office_browsers: Kept) -> None:
    for person in LOOKERS[:1]:
        tab = office_browsers[person, "plain"]
        tab.open(path)
        assert tab.complaints == []


@pytest.mark.parametrize("path", ["/sign-in", "/enrol", "/enrol?code=AAAA-BBBB-CCCC"])
def test_the_door_keeps_nobody_out(path: str, office_browsers: Kept) -> None:
    tab = office_browsers["", "axe"]
    assert tab.open(path) == 200
    assert faults(tab.page) == []


def test_a_table_laid_out_in_rows_is_still_a_table_to_those_who_hear_it(
    chromium: Browser, read: Served
) -> None:
    """Without scripts, by the names that the browser hands on."""
    people = People(chromium, read, scripts=False)
    tab = people.sits_down("C01", PHONE)
    tab.open("/months/2026-07")
    table = tab.page.get_by_role("table").first
    rows = table.locator("tbody tr").count()
    assert rows > 0
    assert table.get_by_role("row").count() == rows + 1
    assert table.get_by_role("rowheader").count() == rows
    assert table.locator("[role=cell]").count() == table.locator("td").count()
    people.leaves()


@pytest.mark.parametrize("person", ["D01", "O01", "AU1", "E06"])
def test_a_menu_takes_one_line_on_a_desk(person: str, chromium: Browser, read: Served) -> None:
    """That of whoever holds an office stands below their name, where it has the whole width."""
    people = People(chromium, read, "zh-Hant")
    tab = people.sits_down(person, DESK)
    tab.open("/me")
    tops = tab.page.locator("nav li").evaluate_all("all => all.map(one => one.getBoundingClientRect().top)")
    assert len(set(tops)) == 1
    people.leaves()


TORN = """within => [...document.querySelectorAll(within)].flatMap(term => [...term.childNodes]).flatMap(text =>
  [...(text.data || '').matchAll(/[A-Za-z]+/g)].filter(word => {
    const range = document.createRange();
    range.setStart(text, word.index);
    range.setEnd(text, word.index + word[0].length);
    return new Set([...range.getClientRects()].map(each => each.top)).size > 1;
  }).map(word => word[0]))"""


@pytest.mark.parametrize("path", ["/notices/N807", "/months/2026-07/close"])
def test_on_a_phone_no_word_before_a_value_is_torn(path: str, chromium: Browser, read: Served) -> None:
    people = People(chromium, read, "en")
    tab = people.sits_down("D01", PHONE)
    assert tab.open(path) == 200
    assert tab.page.locator("dt", has_text="cknowledged").count() > 0
    assert tab.page.evaluate(TORN, "dt") == []
    people.leaves()


@pytest.mark.parametrize("path", ["/months/2026-07", "/policy/house-2"])
def test_on_a_desk_no_word_of_a_table_is_torn_and_nothing_is_beyond_the_screen(
    path: str, chromium: Browser, read: Served
) -> None:
    people = People(chromium, read, "en")
    tab = people.sits_down("D01", DESK)
    assert tab.open(path) == 200
    assert tab.page.locator("main th").count() > 0
    assert tab.page.evaluate(TORN, "th, td") == []
    assert overflow(tab.page) <= 0
    people.leaves()


FAULTS = {
    "image-alt": '<img src="data:,">',
    "label": '<input name="unlabelled">',
    "color-contrast": '<p style="color:#aaa;background:#fff">gray on white</p>',
    "button-name": "<button></button>",
    "target-size": '<button style="width:9px;height:9px;padding:0;min-height:0">a</button>'
    '<button style="width:9px;height:9px;padding:0;min-height:0">b</button>',
    "aria-allowed-attr": '<a href="/me" aria-checked="true">one</a>',
}
"""What axe is to find, each by the rule that finds it."""


@pytest.mark.parametrize("rule", FAULTS)
def test_a_fault_that_is_planted_is_found(rule: str, office_browsers: Kept) -> None:
    tab = office_browsers["E06", "axe"]
    tab.open("/me")
    assert faults(tab.page) == []
    tab.page.evaluate(
        "html => document.querySelector('main').insertAdjacentHTML('beforeend', html)", FAULTS[rule]
    )
    assert [found for found in faults(tab.page) if found.startswith(f"{rule}:")]


def test_what_is_wider_than_the_screen_is_found(office_browsers: Kept) -> None:
    tab = office_browsers["E06", "axe"]
    tab.open("/me")
    tab.page.evaluate("document.querySelector('main').style.width = '1000px'")
    assert any("pixels beyond" in found for found in faults(tab.page))


def test_a_script_in_a_page_is_forbidden_and_heard_of(chromium: Browser, read: Served) -> None:
    people = People(chromium, read)
    tab = people.sits_down("E06")
    tab.open("/me")
    tab.page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {textContent: 'document.title = 1'}))"
    )
    assert any("Content Security Policy" in complaint for complaint in people.complaints)
    people.complaints.clear()
    people.leaves()
