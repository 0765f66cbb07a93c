"""Somebody's browser: which person, how wide, with or without scripts, in which language; and what it complains of."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.web.served import Served

PHONE: Final = {"width": 390, "height": 844}
DESK: Final = {"width": 1280, "height": 900}
LOCALES: Final = {"zh-Hant": "zh-TW", "zh-Hans": "zh-CN", "en": "en-GB"}
_OWN_REFUSAL: Final = re.compile(r"Failed to load resource: .* status of (401|403|404|409|422)")
"""What chromium says of a page of ours that tells a refusal: it is shown, and nothing is wrong with it."""


@dataclass
class Tab:
    """One page of a person's browser."""

    page: Page
    base: str
    complaints: list[str]
    looked: Any = field(default=lambda tab: None)
    """Called at each page that is come to."""

    def open(self, path: str) -> int:
        """Opens an address; answers its status."""
        answer = self.page.goto(self.base + path)
        assert answer is not None
        self.looked(self)
        return answer.status

    def press(self, button: str) -> None:
        """Presses what leads to another page."""
        self.page.evaluate("document.body.dataset.left = 'yes'")
        self.page.locator(button).first.click()
        self.page.locator("body:not([data-left]) h1").wait_for(state="attached")
        self.page.wait_for_load_state("load")
        self.looked(self)

    def rests(self) -> None:
        """Waits until no check or trial runs on the page: it comes anew by itself when that has ended."""
        self.page.locator("main [data-progress]").wait_for(state="detached", timeout=60_000)
        self.page.wait_for_load_state("load")

    def chooses(self, name: str, value: str) -> None:
        """Chooses one of several."""
        self.page.locator(f'input[type=radio][name="{name}"][value="{value}"]').check()

    def fills(self, **fields: str) -> None:
        """Fills fields in by their names."""
        for name, value in fields.items():
            self.page.locator(f'main [name="{name}"]').fill(value)

    def goes_on(self, step: str) -> None:
        """Sends the form as one of its buttons does: a number, `check` or `record`."""
        self.press(f'main button[name="step"][value="{step}"]')

    @property
    def text(self) -> str:
        """What its reader reads."""
        return self.page.locator("main").inner_text()


@dataclass
class People:
    """Whoever sits before a browser, at one console."""

    chromium: Browser
    site: Served
    language: str = "en"
    scripts: bool = True
    looked: Any = field(default=lambda tab: None)
    contexts: list[BrowserContext] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def sits_down(self, person: str | None, size: dict[str, int] = DESK, **more: Any) -> Tab:
        """A page of somebody's browser, in which they are signed in; None: nobody is."""
        context = self.chromium.new_context(
            viewport=size, locale=LOCALES[self.language], java_script_enabled=self.scripts, **more
        )
        context.set_default_timeout(15_000)
        if person is not None:
            self.site.has_account(person)
            token = self.site.console.accounts.begin(person, "test")
            context.add_cookies([{"name": "kaoji", "value": token, "url": self.site.base}])
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", self._hears)
        page.on("pageerror", lambda error: self.complaints.append(f"pageerror: {error}"))
        return Tab(page, self.site.base, self.complaints, self.looked)

    def _hears(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and _OWN_REFUSAL.search(message.text) is None:
            self.complaints.append(f"{message.type}: {message.text}")

    def leaves(self) -> None:
        """Closes every browser; what one complained of fails."""
        self.closes()
        assert self.complaints == []

    def closes(self) -> None:
        """Closes every browser that is open yet."""
        while self.contexts:
            self.contexts.pop().close()


@contextmanager
def people(chromium: Browser, site: Served, **how: Any) -> Iterator[People]:
    """Browsers at a console until the end, none of which complains of anything."""
    found = People(chromium, site, **how)
    try:
        yield found
    finally:
        found.closes()
    found.leaves()
