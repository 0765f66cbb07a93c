"""Pages that are handed out as files: on a phone and on a desk they are as wide as the screen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser

from tests.browser.accessibility import overflow
from tests.browser.tabs import DESK, PHONE
from tests.web.served import Served

PAGES: dict[str, Callable[[Served], str]] = {
    "person": lambda read: read.console.ledger.people.export("E06", "zh-Hant").page,
    "dossier": lambda read: read.console.ledger.review.dossier("A09", "zh-Hant", None)[0],
}


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("name", PAGES)
def test_it_is_no_wider_than_the_screen(
    name: str, size: dict[str, int], chromium: Browser, read: Served
) -> None:
    page = chromium.new_page(viewport=size)  # type: ignore[arg-type]
    page.set_content(PAGES[name](read))
    assert page.locator("main:visible").count() == 1
    assert overflow(page) == 0
    page.close()
