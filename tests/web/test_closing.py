"""Closing a month in the console: alone, or proposed to a second person where it hands over many lines."""

import re
from typing import Any

import pytest

from ledger.application.desk.desk import Desk
from ledger.terms import LANGUAGES
from tests.web.served import MEANWHILE, PASSWORD, Answer, Browser, Served, hidden
from web.spoken import own_words

PATH = "/months/2026-09/close"
FIGURES = f"{PATH}/figures"
CONFIRM = f"{PATH}/confirmation"
ADJUSTS = {"do": "withdraw_notice", "notice": "N702", "by": "D01", "reason": "x", "on": "2026-09-09"}
"""What changes a month that is closed."""


def over(site: Served, most: int) -> None:
    """October, in a house that lets one person close so many lines."""
    site.console.ledger.second_above = most
    site.console.ledger.record.typed(dict(ADJUSTS))
    site.console.ledger.record.typed(dict(MEANWHILE))
    site.console.ledger.record.typed({**MEANWHILE, "employee": "E02", "clause": "FD-07"})
    site.clock.passes(days=25)


def leads(page: Answer, step: str) -> str:
    """The address of another step, as a page has it."""
    return next(path.replace("&amp;", "&") for path in re.findall(rf'href="({PATH}/{step}[^"]*)"', page.text))


def checked(browser: Browser) -> Answer:
    """From the first step to the last, by the buttons of each."""
    shown = browser.open(leads(browser.open(PATH), "figures"))
    return browser.open(leads(browser.open(leads(shown, "review")), "confirmation"))


def confirmed(browser: Browser, page: Answer, **fields: str) -> Answer:
    """Sends the form of the last step, where it is shown."""
    return browser.go_on(page, page.path, step="record", **fields)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lines_are_seen_before_a_month_is_closed_by_one(language: str, site: Served) -> None:
    over(site, 50)
    director = site.signed_in("D01", language)
    shown = director.open(FIGURES)
    assert 'href="/people/E10/months/2026-09"' in shown.text
    assert 'href="/people/E06/months/2026-07"' in shown.text

    page = checked(director)
    assert page.status == 200
    done = confirmed(director, page, password=PASSWORD)
    assert done.status == 200
    assert 'href="/payroll/2026-09"' in done.text
    assert "2026-09" in director.open("/payroll/2026-09").text


def test_a_close_leads_on_within_the_site_that_it_was_opened_for(site: Served) -> None:
    over(site, 50)
    director, there = site.signed_in("D01"), "site=jinse"
    shown = director.open(leads(director.open(f"{PATH}?{there}"), "figures"))
    review = director.open(leads(shown, "review"))
    assert re.search(rf'href="/payroll/[0-9-]+/reconciliation\?{there}"', review.text)
    done = confirmed(director, director.open(leads(review, "confirmation")), password=PASSWORD)
    assert f'href="/payroll/2026-09?{there}"' in done.text
    assert f'href="/public-list/2026-09?{there}"' in done.text


def test_a_close_is_not_of_other_lines_than_were_seen(site: Served) -> None:
    over(site, 50)
    director = site.signed_in("D01")
    page, before = checked(director), site.console.ledger.position()
    site.console.ledger.record.typed({**MEANWHILE, "employee": "E01", "clause": "FD-06"})
    moved = confirmed(director, page, password=PASSWORD)

    assert moved.status == 409
    assert 'value="record"' not in moved.text
    assert site.console.ledger.position() == before + 1
    again = director.open(leads(moved, "figures"))
    assert 'href="/people/E01/months/2026-09"' in again.text
    assert confirmed(director, checked(director)).status == 200


def test_no_step_is_passed_over_and_none_is_of_other_figures(site: Served) -> None:
    over(site, 50)
    director = site.signed_in("D01")
    page = checked(director)
    assert director.open(CONFIRM).path == FIGURES
    assert director.open(f"{PATH}/review").path == FIGURES
    site.console.ledger.record.typed({**MEANWHILE, "employee": "E01", "clause": "FD-06"})
    back = director.open(page.path)

    assert back.path.startswith(FIGURES)
    assert own_words("en")["close_figures_moved"] in back.text
    assert own_words("en")["close_figures_moved"] not in director.open(FIGURES).text


def test_what_is_still_open_is_listed_with_its_pages_and_holds_nothing_up(site: Served) -> None:
    over(site, 50)
    director, before = site.signed_in("D01"), site.console.ledger.position()
    notice = next(row["notice"] for row in notices(site) if row["employee"] == "E10")
    page = director.open(PATH)

    assert page.text.count(f'href="/notices/{notice}"') == 2, "neither acknowledged nor put right"
    for step in (FIGURES, checked(director).path):
        assert director.open(step).status == 200
    assert site.console.ledger.position() == before, "steps record nothing"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_finding_that_is_no_notice_yet_and_a_case_at_the_handbook_are_open(
    language: str, site: Served
) -> None:
    over(site, 50)
    director = site.signed_in("D01", language)
    for month, word, thing in (
        ("2026-08", "open_findings", "/findings/F1"),
        ("2026-09", "open_cases", "/cases/HC1"),
    ):
        page = director.open(f"/months/{month}/close").text
        assert own_words(language)[word] in page
        assert f'href="{thing}"' in page
        assert 'href="/findings/F2"' not in page, "it is nobody's, and becomes no notice"


