"""Question banks in a browser: listed, checked line by line, shown, and adopted by whoever may, with their password."""

import json
from html import unescape

import pytest

from ledger.terms import LANGUAGES
from tests.support.office import appoint, lines
from tests.web.served import PASSWORD, Served
from tests.web.test_sittings import bank
from tests.web.test_typing import last
from web.spoken import own_words

PATH, NEW = "/exams/banks", "/exams/banks/new"


def document(**changes: object) -> str:
    return json.dumps({**bank(), **changes}, ensure_ascii=False, indent=1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_document_is_shown_question_by_question_and_adopted_with_the_password(
    language: str, site: Served
) -> None:
    company, before = site.signed_in("C01", language), site.console.ledger.position()
    assert f'href="{NEW}"' in company.open(PATH).text
    shown = company.send(NEW, step="check", document=document(), scope="site")
    assert shown.status == 200, shown.text
    for told in (
        "CX-01",
        "SC-01",
        "questions[CX-01].criteria",
    ):  # what it holds, leaves out, and is remarked of it
        assert told in shown.text
    assert site.console.ledger.position() == before
    site.clock.passes(minutes=6)
    assert company.go_on(shown, NEW, step="record", password="falsch").status == 401
    done = company.go_on(shown, NEW, step="record", password=PASSWORD)
    assert done.status == 200, done.text
    told = last(site)
    assert (told["kind"], told["fields"]["version"], told["fields"]["site"]) == (
        "questions_adopted",
        "canary-exam",
        "jinse",
    )
    assert "canary-exam" in company.open(PATH).text
    assert company.send(NEW, step="check", document=document(), scope="site").status == 422


def test_an_uploaded_file_is_for_all_sites_where_that_is_chosen(site: Served) -> None:
    company = site.signed_in("C01")
    shown = company.upload(NEW, "own.json", document().encode(), step="check", scope="all")
    assert shown.status == 200, shown.text
    assert company.go_on(shown, NEW, step="record", password=PASSWORD).status == 200
    assert last(site)["fields"].get("site") is None


def test_what_the_house_has_is_a_start_and_each_fault_is_named_with_its_line(site: Served) -> None:
    company, before = site.signed_in("C01"), site.console.ledger.position()
    assert f'href="{NEW}?from=house"' in company.open(PATH).text
    start = company.open(f"{NEW}?from=house").text.partition("<textarea")[2].partition("</textarea")[0]
    wrong = (
        unescape(start.partition(">")[2])
        .replace("maximum = 10", "maximum = 9", 1)
        .replace("house-exam-2", "own-exam", 1)
    )
    line = wrong[: wrong.index("maximum = 9")].count("\n") + 1
    answer = company.upload(NEW, "own.toml", wrong.encode(), step="check")
    assert answer.status == 422
    assert own_words("en")["error_title"] not in answer.text
    told = [part for part in answer.text.split("<li") if 'class="error"' in part]
    assert len(told) == 1 and "line " in told[0]
    assert abs(int(told[0].partition("line ")[2].partition("<")[0]) - line) < 20
    assert "maximum = 9" in answer.text  # what was given is still there
    assert site.console.ledger.position() == before


@pytest.mark.parametrize("given", ["", "version = ", "{", '{"version": "x"}', "[[questions]]\n"])
def test_what_is_no_bank_is_refused_in_words(given: str, site: Served) -> None:
    company, before = site.signed_in("C01", "zh-Hant"), site.console.ledger.position()
    for step in ("check", "record"):
        answer = company.send(NEW, step=step, document=given, password=PASSWORD)
        assert answer.status == 422
        assert 'class="error"' in answer.text
    assert site.console.ledger.position() == before


@pytest.mark.parametrize("viewer", ["E06", "I01", "Q01", "O01", "D01", "F01", "AU1"])
def test_whoever_adopts_no_rules_adopts_no_bank(viewer: str, site: Served) -> None:
    before, browser = site.console.ledger.position(), site.signed_in(viewer)
    assert NEW not in browser.open(PATH).text
    assert browser.open(NEW).status == 403
    assert site.console.ledger.position() == before


def test_whoever_awaits_a_result_reads_no_bank_whatever_office_they_hold(site: Served) -> None:
    sitting = {"questions": ["SC-01"], "candidates": [{"employee": "M01", "paper": "P-1"}]}
    marked = {"markers": ["I01", "Q01"], "third": "D01", "held_on": "2026-09-10", "on": "2026-09-10"}
    opened = {"do": "open_sitting", "sitting": "K5", "site": "jinse", "by": "O01", **sitting, **marked}
    site.console.ledger.record.typed(opened)
    browser = site.signed_in("M01")
    assert [browser.open(path).status for path in (PATH, NEW)] == [403, 403]


def test_banks_of_sites_that_are_not_there_for_the_reader_are_told_in_neither_form(site: Served) -> None:
    adopted = {"do": "adopt_questions", "bank": bank(), "site": "other", "by": "X01", "on": "2026-09-10"}
    site.console.ledger.record.apply(lines([appoint("manager", "X01", site="other"), adopted]))
    for viewer, is_told in (("D01", False), ("X01", True)):
        browser = site.signed_in(viewer)
        told = browser.open(f"{PATH}.json").text
        assert "house-exam-2" in told
        assert [text in told for text in ("canary-exam", '"other"')] == [is_told, is_told]
        assert ("canary-exam" in browser.open(PATH).text) is is_told
