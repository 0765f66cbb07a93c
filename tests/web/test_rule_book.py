"""A version of the rules as a page: each rule and clause under its own anchor, and what explanations rest on leads there."""

import re
from urllib.parse import unquote

import pytest

from ledger.policy.loading import house_rules, house_text
from ledger.terms import LANGUAGES
from tests.web.served import Served

PAGE = "/policy/house-2"


def anchors(text: str) -> list[str]:
    return re.findall(r' id="([^"]+)"', text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_version_is_read_clause_by_clause_with_what_each_rests_on(language: str, read: Served) -> None:
    page = read.signed_in("E06", language).open(PAGE)
    found = anchors(page.text)

    assert page.status == 200
    assert {clause["code"] for clause in house_rules()["clauses"]} <= set(found)
    assert {"surcharge", "surcharge.amount", "schemes.service_quality", "bands[11-15].from_points"} <= set(
        found
    )
    assert len(found) == len(set(found))
    assert ("Doc. 1 §1.4" if language == "en" else "篇1 一·4") in page.text


def test_every_rule_and_clause_that_an_explanation_names_is_found_there(read: Served) -> None:
    browser, links = read.signed_in("D01"), set()
    for person in ("E02", "E03", "E04", "E06", "E10", "H02", "D01"):
        for month in ("2026-07", "2026-08", "2026-09"):
            page = browser.open(f"/people/{person}/months/{month}")
            links |= set(re.findall(r'href="(/policy/[^"]+#[^"]+)"', page.text))
    assert {link.partition("#")[2] for link in links} >= {
        "surcharge",
        "joint_liability",
        "schemes.service_quality",
    }
    for link in links:
        address, _, anchor = link.partition("#")
        page = browser.open(address)
        assert page.status == 200
        assert unquote(anchor) in anchors(page.text)


def test_a_word_leaves_what_holds_it(read: Served) -> None:
    browser = read.signed_in("E06", "zh-Hant")
    by_word = anchors(browser.open(f"{PAGE}?q=%E5%BE%AE%E7%AC%91").text)  # 微笑
    by_key = anchors(browser.open(f"{PAGE}?q=surcharge.amount").text)

    assert "FD-05" in by_word
    assert "FD-01" not in by_word
    assert "surcharge.amount" in by_key
    assert "repeats.notices" not in by_key
    assert "surcharge.amount" not in anchors(browser.open(f"{PAGE}?q=nowhere").text)


def test_a_version_leads_to_what_was_changed_by_it(site: Served) -> None:
    browser = site.signed_in("E06")
    assert "/policy/diff?" not in browser.open(PAGE).text
    text = house_text().replace('"house-2"', '"own-1"\neffective_from = "2026-10-01"', 1)
    document = {"do": "adopt_policy", "policy": parsed(text.replace('amount = "20.00"', 'amount = "18.00"'))}
    site.console.ledger.record.typed({**document, "on": "2026-09-10", "by": "C01"})
    page = browser.open("/policy/own-1").text

    assert "/policy/diff?old=house-2&amp;new=own-1" in page
    assert ">18.00<" in page
    assert "from 2026-10 on" in page
    assert 'href="/policy/own-1"' in browser.open("/policy").text
    assert browser.open("/policy/own-1?as_of=93").status == 404
    assert browser.open("/policy/own-2").status == 404


def parsed(text: str) -> dict[str, object]:
    import tomllib

    return tomllib.loads(text)
