"""What programs record: in their owner's name, whole or not at all, and once however often it is sent."""

import json
import re
import threading
from typing import Any

import pytest

from ledger.terms import LANGUAGES
from tests.web.client import ALL, program, read, session
from tests.web.served import PASSWORD, Served
from web.api.tokens import Scopes
from web.spoken import own_words

NOTICE: dict[str, Any] = {
    "do": "issue_notice",
    "employee": "E10",
    "clause": "FD-03",
    "points": 2,
    "occurred_at": "2026-09-08T09:00:00+08:00",
    "narrative": "未戴工牌",
    "issued_on": "2026-09-09",
}
REMARK = {"do": "remark_notice", "notice": "N807", "text": "核對過"}


def lines(*commands: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(command, ensure_ascii=False).encode() + b"\n" for command in commands)


def test_a_command_is_recorded_in_the_name_of_whoever_sends_it(site: Served) -> None:
    before = site.console.ledger.position()
    answer = program(site, "I01").send(NOTICE)
    body = read(answer)

    assert answer.status == 201
    assert (body["recorded"], body["skipped"], body["position"]) == (1, 0, before + 1)
    (made,) = body["made"]
    assert (made["kind"], made["fields"]["issued_by"], made["fields"]["narrative"]) == (
        "notice_issued",
        "I01",
        "未戴工牌",
    )
    with site.console.ledger.look_at_log() as look:
        (event,) = look.event_at(before + 1)
    operator = event["operator"]
    assert operator.startswith("payroll@api/")
    assert operator.partition("/")[2] == site.console.tokens.of("I01")[0].id


def test_nobody_records_in_somebody_elses_name(site: Served) -> None:
    client, before = program(site, "I01"), site.console.ledger.position()
    one = client.send({**NOTICE, "issued_by": "I02"}, "a")
    many = client.send_lines(lines({**NOTICE, "notice": "N1", "issued_by": "I02"}), "b")

    assert [(each.status, read(each)["code"]) for each in (one, many)] == [(403, "not_yours_to_do")] * 2
    assert site.console.ledger.position() == before


def test_the_same_key_and_body_are_answered_alike_and_recorded_once(site: Served) -> None:
    client = program(site, "I01")
    first, again = client.send(NOTICE), client.send(NOTICE)

    assert (again.status, again.text) == (201, first.text)
    assert (first.headers["Idempotency-Replayed"], again.headers["Idempotency-Replayed"]) == (None, "true")
    assert site.console.ledger.position() == read(first)["position"]


def test_the_same_key_with_another_body_is_refused(site: Served) -> None:
    client = program(site, "I01")
    client.send(NOTICE)
    other = client.send({**NOTICE, "points": 3})

    assert (other.status, read(other)["code"]) == (422, "idempotency_key_reused")


def test_keys_of_different_people_have_nothing_to_do_with_each_other(site: Served) -> None:
    first = program(site, "I02").send(REMARK)
    second = program(site, "D01").send(REMARK)

    assert (first.status, second.status) == (201, 201)


def test_what_runs_still_is_not_begun_again(site: Served) -> None:
    client = program(site, "I01")
    client.send(NOTICE)
    with site.console.database.open() as database:
        database.execute("UPDATE answers SET status = NULL, sealed = NULL")
    running = client.send(NOTICE)
    assert (running.status, read(running)["code"]) == (409, "idempotency_key_running")

    site.clock.passes(minutes=3)  # whoever ran it is gone, after it was recorded and before it was answered
    position = site.console.ledger.position()
    found = client.send(NOTICE)
    assert (found.status, read(found)["recorded"], read(found)["skipped"]) == (200, 0, 1)
    assert site.console.ledger.position() == position