def test_people_of_whom_anything_is_open_are_named(site: Served) -> None:
    over(site, 50)
    page = site.signed_in("D01").open(PATH)
    assert re.search(r'href="/people/E11/months/2026-09/review">E11 <bdi>員工E11</bdi>', page.text)


def test_what_pay_took_of_the_months_before_is_told_before_the_close(site: Served) -> None:
    over(site, 50)
    director = site.signed_in("D01")
    shown = director.open(leads(director.open(FIGURES), "review"))
    assert own_words("en")["close_not_returned"] in shown.text
    told = own_words("en")["close_open_differences"].partition("{people}")[0]
    assert re.search(rf"{told}.*E06 <bdi>", shown.text), "whose difference of July is open"
    for month in ("2026-08", "2026-07"):
        assert f'href="/payroll/{month}/reconciliation"' in shown.text


def test_what_is_sent_twice_closes_once(site: Served) -> None:
    over(site, 50)
    director = site.signed_in("D01")
    page = checked(director)
    assert confirmed(director, page, password=PASSWORD).status == 200
    before = site.console.ledger.position()
    again = confirmed(director, page)
    assert (again.status, site.console.ledger.position()) == (200, before)
    assert own_words("en")["done_again"] in again.text


def test_a_month_that_is_not_over_is_refused_where_the_figures_would_stand(site: Served) -> None:
    page = site.signed_in("D01").open(FIGURES)
    assert 'role="alert"' in page.text
    assert "/close/review" not in page.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_close_of_many_lines_is_proposed_and_closed_by_another(language: str, site: Served) -> None:
    over(site, 1)
    before = site.console.ledger.position()
    director, office = site.signed_in("D01", language), site.signed_in("O01", language)
    page = checked(director)
    done = confirmed(director, page, password=PASSWORD)
    assert re.fullmatch(r"/proposals/[0-9a-f]{12}", done.path), done.text
    assert site.console.ledger.position() == before
    assert 'value="confirm"' not in done.text

    shown = office.open(done.path)
    assert 'href="/people/E10/months/2026-09"' in shown.text
    closed = office.go_on(shown, done.path, step="confirm", password=PASSWORD)
    assert closed.status == 200
    assert 'href="/payroll/2026-09?site=jinse"' in closed.text
    assert 'href="/public-list/2026-09?site=jinse"' in closed.text
    entry, (operator,) = last(site)
    assert (entry["kind"], entry["fields"]["by"]) == ("month_closed", "O01")
    assert re.fullmatch(r"O01@web/[0-9a-f]{8} \+D01", operator)
    assert site.signed_in("M01").open(done.path).status == 404


def test_a_proposed_close_that_would_hand_over_other_lines_is_not_to_be_confirmed(site: Served) -> None:
    over(site, 1)
    director, office = site.signed_in("D01"), site.signed_in("O01")
    path = confirmed(director, checked(director), password=PASSWORD).path
    shown = office.open(path)
    site.console.ledger.record.typed({**MEANWHILE, "employee": "E01", "clause": "FD-06"})
    before = site.console.ledger.position()

    assert office.go_on(shown, path, step="confirm", password=PASSWORD).status == 409
    again = office.open(path)
    assert 'value="confirm"' not in again.text
    assert "propose" in again.text
    assert office.go_on(again, path, step="confirm").status == 409
    assert site.console.ledger.position() == before


@pytest.mark.parametrize("viewer", ["E06", "H02", "I01", "F01", "C01", "X01"])
def test_whoever_closes_nothing_does_not_find_what_was_proposed(viewer: str, site: Served) -> None:
    over(site, 1)
    director = site.signed_in("D01")
    path = confirmed(director, checked(director), password=PASSWORD).path
    browser = site.signed_in(viewer)

    assert browser.open(path).status == 404
    answer = browser.open(f"{CONFIRM}?seen=0", {**hidden(browser.open("/me/devices").text), "step": "record"})
    assert answer.status in (403, 404, 422)


def last(site: Served) -> tuple[dict[str, object], list[str]]:
    """What was recorded last, and who typed it."""
    with site.console.ledger.look_at_log() as look:
        found = look.event_at(site.console.ledger.position())
    return found[0], [str(found[0]["operator"])]


def notices(site: Served) -> list[dict[str, object]]:
    """The notices of the month that is closed here."""
    with site.console.ledger.look() as look:
        return list(look.notices("2026-09", "jinse"))


def test_each_step_asks_once_what_the_close_comes_to(site: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    over(site, 50)
    asked, preview = list[str](), Desk.preview

    def counted(desk: Desk, values: dict[str, Any]) -> Any:
        asked.append(values["do"])
        return preview(desk, values)

    monkeypatch.setattr(Desk, "preview", counted)
    assert checked(site.signed_in("D01")).status == 200
    assert asked == ["close_month"] * 3  # figures, review, confirmation
