"""The signing key on a page: how long each signs, how it is replaced and why not here; nobody replaces it from there."""

import pytest

from ledger.terms import LANGUAGES
from tests.web.served import Browser, Served
from web.spoken import own_words


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_key_stands_with_how_long_it_signs_and_how_it_is_replaced(language: str, site: Served) -> None:
    words, browser = own_words(language), site.signed_in("C01", language)
    first = site.console.ledger.proofs.public_keys()[0]
    before = browser.open("/keys").text
    assert first in before and words["key_now"] in before
    assert f"kaoji key rotate --by {words['keys_by']} " in before and words["keys_why"] in before

    _, second = site.console.ledger.proofs.rotate_key({"by": "C01", "on": "2026-09-10"})
    after = browser.open("/keys").text.partition("<main")[2]
    told = [after.index(part) for part in (second, words["key_now"], first, "C01 <bdi>")]
    assert told == sorted(told)
    assert f'href="/log/{site.console.ledger.position()}"' in site.signed_in("AU1").open("/audit").text


@pytest.mark.parametrize("viewer", ["E06", "M01", "AU1"])
def test_everybody_reads_it_and_is_led_to_it(viewer: str, read: Served) -> None:
    browser = read.signed_in(viewer)
    assert 'href="/keys"' in browser.open("/about").text
    assert browser.open("/keys").status == 200


def test_nothing_is_sent_from_it(read: Served) -> None:
    page = read.signed_in("C01").open("/keys").text
    assert 'method="post"' not in page[page.index("<main") :]
    assert Browser(read.base).open("/keys").path.startswith("/sign-in")
