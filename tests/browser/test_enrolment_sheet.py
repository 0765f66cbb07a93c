"""The sheet with somebody's code: on a screen it keeps nobody out, on paper it is one page."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from ledger.terms import LANGUAGES
from tests.browser.accessibility import faults
from tests.browser.tabs import PHONE, People
from tests.web.served import Served


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_keeps_nobody_out_and_is_printed_on_one_page(
    language: str, chromium: Browser, site: Served, tmp_path: Path
) -> None:
    people = People(chromium, site, language)
    tab = people.sits_down("O01", PHONE, bypass_csp=True)
    tab.open("/accounts")
    tab.press('button[value="E01"]')
    assert tab.page.locator(".qr svg").count() == 1
    assert faults(tab.page) == []
    printed = tab.page.pdf(path=tmp_path / "sheet.pdf", format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    people.leaves()
