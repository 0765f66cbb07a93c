"""The public list in a browser: what was posted with its code, and before that a draft without one."""

from html import unescape

import pytest

from ledger.terms import LANGUAGES
from tests.support.office import lines, post_public_list
from tests.web.served import PASSWORD, Served
from web.spoken import own_words

PATH = "/public-list/2026-07"
POST, CORRECT, REMOVE = f"{PATH}/posting", f"{PATH}/correction", f"{PATH}/removal"
LESS = {"do": "withdraw_notice", "notice": "N702", "by": "D01", "reason": "x", "on": "2026-09-10"}
"""What takes E06 off the list, or lowers what stands there of them."""


def test_a_list_that_is_not_posted_is_a_draft_without_a_code(read: Served) -> None:
    page = read.signed_in("O01").open(PATH).text
    assert "DRAFT" in page and "E06" in page
    assert "<svg" not in page and "kaoji:1?" not in page


def test_a_posted_list_bears_the_site_its_days_and_the_code_of_its_event(site: Served) -> None:
    site.console.ledger.record.apply(lines([post_public_list("2026-07", on="2026-09-10")]))
    position = site.console.ledger.position()
    page = site.signed_in("E01").open(PATH).text

    assert "DRAFT" not in page and "金色家園" in page and "2026-09-17" in page
    assert "<svg" in page and f"&amp;p={position}&amp;h=" in page
    assert "孫**" in page and "孫浩然" not in page


def test_a_posted_list_says_what_it_rests_on_as_the_printed_form_does(site: Served) -> None:
    ledger = site.console.ledger
    ledger.record.apply(lines([post_public_list("2026-07", on="2026-09-10")]))
    position, reader = ledger.position(), site.signed_in("E01", "zh-Hant")
    bare = reader.open(PATH).text
    assert "依據：篇3 4.2.5。當月累計扣分滿 5 分" in bare
    event = f"事件 #{position}　哈希值 {ledger.proofs.anchor(position).hash[:24]}"
    assert event in bare and "尚未簽署檢查點" in bare

    note = ledger.proofs.checkpoint().decode().strip()
    ledger.proofs.checkpoint(lambda given: None)
    told = unescape(reader.open(PATH).text)
    size, root = note.splitlines()[1:3]
    assert event in told and f"檢查點 {size}　根 {root[:20]}" in told
    assert told.count(root) == 2  # in the code's text, and in the whole checkpoint


def test_a_list_looked_back_at_says_the_rule_of_then(site: Served) -> None:
    ledger, reader = site.console.ledger, site.signed_in("E01", "zh-Hant")
    before, path = ledger.position(), "/public-list/2026-09"
    document = ledger.policies.show(None, "house-2", None)["policy"]
    document |= {"version": "lenient", "effective_from": "2026-09-01"}
    document["public_list"] |= {"from_points": 7}
    ledger.record.typed({"do": "adopt_policy", "policy": document, "by": "C01", "on": "2026-09-10"})
    assert "當月累計扣分滿 7 分" in reader.open(path).text
    assert "當月累計扣分滿 5 分" in reader.open(f"{path}?as_of={before}").text


# --- posting, correcting, taking down -------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_office_posts_the_list_it_was_shown_and_prints_it(language: str, site: Served) -> None:
    office = site.signed_in("O01", language)
    assert f'href="{POST}"' in office.open(PATH).text
    shown = office.send(POST, step="check", places="大堂\n車庫", days="3")
    assert "孫**" in shown.text
    assert "2026-09-13" in shown.text
    done = office.go_on(shown, POST, step="record", password=PASSWORD)
    assert done.status == 200
    assert f'href="{PATH}"' in done.text

    with site.console.ledger.look() as look:
        posted = look.posted_list("2026-07", "jinse")
    assert (posted["by"], posted["until"], posted["places"]) == ("O01", "2026-09-13", ["大堂", "車庫"])
    page = office.open(PATH).text
    assert "<svg" in page
    assert f'href="{POST}"' not in page
    assert f'href="{REMOVE}"' in page


def test_a_list_that_is_another_by_now_is_shown_again_and_not_posted(site: Served) -> None:
    office = site.signed_in("O01")
    shown = office.send(POST, step="check")
    site.console.ledger.record.typed(dict(LESS))
    before = site.console.ledger.position()
    assert office.go_on(shown, POST, step="record", password=PASSWORD).status == 409
    assert site.console.ledger.position() == before


def test_what_an_appeal_or_a_withdrawal_takes_off_is_corrected_and_then_taken_down(site: Served) -> None:
    office = site.signed_in("O01")
    assert office.through(POST).status == 200
    assert f'href="{CORRECT}"' not in office.open(PATH).text
    site.console.ledger.record.typed(dict(LESS))
    assert f'href="{CORRECT}"' in office.open(PATH).text
    told = office.open(CORRECT)
    assert told.status == 200
    checked = office.send(CORRECT, step="check")
    assert "E06 <bdi>孫浩然</bdi>" in checked.text
    assert office.through(CORRECT).status == 200
    assert 'class="tag">Correction no. 1' in office.open(PATH).text
    assert office.through(REMOVE, reason="期滿").status == 200
    assert office.open(PATH).text.count('class="acts"') == 0


@pytest.mark.parametrize("viewer", ["E01", "I01", "H02", "F01", "C01"])
def test_whoever_posts_no_list_is_offered_none(viewer: str, site: Served) -> None:
    before, browser = site.console.ledger.position(), site.signed_in(viewer)
    assert f'href="{POST}"' not in browser.open(PATH).text
    assert browser.through(POST).status in (403, 422)
    assert site.console.ledger.position() == before


def test_a_month_that_is_not_closed_has_a_draft_and_is_posted_by_nobody(read: Served) -> None:
    office = read.signed_in("O01")
    assert "posting" not in office.open("/public-list/2026-09").text
    answer = office.send("/public-list/2026-09/posting", step="check")
    assert answer.status == 422
    assert own_words("en")["error_title"] in answer.text
