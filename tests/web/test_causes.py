"""Analyses of causes in a browser: found on one's day, recorded, and gone on with by an action because of it."""

import re

import pytest

from tests.web.served import Answer, Browser, Served, hidden

MONTH = "2026-07"
NEW = f"/causes/new?month={MONTH}"


def analysed(browser: Browser, *notices: str, cause: str = "staffing") -> Answer:
    """The check of an analysis of notices of July."""
    form = hidden(browser.open(NEW).text)
    told = {"notices": "\n".join(notices), "cause": cause, "root_cause": "午間只排一人"}
    return browser.open(NEW, {**form, **told, "step": "check"})


def recorded(browser: Browser, checked: Answer) -> str:
    """The id of what is recorded after the check."""
    done = browser.go_on(checked, NEW, step="record")
    found = re.search(r'href="/analyses/([^"]+)">', done.text)
    assert done.status == 200 and found is not None, done.text
    return found[1]


def test_a_month_that_nobody_analysed_leads_from_ones_day_to_the_form_and_is_gone_afterwards(
    site: Served,
) -> None:
    quality = site.signed_in("Q01")
    assert f"/causes?month={MONTH}" in quality.open("/due").text
    page = quality.open(f"/causes?month={MONTH}").text
    assert NEW in page and "/analyses/AN1" in page
    left = set(re.findall(r'name="notices" value="([^"]+)"', quality.open(NEW).text))
    name = recorded(quality, analysed(quality, *left))
    assert f"/causes?month={MONTH}" not in quality.open("/due").text
    shown = quality.open(f"/analyses/{name}").text
    assert "午間只排一人" in shown and "Staffing" in shown and "/notices/N705" in shown


def test_what_is_about_to_be_recorded_is_shown_first_and_what_is_sent_twice_is_recorded_once(
    site: Served,
) -> None:
    quality = site.signed_in("Q01")
    checked = analysed(quality, "N705", "N709")
    assert "N705, N709" in checked.text and "Staffing" in checked.text
    before = site.console.ledger.position()
    assert recorded(quality, checked)
    assert quality.go_on(checked, NEW, step="record").status == 200
    assert site.console.ledger.position() == before + 1


def test_an_action_is_opened_because_of_an_analysis(site: Served) -> None:
    quality, path = site.signed_in("Q01"), "/actions/new?analysis=AN1"
    assert path in quality.open("/analyses/AN1").text
    page = quality.send(path, step="1", clause="FD-08")
    told = {"kind": "preventive", "what": "午間加一人", "effect": "三十日內無", "owner": "E01"}
    checked = quality.go_on(page, path, step="check", due_on="2026-10-01", **told)
    assert "AN1" in checked.text
    done = quality.go_on(checked, path, step="record").text
    found = re.search(r'href="/actions/([^"]+)">', done)
    assert found is not None
    assert f"/actions/{found[1]}" in quality.open("/analyses/AN1").text
    assert "/analyses/AN1" in quality.open(f"/actions/{found[1]}").text
    assert "/analyses/AN1" not in site.signed_in("E01").open(f"/actions/{found[1]}").text


def test_a_head_analyses_the_own_department_and_reads_no_counts_of_the_site(site: Served) -> None:
    head = site.signed_in("H03")
    page = head.open(f"/causes?month={MONTH}").text
    assert "Cumulative" not in page and "/analyses/AN1" not in page and NEW in page
    listed = set(re.findall(r'name="notices" value="([^"]+)"', head.open(NEW).text))
    quality = set(re.findall(r'name="notices" value="([^"]+)"', site.signed_in("Q01").open(NEW).text))
    assert listed and listed < quality
    refused = analysed(head, min(quality - listed))
    assert refused.status == 422
    name = recorded(head, analysed(head, min(listed)))
    assert head.open(f"/analyses/{name}").status == 200


@pytest.mark.parametrize("person", ["E06", "I01", "F01", "UN1", "X01"])
def test_whoever_analyses_nothing_is_told_so(person: str, read: Served) -> None:
    browser = read.signed_in(person)
    assert [browser.open(path).status for path in ("/causes", NEW)] == [403, 403]


def test_nothing_chosen_is_asked_for_again_in_words(read: Served) -> None:
    answer = analysed(read.signed_in("Q01"))
    assert answer.status == 422
    assert "午間只排一人" in answer.text
