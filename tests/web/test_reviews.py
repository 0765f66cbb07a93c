"""A dismissal review in the console: what it lacks, the hearing, the union; and offices that one person gives."""

import re
from typing import Any

import pytest

from ledger.application.desk.desk import Desk, Person
from ledger.labels.messages import load
from ledger.terms import LANGUAGES
from tests.support import office
from tests.support.office import lines
from tests.web.served import Served
from tests.web.test_typing import last
from web.spoken import own_words

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


@pytest.mark.parametrize("language", LANGUAGES)
def test_ones_sanctions_stand_in_ones_own_record_and_an_appeal_begins_there(
    language: str, site: Served
) -> None:
    own = site.signed_in("E11", language)
    page, appeal = own.open("/me").text, "/appeals/new?against=sanction:S1"
    assert own_words(language)["my_sanctions"] in page
    for path in ("/sanctions/S1", REVIEW, appeal, "/receipts/sanction:S1"):
        assert f'href="{path}"' in page
        assert own.open(path).status == 200
    assert own.through(appeal, ground="facts", statement="人手不足").status == 200
    assert f'href="{appeal}"' not in own.open("/me").text
    other = site.signed_in("E01", language).open("/me").text
    assert own_words(language)["my_sanctions"] not in other


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


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_union_is_led_to_a_review_and_shown_its_facts_and_nothing_else(
    language: str, site: Served
) -> None:
    union = site.signed_in("UN1", language)
    due = union.open("/due").text
    assert f'href="{REVIEW}"' in due and "/people/E05/months" not in due
    page = union.open(REVIEW)
    assert page.status == 200
    for item in ("employee_heard", "union_informed"):
        assert load(language).word(item) in page.text
    assert "N91" in page.text and f'href="{UNION}"' in page.text
    assert HEARING not in page.text and union.through(HEARING, **HEARD).status in (403, 422)
    for path in ("/notices/N91", "/sanctions/S1", "/people/E11/months/2026-09"):
        assert f'href="{path}"' not in page.text
        assert union.open(path).status == 403
    assert not re.search(r"\bS1\b", page.text)
    assert union.open("/people/E05/months/2026-08/review").status == 404
    assert union.through(UNION, on="2026-09-10", answer="無異議").status == 200
    assert (last(site)["kind"], last(site)["fields"]["by"]) == ("union_notice_recorded", "UN1")
    assert dated(union.open(REVIEW).text) == 1


def whole_review(site: Served) -> dict[str, Any]:
    """Everything a dismissal of E11 waits for, in October; and the command, but for who decides it."""
    served = [
        {"do": "acknowledge_notice", "notice": f"N9{number}", "on": "2026-09-10", "how": "signed"}
        for number in range(1, 5)
    ]
    site.console.ledger.record.apply(lines(served))
    site.clock.passes(days=25)
    of = {"employee": "E11", "month": "2026-09"}
    heard = {"by": "M01", "on": "2026-10-04"}
    told = [
        {"do": "record_hearing", "about": {"review": of}, "summary": "x", **heard},
        {"do": "record_union_notice", **of, **heard},
    ]
    site.console.ledger.record.apply(lines(told))
    told_of = {"kind": "dismissal", "reasons": "x", "checklist": {"seriousness_reasoned": "x"}}
    return {"do": "impose_sanction", **of, **told_of}


def test_the_union_sees_what_came_of_a_review(site: Served) -> None:
    dismissal = whole_review(site)
    decided = {**dismissal, "sanction": "S2", "by": "M01", "on": "2026-10-05"}
    site.console.ledger.record.apply(lines([decided]))
    with Desk.at(site.console.ledger, Person("UN1")).look() as look:
        assert [row["sanction"] for row in look.sanctions("2026-09", "jinse")] == ["S2"]


def test_a_dismissal_of_somebody_who_moved_is_decided_at_the_site_of_its_month(site: Served) -> None:
    dismissal = whole_review(site)
    moved = office.reassign_employee("E11", "2026-10-01", site="other", department="front-desk")
    site.console.ledger.record.typed(moved)
    company, manager = (Desk.at(site.console.ledger, Person(who)).proposing for who in ("C01", "M01"))
    assert company.preview(dismissal)[0].made()[0]["fields"]["by"] == "M01"
    assert manager.may_confirm(dismissal, "C01")


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


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_office_ends_at_the_site_where_it_is_held(language: str, site: Served) -> None:
    site.console.ledger.record.typed(office.appoint("inspector", "E05", **{"from": "2026-03-01"}))
    moved = office.reassign_employee("E05", "2026-09-01", site="other", department="front-desk")
    site.console.ledger.record.typed(moved)
    company = site.signed_in("C01", language)
    page = company.open("/people/E05").text
    assert own_words(language)["office_end"] in page
    (path,) = re.findall(r'href="(/people/E05/appointment\?[^"]+)"', page)
    path = path.replace("&amp;", "&")
    form = company.open(path).text
    assert 'value="inspector" checked' in form and 'value="2026-03-01"' in form
    given = {"office": "inspector", "from": "2026-03-01"}
    assert company.through(path, **given, until="2026-09-10").status == 200
    assert (last(site)["fields"]["site"], last(site)["fields"]["until"]) == ("jinse", "2026-09-10")
    site.clock.passes(days=1)
    assert "appointment?" not in site.signed_in("C01").open("/people/E05").text
    assert "appointment?" not in site.signed_in("D01").open("/people/E01").text


def test_an_office_that_two_give_is_ended_by_two(site: Served) -> None:
    company = site.signed_in("C01")
    (path,) = re.findall(r'href="(/proposals/new/appoint\?[^"]+)"', company.open("/people/D01").text)
    assert 'value="D01" checked' in company.open(path.replace("&amp;", "&")).text
    assert "/proposals/new/appoint" not in company.open("/people/C01").text
    assert "/proposals/new/appoint" not in site.signed_in("O01").open("/people/D01").text


@pytest.mark.parametrize(("viewer", "office"), [("M01", "finance"), ("D01", "inspector"), ("E01", "union")])
def test_no_other_office_is_given_so_and_by_nobody_else(viewer: str, office: str, site: Served) -> None:
    before, browser = site.console.ledger.position(), site.signed_in(viewer)
    assert browser.through("/people/E02/appointment", office=office, **{"from": "2026-09-10"}).status in (
        403,
        422,
    )
    assert site.console.ledger.position() == before
