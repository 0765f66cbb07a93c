"""What was found, imposed or referred is undone or ended in the console, where it is shown, by whoever may."""

import pytest

from ledger.terms import LANGUAGES
from tests.support.office import lines, withdraw_notice
from tests.web.served import Answer, Served
from tests.web.test_typing import last
from web.spoken import own_words

DECIDERS = [
    ("Q01", "/notices/N91", "/notices/N91/clearing", {"reason": "班前已交底"}, "responsibility_cleared"),
    ("M01", "/sanctions/S1", "/sanctions/S1/revocation", {"reasons": "初犯"}, "sanction_revoked"),
    (
        "M01",
        "/cases/HC1",
        "/cases/HC1/end",
        {"outcome": "handled", "measure": "書面檢討", "reasons": "屬實"},
        "handbook_closed",
    ),
    ("D01", "/notices/N808", "/notices/N808/referral", {"reason": "按手冊處理"}, "handbook_referred"),
]
"""Who does it, where it is offered, its form, what is filled in, and what is recorded."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("person", "shown", "path", "told", "kind"), DECIDERS, ids=[row[4] for row in DECIDERS]
)
def test_it_is_offered_where_it_is_shown_and_recorded_after_a_look_and_the_password(
    person: str, shown: str, path: str, told: dict[str, str], kind: str, language: str, site: Served
) -> None:
    browser, before = site.signed_in(person, language), site.console.ledger.position()
    assert f'href="{path}"' in browser.open(shown).text
    checked = browser.send(path, step="check", **told)
    assert checked.status == 200
    assert all(text in checked.text for name, text in told.items() if name != "outcome")
    site.clock.passes(minutes=6)
    assert browser.go_on(checked, path, step="record").status == 401
    assert site.console.ledger.position() == before
    assert browser.through(path, **told).status == 200
    assert (last(site)["kind"], last(site)["fields"]["by"]) == (kind, person)
    after = browser.open(shown).text
    assert f'href="{path}"' not in after
    assert told.get("reasons", told.get("reason", "")) in after


@pytest.mark.parametrize("viewer", ["E11", "I01", "H02", "O01", "F01", "AU1", "UN1"])
@pytest.mark.parametrize(
    ("person", "shown", "path", "told", "kind"), DECIDERS, ids=[row[4] for row in DECIDERS]
)
def test_whoever_may_not_is_offered_and_records_nothing(
    viewer: str, person: str, shown: str, path: str, told: dict[str, str], kind: str, site: Served
) -> None:
    browser, before = site.signed_in(viewer), site.console.ledger.position()
    assert f'href="{path}"' not in browser.open(shown).text
    assert browser.through(path, **told).status in (403, 404, 422)
    assert site.console.ledger.position() == before


def _moved(page: Answer, figure: str) -> bool:
    return figure in page.text[page.text.index("<main") :]


def test_what_it_would_change_is_shown_first(site: Served) -> None:
    cleared = site.signed_in("D01").send("/notices/N91/clearing", step="check", reason="班前已交底")
    assert "H04" in cleared.text
    assert _moved(cleared, "7.50"), "the share of the head, 30 % of 25.00"


def test_whom_it_was_imposed_on_reads_why_and_appeals(site: Served) -> None:
    own = site.signed_in("E11")
    assert 'href="/sanctions/S1"' in own.open("/people/E11").text
    page = own.open("/sanctions/S1").text
    assert "一日之內四次違反作業規程。" in page
    assert 'href="/receipts/sanction:S1"' in page
    assert 'href="/appeals/new?against=sanction:S1"' in page
    path = "/appeals/new?against=sanction:S1"
    assert own.through(path, ground="points", statement="過重").status == 200
    assert (last(site)["kind"], last(site)["fields"]["target"]) == ("appeal_filed", "S1")
    with site.console.ledger.look() as look:
        card = look.card("sanction", "S1")
    assert card["status"] == "suspended"
    assert f'href="/appeals/{card["suspended_by"]}"' in own.open("/sanctions/S1").text


def test_what_waits_leads_to_where_it_is_done(site: Served) -> None:
    assert 'href="/cases/HC1"' in site.signed_in("M01").open("/due").text
    withdrawn = [withdraw_notice(name, "2026-09-09", by="D01") for name in ("N91", "N92", "N93")]
    site.console.ledger.record.apply(lines(withdrawn))
    assert 'href="/sanctions/S1"' in site.signed_in("D01").open("/due").text


def test_a_measure_belongs_to_a_case_that_is_handled(site: Served) -> None:
    manager = site.signed_in("M01", "zh-Hant")
    refused = manager.send("/cases/HC1/end", step="check", outcome="handled", reasons="屬實")
    assert refused.status == 422
    assert own_words("zh-Hant")["next_after_measure_of_handled"] in refused.text
    assert "屬實" in refused.text
