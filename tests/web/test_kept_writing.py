"""What somebody wrote is not lost where it came to nothing: the session over, the form out of date, a server unsure."""

from typing import Any

import pytest

from ledger.application.recording.recording import Recording
from ledger.errors import StoreError
from tests.web.client import Client
from tests.web.served import PASSWORD, Browser, Served, hidden
from tests.web.test_api_changes import listening
from web.api import changes
from web.surely import surely

REMARK = "/notices/N807/remark"
TEXT = "當天電梯停運，材料改由樓梯搬運，故先行施工。"


def test_a_session_that_is_over_shows_what_was_written_and_leads_back_to_the_form(site: Served) -> None:
    browser = site.signed_in("E04")
    page = browser.open(REMARK)
    site.clock.passes(hours=3)
    over = browser.go_on(page, REMARK, text=TEXT, step="check")

    assert over.status == 401
    assert TEXT in over.text
    assert f'href="/sign-in?next={REMARK}"' in over.text
    site.has_account("E04")
    entered = browser.send(f"/sign-in?next={REMARK}", employee="E04", password=PASSWORD)
    assert (entered.status, entered.path) == (200, REMARK)


@pytest.mark.parametrize("again", [False, True])
def test_the_page_that_listens_takes_nothing_of_what_was_written(
    again: bool, site: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "PING", 0.1)
    browser = site.signed_in("E04")
    cookie = next(cookie for cookie in browser.jar if cookie.name == "kaoji")
    client = Client(site.base, {"Cookie": f"kaoji={cookie.value}"})
    page = browser.open(REMARK)
    with listening(client) as stream:
        stream.block()
        site.clock.passes(hours=3)
        assert set(iter(stream.block, "")) <= {": still here\n\n"}, "it ends with the session"
    if again:  # as browsers do by themselves
        assert client.ask("/changes").status == 401
    over = browser.go_on(page, REMARK, text=TEXT, step="check")

    assert over.status == 401 and TEXT in over.text
    assert browser.open(REMARK).path.startswith("/sign-in"), "it is over all the same"


def test_a_form_out_of_date_shows_what_was_written_and_no_secret(site: Served) -> None:
    browser = site.signed_in("E04")
    shown = hidden(browser.open(REMARK).text)
    stale = {"csrf": "x.y", "text": TEXT, "again": PASSWORD, "code": PASSWORD, "password": PASSWORD}
    answer = browser.open(REMARK, {**shown, **stale, "step": "check"})

    assert answer.status == 403
    assert TEXT in answer.text and PASSWORD not in answer.text
    assert f'href="{REMARK}"' in answer.text


def test_whoever_sent_nothing_and_is_not_signed_in_is_led_back_to_where_they_were(site: Served) -> None:
    answer = Browser(site.base).open(REMARK, {"csrf": "x", "text": TEXT})

    assert answer.path == f"/sign-in?next={REMARK}"
    assert TEXT not in answer.text


def test_what_a_server_did_not_answer_is_sent_once_more_and_recorded_once(
    site: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, typed, lost = site.console.ledger.position(), Recording.typed, list[bool]()

    def answers_too_late(self: Recording, values: dict[str, Any], dry_run: bool = False, *rest: Any) -> Any:
        done = typed(self, values, dry_run, *rest)
        if not dry_run and not lost:
            lost.append(True)
            raise StoreError("outcome_unknown", url="x", reason="y")
        return done

    monkeypatch.setattr(Recording, "typed", answers_too_late)
    browser, path = site.signed_in("E04"), "/notices/N807/rectification"
    done = browser.go_on(browser.send(path, action=TEXT, step="check"), path, step="record")

    assert lost and done.status == 200, done.text
    assert site.console.ledger.position() == before + 1


def test_nothing_else_is_tried_twice() -> None:
    tried = []

    def refused() -> None:
        tried.append(1)
        raise StoreError("ledger_missing", url="x")

    with pytest.raises(StoreError):
        surely(refused)
    assert len(tried) == 1
