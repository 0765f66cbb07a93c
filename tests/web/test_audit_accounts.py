"""The auditor reads who can sign in and how each account is used, and nothing that opens one."""

import json
import re

import pytest

from ledger.errors import NotEntitled
from ledger.terms import LANGUAGES
from tests.web.client import program
from tests.web.served import PASSWORD, Served
from web.pages import audit_accounts

PAGE = "/audit/accounts"
Row = dict[str, object]


def rows(site: Served) -> dict[str, Row]:
    found = json.loads(site.signed_in("AU1").open(f"{PAGE}.json").text)
    return {row["employee"]: row for row in found}


def enrolled(site: Served, employee: str, made_by: str = "O01") -> None:
    """Somebody sets a password with a code."""
    assert site.console.accounts.enrol(site.console.accounts.enrol_code(employee, made_by), PASSWORD)


def test_who_has_one_since_when_and_what_works_now_is_told(site: Served) -> None:
    enrolled(site, "E06")
    site.clock.passes(hours=1)
    site.console.accounts.begin("E06", "a browser")
    program(site, "E06")
    site.console.accounts.enrol_code("E10", "O01")

    assert rows(site)["E06"] == {
        "employee": "E06",
        "since": "2026-09-10T02:00:00.000000Z",
        "signed_in_at": "2026-09-10T03:00:00.000000Z",
        "sessions": 1,
        "tokens": 1,
        "locked_until": None,
        "set_anew_at": None,
        "set_anew_by": None,
        "code_until": None,
    }
    assert rows(site)["E10"] == {
        **dict.fromkeys(rows(site)["E06"]),
        "employee": "E10",
        "sessions": 0,
        "tokens": 0,
        "code_until": "2026-09-24T03:00:00.000000Z",
    }


@pytest.mark.parametrize(("person", "minutes"), [("E06", 119), ("D01", 29)])
def test_sessions_and_tokens_that_are_over_do_not_count(person: str, minutes: int, site: Served) -> None:
    program(site, person, days=1)
    site.console.accounts.begin(person, "a browser")
    site.clock.passes(minutes=minutes)
    assert (rows(site)[person]["sessions"], rows(site)[person]["tokens"]) == (1, 1)
    site.clock.passes(minutes=2)
    assert (rows(site)[person]["sessions"], rows(site)[person]["tokens"]) == (0, 1)
    site.clock.passes(days=1)
    assert (rows(site)[person]["sessions"], rows(site)[person]["tokens"]) == (0, 0)


def test_an_account_that_takes_no_password_is_told_as_long_as_it_takes_none(site: Served) -> None:
    site.has_account("E06")
    accounts = site.console.accounts
    for tried in range(6):
        assert bool(accounts.locked_for("account:E06", "?")) == (tried > 4)
        assert (rows(site)["E06"]["locked_until"] is not None) == (tried > 4)
        accounts.failed("account:E06", f"address:{tried}")
    assert rows(site)["E06"]["locked_until"] == "2026-09-10T02:02:00.000000Z"
    assert "takes no password until 2026-09-10 Thu 10:02" in site.signed_in("AU1").open(PAGE).text
    site.clock.passes(minutes=2)
    assert accounts.locked_for("account:E06", "?") == 0
    assert rows(site)["E06"]["locked_until"] is None


@pytest.mark.parametrize(
    ("made_by", "told"), [("O01", r"with a code from O01 <bdi>"), ("serve", "with a code made on the server")]
)
def test_a_password_that_was_set_anew_is_told_with_whoever_made_the_code(
    made_by: str, told: str, site: Served
) -> None:
    enrolled(site, "E06")
    site.clock.passes(days=3)
    enrolled(site, "E06", made_by)
    row = rows(site)["E06"]
    assert row["since"] == "2026-09-10T02:00:00.000000Z"
    assert (row["set_anew_at"], row["set_anew_by"]) == ("2026-09-13T02:00:00.000000Z", made_by)
    page = site.signed_in("AU1").open(PAGE).text
    assert re.search(rf"password set anew on 2026-09-13 Sun 10:00, {told}", page)


def test_nothing_is_told_that_opens_an_account_or_says_from_where_it_was_used(site: Served) -> None:
    enrolled(site, "E06")
    accounts = site.console.accounts
    token = accounts.begin("E06", "Secret-Agent/1")
    code = accounts.enrol_code("E10", "O01")
    program(site, "E06")
    accounts.failed("account:E06", "address:192.0.2.77")
    browser = site.signed_in("AU1")
    answers = [browser.open(PAGE), browser.open(f"{PAGE}.json")]
    with site.console.database.open(writes=False) as database:
        kept = [
            str(value)
            for table, columns in (
                ("accounts", "password"),
                ("sessions", "hash"),
                ("codes", "hash"),
                ("tokens", "hash || ' ' || id || ' ' || name"),
            )
            for (found,) in database.execute(f"SELECT {columns} FROM {table}").fetchall()
            for value in str(found).split()
        ]
    assert len(kept) > 6
    for answer in answers:
        assert answer.status == 200
        text = answer.text.partition("<main")[2] or answer.text
        for secret in [*kept, token, code, "Secret-Agent", "192.0.2.77"]:
            assert secret not in text and secret[:8] not in text


@pytest.mark.parametrize("viewer", ["E06", "O01", "D01", "M01", "C01", "F01", "UN1"])
def test_it_is_the_auditors_alone(viewer: str, read: Served) -> None:
    browser = read.signed_in(viewer)
    for path in (PAGE, f"{PAGE}.json"):
        answer = browser.open(path)
        assert answer.status == 403 and "signed_in_at" not in answer.text
    with pytest.raises(NotEntitled):
        from ledger.application.desk.desk import Desk, Person

        Desk.at(read.console.ledger, Person(viewer)).require_accounts()


def test_reading_it_changes_nothing(site: Served) -> None:
    browser = site.signed_in("AU1")

    def kept() -> list[tuple[object, ...]]:
        with site.console.database.open(writes=False) as database:
            return [
                tuple(row)
                for table in ("accounts", "codes", "tokens", "tries", "visits")
                for row in database.execute(f"SELECT * FROM {table}").fetchall()
            ]

    before = kept()
    page = browser.open(PAGE)
    assert page.status == 200 and kept() == before
    assert "<form" not in page.text.partition("<main")[2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_told_in_each_language(language: str, read: Served) -> None:
    from web.spoken import own_words

    read.has_account("E06")
    text = read.signed_in("AU1", language).open(PAGE).text
    assert own_words(language)["accounts_audit_title"] in text
    assert "E06 <bdi>孫浩然</bdi>" in text


def test_a_long_list_goes_on_on_another_page(site: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_accounts, "_SHOWN", 2)
    site.has_account("E06", "E07", "E10")
    browser = site.signed_in("AU1")
    first = browser.open(PAGE).text
    assert "2 more are not shown." in first and "E07 <bdi>" not in first
    following = re.search(r'href="(/audit/accounts\?after=2)"', first)
    assert following is not None
    last = browser.open(following[1]).text
    assert "E07 <bdi>" in last and "not shown" not in last
    assert len(json.loads(browser.open(f"{PAGE}.json").text)) == 4
