"""What programs send elsewhere than to /commands: proposals, evidence, rules that are tried."""

import hashlib
import json
from typing import Any

import pytest

from cli.main import run
from ledger.policy.loading import house_text
from tests.web.client import Client, program, read, session
from tests.web.conftest import REWARD
from tests.web.served import MEANWHILE, Answer, Served
from web.api.routes import acts

MILDER = (
    house_text()
    .replace('version = "house-2"', 'version = "own-1"\neffective_from = "2026-10-01"', 1)
    .replace('point_value = "5.00"', 'point_value = "4.00"', 1)
)


def send(client: Client, path: str, value: Any, key: str = "k1", **headers: str) -> Answer:
    body = value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode()
    return client.ask(path, body, "POST", Idempotency_Key=key, **headers)


def proposed(site: Served, who: str = "H01") -> str:
    answer = send(program(site, who), "/proposals", REWARD)
    assert answer.status == 201, answer.text
    return str(read(answer)["proposal"])


# --- proposals ------------------------------------------------------------------------------------------


def test_one_program_proposes_and_anothers_confirms_once(site: Served) -> None:
    before = site.console.ledger.position()
    name = proposed(site)
    assert site.console.ledger.position() == before
    director = program(site, "D01")
    assert [(each["proposal"], each["own"]) for each in read(director.ask("/proposals"))] == [(name, False)]
    shown = read(director.ask(f"/proposals/{name}"))
    assert (shown["moved"], shown["refused"], shown["proposer"]) == (False, None, "H01")

    done = send(director, f"/proposals/{name}/confirmation", {"seen": shown["seen"]})
    assert done.status == 201, done.text
    assert read(done)["made"][0]["fields"]["approved_by"] == "D01"
    again = send(director, f"/proposals/{name}/confirmation", {"seen": shown["seen"]})
    assert (again.text, again.headers["Idempotency-Replayed"]) == (done.text, "true")
    assert site.console.ledger.position() == before + 1
    assert director.ask(f"/proposals/{name}").status == 404
    assert send(director, f"/proposals/{name}/confirmation", {"seen": "x"}, "k2").status == 404


def test_what_is_proposed_twice_under_one_key_is_kept_once(site: Served) -> None:
    head = program(site, "H01")
    first, again = send(head, "/proposals", REWARD), send(head, "/proposals", REWARD)

    assert (first.text, again.headers["Idempotency-Replayed"]) == (again.text, "true")
    assert send(head, "/proposals", {**REWARD, "points": 1}).status == 422
    assert len(read(head.ask("/proposals"))) == 1
    assert head.ask("/proposals", json.dumps(REWARD).encode(), "POST").status == 400


def test_a_dry_run_keeps_nothing(site: Served) -> None:
    head = program(site, "H01")
    answer = send(head, "/proposals", REWARD, Prefer="dry-run")

    assert answer.status == 200
    assert read(answer)["impact"]["difference"]
    assert read(head.ask("/proposals")) == []


@pytest.mark.parametrize(
    ("proposer", "sees"), [("H01", {"monthly"}), ("H02", set()), ("D01", {"monthly", "payroll"})]
)
def test_who_proposes_sees_of_what_would_change_what_is_theirs_to_see(
    proposer: str, sees: set[str], site: Served
) -> None:
    client = program(site, proposer)
    tried = read(send(client, "/proposals", REWARD, Prefer="dry-run"))["impact"]
    name = proposed(site, proposer)
    kept = read(client.ask(f"/proposals/{name}"))["impact"]

    for impact in (tried, kept):
        told = {
            report for report in ("monthly", "payroll", "payroll_run", "bonus") if impact["after"][report]
        }
        assert sees <= told
        assert impact["withheld"] is (proposer != "D01")
        if proposer != "D01":
            assert not told & {"payroll", "payroll_run", "bonus"}
        if proposer == "H02":
            assert not told
    page = site.signed_in(proposer).open(f"/proposals/{name}").text
    assert ("It moves figures of others too" in page) is (proposer != "D01")


def test_what_would_change_something_else_by_now_is_not_confirmed(site: Served) -> None:
    name, director = proposed(site), program(site, "D01")
    seen = read(director.ask(f"/proposals/{name}"))["seen"]
    site.console.ledger.record.typed(dict(MEANWHILE))
    refused = send(director, f"/proposals/{name}/confirmation", {"seen": seen})

    assert (refused.status, read(refused)["code"]) == (409, "impact_changed")
    now = read(director.ask(f"/proposals/{name}"))
    assert now["moved"]
    assert send(director, f"/proposals/{name}/confirmation", {"seen": now["seen"]}).status == 201


