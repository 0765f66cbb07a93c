"""Four eyes: one proposes, another confirms in their own session, and it is recorded once."""

import json
import re
from typing import Any

import pytest

from ledger.application.desk.as_seen import RecordingAsSeen
from ledger.application.desk.proposals import Proposing
from ledger.errors import StoreError
from ledger.store.readings import Readings
from ledger.terms import LANGUAGES
from tests.support.office import appoint, lines, register_employee
from tests.web.client import program
from tests.web.served import MEANWHILE, PASSWORD, Answer, Browser, Served, hidden
from web.upkeep import keep_up

REWARD = {"points": "2", "occurred_on": "2026-09-07", "reason": "拾金不昧"}


def proposed(browser: Browser, language: str = "en") -> str:
    """The address of a reward for E10 that H01 proposes."""
    path = f"/proposals/new/grant_reward?lang={language}"
    page = browser.send(path, employee="E10", step="1")
    page = browser.go_on(page, path, step="check", **REWARD)
    assert page.status == 200, page.text
    done = browser.go_on(page, path, step="record", password=PASSWORD)
    assert re.fullmatch(r"/proposals/[0-9a-f]{12}", done.path), done.text
    return done.path


def confirmed(browser: Browser, path: str) -> Answer:
    return browser.send(path, step="confirm", password=PASSWORD)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reward_is_proposed_by_one_and_recorded_once_another_confirms_it(
    language: str, site: Served
) -> None:
    before = site.console.ledger.position()
    path = proposed(site.signed_in("H01"), language)
    assert site.console.ledger.position() == before

    director = site.signed_in("D01", language)
    assert path in director.open("/due").text
    page = director.open(path)
    assert "拾金不昧" in page.text
    site.clock.passes(minutes=6)
    assert confirmed(site.signed_in("D01"), path).status == 200

    (entry,) = _last(site)
    assert (entry["fields"]["by"], entry["fields"]["approved_by"]) == ("H01", "D01")
    assert re.fullmatch(r"D01@web/[0-9a-f]{8} \+H01", entry["operator"])
    assert path not in director.open("/due").text
    assert director.open(path).status == 404


def _last(site: Served) -> list[dict]:  # type: ignore[type-arg]
    ledger = site.console.ledger
    with ledger.look_at_log() as look:
        return look.event_at(ledger.position())


def test_confirming_takes_the_password(site: Served) -> None:
    path = proposed(site.signed_in("H01"))
    director = site.signed_in("D01")
    page = director.open(path)
    site.clock.passes(minutes=6)
    refused = director.go_on(page, path, step="confirm")

    assert refused.status == 401
    assert director.go_on(refused, path, step="confirm", password=PASSWORD).status == 200


def test_nobody_confirms_their_own(site: Served) -> None:
    director = site.signed_in("D01")
    path = proposed(director)
    before = site.console.ledger.position()
    page = director.open(path)

    assert 'value="confirm"' not in page.text
    director.go_on(page, path, step="confirm", password=PASSWORD)
    assert site.console.ledger.position() == before
    assert confirmed(site.signed_in("M01"), path).status == 200
    assert site.console.ledger.position() == before + 1


@pytest.mark.parametrize("asked", ["page", "program", "list of a program"])
def test_what_a_proposal_says_of_somebody_is_noted_as_read(asked: str, site: Served) -> None:
    path = proposed(site.signed_in("H01"))
    if asked == "page":
        assert "拾金不昧" in site.signed_in("D01").open(path).text
    else:
        answer = program(site, "D01").ask(path if asked == "program" else "/proposals")
        assert "拾金不昧" in answer.text

    assert ("D01", "fact", "proposal grant_reward") in read_of(site, "E10")
    for language, told in zip(
        LANGUAGES, ("提議 給予獎勵", "提议 给予奖励", "proposal: Grant a reward"), strict=True
    ):
        shown = site.signed_in("E10", language).open("/me/readings").text
        assert told in shown, shown


@pytest.mark.parametrize(("name", "whose"), [("r", "E77"), ("o", "E10")])
def test_what_is_proposed_of_a_reward_is_its_owners(name: str, whose: str, site: Served) -> None:
    who_left(site)
    assert site.signed_in("D01").open(f"/proposals/{name}").status == 200
    assert [who for who, _, what in read_of(site, whose) if what.startswith("proposal ")] == ["D01"]


