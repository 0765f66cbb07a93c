"""What every page draws: people with their names, sites by theirs, and no word of a file."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest

from ledger.application.desk.desk import Desk, Person
from ledger.application.desk.guarded_reports import GuardedReports
from tests.web.served import Served
from tests.web.test_pages import paths
from web.app import Console
from web.ask import Ask

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


def waiting(text: str) -> list[str]:
    """The lines of what waits, as a page shows them."""
    return re.findall(r'<div class="until">.*?</div>', text)


def test_a_page_drawn_around_midnight_shows_no_day_of_before_as_that_of_after(
    site: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    midnight = datetime(2026, 9, 10, 16, 0, tzinfo=UTC)  # at the site
    site.clock.at = midnight - timedelta(seconds=1)
    director = site.signed_in("D01")

    def late(self: Console, ask: Ask, template: str, values: dict[str, Any]) -> str:
        site.clock.at = midnight
        return render(self, ask, template, values)

    render = Console.render
    with monkeypatch.context() as patch:
        patch.setattr(Console, "render", late)
        before = waiting(director.open("/due?who=all").text)
    after = waiting(director.open("/due?who=all").text)
    site.console.ledger.keep_warm()  # nothing is kept any longer

    assert after == waiting(director.open("/due?who=all").text) != before


def test_what_a_checkpoint_covers_waits_no_longer_though_it_was_kept_while_the_page_was_made(
    site: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(self: GuardedReports, name: str | None = None) -> list[dict[str, Any]]:
        found = due(self, name)
        site.console.ledger.proofs.checkpoint()
        return found

    due = GuardedReports.due
    site.clock.passes(days=30)
    auditor = site.signed_in("AU1")
    with monkeypatch.context() as patch:
        patch.setattr(GuardedReports, "due", meanwhile)
        before = auditor.open("/due?who=all").text
    after = auditor.open("/due?who=all").text

    assert 'href="/checkpoint"' in before[before.index("<main") :]
    assert 'href="/checkpoint"' not in after[after.index("<main") :]
