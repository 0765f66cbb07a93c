"""My day: what is new since one was here, and all that waits, a page at a time or of one kind."""

import re

import pytest

from ledger.terms import LANGUAGES
from tests.web.served import MEANWHILE, Served
from web.pages import own
from web.spoken import own_words


def waiting(text: str) -> list[str]:
    """Where what waits leads to, in the order of the page."""
    lines = re.findall(r'<ul class="due (?:overdue|with|for).*?</ul>', text, re.S)
    return re.findall(r'href="(/(?!due)[^"]+)"', "".join(lines))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_others_recorded_about_me_since_i_was_here_is_told_once(language: str, site: Served) -> None:
    title = own_words(language)["news_title"]
    assert title not in site.signed_in("E10", language).open("/due").text
    site.clock.passes(hours=1)
    notice = site.console.ledger.record.typed(dict(MEANWHILE)).made()[0]["fields"]["notice"]
    site.clock.passes(hours=1)
    page = site.signed_in("E10", language).open("/due").text
    told = page.partition(title)[2].partition("</ul>")[0]
    assert f'href="/notices/{notice}"' in told and "I02" in told and MEANWHILE["narrative"] not in told
    assert title not in site.signed_in("E10", language).open("/due?as_of=100").text
    site.clock.passes(hours=1)
    site.signed_in("E06", language)
    assert title not in site.signed_in("E06", language).open("/due").text
    assert title not in site.signed_in("E10", language).open("/due").text


def test_what_i_did_myself_is_no_news(site: Served) -> None:
    site.signed_in("E04")
    site.clock.passes(hours=1)
    withdrawn = {"do": "withdraw_appeal", "appeal": "A09", "by": "E04", "on": "2026-09-10"}
    site.console.ledger.record.typed(withdrawn)
    assert own_words("en")["news_title"] not in site.signed_in("E04").open("/due").text


def test_what_waits_is_all_reached_a_page_at_a_time(site: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    director, path = site.signed_in("D01"), "/due?who=all"
    monkeypatch.setattr(own, "_SHOWN", 40)
    found, pages = list[str](), 0
    while path:
        page = director.open(path).text
        found += waiting(page)
        further = re.search(r'href="(/due\?[^"]*after=\d+[^"]*)"', page)
        path = "" if further is None else further[1].replace("&amp;", "&")
        pages += 1
    monkeypatch.setattr(own, "_SHOWN", 10_000)
    assert found == waiting(director.open("/due?who=all&after=0").text)
    assert pages > 1
    assert own_words("en")["from_the_first"] in page


def test_one_kind_is_asked_for_with_all_that_are_alike(site: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own, "_NAMED", 1)
    director = site.signed_in("D01")
    page = director.open("/due?who=all").text
    leads = [each.replace("&amp;", "&") for each in re.findall(r'href="(/due\?[^"]*what=[^"]+)"', page)]
    assert leads
    for path in leads:
        whole = director.open(path).text
        assert len(waiting(whole)) > 1
        assert not re.search(r'href="/due\?[^"]*what=', whole)
    assert director.open("/due?what=nothing&who=all").status == 200
    assert director.open("/due?after=%C2%B2").status == 200