def test_whatever_is_sent_at_once_under_one_key_is_recorded_once(site: Served) -> None:
    client, statuses = program(site, "I01"), list[int]()
    before = site.console.ledger.position()
    threads = [threading.Thread(target=lambda: statuses.append(client.send(NOTICE).status)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(statuses) <= {201, 409}
    assert 201 in statuses
    assert site.console.ledger.position() == before + 1


def test_what_was_refused_may_be_sent_again_under_its_key(site: Served) -> None:
    client = program(site, "I01")
    refused = client.send({**NOTICE, "employee": "E99"})
    again = client.send({**NOTICE, "employee": "E99"})

    assert (refused.status, again.status) == (404, 404)
    assert again.headers["Idempotency-Replayed"] is None


def test_what_is_recorded_needs_an_idempotency_key(site: Served) -> None:
    client = program(site, "I01")
    for key in ("", "x" * 101, "käse"):
        assert read(client.send(NOTICE, key))["code"] == "idempotency_key_missing"
    assert client.send(NOTICE, '"in-quotes-as-the-draft-has-it"').status == 201


def test_no_word_of_a_command_stands_in_the_desks_file(site: Served) -> None:
    client = program(site, "I01")
    answer = client.send(NOTICE)
    folder = site.console.database.file
    assert folder is not None
    kept = b"".join(file.read_bytes() for file in folder.parent.glob("kaoji.desk.db*"))

    assert "未戴工牌" in answer.text
    assert "未戴工牌".encode() not in kept
    assert client.headers["Authorization"].rpartition("_")[2].encode() not in kept


def test_a_dry_run_says_what_would_come_of_it_and_records_nothing(site: Served) -> None:
    client, before = program(site, "I01"), site.console.ledger.position()
    one = client.ask("/commands", lines(NOTICE), Content_Type="application/json", Prefer="dry-run")
    body = read(one)

    assert (one.status, one.headers["Preference-Applied"]) == (200, "dry-run")
    assert (body["dry_run"], body["recorded"], body["made"][0]["kind"]) == (True, 1, "notice_issued")
    many = client.send_lines(lines({**NOTICE, "notice": "N1"}), Prefer="dry-run, wait=5")
    assert read(many)["recorded"] == 1
    assert site.console.ledger.position() == before


@pytest.mark.parametrize(
    ("viewer", "sees"), [("I01", set()), ("H01", {"monthly"}), ("D01", {"monthly", "payroll"})]
)
def test_a_dry_run_shows_of_others_what_is_the_callers_to_see(
    viewer: str, sees: set[str], site: Served
) -> None:
    tried = program(site, viewer).ask(
        "/commands", lines(NOTICE), Content_Type="application/json", Prefer="dry-run"
    )
    impact = read(tried)["impact"]
    shown = {row["report"] for row in impact["difference"]}

    assert sees <= shown
    assert impact["withheld"] is (viewer != "D01")
    if viewer != "D01":
        assert not shown & {"payroll", "payroll_run"}
        assert not [row for row in impact["after"]["monthly"] if viewer == "I01"]


def test_a_file_is_recorded_whole_or_not_at_all(site: Served) -> None:
    client, before = program(site, "I01"), site.console.ledger.position()
    good = [{**NOTICE, "notice": f"N{n}", "employee": who} for n, who in enumerate(("E10", "E04"), start=1)]
    faulty = client.send_lines(lines(*good, {**NOTICE, "notice": "N3", "employee": "E99"}, {"do": "x"}), "a")
    assert faulty.status in (404, 422)
    assert {each["line"] for each in read(faulty)["errors"]} <= {3, 4}
    assert site.console.ledger.position() == before

    done = client.send_lines(lines(*good), "b")
    assert (done.status, read(done)["recorded"]) == (201, 2)
    again = client.send_lines(lines(*good), "c")
    assert (again.status, read(again)["recorded"], read(again)["skipped"]) == (200, 0, 2)


def test_what_is_no_json_is_told_so(site: Served) -> None:
    client = program(site, "I01")
    answer = client.ask("/commands", b"{", Content_Type="application/json", Idempotency_Key="k")
    assert (answer.status, read(answer)["code"]) == (400, "not_json")
    assert client.ask("/commands", b"", Content_Type="application/json", Idempotency_Key="k").status == 400
    assert client.ask("/commands", b"{}", Content_Type="text/plain", Idempotency_Key="k").status == 415
    large = client.ask("/commands", b" " * 9_000_000, Content_Type="application/json", Idempotency_Key="k")
    assert large.status == 413


def test_a_token_records_what_was_ticked_and_nothing_else(site: Served) -> None:
    client = program(site, "I02", commands=frozenset({"remark_notice"}))

    assert client.send(REMARK, "a").status == 201
    assert read(client.send(NOTICE, "b"))["code"] == "scope_lacking"
    hidden = "\ufeff".encode() + lines({**NOTICE, "notice": "N1"})
    assert read(client.send_lines(hidden, "c"))["code"] == "scope_lacking"
    assert read(client.send_lines(lines(REMARK) + hidden, "d"))["code"] == "scope_lacking"


def test_a_token_for_one_site_records_at_no_other(site: Served) -> None:
    client = program(site, "I01", sites=frozenset({"other"}))

    for key, command in enumerate((NOTICE, REMARK, {**REMARK, "notice": "n807"})):
        assert client.send(command, f"k{key}").status == 404
    assert client.send({**NOTICE, "employee": "X01"}, "z").status in (403, 404)


def test_a_token_for_a_site_records_nothing_about_all_of_them(site: Served) -> None:
    commands: list[dict[str, Any]] = [
        {"do": "register_site", "site": "third", "name": "第三管理處"},
        {"do": "adopt_policy", "policy": {}},
        {"do": "adopt_questions", "bank": {}},
        {"do": "rotate_key"},
    ]
    client = program(site, "C01", sites=frozenset({"jinse"}))
    for key, command in enumerate(commands):
        proposed = json.dumps(command).encode()
        for answer in (
            client.send(command, f"k{key}"),
            client.ask("/proposals", proposed, Idempotency_Key=f"p{key}"),
        ):
            assert (answer.status, read(answer)["code"]) == (403, "scope_lacking")


def test_what_takes_a_second_person_is_recorded_by_no_program(site: Served) -> None:
    answer = program(site, "M01").send(
        {"do": "appoint", "office": "director", "site": "jinse", "employee": "E06", "from": "2026-09-10"}
    )

    assert (answer.status, read(answer)["code"]) == (403, "second_person_needed")


def test_a_browser_records_what_is_heavy_with_a_fresh_password_only(site: Served) -> None:
    decision = {"do": "decide_appeal", "appeal": "A09", "outcome": "dismissed", "reasons": "監控可見"}
    client = session(site, "H02")
    site.clock.passes(minutes=6)
    assert read(client.send(decision))["code"] == "password_first"
    assert client.send(REMARK, "b").status == 201

    assert session(site, "H02").send(decision).status == 201


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://elsewhere.example"}, {"Sec_Fetch_Site": "cross-site"}]
)
def test_what_another_site_has_the_browser_send_is_refused(headers: dict[str, str], site: Served) -> None:
    answer = session(site, "I01").send(NOTICE, **headers)

    assert (answer.status, read(answer)["code"]) == (403, "from_elsewhere")


def test_a_console_that_only_reads_records_nothing(site: Served) -> None:
    object.__setattr__(site.console.settings, "read_only", True)
    client, before = program(site, "I01"), site.console.ledger.position()

    assert read(client.send(NOTICE))["code"] == "read_only"
    assert site.console.ledger.position() == before


# --- tokens ---------------------------------------------------------------------------------------------


def test_a_token_is_made_on_a_page_with_the_password_and_ended_there(site: Served) -> None:
    browser = site.signed_in("F01")
    site.clock.passes(minutes=6)
    fields = {"name": "payroll-9", "days": "90", "reports": "payroll\ndue", "sites": "*"}
    refused = browser.send("/me/tokens", **fields)
    assert refused.status == 401
    assert "payroll-9" in refused.text
    made = browser.send("/me/tokens", **fields, password=PASSWORD)
    secret = made.text.partition('class="code">')[2].partition("<")[0]
    client = program(site, "F01")
    client.headers["Authorization"] = f"Bearer {secret}"
    assert client.ask("/sites/jinse/months/2026-07/payroll").status == 200
    assert client.ask("/appeals").status == 403
    assert secret not in browser.open("/me/tokens").text

    token = next(each for each in site.console.tokens.of("F01") if each.name == "payroll-9")
    other = site.signed_in("E06")
    other.send("/me/tokens", end=token.id)
    assert client.ask("/due").status == 200
    browser.send("/me/tokens", end=token.id)
    assert client.ask("/due").status == 401


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"name": "Zhang San"}, "small letters"),
        ({"days": "366"}, "1 to 365"),
        ({"days": "x"}, "1 to 365"),
        ({"reports": ""}, "Tick"),
        ({"reports": "nothing-of-that-name"}, "Tick"),
        ({"sites": "other"}, "Tick"),
    ],
)
def test_a_token_that_cannot_be_is_not_made(changed: dict[str, str], told: str, site: Served) -> None:
    fields = {"name": "x", "days": "9", "reports": "due", "sites": "*"} | changed
    answer = site.signed_in("E06").send("/me/tokens", **fields)

    assert answer.status == 422
    assert told in answer.text
    assert site.console.tokens.of("E06") == []


