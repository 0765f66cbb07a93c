"""Actions in a browser: opened on a clause, done by the owner, looked at by somebody else; each only where it is theirs."""

import pytest

from tests.web.served import Browser, Served, hidden


def acted(browser: Browser, path: str, **filled: str) -> str:
    """Goes through a form of one screen to the end; the page that says it is recorded."""
    checked = browser.send(path, step="check", **filled)
    assert checked.status == 200, checked.text
    done = browser.go_on(checked, path, step="record")
    assert done.status == 200, done.text
    return done.text


def opened(browser: Browser, **filled: str) -> str:
    """Opens an action on FD-08; the page that says it is recorded."""
    page = browser.send("/actions/new", step="1", clause="FD-08")
    told = {"kind": "preventive", "what": "午間加一人", "effect": "三十日內無", "owner": "E01", **filled}
    checked = browser.go_on(page, "/actions/new", step="check", due_on="2026-10-01", **told)
    assert checked.status == 200, checked.text
    assert "FD-08" in checked.text and "林小雅" in checked.text
    return browser.go_on(checked, "/actions/new", step="record").text


def test_an_action_is_opened_done_and_found_to_have_worked_or_not(site: Served) -> None:
    assert "/actions/AC2026-0001" in opened(site.signed_in("Q01"))
    owner, path = site.signed_in("E01"), "/actions/AC2026-0001"
    assert path in owner.open("/due").text
    assert f"{path}/completion" in owner.open(path).text
    acted(owner, f"{path}/completion", done="已改排班")
    assert f"{path}/completion" not in owner.open(path).text, "it is done"
    site.clock.passes(days=31)
    looker = site.signed_in("Q01")
    assert f"{path}/check" in looker.open(path).text
    acted(looker, f"{path}/check", effective="no", finding="午間仍無人接聽")
    shown = site.signed_in("E01").open(path).text
    assert "午間仍無人接聽" in shown and "已改排班" in shown and f"{path}/completion" in shown


def test_a_head_opens_one_for_the_own_department_alone(site: Served) -> None:
    head = site.signed_in("H01")
    page = head.send("/actions/new", step="1", clause="FD-08").text
    assert 'value="front-desk"' in page and 'value="order"' not in page and "The whole site" not in page
    assert "/actions/AC2026-0001" in opened(head, department="front-desk")


def test_the_day_is_moved_by_whoever_opened_it_and_never_by_its_owner(site: Served) -> None:
    assert "/actions/AC1/day" not in site.signed_in("E06").open("/actions/AC1").text
    director = site.signed_in("D01")
    acted(director, "/actions/AC1/day", due_on="2026-09-30", reason="等待到貨")
    assert "2026-09-30" in director.open("/actions/AC1").text
    owner = site.signed_in("E06")
    refused = owner.send("/actions/AC1/day", step="check", due_on="2026-10-30", reason="–")
    assert refused.status == 422


def test_one_that_is_given_up_asks_nothing_any_more(site: Served) -> None:
    director = site.signed_in("D01")
    acted(director, "/actions/AC1/cancellation", reason="已併入另案")
    assert "/actions/AC1" not in director.open("/actions").text
    assert "/actions/AC1" in director.open("/actions?which=all").text
    assert "/actions/AC1" not in site.signed_in("E06").open("/due").text


@pytest.mark.parametrize(("person", "status"), [("E06", 200), ("H03", 200), ("E01", 403), ("X01", 404)])
def test_an_action_is_its_owners_and_of_whoever_watches_over_the_department(
    person: str, status: int, read: Served
) -> None:
    assert read.signed_in(person).open("/actions/AC1").status == status
    assert ("/actions/AC1" in read.signed_in(person).open("/actions").text) == (status == 200)


@pytest.mark.parametrize("person", ["E06", "I01", "F01", "C01", "X01"])
def test_whoever_may_open_none_is_told_so(person: str, read: Served) -> None:
    browser = read.signed_in(person)
    assert browser.open("/actions/new").status == 403
    assert "/actions/new" not in browser.open("/actions").text


def test_what_was_sent_twice_is_recorded_once(site: Served) -> None:
    browser = site.signed_in("E06")
    assert "FD-08 Phone" in browser.open("/actions/AC1/completion").text, (
        "a clause is told by what it asks for, too"
    )
    checked = browser.send("/actions/AC1/completion", step="check", done="已改排班")
    form = hidden(checked.text)
    before = site.console.ledger.position()
    for _ in range(2):
        assert browser.open("/actions/AC1/completion", {**form, "step": "record"}).status == 200
    assert site.console.ledger.position() == before + 1
