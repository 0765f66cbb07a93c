"""Who gets in: codes, passwords, sessions, forms of ours, and how often one may try."""

from pathlib import Path
from typing import Any

import pytest

from ledger.application.desk.desk import Beside
from ledger.errors import StoreError
from ledger.terms import LANGUAGES
from tests.support import office
from tests.support.office import appoint, lines
from tests.support.story import open_ledger
from tests.web.client import program
from tests.web.client import read as read_answer
from tests.web.conftest import copied
from tests.web.served import PASSWORD, Browser, Served, hidden, served
from tests.web.test_audit import change
from web.accounts import AT_MACHINE
from web.app import Settings
from web.middleware import HEADERS
from web.passwords import fault_of
from web.spoken import own_words


def sign_in(site: Served, person: str, password: str = PASSWORD) -> tuple[Browser, int]:
    browser = Browser(site.base)
    return browser, browser.send("/sign-in", employee=person, password=password).status


def test_a_code_becomes_a_password_once(site: Served) -> None:
    code = site.console.accounts.enrol_code("E04", "O01")
    browser = Browser(site.base)

    entered = browser.send("/enrol", code=code.lower(), password=PASSWORD, again=PASSWORD)
    assert (entered.status, entered.path) == (200, "/due")
    assert Browser(site.base).send("/enrol", code=code, password=PASSWORD, again=PASSWORD).status == 401
    assert sign_in(site, "E04")[1] == 200


def test_the_code_of_a_printed_link_is_gone_from_the_address_at_once(site: Served) -> None:
    code, browser = site.console.accounts.enrol_code("E04", "O01"), Browser(site.base)
    page = browser.open(f"/enrol?code={code}&lang=en")
    assert page.path == "/enrol?lang=en"
    assert f'value="{code}"' in page.text
    (kept,) = [each for each in browser.jar if each.name == "kaoji-code"]
    assert kept.has_nonstandard_attr("HttpOnly")

    entered = browser.go_on(page, "/enrol", code=code, password=PASSWORD, again=PASSWORD)
    assert entered.path == "/due"
    assert "kaoji-code" not in {each.name for each in browser.jar}
    assert 'name="code" value=""' in Browser(site.base).open("/enrol?code=%E4%B8%AD").text


def test_a_number_and_a_code_may_be_typed_full_width(site: Served) -> None:
    code = site.console.accounts.enrol_code("E04", "O01")
    wide = "".join(chr(ord(each) + 0xFEE0) for each in code)
    sent = {"code": wide, "password": PASSWORD, "again": PASSWORD}
    assert Browser(site.base).send("/enrol", **sent).path == "/due"
    assert sign_in(site, "Ｅ０４")[1] == 200


def test_a_number_with_small_letters_opens_its_own_account(site: Served) -> None:
    accounts = site.console.accounts
    assert accounts.named("e04") == "E04"
    for number in ("E04", "zhang.san", "x1", "X1"):
        accounts.enrol(accounts.enrol_code(number, "test"), PASSWORD)

    assert [accounts.named(typed) for typed in ("e04", "Zhang.San", "x1", "X1", "e99")] == [
        *("E04", "zhang.san", "x1", "X1", "E99")
    ]
    assert sign_in(site, "e04")[1] == 200


def test_a_code_of_before_somebody_held_an_office_does_not_reset_their_password(site: Served) -> None:
    site.has_account("E04")
    accounts, sent = (
        site.console.accounts,
        {"password": "another long sentence", "again": "another long sentence"},
    )
    code = accounts.enrol_code("E04", "O01")
    site.console.ledger.record.apply(lines([appoint("finance", "E04", **{"from": "2026-09-10"})]))
    assert Browser(site.base).send("/enrol", code=code, **sent).status == 401
    assert sign_in(site, "E04")[1] == 200

    assert (
        Browser(site.base).send("/enrol", code=accounts.enrol_code("E04", AT_MACHINE), **sent).path == "/due"
    )
    first = accounts.enrol_code("F01", "O01")
    assert Browser(site.base).send("/enrol", code=first, **sent).path == "/due", (
        "the first one is handed over"
    )


def test_a_session_is_known_while_somebody_else_writes(site: Served) -> None:
    site.has_account("E04")
    token = site.console.accounts.begin("E04", "test")
    with site.console.database.open():
        session = site.console.session_of(token)
    assert session is not None
    assert session.employee == "E04"


def test_a_code_is_too_old_after_fourteen_days(site: Served) -> None:
    code = site.console.accounts.enrol_code("E04", "O01")
    site.clock.passes(days=14)

    assert Browser(site.base).send("/enrol", code=code, password=PASSWORD, again=PASSWORD).status == 401


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("short", "too_short"),
        ("x" * 129, "too_long"),
        ("password1234", "guessed"),
        ("P4ssw0rd2026!!", "guessed"),
        ("1234567890", "guessed"),
        ("qwertyuiop", "guessed"),
        ("aaaaaaaaaaaa", "guessed"),
        ("my own e04 secret", "own_name"),
        ("黃建業的密碼是這個吧", "own_name"),
        ("four lamps and a bucket", None),
        ("車庫門口有三隻白貓跑", None),
    ],
)
def test_what_is_guessed_first_is_no_password(password: str, fault: str | None) -> None:
    assert fault_of(password, "E04", "黃建業") == fault


