"""What the office keeps of people is recorded in the console: taken on, moved, gone, back, the wage; and sanctions."""

import re

import pytest

from ledger.reports import due as due_report
from ledger.terms import LANGUAGES
from tests.support import office
from tests.web.served import Served
from tests.web.test_typing import last


@pytest.mark.parametrize("language", LANGUAGES)
def test_somebody_is_taken_on_moved_gone_and_back(language: str, site: Served) -> None:
    office = site.signed_in("O01", language)
    assert 'href="/people/new"' in office.open("/people").text
    told = {"employee": "E90", "name": "林新", "department": "front-desk", "supervisor": "S03"}
    assert office.through("/people/new", **told, **{"from": "2026-09-10"}).status == 200
    assert (last(site)["kind"], last(site)["fields"]["by"]) == ("employee_registered", "O01")

    page = office.open("/people/E90").text
    for path in ("reassignment", "departure", "wage"):
        assert f'href="/people/E90/{path}"' in page
    assert 'href="/people/E90/return"' not in page
    moved = office.through("/people/E90/reassignment", supervisor="-", **{"from": "2026-09-10"})
    assert moved.status == 200
    with site.console.ledger.look() as look:
        assert look.card("employee", "E90")["supervisor"] is None
    assert office.through("/people/E90/departure", on="2026-09-10").status == 200
    assert 'href="/people/E90/return"' in office.open("/people/E90").text
    assert office.through("/people/E90/departure-correction", reason="誤記").status == 200
    assert (last(site)["kind"], last(site)["fields"].get("on")) == ("departure_corrected", None)


def test_a_wage_is_recorded_and_shown_to_nobody_here(site: Served) -> None:
    office = site.signed_in("O01")
    done = office.through("/people/E06/wage", month="2026-09", wage="4321.00", minimum_wage="2000.00")
    assert done.status == 200
    assert last(site)["kind"] == "wage_recorded"
    assert "4321" not in office.open("/people/E06").text


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(site: Served) -> None:
    before, office = site.console.ledger.position(), site.signed_in("O01")
    answer = office.send("/people/E06/wage", step="check", month="2026-09", wage="viel", minimum_wage="1")
    assert answer.status == 422
    assert 'value="viel"' in answer.text
    assert site.console.ledger.position() == before


@pytest.mark.parametrize("viewer", ["E01", "I01", "H02", "Q01", "AU1"])
def test_whoever_keeps_no_staff_is_offered_and_records_nothing(viewer: str, site: Served) -> None:
    before, browser = site.console.ledger.position(), site.signed_in(viewer)
    assert "/people/new" not in browser.open("/people").text
    assert "/people/E06/departure" not in browser.open("/people/E06").text
    assert browser.through("/people/E06/departure", on="2026-09-10").status in (403, 422)
    assert site.console.ledger.position() == before


def test_a_sanction_that_no_band_carries_is_refused_in_words(site: Served) -> None:
    before, director = site.console.ledger.position(), site.signed_in("D01")
    assert "/people/E06/sanction" not in director.open("/people/E06").text
    answer = director.through("/people/E06/sanction", month="2026-09", kind="warning", reasons="x")
    assert answer.status == 422
    assert site.console.ledger.position() == before


def test_a_sanction_is_offered_for_the_month_whose_band_carries_one_until_there_is_one(site: Served) -> None:
    director = site.signed_in("D01", "zh-Hant")
    path = "/people/E05/sanction?month=2026-08"
    assert f'href="{path}"' in director.open("/people/E05").text
    assert "/people/E05/sanction" not in site.signed_in("O01").open("/people/E05").text
    form = director.open(path).text
    assert 'value="2026-08"' in form and "開除" not in form and "解除勞動合同" not in form
    assert director.through(path, kind="warning", reasons="x", month="2026-08").status == 200
    assert "/people/E05/sanction" not in director.open("/people/E05").text


def test_a_sanction_is_imposed_where_somebody_was_that_month_though_they_moved_on(site: Served) -> None:
    moved = office.reassign_employee("E05", "2026-09-01", site="other", department="front-desk")
    site.console.ledger.record.typed(moved)
    director = site.signed_in("D01")
    review, path = "/people/E05/months/2026-08/review", "/people/E05/sanction?month=2026-08"
    assert f'href="{review}"' in director.open("/due?who=all").text
    assert f'href="{review}"' in director.open("/months/2026-08/close").text
    assert f'href="{path}"' in director.open(review).text
    site.console.ledger.record.typed(office.appoint("director", "D01", site="other"))
    assert f'href="{path}"' in director.open("/people/E05").text
    assert director.through(path, kind="warning", reasons="x", month="2026-08").status == 200
    assert (last(site)["kind"], last(site)["fields"]["employee"]) == ("sanction_imposed", "E05")
    assert site.signed_in("X01").open(review).status == 404


def test_whoever_ran_the_site_of_a_month_keeps_its_pages_of_somebody_who_moved_on(site: Served) -> None:
    moved = office.reassign_employee("E05", "2026-09-01", site="other", department="front-desk")
    site.console.ledger.record.typed(moved)
    page = site.signed_in("D01").open("/people/E05")
    assert page.status == 200
    for path in ("/people/E05/sanction?month=2026-08", "/people/E05/months/2026-08", "/notices/N806"):
        assert f'href="{path}"' in page.text
        assert site.signed_in("D01").open(path).status == 200
    assert "/people/E05/months/2026-09" not in page.text
    assert "/people/E05/departure" not in site.signed_in("O01").open("/people/E05").text
    assert 'href="/people/E05/months/2026-08/review"' in site.signed_in("M01").open("/due?who=all").text
    for path in ("/people/E05/months/2026-08", "/notices/N806", "/people/E05/months/2026-08/review"):
        assert site.signed_in("X01").open(path).status in (403, 404)


def test_whoever_moved_keeps_their_own_record_of_where_they_were(site: Served) -> None:
    def led_to(path: str) -> set[str]:
        text = site.signed_in("E05").open(path).text
        return set(re.findall(r'href="((?:/notices|/people/E05|/appeals|/receipts)/[^"]+)"', text))

    pages = ("/me", "/due", "/people/E05")
    before = {path: led_to(path) for path in pages}
    moved = office.reassign_employee("E05", "2026-09-01", site="other", department="front-desk")
    site.console.ledger.record.typed(moved)

    assert {path: before[path] - led_to(path) for path in pages} == {path: set() for path in pages}
    assert "/notices/N806" in before["/me"] & before["/people/E05"]
    own = site.signed_in("E05")
    for path in [*sorted(set.union(*before.values())), "/people/E05/months/2026-08/review"]:
        assert own.open(path.replace("&amp;", "&")).status == 200, path


def test_a_page_of_a_person_draws_no_list_of_what_waits_at_the_site(
    site: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    director, asked = site.signed_in("D01"), []
    monkeypatch.setattr(due_report, "due", lambda *_: asked.append("due") or [])
    assert "/people/E05/sanction?month=2026-08" in director.open("/people/E05").text
    assert asked == []
