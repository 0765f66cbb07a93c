"""What axe finds on a page, and whether it is wider than the screen."""

from typing import Any, Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAGS: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_OPTIONS: Final[dict[str, Any]] = {
    "runOnly": {"type": "tag", "values": list(TAGS)},
    "resultTypes": ["violations"],
}
NARROWEST: Final = 320
"""1280 pixels enlarged four times: nothing may need scrolling sideways (WCAG 1.4.10)."""


def violations(page: Page) -> list[str]:
    """The rules that a page breaks, each with where."""
    found = Axe().run(page, options=_OPTIONS).response["violations"]
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]


def overflow(page: Page) -> int:
    """By how many pixels a page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def faults(page: Page) -> list[str]:
    """Whatever of both, also where the page is enlarged."""
    found = violations(page)
    size = page.viewport_size
    assert size is not None
    for width in (size["width"], NARROWEST):
        page.set_viewport_size({"width": width, "height": size["height"]})
        if (beyond := overflow(page)) > 0:
            found.append(f"{beyond} pixels beyond a width of {width}")
    page.set_viewport_size(size)
    return found
