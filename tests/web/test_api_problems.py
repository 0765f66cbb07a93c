"""What is refused, as problem+json: every code there is, in three languages, with its status and the next step."""

import ast
import json
import tomllib
from collections.abc import Iterator
from string import Formatter
from typing import Any

import pytest

from ledger import errors
from ledger.errors import InputError, LedgerError, StoreError, WrongTime
from ledger.terms import LANGUAGES
from tests.labels.raised import EXPANDED, ROOT
from tests.web.client import nobody, program, read, session
from tests.web.served import Served
from web.api.problems import NOT_JSON, STATUSES, ProblemError, problem, refusal
from web.speech import Speech
from web.spoken import own_words

EXPECTED = {
    "InputError": 422,
    "NotEntitled": 403,
    "Unknown": 404,
    "Taken": 409,
    "WrongState": 409,
    "WrongTime": 409,
    "Refusal": 409,
    "Gone": 410,
    "StoreError": 503,
    "AnswerError": 503,
    "ReceiptError": 422,
}


WORDS = tomllib.loads((ROOT / "ledger" / "labels" / "en.toml").read_text("utf-8"))


def raised() -> list[tuple[str, str]]:
    """Every error made in the sources: its class and its code."""
    return sorted(set(_raised()))


def _raised() -> Iterator[tuple[str, str]]:
    for path in sorted(p for room in ("ledger", "cli", "web") for p in (ROOT / room).rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.args):
                continue
            made = getattr(errors, call.func.id, None)
            if isinstance(made, type) and issubclass(made, LedgerError):
                for code in _codes(call.args[0]):
                    yield call.func.id, code


def _codes(node: ast.expr) -> tuple[str, ...]:
    if isinstance(node, ast.JoinedStr):
        shape = "".join(str(p.value) if isinstance(p, ast.Constant) else "{}" for p in node.values)
        return EXPANDED[shape]
    assert isinstance(node, ast.Constant)
    return (str(node.value),)


def blanks(code: str) -> set[str]:
    """What the words of a code have to be given."""
    texts = [WORDS[table].get(code, "") for table in ("messages", "hints")]
    return {name for text in texts for _, name, _, _ in Formatter().parse(text) if name}


def body_of(response: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(response.body)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_of_the_ledger_is_a_problem_in_words(language: str) -> None:
    speech = Speech(language)
    for kind, code in raised():
        error = getattr(errors, kind)(code, **dict.fromkeys(blanks(code), "E017"))
        response = refusal(error.at(line=3), speech, "00ff")
        body = body_of(response)

        status = 400 if code in NOT_JSON else EXPECTED[kind]
        assert (response.status_code, body["status"]) == (status, status), code
        assert response.headers["content-language"] == language
        assert response.media_type == "application/problem+json"
        assert (body["type"], body["code"]) == (f"urn:kaoji:{code}", code)
        assert body["instance"] == "urn:kaoji:request:00ff"
        assert body["errors"][0]["line"] == 3
        assert not body["title"].lower().startswith(f"{code} ("), f"{code} has no words"
        assert body["title"] != code
        if language != "en":
            assert any("\u4e00" <= letter <= "\u9fff" for letter in body["title"]), code
        assert ("retry-after" in response.headers) == (status == 503)


def test_the_codes_that_are_raised_are_found() -> None:
    assert len({code for _, code in raised()}) > 200


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", STATUSES)
def test_every_refusal_of_the_interface_itself_has_its_words(code: str, language: str) -> None:
    fields = {"name": "x", "method": "PUT", "most": 500}
    response = problem(ProblemError(code, **fields), Speech(language), "1")

    assert response.status_code == STATUSES[code]
    assert body_of(response)["title"] == own_words(language)[f"problem_{code}"].format(**fields)


def test_no_refusal_of_the_interface_has_the_name_of_one_of_the_ledger() -> None:
    assert {code for _, code in raised()}.isdisjoint(STATUSES)


def test_an_outcome_that_is_not_known_says_to_send_the_same_again() -> None:
    error = StoreError("outcome_unknown", url="x", reason="y")

    assert "Idempotency-Key" in body_of(refusal(error, Speech("en"), "1"))["hint"]


def test_all_faults_of_a_file_are_told() -> None:
    first, second = InputError("field_missing", field="by").at(line=2, field="by"), WrongTime("month_closed")
    first.others, first.resting = (second.at(line=5),), 4
    body = body_of(refusal(first, Speech("en"), "1"))

    assert [(each.get("line"), each["field"], each["code"]) for each in body["errors"]] == [
        (2, "by", "field_missing"),
        (5, None, "month_closed"),
    ]
    assert body["resting"] == 4


def test_what_leads_nowhere_is_a_problem_too(read: Served) -> None:
    for path in ("/nowhere", "/sites/jinse/nowhere"):
        answer = session(read, "E06", "zh-Hant").ask(path)
        assert (answer.status, answer.headers["Content-Type"]) == (404, "application/problem+json")
        assert "沒有這個網址" in answer.text


def test_another_method_is_told_which_there_is(read: Served) -> None:
    answer = session(read, "E06").ask("/due", method="DELETE")

    assert (answer.status, answer.headers["Allow"]) == (405, "GET")
    assert session(read, "E06").ask("/commands").headers["Allow"] == "POST"


def test_each_answer_has_the_name_of_its_request(read: Served) -> None:
    answer = session(read, "E06").ask("/people/X01")

    assert answer.status == 404
    assert answer.headers["Kaoji-Request"] in answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_too_many_wrong_tokens_from_one_place_have_to_wait(site: Served) -> None:
    wrong = nobody(site)
    wrong.headers["Authorization"] = "Bearer kj_aaaaaaaa_" + "x" * 43
    statuses = [wrong.ask("/due").status for _ in range(32)]

    assert statuses == [401] * 30 + [429] * 2
    assert wrong.ask("/due").headers["Retry-After"] == "60"
    assert program(site, "E06").ask("/due").status == 200


def test_too_many_posts_within_a_minute_have_to_wait(site: Served) -> None:
    client = program(site, "E06")
    statuses = [client.send({"do": "nothing"}, f"k{number}").status for number in range(61)]

    assert (set(statuses[:60]), statuses[60]) == ({422}, 429)
    site.clock.passes(minutes=2)
    assert read(client.send({"do": "nothing"}, "k99"))["code"] == "do_unknown"