def test_a_reward_that_is_proposed_is_not_the_one_whose_id_begins_so(site: Served) -> None:
    reward = {"do": "grant_reward", **REWARD, "points": 2}
    other = {**reward, "reward": "RW-77", "employee": "E77", "by": "H01", "approved_by": "D01"}
    joined = register_employee("E77", **{"from": "2026-09-01"})
    site.console.ledger.record.apply(lines([joined, {**other, "on": "2026-09-07"}]))
    body = json.dumps({**reward, "reward": "RW-7", "employee": "E10"}).encode()
    answer = program(site, "H01").ask("/proposals", body, "POST", Idempotency_Key="k1")
    assert answer.status == 201, answer.text
    (kept,) = site.console.proposals.waiting()
    assert kept.command["reward"] == "RW-7"

    assert confirmed(site.signed_in("D01"), f"/proposals/{kept.name}").status == 200
    assert ("D01", "fact", "proposal grant_reward") in read_of(site, "E10")
    assert not any(what.startswith("proposal ") for _, _, what in read_of(site, "E77"))


def test_where_it_cannot_be_noted_a_proposal_says_nothing(
    site: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = proposed(site.signed_in("H01"))
    note_each = Readings.note_each

    def refused(self: Readings, at: Any, viewer: str, read: list[Any], *more: Any) -> None:
        if any(what.startswith("proposal ") for *_, what in read):  # what it would change is noted before
            raise StoreError("reading_not_noted", reason="x")
        note_each(self, at, viewer, read, *more)

    director = site.signed_in("D01")
    monkeypatch.setattr(Readings, "note_each", refused)
    page = director.open(path)
    assert page.status == 503 and "拾金不昧" not in page.text


def test_where_the_database_is_away_a_proposal_is_not_said_to_be_refused(
    site: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = proposed(site.signed_in("H01"))

    def away(*_: object) -> None:
        raise StoreError("database_away", url="x", reason="x")

    director = site.signed_in("D01")
    monkeypatch.setattr(Proposing, "confirmable", away)
    assert director.open(path).status == 503
    assert program(site, "D01").ask(path).status == 503


def read_of(site: Served, subject: str) -> list[tuple[str, str, str]]:
    """By whom something of somebody was read, of which class, and what."""
    return [(each["viewer"], each["class"], each["what"]) for each in site.console.readings.of(subject)]


@pytest.mark.parametrize("viewer", ["E10", "I01", "O01", "H02", "X01"])
def test_whoever_is_neither_proposer_nor_asked_does_not_find_it(viewer: str, site: Served) -> None:
    path = proposed(site.signed_in("H01"))
    browser = site.signed_in(viewer)

    assert browser.open(path).status == 404
    assert path not in browser.open("/proposals").text
    assert browser.send("/proposals/new/grant_reward").status == (200 if viewer == "H02" else 403)


def test_what_was_confirmed_twice_at_once_is_recorded_once(site: Served) -> None:
    path = proposed(site.signed_in("H01"))
    director = site.signed_in("D01")
    (waiting,) = site.console.proposals.waiting()
    fields = {**hidden(director.open(path).text), "step": "confirm"}
    director.open(path, fields)
    position = site.console.ledger.position()
    site.console.proposals.add(waiting.name, waiting.command, waiting.proposer, waiting.figures)
    again = director.open(path, {**hidden(director.open(path).text), "step": "confirm"})

    assert "recorded before" in again.text
    assert site.console.ledger.position() == position


def test_what_would_change_something_else_by_now_is_told_and_asked_again(site: Served) -> None:
    path = proposed(site.signed_in("H01"))
    director = site.signed_in("D01")
    page = director.open(path)
    assert "Something was recorded meanwhile" not in page.text
    site.console.ledger.record.typed(dict(MEANWHILE))
    before = site.console.ledger.position()
    moved = director.go_on(page, path, step="confirm", password=PASSWORD)

    assert moved.status == 409
    assert "Something was recorded meanwhile" in director.open(path).text
    assert site.console.ledger.position() == before
    assert director.go_on(moved, path, step="confirm").status == 200


@pytest.mark.parametrize("who", ["H01", "D01"])
def test_a_proposal_that_is_taken_back_or_refused_is_gone(who: str, site: Served) -> None:
    path = proposed(site.signed_in("H01"))
    before = site.console.ledger.position()
    site.signed_in(who).send(path, step="remove")

    assert site.signed_in("D01").open(path).status == 404
    assert site.console.ledger.position() == before
    assert "拾金不昧".encode() not in site.console.proposals._database.file.read_bytes()


def test_a_proposal_is_too_old_after_seven_days(site: Served) -> None:
    path = proposed(site.signed_in("H01"))
    site.clock.passes(days=6, hours=23)
    assert site.signed_in("D01").open(path).status == 200
    site.clock.passes(hours=1)

    assert site.signed_in("D01").open(path).status == 404


def test_an_office_takes_manager_and_company(site: Served) -> None:
    manager, path = site.signed_in("M01"), "/proposals/new/appoint"
    page = manager.send(path, employee="E01", step="1")
    page = manager.go_on(page, path, office="finance", step="check", **{"from": "2026-10-01"})
    found = manager.go_on(page, path, step="record", password=PASSWORD).path
    assert site.signed_in("D01").open(found).status == 404
    assert confirmed(site.signed_in("C01"), found).status == 200

    (entry,) = _last(site)
    assert (entry["kind"], entry["fields"]["by"]) == ("office_appointed", "C01")


def test_who_has_lost_the_office_meanwhile_has_proposed_nothing(site: Served) -> None:
    path = proposed(site.signed_in("H01"))
    site.console.ledger.record.typed(
        {"do": "record_departure", "employee": "H01", "on": "2026-09-09", "reason": "resigned"}
    )
    before = site.console.ledger.position()
    director = site.signed_in("D01")

    assert 'value="confirm"' not in director.open(path).text
    director.send(path, step="confirm", password=PASSWORD)
    assert site.console.ledger.position() == before


def test_what_was_exchanged_under_the_name_of_a_proposal_is_not_confirmed(site: Served) -> None:
    manager, path = site.signed_in("M01"), "/proposals/new/appoint"
    page = manager.send(path, employee="E01", step="1")
    page = manager.go_on(page, path, office="finance", step="check", **{"from": "2026-10-01"})
    found = manager.go_on(page, path, step="record", password=PASSWORD).path
    company = site.signed_in("C01")
    shown = company.open(found)

    manager.send(found, step="remove")
    again = manager.go_on(page, path, step="record", employee="E02", password=PASSWORD)
    assert again.path == found
    before = site.console.ledger.position()
    refused = company.go_on(shown, found, step="confirm", password=PASSWORD)

    assert refused.status == 409
    assert "E02" in refused.text
    assert site.console.ledger.position() == before
    assert company.go_on(refused, found, step="confirm").status == 200


def test_whom_it_is_about_may_be_typed_in_short_and_is_the_same_person(site: Served) -> None:
    elsewhere = appoint("director", "X01", site="other", **{"from": "2026-09-01"})
    site.console.ledger.record.apply(lines([elsewhere]))
    rewarded = {"do": "grant_reward", "employee": "e10", **REWARD, "points": 2}
    appointed = {
        "do": "appoint",
        "office": "finance",
        "employee": "m01",
        "site": "jinse",
        "from": "2026-09-10",
    }
    for name, command, proposer in (("r", rewarded, "H01"), ("a", appointed, "C01")):
        site.console.proposals.add(name, command, proposer, "")

    def seen(person: str) -> list[str]:
        page = site.signed_in(person).open("/proposals").text
        return [name for name in ("r", "a") if f'/proposals/{name}"' in page]

    assert (seen("D01"), seen("X01"), seen("M01")) == (["r"], [], ["r"])
    assert site.signed_in("X01").open("/proposals/r").status == 404


def who_left(site: Served) -> None:
    """E77, who has an account and a reward and has left, and whose erasure and other things are proposed."""
    joined = register_employee("E77", name="王芳", **{"from": "2026-09-01"})
    reward = {"do": "grant_reward", "reward": "RW-77", "employee": "E77", **REWARD, "points": 2}
    given = {**reward, "by": "H01", "approved_by": "D01", "on": "2026-09-07"}
    gone = {"do": "record_departure", "employee": "E77", "on": "2026-09-08"}
    site.has_account("E77")
    site.console.ledger.record.apply(lines([joined, given, gone]))
    site.clock.passes(days=25)
    close = {"do": "close_month", "site": "jinse", "month": "2026-09", "by": "D01", "on": "2026-10-05"}
    site.console.ledger.record.typed(close)
    erased = {"do": "erase_employee", "employee": "e77", "ground": "service_ended"}
    withdrawn = {"do": "withdraw_reward", "reward": "rw-77", "reason": "拾金不昧"}
    for name, proposer, command in (
        ("e", "O01", erased),
        ("w", "H01", {"do": "grant_reward", "employee": "ｅ77", **REWARD}),
        ("n", "H01", {"do": "grant_reward", "employee": "王芳", **REWARD}),
        ("r", "H01", withdrawn),
        ("o", "H01", {"do": "grant_reward", "employee": "E10", **REWARD}),
        ("u", "H01", {**withdrawn, "reward": "RW-99"}),
    ):
        site.console.proposals.add(name, command, proposer, "")


def test_an_account_goes_with_the_words_of_whoever_is_erased_however_they_were_named(site: Served) -> None:
    who_left(site)

    assert confirmed(site.signed_in("M01"), "/proposals/e").status == 200
    assert "E77" not in site.console.accounts.listed()
    assert {each.name for each in site.console.proposals.waiting()} == {"o", "u"}
    assert "王芳".encode() not in site.console.proposals._database.file.read_bytes()


@pytest.mark.parametrize("seen", ["looked at", "started"])
def test_proposals_go_of_somebody_who_was_erased_in_the_terminal(seen: str, site: Served) -> None:
    who_left(site)
    site.console.ledger.record.typed(
        {"do": "erase_employee", "employee": "E77", "ground": "service_ended", "by": "M01"}
    )
    assert _kept(site) == {"e", "w", "n", "r", "o", "u"}
    if seen == "looked at":
        page = site.signed_in("M01").open("/proposals").text
        assert "/proposals/o" in page and "/proposals/r" not in page
    else:
        keep_up(site.console)
    assert _kept(site) == {"o", "u"}
    assert "王芳".encode() not in site.console.proposals._database.file.read_bytes()


def _kept(site: Served) -> set[str]:
    with site.console.database.open() as told:
        return {row["proposal"] for row in told.execute("SELECT proposal FROM proposals").fetchall()}


def test_an_account_goes_where_the_server_did_not_answer_the_erasure(
    site: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    who_left(site)
    as_seen, lost = RecordingAsSeen.as_seen, list[bool]()

    def answers_too_late(self: RecordingAsSeen, *given: Any) -> Any:
        done = as_seen(self, *given)
        if not lost:
            lost.append(True)
            raise StoreError("outcome_unknown", url="x", reason="y")
        return done

    monkeypatch.setattr(RecordingAsSeen, "as_seen", answers_too_late)
    assert confirmed(site.signed_in("M01"), "/proposals/e").status == 200
    assert lost and "E77" not in site.console.accounts.listed()
    assert {each.name for each in site.console.proposals.waiting()} == {"o", "u"}


@pytest.mark.parametrize("typed", ["e10", "高子軒"])
def test_what_is_kept_of_a_proposal_names_by_id_whom_it_is_about(typed: str, site: Served) -> None:
    rewarded = {"do": "grant_reward", **REWARD, "employee": typed, "points": 2}
    body = json.dumps(rewarded).encode()
    answer = program(site, "H01").ask("/proposals", body, "POST", Idempotency_Key="k1")
    (kept,) = site.console.proposals.waiting()

    assert (answer.status, kept.command["employee"]) == (201, "E10")


def test_whom_a_proposal_is_about_stands_in_the_lists(read: Served) -> None:
    for path in ("/proposals", "/due"):
        text = read.signed_in("D01", "zh-Hant").open(path).text
        row = text.partition('href="/proposals/000000000001"')[2].partition("</li>")[0]
        assert "E10" in row and "高子軒" in row, path