def test_a_token_is_over_with_its_days(site: Served) -> None:
    client = program(site, "E06", days=30)
    site.clock.passes(days=29)
    assert client.ask("/due").status == 200
    site.clock.passes(days=2)

    assert client.ask("/due").status == 401


def test_the_tokens_of_whoever_leaves_are_over(site: Served) -> None:
    client = program(site, "E10")
    assert client.ask("/due").status == 200
    site.console.ledger.record.typed(
        {"do": "record_departure", "employee": "E10", "on": "2026-09-10", "by": "O01", "reason": "離職"}
    )
    site.clock.passes(days=1)

    assert client.ask("/due").status == 401
    assert site.console.tokens.of("E10") == []


def test_a_password_set_anew_ends_the_tokens(site: Served) -> None:
    client = program(site, "E06")
    code = site.console.accounts.enrol_code("E06", "O01")
    site.console.accounts.enrol(code, PASSWORD)

    assert client.ask("/due").status == 401


def test_somebody_without_an_account_has_no_token(site: Served) -> None:
    client = program(site, "E06")
    site.console.accounts.remove("E06")

    assert client.ask("/due").status == 401


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_tokens_is_told_in_each_language(language: str, site: Served) -> None:
    site.has_account("E06")
    site.console.tokens.make("E06", "payroll", Scopes(ALL, frozenset(), ALL), 30)
    text = site.signed_in("E06", language).open("/me/tokens").text
    words = own_words(language)

    for key in (
        "tokens_title",
        "tokens_told",
        "token_reports",
        "token_everything",
        "token_nothing",
        "token_unused",
    ):
        assert words[key] in text, key
    assert text.count("<script") == text.count('<script src="/static/') == 1


def test_what_a_token_is_for_is_chosen_and_told_in_words(site: Served) -> None:
    site.has_account("E06")
    reports, commands = frozenset({"people", "due"}), frozenset({"issue_notice"})
    site.console.tokens.make("E06", "payroll", Scopes(reports, commands, ALL), 30)
    text = site.signed_in("E06", "zh-Hant").open("/me/tokens").text

    assert "<dd>待辦事項、人員</dd>" in text
    assert "<dd>簽發通知單</dd>" in text
    chosen = re.findall(r'<option value="(.*?)"[^>]*>(.*?)</option>', text)
    assert [code for code, told in chosen if told.isascii()] == []
    assert ("jinse", "金色家園管理處") in chosen