def test_nobody_learns_whether_a_number_has_an_account(site: Served) -> None:
    site.has_account("E04")
    known = Browser(site.base).send("/sign-in", employee="E04", password="not this one")
    unknown = Browser(site.base).send("/sign-in", employee="E99", password="not this one")

    assert (known.status, unknown.status) == (401, 401)
    assert (
        known.text.replace("E04", "").partition("csrf")[0]
        == unknown.text.replace("E99", "").partition("csrf")[0]
    )


def test_after_five_wrong_tries_one_waits_and_never_for_good(site: Served) -> None:
    site.has_account("E04")
    for _ in range(5):
        assert sign_in(site, "E04", "not this one")[1] == 401

    assert sign_in(site, "E04")[1] == 429
    site.clock.passes(minutes=2)
    assert sign_in(site, "E04")[1] == 200


def test_a_session_gets_a_new_id_at_sign_in_and_ends_with_it(site: Served) -> None:
    site.has_account("E04")
    browser, _ = sign_in(site, "E04")
    first = {cookie.name: cookie for cookie in browser.jar}["kaoji"]
    again = browser.send("/sign-in", employee="E04", password=PASSWORD)
    second = {cookie.name: cookie.value for cookie in browser.jar}["kaoji"]

    assert again.status == 200
    assert first.value != second
    old = Browser(site.base)
    old.has_cookie("kaoji", str(first.value))
    assert old.open("/me").path.startswith("/sign-in")
    assert first.has_nonstandard_attr("HttpOnly")


def test_signing_out_ends_the_session_where_it_is_kept(site: Served) -> None:
    browser = site.signed_in("E04")
    form = browser.open("/me").text.partition("/sign-out")[2]
    csrf = form.partition('name="csrf" value="')[2].partition('"')[0]
    browser.open("/sign-out", {"csrf": csrf})

    assert browser.open("/me").path.startswith("/sign-in")


@pytest.mark.parametrize(("person", "minutes"), [("D01", 31), ("E04", 121)])
def test_a_session_that_is_not_used_is_over(person: str, minutes: int, site: Served) -> None:
    browser = site.signed_in(person)
    site.clock.passes(minutes=minutes - 2)
    assert browser.open("/me").status == 200
    site.clock.passes(minutes=minutes)

    assert browser.open("/me").path.startswith("/sign-in")


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://elsewhere.example"}, {"Origin": "null"}, {"Sec_Fetch_Site": "cross-site"}]
)
def test_what_another_site_has_the_browser_send_is_refused(headers: dict[str, str], site: Served) -> None:
    browser = site.signed_in("E04")
    fields = hidden(browser.open("/notices/N807/remark").text)

    assert browser.open("/notices/N807/remark", fields, **headers).status == 403


def test_a_form_counts_for_the_session_and_the_page_it_was_shown_to(site: Served) -> None:
    mine, other = site.signed_in("D01"), site.signed_in("M01")
    shown = hidden(mine.open("/notices/N807/remark").text)

    assert other.open("/notices/N807/remark", shown).status == 403
    assert mine.open("/notices/N806/remark", shown).status == 403
    assert mine.open("/notices/N807/remark", {}).status == 403
    assert mine.open("/notices/N807/remark", {**shown, "text": "備註", "step": "check"}).status == 200


def test_every_answer_says_what_a_browser_may_do_with_it(read: Served) -> None:
    browser = read.signed_in("E04")
    for path in ("/sign-in", "/me", "/notices/N702", "/no-such-page", "/due.json"):
        headers = browser.open(path).headers
        assert {name: headers[name] for name in HEADERS} == HEADERS


def test_nobody_who_was_erased_gets_in_again(site: Served) -> None:
    browser = site.signed_in("E10")
    site.console.ledger.record.typed(
        {"do": "record_departure", "employee": "E10", "on": "2026-09-10", "by": "O01", "reason": "離職"}
    )
    site.clock.passes(days=400)
    assert browser.open("/me").path.startswith("/sign-in")
    assert sign_in(site, "E10")[1] == 401


def test_somebody_who_has_left_still_sees_their_record_for_ninety_days(site: Served) -> None:
    site.console.ledger.record.typed(
        {"do": "record_departure", "employee": "E10", "on": "2026-09-10", "by": "O01", "reason": "離職"}
    )
    site.clock.passes(days=80)
    browser = site.signed_in("E10")

    assert browser.open("/me").status == 200
    assert browser.open("/people/E06").status != 200 or "孫浩然" not in browser.open("/notices").text


