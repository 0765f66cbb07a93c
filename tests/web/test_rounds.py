"""A round on a phone: from where one goes to what is recorded, screen by screen, and what follows from what it found."""

import pytest

from tests.web.served import Browser, Served, hidden


def gone(browser: Browser, *screens: dict[str, str]) -> tuple[dict[str, str], str]:
    """Goes through the screens of a round; the form that the last one shows, and its page."""
    page = browser.open("/inspections/new")
    form = hidden(page.text)
    for filled in screens:
        page = browser.open("/inspections/new", {**form, **filled})
        assert page.status == 200, page.text
        form = hidden(page.text)
    return form, page.text


WHERE = {"kind": "irregular", "department": "front-desk", "step": "1"}
WHAT = {"codes": "fd-02 FD-08", "started_at": "2026-09-10T09:00", "inspection": "INS-7", "step": "2"}
OK = {"result.FD-02": "ok", "note.FD-02": "燈罩已擦拭", "step": "3"}
FAULT = {"result.FD-08": "fault", "step": "4"}
FOUND = {"narrative.FD-08": "電話響八聲才接", "employee.FD-08": "E06", "points.FD-08": "1", "step": "check"}


def test_a_round_is_gone_on_clause_by_clause_and_recorded_once(site: Served) -> None:
    browser = site.signed_in("I01")
    form, page = gone(browser, WHERE, WHAT, OK, FAULT, FOUND)
    assert "燈罩已擦拭" in page and "電話響八聲才接" in page
    before = site.console.ledger.log.position()
    for _ in range(2):
        done = browser.open("/inspections/new", {**form, "step": "record"})
        assert done.status == 200 and "/inspections/INS-7" in done.text, done.text
    assert site.console.ledger.log.position() == before + 2, "the round and its finding"
    shown = browser.open("/inspections/INS-7").text
    assert "電話響八聲才接" in shown and "燈罩已擦拭" in shown


def test_a_fault_at_the_last_clause_asks_what_was_found(site: Served) -> None:
    _, page = gone(site.signed_in("I01"), WHERE, WHAT | {"inspection": "INS-6"}, OK, FAULT)
    assert 'name="narrative.FD-08"' in page and 'role="alert"' not in page


def test_what_was_passed_over_was_not_seen(site: Served) -> None:
    browser = site.signed_in("I01")
    form, _ = gone(browser, WHERE, WHAT | {"inspection": "INS-8"}, {"step": "check"})
    assert browser.open("/inspections/new", {**form, "step": "record"}).status == 200
    with site.console.ledger.look_at_log() as look:
        assert look.inspection("INS-8")["counts"]["not_seen"] == 2


def test_a_refusal_leads_to_the_screen_of_its_clause(site: Served) -> None:
    browser = site.signed_in("I01")
    form, _ = gone(browser, WHERE, WHAT | {"inspection": "INS-9"}, OK, FAULT)
    shown = browser.open("/inspections/new", {**form, **FOUND, "occurred_at.FD-08": "2026-09-12T10:00"})
    assert shown.status == 422 and "narrative.FD-08" in shown.text


def test_somebody_unknown_is_asked_for_again_where_they_were_named(site: Served) -> None:
    browser = site.signed_in("I01")
    form, _ = gone(browser, WHERE, WHAT | {"inspection": "INS-9"}, OK, FAULT)
    shown = browser.open("/inspections/new", {**form, **FOUND, "employee.FD-08": "E99"})
    assert shown.status == 422
    assert 'id="narrative.FD-08"' in shown.text and 'value="E99"' in shown.text


@pytest.mark.parametrize("person", ["E06", "F01", "X01"])
def test_whoever_may_look_nowhere_is_told_so(person: str, site: Served) -> None:
    assert site.signed_in(person).open("/inspections/new").status == 403


def test_a_finding_becomes_a_notice(site: Served) -> None:
    browser = site.signed_in("I01")
    assert "/findings/F1/notice" in browser.open("/findings/F1").text
    form = hidden(browser.open("/findings/F1/notice").text)
    checked = browser.open("/findings/F1/notice", {**form, "step": "check"})
    assert checked.status == 200, checked.text
    done = browser.open("/findings/F1/notice", {**hidden(checked.text), "step": "record"})
    assert done.status == 200 and "/notices/" in done.text
    assert "/findings/F1/notice" not in browser.open("/findings/F1").text
