"""A dismissal review in the console: what it lacks, the hearing, the union; and offices that one person gives."""

import pytest

from ledger.terms import LANGUAGES
from tests.support.office import lines
from tests.web.served import Served
from tests.web.test_typing import last

REVIEW = "/people/E11/months/2026-09/review"
HEARING, UNION = f"{REVIEW}/hearing", f"{REVIEW}/union-notice"
HEARD = {"on": "2026-09-10", "present": "e11 M01", "summary": "員工說明當日人手不足"}


def dated(page: str) -> int:
    """How many items of the review are of today."""
    return page[page.index("<main") : page.index("</main>")].count("2026-09-10")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_review_says_what_it_lacks_and_takes_the_hearing_and_the_union(language: str, site: Served) -> None:
    manager = site.signed_in("M01", language)
    assert f'href="{REVIEW}"' in manager.open("/due").text
    shown = manager.open(REVIEW).text
    assert all(f'href="{path}"' in shown for path in (HEARING, UNION, "/notices/N91", "/sanctions/S1"))
    assert dated(shown) == 0
    assert manager.through(HEARING, **HEARD).status == 200
    assert (last(site)["kind"], last(site)["fields"]["present"]) == ("hearing_recorded", ["E11", "M01"])
    assert manager.through(UNION, on="2026-09-10", answer="無異議").status == 200
    assert (last(site)["kind"], last(site)["fields"]["by"]) == ("union_notice_recorded", "M01")
    assert dated(manager.open(REVIEW).text) == 2
    own = site.signed_in("E11", language).open("/people/E11").text
    assert "員工說明當日人手不足" in own and "無異議" in own


def test_a_review_offers_whichever_sanction_the_rules_have(site: Served) -> None:
    document = site.console.ledger.policies.show(None, "house-2", None)["policy"]
    document |= {"version": "own", "effective_from": "2026-09-01"}
    document["sanctions"]["administrative"] |= {"kinds": ["demerit"]}
    adopted = {"do": "adopt_policy", "policy": document, "by": "C01", "on": "2026-09-10"}
    revoked = {"do": "revoke_sanction", "sanction": "S1", "reasons": "x", "by": "D01", "on": "2026-09-10"}
    site.console.ledger.record.apply(lines([adopted, revoked]))
    assert 'href="/people/E11/sanction?month=2026-09"' in site.signed_in("D01").open(REVIEW).text


@pytest.mark.parametrize("viewer", ["E11", "I01", "H02", "O01", "F01", "AU1"])
def test_whoever_reviews_nothing_records_nothing_of_it(viewer: str, site: Served) -> None:
    browser, before = site.signed_in(viewer), site.console.ledger.position()
    page = browser.open(REVIEW)
    assert page.status == (200 if viewer in ("E11", "O01", "AU1") else 404)
    assert HEARING not in page.text and UNION not in page.text
    assert browser.through(HEARING, **HEARD).status in (403, 422)
    assert browser.through(UNION, on="2026-09-10").status in (403, 422)
    assert site.console.ledger.position() == before


def test_a_dismissal_is_proposed_from_its_review(site: Served) -> None:
    company = site.signed_in("C01")
    path = "/proposals/new/impose_sanction?employee=E11&amp;month=2026-09"
    assert f'href="{path}"' in company.open(REVIEW).text
    page = company.open(path.replace("&amp;", "&")).text
    assert 'value="E11" checked' in page
    assert 'name="month" value="2026-09"' in page


def test_a_light_office_is_given_by_one_and_ends_by_the_same_form(site: Served) -> None:
    manager, path = site.signed_in("M01"), "/people/E01/appointment"
    assert f'href="{path}"' in manager.open("/people/E01").text
    assert manager.through(path, office="inspector", **{"from": "2026-09-10"}).status == 200
    assert (last(site)["kind"], last(site)["fields"]["by"]) == ("office_appointed", "M01")
    assert "/notices/new" in site.signed_in("E01").open("/me").text
    ended = {"from": "2026-09-10", "until": "2026-09-10"}
    assert manager.through(path, office="inspector", **ended).status == 200
    site.clock.passes(days=1)
    assert "/notices/new" not in site.signed_in("E01").open("/me").text


@pytest.mark.parametrize(("viewer", "office"), [("M01", "finance"), ("D01", "inspector"), ("E01", "union")])
def test_no_other_office_is_given_so_and_by_nobody_else(viewer: str, office: str, site: Served) -> None:
    before, browser = site.console.ledger.position(), site.signed_in(viewer)
    assert browser.through("/people/E02/appointment", office=office, **{"from": "2026-09-10"}).status in (
        403,
        422,
    )
    assert site.console.ledger.position() == before