def test_whoever_has_left_gets_in_as_long_as_an_appeal_of_theirs_is_open_and_a_while_after(
    tmp_path: Path,
) -> None:
    said = [
        *office.office(),
        *office.office("other", prefix="X"),
        office.reassign_employee("E002", "2026-02-01", supervisor="XL01"),
        office.issue_notice("N1", "E001", 2),
        office.issue_notice("N2", "E002", 2),
        office.find_responsibility("N1"),
        office.find_responsibility("N2"),
        office.file_appeal("A2", "XL01", {"liability": "N2"}, on="2026-08-14"),
        office.record_departure("XL01", "2026-08-20"),
        office.file_appeal("A1", "L01", {"liability": "N1"}, on="2026-08-14"),
        office.record_departure("L01", "2026-08-20"),
        office.record_departure("L02", "2026-08-20"),
    ]
    with open_ledger(tmp_path / "kaoji.db", office.NOW) as ledger:
        ledger.record.apply(lines(said))
    with served(f"sqlite:///{tmp_path / 'kaoji.db'}", tmp_path) as site:
        site.clock.at = office.NOW

        def gets_in(person: str) -> bool:
            return not site.signed_in(person).open("/me").path.startswith("/sign-in")

        site.clock.passes(days=120)
        assert (gets_in("L01"), gets_in("L02")) == (True, False), "the appeal lies on somebody else's record"
        assert gets_in("XL01"), "and at a site where its appellant never was"
        day = f"{site.clock.at:%Y-%m-%d}"
        decided = office.decide_appeal("A1", by="M01", outcome="dismissed", on=day)
        site.console.ledger.record.apply(lines([decided]))
        site.clock.passes(days=80)
        assert gets_in("L01"), "it may be taken to the next level"
        site.clock.passes(days=20)
        assert not gets_in("L01")


def test_words_for_a_purpose_take_the_password_and_a_new_session(site: Served) -> None:
    browser = site.signed_in("C01")
    site.clock.passes(minutes=6)
    asked = browser.open("/appeals/A04?purpose=yearly")
    assert asked.path.startswith("/verify")

    opened = browser.go_on(asked, "/verify", password=PASSWORD)
    assert opened.path == "/appeals/A04?purpose=yearly"
    assert "kaoji" in {cookie.name for cookie in browser.jar}
    (kept, *_) = site.console.readings.of("E03", "C01")
    assert kept["purpose"] == "yearly"


def test_a_console_that_only_reads_records_nothing(office_file: Path, tmp_path: Path) -> None:
    from tests.support.office import copy_ledger

    copy_ledger(office_file, tmp_path / "kaoji.db")
    with served(f"sqlite:///{tmp_path / 'kaoji.db'}", tmp_path, Settings(read_only=True)) as site:
        browser, before = site.signed_in("D01"), site.console.ledger.position()
        answer = browser.send("/notices/N807/remark", text="備註", step="record")

        assert answer.status == 403
        assert site.console.ledger.position() == before


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "[::2]"])
def test_a_name_that_is_not_ours_is_not_answered(host: str, read: Served) -> None:
    assert read.signed_in("E06").open("/me", Host=host).status == 421
    assert read.signed_in("E06").open("/about", Host="localhost").status != 421


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_comes_to_a_ledger_that_was_changed_is_told_so_and_how_it_is_checked(
    language: str, office_file: Path, tmp_path: Path
) -> None:
    """Who somebody is stands in the ledger, too: there is no page, no check, and no fault of ours either."""
    url = copied(office_file, tmp_path)
    change(tmp_path / "kaoji.db")
    with served(url, tmp_path) as site:
        auditor = site.signed_in("AU1", language)
        answers = [auditor.open("/audit"), auditor.send("/audit/verify")]
    for answer in answers:
        assert answer.status == 503
        assert own_words(language)["next_after_unproven"] in answer.text


def locked(site: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on somebody else writes what lies beside the ledger, for longer than anybody waits."""
    opened = Beside.open

    def refused(of: Beside, writes: bool = True) -> Any:
        if of is site.console.database:
            raise OSError("database is locked")
        return opened(of, writes)

    monkeypatch.setattr(Beside, "open", refused)


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_accounts_cannot_be_reached_it_is_said_in_words(
    language: str, site: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asks: it was a bare fault, before there was a page."""
    browser, client = site.signed_in("D01", language), program(site, "D01")
    form, door = browser.open("/me"), Browser(site.base, language)
    entrance = door.open("/sign-in")
    locked(site, monkeypatch)
    for answer in (
        browser.open("/due"),
        browser.open("/due.json"),
        browser.go_on(form, "/sign-out"),
        door.go_on(entrance, "/sign-in", employee="D01", password=PASSWORD),
    ):
        assert answer.status == 503 and "aoji.desk.db" in answer.text
        assert own_words(language)["next_after_store"] in answer.text
    told = client.ask("/due")
    assert (told.status, read_answer(told)["code"]) == (503, "desk_unusable")


def test_where_what_lies_beside_the_ledger_is_lost_on_the_way_the_page_says_so(
    site: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = site.signed_in("D01")
    lost = StoreError("desk_unusable", file="kaoji.desk.db", reason="database is locked")

    def waiting() -> None:
        raise lost

    monkeypatch.setattr(site.console.proposals, "waiting", waiting)
    answer = browser.open("/proposals")
    assert answer.status == 503 and "aoji.desk.db" in answer.text
