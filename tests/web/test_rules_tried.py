"""Rules compared, tried on months that have been, and proposed to whoever adopts them."""

import re
from decimal import Decimal
from time import sleep

import pytest

from ledger.policy.loading import house_text
from ledger.terms import LANGUAGES
from tests.web.served import PASSWORD, Answer, Browser, Served, hidden
from web import jobs
from web.spoken import own_words

MILDER = (
    house_text()
    .replace('version = "house-2"', 'version = "own-1"\neffective_from = "2026-10-01"', 1)
    .replace('point_value = "5.00"', 'point_value = "4.00"', 1)
)


def uploaded(browser: Browser, path: str, text: str, **fields: str) -> Answer:
    """What came of a document that was sent, however long that took."""
    return browser.waited(sent(browser, path, text, **fields))


def sent(browser: Browser, path: str, text: str, **fields: str) -> Answer:
    return browser.upload(path, "own.toml", text.encode(), step="try", **fields)


@pytest.mark.parametrize("language", LANGUAGES)
def test_other_rules_are_tried_on_a_month_and_tell_who_would_have_paid_less(
    language: str, read: Served
) -> None:
    before = read.console.ledger.position()
    director = read.signed_in("D01", language)
    page = uploaded(director, "/policy/try", MILDER, first="2026-07", last="2026-07")

    assert page.status == 200
    assert "E06 <bdi>孫浩然</bdi> · 2026-07" in page.text
    assert re.search(r'data-h="[^"]+">50\.50<', page.text)
    assert re.search(r"<strong>−\d+\.\d\d</strong>", page.text)
    assert re.search(r"RMB −\d+\.\d\d|−\d+\.\d\d 元", page.text)
    assert read.console.ledger.position() == before


def test_what_the_linter_finds_is_told_and_nothing_is_replayed(read: Served) -> None:
    page = uploaded(read.signed_in("D01"), "/policy/try", MILDER.replace('"4.00"', '"-4.00"'))

    assert page.status == 200
    assert 'class="error"' in page.text
    assert 'value="propose"' not in page.text


def test_what_is_no_document_and_too_many_months_are_refused_in_words(read: Served) -> None:
    director = read.signed_in("D01")

    assert uploaded(director, "/policy/try", "= nothing").status == 422
    refused = uploaded(director, "/policy/try", MILDER, first="2014-01", last="2026-07")
    assert refused.status == 422
    assert "fewer months" in refused.text
    assert uploaded(director, "/policy/try", MILDER, first="soon", last="2026-07").status == 422


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Too many trials wait"), ("zh-Hant", "等候試算者已滿"), ("zh-Hans", "等候试算者已满")],
)
def test_where_too_many_trials_wait_it_is_said_of_trials_and_the_text_stays(
    language: str, words: str, read: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.jobs._MOST", 0)
    page = uploaded(read.signed_in("D01", language), "/policy/try", MILDER, first="2026-07", last="2026-07")

    assert page.status == 503
    assert page.headers["Retry-After"] == "5"
    assert words in page.text
    assert "own-1" in page.text


@pytest.mark.parametrize("patience", [4.0, 0.0], ids=["at once", "later"])
def test_the_page_and_the_terminal_say_the_same(
    patience: float, read: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "PATIENCE", patience)
    always = MILDER.replace('effective_from = "2026-10-01"', "")
    director = read.signed_in("D01")
    page = sent(director, "/policy/try", MILDER, first="2026-06", last="2026-08")
    if not patience:
        assert page.path.startswith("/policy/tried/")
        for other, status in (("M01", 404), ("E06", 403)):
            assert read.signed_in(other).open(page.path).status == status
        while page.status == 202:
            assert "<progress" in page.text
            sleep(0.05)
            page = director.open(page.path)
    page = director.waited(page)
    shown = re.findall(
        r"([A-Z]\d+) <bdi>[^<]+</bdi> · (2026-\d\d)</a></th>(?:<td[^>]*>[^<]*</td>){2}<td[^>]*><strong>(.*?)<",
        page.text,
    )

    ledger = read.console.ledger
    old = {
        (row["employee"], month): Decimal(row["after"]) - Decimal(row["before"])
        for month in ("2026-06", "2026-07", "2026-08")
        for row in ledger.review.what_if_policy(always.encode(), None, "jinse", month).difference
        if row["report"] == "monthly" and row["field"] == "deduction"
    }
    told = ledger.review.try_policy(always.encode(), "jinse", "2026-06", through="2026-08")
    assert {(who, month): Decimal(more.replace("−", "-")) for who, month, more in shown} == old
    assert sum(old.values()) == Decimal(told["total"]["deduction"]["difference"]) < 0
    assert f"{told['total']['winners']} people" in page.text
    assert f"{told['total']['losers']} more" in page.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_whose_months_would_cost_what_is_noted_before_it_is_shown(language: str, site: Served) -> None:
    director, readings = site.signed_in("D01", language), site.console.readings
    uploaded(director, "/policy/try", MILDER, first="2026-07", last="2026-08")
    kept = readings.of("site:jinse", "D01")[0]
    assert (kept["class"], kept["what"]) == ("figures", "trial 2026-07/2026-08")
    assert kept["position"] == site.console.ledger.position() and kept["session"]
    told = own_words(language)["read_trial"].format(name="2026-07/2026-08")
    assert told in site.signed_in("AU1", language).open("/readings").text

    before = readings.end()
    uploaded(director, "/policy/try", MILDER, first="2014-01", last="2014-01")
    assert readings.end() == before, "nobody stands in it"


@pytest.mark.parametrize(("viewer", "status"), [("E06", 403), ("H02", 403), ("O01", 200), ("AU1", 200)])
def test_rules_are_tried_by_whoever_sees_the_figures(viewer: str, status: int, read: Served) -> None:
    assert read.signed_in(viewer).open("/policy/try").status == status


def test_tried_rules_are_proposed_and_adopted_by_company(site: Served) -> None:
    director, path = site.signed_in("D01"), "/policy/try"
    tried = uploaded(director, path, MILDER, first="2026-07", last="2026-07")
    before = site.console.ledger.position()
    fields = {**hidden(tried.text), "document": MILDER, "first": "2026-07", "last": "2026-07"}
    done = director.open(path, {**fields, "step": "propose", "scope": "site", "password": PASSWORD})
    assert re.fullmatch(r"/proposals/[0-9a-f]{12}", done.path), done.text
    assert site.console.ledger.position() == before
    assert "own-1" in site.signed_in("C01").open(done.path).text
    assert site.signed_in("C01").send(done.path, step="confirm", password=PASSWORD).status == 200

    versions = site.console.ledger.policies.versions()
    assert "own-1" in {each["version"] for each in versions}


def test_versions_are_compared_key_by_key(read: Served) -> None:
    page = read.signed_in("E06").open("/policy/diff?old=house-1&new=house")

    assert page.status == 200
    assert "schemes.performance.source" in page.text
    assert read.signed_in("E06").open("/policy/diff?old=none&new=house").status == 404
