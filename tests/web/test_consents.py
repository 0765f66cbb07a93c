"""Being posted by name: everybody says it of themselves, the office keeps what came on paper, and the last word counts."""

import pytest

from ledger.terms import LANGUAGES
from tests.web.served import Served
from tests.web.test_typing import last
from web.spoken import own_words

OWN = "/people/E06/consent"


@pytest.mark.parametrize("language", LANGUAGES)
def test_everybody_says_it_of_themselves_and_takes_it_back(language: str, site: Served) -> None:
    own, words = site.signed_in("E06", language), own_words(language)
    assert f'href="{OWN}"' in own.open("/me").text
    assert words["consent_unsaid"] in own.open(OWN).text
    assert own.through(OWN, given="consent_yes").status == 200
    said = last(site)
    assert (said["kind"], said["fields"]["given"], said["fields"]["by"]) == ("consent_recorded", True, "E06")

    assert f"{words['consent_yes']} · 2026-09-10" in own.open(OWN).text
    assert own.through(OWN, given="consent_no").status == 200
    assert last(site)["fields"]["given"] is False


def test_the_office_keeps_what_came_on_paper_with_its_day(site: Served) -> None:
    office = site.signed_in("O01")
    assert f'href="{OWN}"' in office.open("/people/E06").text
    assert office.through(OWN, given="consent_yes", on="2026-09-01").status == 200
    told = last(site)["fields"]
    assert (told["employee"], told["on"], told["by"]) == ("E06", "2026-09-01", "O01")
    early = office.through(OWN, given="consent_no", on="2026-08-31")
    assert (early.status, last(site)["fields"]["given"]) == (422, True)


def test_an_answer_that_is_none_is_asked_for(site: Served) -> None:
    before, own = site.console.ledger.position(), site.signed_in("E06")
    assert own.through(OWN).status == 422
    assert own.through(OWN, given="vielleicht").status == 422
    assert site.console.ledger.position() == before


def test_what_the_rules_make_of_it_is_said(site: Served) -> None:
    own, words = site.signed_in("E06"), own_words("en")
    assert words["consent_rules_rules"] in own.open(OWN).text
    document = site.console.ledger.policies.show(None, "house-2", None)["policy"]
    document |= {"version": "asks", "effective_from": "2026-09-01"}
    document["public_list"] |= {"basis": "consent", "basis_source": "員工手冊"}
    adopted = {"do": "adopt_policy", "policy": document, "by": "C01", "on": "2026-09-10"}
    site.console.ledger.record.typed(adopted)
    assert words["consent_rules_consent"] in own.open(OWN).text


@pytest.mark.parametrize("viewer", ["E10", "I01", "H02", "S03", "Q01", "F01", "AU1", "X01"])
def test_it_is_nobody_elses_to_say(viewer: str, site: Served) -> None:
    before, browser = site.console.ledger.position(), site.signed_in(viewer)
    assert OWN not in browser.open("/people/E06").text
    assert browser.open(OWN).status in (403, 404)
    assert site.console.ledger.position() == before
