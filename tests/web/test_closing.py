"""Closing a month in the console: alone, or proposed to a second person where it hands over many lines."""

import re

import pytest

from ledger.terms import LANGUAGES
from tests.web.served import MEANWHILE, PASSWORD, Answer, Browser, Served

PATH = "/months/2026-09/close"
ADJUSTS = {"do": "withdraw_notice", "notice": "N702", "by": "D01", "reason": "x", "on": "2026-09-09"}
"""What changes a month that is closed."""


def over(site: Served, most: int) -> None:
    """October, in a house that lets one person close so many lines."""
    site.console.ledger.second_above = most
    site.console.ledger.record.typed(dict(ADJUSTS))
    site.console.ledger.record.typed(dict(MEANWHILE))
    site.console.ledger.record.typed({**MEANWHILE, "employee": "E02", "clause": "FD-07"})
    site.clock.passes(days=25)


def checked(browser: Browser) -> Answer:
    return browser.send(PATH, step="check")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lines_are_seen_before_a_month_is_closed_by_one(language: str, site: Served) -> None:
    over(site, 50)
    director = site.signed_in("D01", language)
    page = checked(director)

    assert page.status == 200
    assert 'href="/people/E10/months/2026-09"' in page.text
    assert 'href="/people/E06/months/2026-07"' in page.text
    assert director.go_on(page, PATH, step="record", password=PASSWORD).status == 200
    assert "2026-09" in director.open("/payroll/2026-09").text


def test_a_close_is_not_of_other_lines_than_were_seen(site: Served) -> None:
    over(site, 50)
    director = site.signed_in("D01")
    page, before = checked(director), site.console.ledger.position()
    site.console.ledger.record.typed({**MEANWHILE, "employee": "E01", "clause": "FD-06"})
    moved = director.go_on(page, PATH, step="record", password=PASSWORD)

    assert moved.status == 409
    assert site.console.ledger.position() == before + 1
    assert director.go_on(moved, PATH, step="record").status == 200


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_close_of_many_lines_is_proposed_and_closed_by_another(language: str, site: Served) -> None:
    over(site, 1)
    before = site.console.ledger.position()
    director, office = site.signed_in("D01", language), site.signed_in("O01", language)
    page = checked(director)
    done = director.go_on(page, PATH, step="record", password=PASSWORD)
    assert re.fullmatch(r"/proposals/[0-9a-f]{12}", done.path), done.text
    assert site.console.ledger.position() == before
    assert 'value="confirm"' not in done.text

    shown = office.open(done.path)
    assert 'href="/people/E10/months/2026-09"' in shown.text
    assert office.go_on(shown, done.path, step="confirm", password=PASSWORD).status == 200
    entry, (operator,) = last(site)
    assert (entry["kind"], entry["fields"]["by"]) == ("month_closed", "O01")
    assert re.fullmatch(r"O01@web/[0-9a-f]{8} \+D01", operator)
    assert site.signed_in("M01").open(done.path).status == 404


def test_a_proposed_close_that_would_hand_over_other_lines_is_not_to_be_confirmed(site: Served) -> None:
    over(site, 1)
    director, office = site.signed_in("D01"), site.signed_in("O01")
    path = director.go_on(checked(director), PATH, step="record", password=PASSWORD).path
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
    path = director.go_on(checked(director), PATH, step="record", password=PASSWORD).path
    browser = site.signed_in(viewer)

    assert browser.open(path).status == 404
    assert browser.send(PATH, step="record", password=PASSWORD).status in (403, 404, 422)


def last(site: Served) -> tuple[dict[str, object], list[str]]:
    """What was recorded last, and who typed it."""
    with site.console.ledger.look_at_log() as look:
        found = look.event_at(site.console.ledger.position())
    return found[0], [str(found[0]["operator"])]