@pytest.mark.parametrize("who", ["H01", "D01"])
def test_it_is_taken_back_or_refused(who: str, site: Served) -> None:
    name, client = proposed(site), program(site, who)
    before = site.console.ledger.position()

    assert client.ask(f"/proposals/{name}", None, "DELETE").status == 204
    assert client.ask(f"/proposals/{name}", None, "DELETE").status == 404
    assert read(program(site, "D01").ask("/proposals")) == []
    assert site.console.ledger.position() == before


@pytest.mark.parametrize("viewer", ["E10", "I01", "O01", "H02", "F01", "AU1", "X01"])
def test_whoever_is_neither_proposer_nor_asked_does_not_know_of_it(viewer: str, site: Served) -> None:
    name, client = proposed(site), program(site, viewer)
    before = site.console.ledger.position()

    assert read(client.ask("/proposals")) == []
    assert client.ask(f"/proposals/{name}").status == 404
    assert send(client, f"/proposals/{name}/confirmation", {"seen": "x"}).status == 404
    assert client.ask(f"/proposals/{name}", None, "DELETE").status == 404
    assert site.console.ledger.position() == before
    assert read(program(site, "D01").ask("/proposals")) != []


def test_nobody_confirms_their_own(site: Served) -> None:
    name, director = proposed(site, "D01"), program(site, "D01")
    assert read(director.ask(f"/proposals/{name}"))["seen"] is None
    refused = send(director, f"/proposals/{name}/confirmation", {"seen": "x"}, "k2")

    assert (refused.status, read(refused)["code"]) == (403, "not_yours_to_do")


def test_a_token_for_other_commands_or_sites_neither_proposes_nor_confirms(site: Served) -> None:
    name = proposed(site)
    for scopes in ({"commands": frozenset({"issue_notice"})}, {"sites": frozenset({"other"})}):
        assert send(program(site, "H01", **scopes), "/proposals", REWARD, "k9").status in (403, 404)
        narrow = program(site, "D01", **scopes)
        assert send(narrow, f"/proposals/{name}/confirmation", {"seen": "x"}).status in (403, 404)
        assert narrow.ask(f"/proposals/{name}", None, "DELETE").status in (403, 404)
    assert program(site, "D01", reports=frozenset({"payroll"})).ask("/proposals").status == 403
    assert program(site, "D01", reports=frozenset({"proposals"})).ask("/proposals").status == 200


def test_a_browser_gives_the_password_again(site: Served) -> None:
    director = session(site, "D01")
    name = proposed(site)
    site.clock.passes(minutes=6)
    refused = send(director, f"/proposals/{name}/confirmation", {"seen": "x"})

    assert (refused.status, read(refused)["code"]) == (403, "password_first")
    assert read(send(session(site, "H01"), "/proposals", REWARD, Origin="https://elsewhere"))["status"] == 403


def test_a_close_of_many_lines_is_proposed_by_programs_too(site: Served) -> None:
    site.console.ledger.second_above = 0
    site.console.ledger.record.typed(dict(MEANWHILE))
    site.clock.passes(days=25)
    close = {"do": "close_month", "site": "jinse", "month": "2026-09"}
    alone = program(site, "D01").send(close)
    assert (alone.status, read(alone)["code"]) == (403, "second_person_needed")
    name = read(send(program(site, "D01"), "/proposals", close))["proposal"]
    office = program(site, "O01")
    seen = read(office.ask(f"/proposals/{name}"))["seen"]

    assert send(office, f"/proposals/{name}/confirmation", {"seen": seen}).status == 201


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"seen": 1}', b'{"seen": ""}'])
def test_a_confirmation_that_says_nothing_is_refused(body: bytes, site: Served) -> None:
    assert send(program(site, "D01"), f"/proposals/{proposed(site)}/confirmation", body).status in (400, 422)


# --- evidence -------------------------------------------------------------------------------------------


def test_a_file_is_put_with_a_notice_listed_and_handed_out(site: Served) -> None:
    issuer, content = program(site, "I02"), b"a photo"
    digest = hashlib.sha256(content).hexdigest()
    made = issuer.ask("/notices/N807/evidence?name=IMG_1.jpg", content, "POST")
    assert made.status == 201, made.text
    assert read(made)[0]["sha256"] == digest
    assert issuer.ask("/notices/N807/evidence?name=IMG_1.jpg", content, "POST").status == 200
    rows = read(issuer.ask("/notices/N807/evidence"))
    assert [row["state"] for row in rows if row["sha256"] == digest] == ["sealed"]

    got = issuer.ask(f"/evidence/{digest}")
    assert (got.status, got.headers["Content-Type"]) == (200, "application/octet-stream")
    assert site.console.ledger.people.handouts("E04")[-1]["file"] == f"api {digest[:16]}"
    assert program(site, "E06").ask(f"/evidence/{digest}").status in (403, 404)
    assert program(site, "I02", sites=frozenset({"jinse"})).ask(f"/evidence/{digest}").status == 403


