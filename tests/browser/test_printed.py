"""What is handed out or decided on, printed on A4: nothing is cut, shrunk or stands beyond the margins."""

from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page

from ledger.application.ledger import Ledger
from ledger.terms import LANGUAGES, Language
from tests.browser.accessibility import overflow
from tests.browser.tabs import people
from tests.support import office
from tests.support.office import lines
from tests.support.story import open_ledger
from tests.web.served import Served

A4_MM, MARGIN_MM = 210, 14
PX_A_MM = 96 / 25.4
PT_A_MM = 72 / 25.4
RUN = "W" * 3000
_CUT = """[...document.querySelectorAll("main *:not(.hidden)")]
    .filter(each => each.checkVisibility() && getComputedStyle(each).overflowX !== "visible")
    .filter(each => each.scrollWidth > each.clientWidth + 1).map(each => each.outerHTML.slice(0, 80))"""


def faults(page: Page) -> list[str]:
    """What is wider than the paper, which the browser would shrink the page for; what is cut; what the print has beyond."""
    page.emulate_media(media="print")
    width = int((A4_MM - 2 * MARGIN_MM) * PX_A_MM)
    page.set_viewport_size({"width": width, "height": 1000})
    wider = overflow(page)
    found = [f"{wider} pixels wider than the paper"] if wider > 0 else []
    found += [f"cut: {each}" for each in page.evaluate(_CUT)]
    side = f"{MARGIN_MM}mm"
    printed = page.pdf(format="A4", margin={"top": "15mm", "right": side, "bottom": "17mm", "left": side})
    return found + [f"beyond the margins: {each}" for each in beyond_margins(printed)]


def beyond_margins(printed: bytes) -> list[str]:
    """The characters of each page that stand in the margins at its sides."""
    margin = MARGIN_MM * PT_A_MM - 0.5
    found = []
    document = pypdfium2.PdfDocument(printed)
    for page in document:
        text = page.get_textpage()
        boxes = [text.get_charbox(at) for at in range(text.count_chars())]
        found.append(
            "".join(
                text.get_text_range(at, 1)
                for at, (left, _, right, _) in enumerate(boxes)
                if right > left and not (margin <= left and right <= page.get_width() - margin)
            )
        )
    document.close()
    return list(filter(None, found))


@pytest.fixture(scope="module")
def at_length(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """An appeal in which both write without a blank."""
    with open_ledger(tmp_path_factory.mktemp("long") / "kaoji.db") as ledger:
        file = {"name": f"{RUN[:180]}.jpg", "sha256": "ab" * 32}
        ledger.record.apply(
            lines(
                [
                    *office.office(),
                    office.issue_notice("N1", "E001", 5, narrative=RUN, evidence=[file], place=RUN[:200]),
                    office.acknowledge_notice("N1", how="commented", statement=RUN),
                    office.find_responsibility("N1", finding=RUN),
                    office.file_appeal("A1", "E001", {"notice": "N1"}, statement=RUN),
                ]
            )
        )
        yield ledger


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("appeal", ["A04", "A09"])
def test_a_dossier(appeal: str, language: Language, chromium: Browser, read: Served) -> None:
    page = chromium.new_page()
    page.set_content(read.console.ledger.review.dossier(appeal, language, None)[0])
    assert faults(page) == []
    page.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_held_on_a_person(language: Language, chromium: Browser, read: Served) -> None:
    page = chromium.new_page()
    page.set_content(read.console.ledger.people.export("E06", language).page)
    assert faults(page) == []
    page.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_without_a_blank(language: Language, chromium: Browser, at_length: Ledger) -> None:
    page = chromium.new_page()
    for told in (
        at_length.review.dossier("A1", language, None)[0],
        at_length.people.export("E001", language).page,
    ):
        page.set_content(told)
        assert faults(page) == []
    page.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_case_file_in_the_console(language: Language, chromium: Browser, read: Served) -> None:
    with people(chromium, read, language=language) as there:
        tab = there.sits_down("H02")
        for appeal in ("A04", "A09"):
            tab.open(f"/appeals/{appeal}")
            assert appeal in tab.text
            assert faults(tab.page) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_month_in_the_console(language: Language, chromium: Browser, read: Served) -> None:
    with people(chromium, read, language=language) as there:
        tab = there.sits_down("D01")
        tab.open("/months/2026-07")
        assert faults(tab.page) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_receipt_proves(language: Language, chromium: Browser, read: Served, tmp_path: Path) -> None:
    file = tmp_path / "mine.receipt"
    file.write_bytes(read.console.ledger.proofs.receipt("notice:N702"))
    with people(chromium, read, language=language) as there:
        tab = there.sits_down("E06")
        tab.open("/proofs")
        tab.page.set_input_files('main input[name="file"]', file)
        tab.press("main button")
        assert "N702" in tab.text
        assert faults(tab.page) == []
        tab.page.emulate_media(media="print")
        assert not tab.page.locator("main form").is_visible()


def test_what_is_cut_or_too_wide_is_found(chromium: Browser) -> None:
    page = chromium.new_page()
    run = f"<p style='white-space: nowrap'>{RUN}</p>"
    page.set_content(f"<main>{run}</main>")
    assert "wider than the paper" in faults(page)[0]
    page.set_content(f"<main><div style='overflow: auto'>{run}</div></main>")
    assert faults(page)[0].startswith("cut: <div")
    page.set_content("<main style='margin-left: -9mm'>told</main>")
    assert faults(page)[0].startswith("beyond the margins")
    page.close()
