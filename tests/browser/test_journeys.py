"""What people come for, in a real browser: with scripts and without, in each language, and at the same time."""

import pytest
from playwright.sync_api import Browser

from tests.browser import stories
from tests.browser.accessibility import faults
from tests.browser.tabs import PHONE, People, Tab, people
from tests.web.served import MEANWHILE, Served
from tests.web.test_closing import over
from tests.web.test_rules_tried import MILDER
from web import jobs

WAYS = [("zh-Hant", True), ("zh-Hans", False), ("en", True)]
NAMES = [f"{language}-{'with' if scripts else 'without'}-scripts" for language, scripts in WAYS]
ways = pytest.mark.parametrize(("language", "scripts"), WAYS, ids=NAMES)


@ways
def test_a_notice_is_issued_acknowledged_appealed_against_and_decided(
    language: str, scripts: bool, chromium: Browser, site: Served
) -> None:
    with people(chromium, site, language=language, scripts=scripts) as there:
        notice = stories.issues(there)
        appeal = stories.acknowledges_and_appeals(there, notice)
        stories.decides(there, appeal)


@ways
def test_a_month_is_closed_reconciled_and_verified(
    language: str, scripts: bool, chromium: Browser, site: Served
) -> None:
    site.console.ledger.record.typed(dict(MEANWHILE))
    site.clock.passes(days=25)
    with people(chromium, site, language=language, scripts=scripts) as there:
        stories.closes(there, "2026-09")
        stories.reconciles(there, "2026-09")
        stories.verifies(there)


@ways
def test_a_round_is_gone_on_with_a_phone_and_what_it_found_becomes_a_notice(
    language: str, scripts: bool, chromium: Browser, site: Served
) -> None:
    with people(chromium, site, language=language, scripts=scripts) as there:
        stories.goes_on_a_round(there)


@ways
def test_a_sheet_is_acknowledged_objected_to_and_verified(
    language: str, scripts: bool, chromium: Browser, site: Served
) -> None:
    with people(chromium, site, language=language, scripts=scripts) as there:
        stories.objects_to_a_sheet(there)


@ways
def test_a_month_of_many_lines_is_closed_by_two(
    language: str, scripts: bool, chromium: Browser, site: Served
) -> None:
    over(site, 1)
    with people(chromium, site, language=language, scripts=scripts) as there:
        stories.closes_with_a_second(there, "2026-09")


@ways
def test_the_list_is_posted_as_it_was_shown_and_printed(
    language: str, scripts: bool, chromium: Browser, site: Served
) -> None:
    with people(chromium, site, language=language, scripts=scripts) as there:
        stories.posts_the_list(there)


@ways
def test_an_examination_is_typed_in_marked_and_declared(
    language: str, scripts: bool, chromium: Browser, site: Served
) -> None:
    with people(chromium, site, language=language, scripts=scripts) as there:
        stories.examines(there)


@ways
def test_somebody_is_heard_in_a_review_and_a_sanction_is_revoked(
    language: str, scripts: bool, chromium: Browser, site: Served
) -> None:
    with people(chromium, site, language=language, scripts=scripts) as there:
        stories.reviews(there)


@ways
def test_what_somebody_holds_is_checked_and_a_checkpoint_is_looked_at(
    language: str, scripts: bool, chromium: Browser, site: Served
) -> None:
    raw = site.console.ledger.proofs.receipt("notice:N702")
    site.console.ledger.proofs.checkpoint()
    with people(chromium, site, language=language, scripts=scripts) as there:
        stories.checks_a_receipt(there, raw, raw.replace(b"notice_issued", b"notice_withdrawn"))
        stories.keeps_a_checkpoint(there)


@ways
def test_rules_are_tried_while_one_waits(
    language: str, scripts: bool, chromium: Browser, site: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "PATIENCE", 0.0)
    with people(chromium, site, language=language, scripts=scripts) as there:
        stories.tries_rules(there, MILDER)
        stories.verifies(there)


def _is_open_to_all(tab: Tab) -> None:
    tab.rests()
    assert faults(tab.page) == [], tab.page.url


def test_no_screen_on_the_way_keeps_anybody_out(chromium: Browser, site: Served) -> None:
    site.console.ledger.record.typed(dict(MEANWHILE))
    there = People(chromium, site, "zh-Hans", looked=_is_open_to_all)
    with_axe = there.sits_down
    there.sits_down = lambda person, size=PHONE, **more: with_axe(person, PHONE, bypass_csp=True, **more)
    notice = stories.issues(there)
    stories.decides(there, stories.acknowledges_and_appeals(there, notice))
    site.clock.passes(days=25)
    stories.closes(there, "2026-09")
    stories.reconciles(there, "2026-09")
    stories.verifies(there)
    stories.posts_the_list(there)
    stories.reviews(there)
    stories.tries_rules(there, MILDER)
    proofs = site.console.ledger.proofs
    raw = proofs.receipt("notice:N702")
    proofs.keep([proofs.checkpoint_in(raw)])
    stories.checks_a_receipt(there, raw, raw.replace(b"notice_issued", b"notice_withdrawn"))
    stories.keeps_a_checkpoint(there)
    there.leaves()