def test_whoever_may_put_nothing_there_puts_nothing_there(site: Served) -> None:
    before = site.console.ledger.position()
    for client, wanted in (
        (program(site, "E06"), 403),
        (program(site, "I02", commands=frozenset({"issue_notice"})), 403),
        (program(site, "I02", sites=frozenset({"other"})), 404),
    ):
        assert client.ask("/notices/N807/evidence?name=a.jpg", b"x", "POST").status == wanted
    assert program(site, "I02").ask("/notices/N807/evidence?name=a.jpg", b"", "POST").status == 422
    assert program(site, "I02").ask("/notices/N807/evidence", b"x", "POST").status == 422
    assert site.console.ledger.position() == before


# --- trials ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("viewer", ["D01", "AU1", "E06"])
def test_a_trial_is_what_the_command_line_prints(
    viewer: str,
    read: Served,
    tmp_path: Any,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from ledger.application.ledger import Ledger

    monkeypatch.setitem(Ledger.__init__.__kwdefaults__, "now", read.console.ledger.now)
    file = tmp_path / "own.toml"
    file.write_text(MILDER, "utf-8")
    asked = "/policy/trials?site=jinse&month=2026-07"
    answer = program(read, viewer).ask(asked, MILDER.encode(), "POST")
    for _ in range(30):
        if answer.status != 202:
            break
        answer = program(read, viewer).ask(answer.headers["Location"].removeprefix("/api/v1"))
    line = ["what-if", "--policy", str(file), "--month", "2026-07", "--site", "jinse", "--json"]
    status = run([*line, "--as", viewer, "--ledger", read.url, "--lang", "en"])

    printed = capsys.readouterr().out
    assert (answer.status == 200) == (status == 0)
    if status == 0:
        assert answer.text == printed


def test_a_trial_is_told_to_whoever_began_it_alone(site: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    import web.api.acts.trials as trials

    monkeypatch.setattr("web.jobs.PATIENCE", 0.0)
    answer = program(site, "D01").ask("/policy/trials?month=2026-07", MILDER.encode(), "POST")
    assert answer.status == 202, answer.text
    place = answer.headers["Location"].removeprefix("/api/v1")

    assert program(site, "M01").ask(place).status == 404
    monkeypatch.setattr(trials, "PATIENCE", 240.0)
    assert read(program(site, "D01").ask(place))["policy"] == "own-1"


def test_where_too_many_trials_wait_it_is_said_of_trials(
    site: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.jobs._MOST", 0)
    answer = program(site, "D01").ask("/policy/trials?month=2026-07", MILDER.encode(), "POST")

    assert answer.status == 503
    assert answer.headers["Retry-After"] == "5"
    assert read(answer)["code"] == "trials_wait"


@pytest.mark.parametrize("query", ["month=soon", "month=2026-07&through=2026-13"])
def test_a_trial_of_no_month_is_refused(query: str, site: Served) -> None:
    director = program(site, "D01")
    assert director.ask(f"/policy/trials?{query}", MILDER.encode(), "POST").status == 422
    assert director.ask("/policy/trials", b"= nothing", "POST").status in (400, 422)
    narrow = program(site, "C01", sites=frozenset({"other"}))
    assert narrow.ask("/policy/trials?site=jinse", MILDER.encode(), "POST").status == 404


# --- all of them ----------------------------------------------------------------------------------------


def test_nobody_who_is_not_known_sends_anything(site: Served) -> None:
    from tests.web.client import nobody

    for each in acts():
        path = each.path.replace("{", "").replace("}", "")
        body = None if each.method in ("GET", "DELETE") else b"{}"
        assert nobody(site).ask(path, body, each.method).status == 401, path


def test_a_console_that_only_reads_takes_nothing(site: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    site.console.settings = replace(site.console.settings, read_only=True)
    assert read(send(program(site, "H01"), "/proposals", REWARD))["code"] == "read_only"
    assert (
        read(program(site, "I02").ask("/notices/N807/evidence?name=a", b"x", "POST"))["code"] == "read_only"
    )
