"""What people come for, from the first page to the receipt, in each language and without JavaScript."""

import re

import pytest

from ledger.terms import LANGUAGES
from tests.support.office import appoint, lines
from tests.web.served import MEANWHILE, PASSWORD, Answer, Browser, Served
from tests.web.test_closing import checked, confirmed


def recorded_in(answer: Answer) -> str:
    """The id of what a page says was recorded."""
    found = re.search(r'href="/(?:notices|appeals)/([^"?]+)(?:\?[^"]*)?">\1</a>', answer.text)
    assert found is not None, answer.text
    return found[1]


def issued(browser: Browser, language: str) -> Answer:
    """A notice of two points about E10, through the four screens to what it would come to."""
    path = f"/notices/new?lang={language}"
    page = browser.send(path, employee="E10", step="1")
    page = browser.go_on(page, path, find_clause="FD-03", find="1", step="2")
    assert 'value="FD-03"' in page.text
    page = browser.go_on(page, path, clause="FD-03", step="2")
    page = browser.go_on(page, path, points="2", occurred_at="2026-09-08T09:00", place="客服中心", step="3")
    return browser.go_on(page, path, narrative="未戴工牌", step="check")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_notice_is_issued_acknowledged_appealed_against_and_decided(language: str, site: Served) -> None:
    inspector = site.signed_in("I01")
    checked = issued(inspector, language)
    assert "E10" in checked.text
    assert "未戴工牌" in checked.text
    done = inspector.go_on(checked, f"/notices/new?lang={language}", step="record")
    notice = recorded_in(done)

    employee = site.signed_in("E10")
    assert notice in employee.open("/due").text
    path = f"/notices/{notice}/acknowledgement?lang={language}"
    page = employee.send(path, how="commented", statement="當時正在更換", step="check")
    assert employee.go_on(page, path, step="record").status == 200
    path = f"/appeals/new?against=notice:{notice}&lang={language}"
    page = employee.send(path, ground="facts", statement="工牌在櫃檯", step="check")
    appeal = recorded_in(employee.go_on(page, path, step="record"))

    reviewer = site.signed_in("H01")
    site.clock.passes(minutes=6)
    assert appeal in reviewer.open("/due").text
    assert "工牌在櫃檯" in reviewer.open(f"/appeals/{appeal}").text
    path = f"/appeals/{appeal}/decision?lang={language}"
    page = reviewer.send(path, outcome="revoked", reasons="監控可見", step="check")
    refused = reviewer.go_on(page, path, step="record")
    assert refused.status == 401
    assert reviewer.go_on(refused, path, step="record", password=PASSWORD).status == 200
    assert "監控可見" in employee.open(f"/appeals/{appeal}").text


def test_what_is_sent_twice_is_recorded_once(site: Served) -> None:
    inspector = site.signed_in("I01")
    checked = issued(inspector, "en")
    first = inspector.go_on(checked, "/notices/new?lang=en", step="record")
    position = site.console.ledger.position()
    again = inspector.go_on(checked, "/notices/new?lang=en", step="record")

    assert (first.status, again.status) == (200, 200)
    assert "recorded before" in again.text
    assert site.console.ledger.position() == position


def test_what_would_come_to_something_else_by_now_is_shown_again(site: Served) -> None:
    inspector = site.signed_in("I01")
    checked = issued(inspector, "en")
    site.console.ledger.record.typed(dict(MEANWHILE))
    before = site.console.ledger.position()
    answer = inspector.go_on(checked, "/notices/new?lang=en", step="record")

    assert answer.status == 409
    assert site.console.ledger.position() == before


def test_a_refusal_keeps_what_was_typed_and_says_why_in_words(site: Served) -> None:
    clerk = site.signed_in("F01", "zh-TW")
    answer = issued(clerk, "zh-Hant")

    assert answer.status == 422
    assert "未戴工牌" in answer.text
    assert "F01" in answer.text


def test_a_number_leads_to_its_explanation_and_its_events(read: Served) -> None:
    director = read.signed_in("D01")
    assert '<a href="/people/E06/months/2026-07">50.50</a>' in director.open("/months/2026-07").text
    explained = director.open("/people/E06/months/2026-07").text

    assert all(part in explained for part in ("50.50", "−4.50", "−15.00", "/notices/N702", "#137"))


def test_looking_back_shows_what_was_known_and_no_forms(read: Served) -> None:
    director = read.signed_in("D01")
    now, then = director.open("/notices/N807"), director.open("/notices/N807?as_of=160")

    assert "/notices/N807/remark" in now.text
    assert "/notices/N807/remark" not in then.text
    assert "?as_of=" in then.text


def test_a_month_is_closed_after_what_is_open_was_shown(site: Served) -> None:
    director = site.signed_in("D01")
    site.clock.passes(days=25)
    director = site.signed_in("D01")
    shown = director.open("/months/2026-09/close")
    assert "A09" not in shown.text.partition("2026-09")[0]
    done = confirmed(director, checked(director), password=PASSWORD)

    assert done.status == 200
    assert "2026-09" in director.open("/payroll/2026-09").text


def test_the_office_hands_out_codes_but_not_for_whoever_holds_an_office(site: Served) -> None:
    site.has_account("D01")
    office = site.signed_in("O01")
    code = re.search(r'class="code">([0-9A-Z-]{14})<', office.send("/accounts", employee="E01").text)
    assert code is not None

    assert site.console.accounts.whose_code(code[1]) == "E01"
    assert office.send("/accounts", employee="D01").status == 403
    assert site.signed_in("E01").open("/accounts").status == 403


def test_whoever_holds_an_office_elsewhere_gets_no_new_code_from_the_office_here(site: Served) -> None:
    site.has_account("E02", "E04")
    elsewhere = appoint("director", "E04", site="other", **{"from": "2026-09-01"})
    site.console.ledger.record.apply(lines([elsewhere]))
    office = site.signed_in("O01")
    assert office.send("/accounts", employee="E02").status == 200
    assert office.send("/accounts", employee="E04").status == 403


def test_who_reads_my_record_is_told_to_me(site: Served) -> None:
    site.signed_in("D01").open("/notices/N807")

    assert "何慧敏" in site.signed_in("E04").open("/me/readings").text
    assert "何慧敏" not in site.signed_in("E01").open("/me/readings").text
