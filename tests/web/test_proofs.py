"""What somebody brings is checked: what it proves, against which checkpoint, by whose key; nothing of it is kept."""

import http.client
import json
import re
from pathlib import Path

import pytest

from ledger.application.proving.witness import new_witness_key
from ledger.labels.messages import load
from ledger.proofs import Signer, Verifier, open_checkpoint, sign_checkpoint
from ledger.terms import LANGUAGES
from tests.web.client import session
from tests.web.conftest import copied
from tests.web.served import Answer, Served, served
from tests.web.test_files import FILE, taken
from tests.web.test_pages import kept
from web.pages import proofs
from web.spoken import own_words

PAGE = "/proofs"


BAD, OPEN = 'class="panel bad"', 'class="panel open"'
"""The frame of what does not hold, and of what nobody can say here."""


def checked(site: Served, content: bytes, viewer: str = "E06", language: str = "en", **fields: str) -> Answer:
    browser = site.signed_in(viewer, language)
    return browser.go_on_with(browser.open(PAGE), PAGE, "file", "mine.receipt", content, **fields)


def typed(site: Served, text: str, viewer: str = "E06", language: str = "en", **fields: str) -> Answer:
    browser = site.signed_in(viewer, language)
    return browser.go_on(browser.open(PAGE), PAGE, text=text, **fields)


def receipt(site: Served, name: str = "notice:N702") -> bytes:
    found = site.console.ledger.proofs.receipt(name)
    site.console.ledger.proofs.keep([site.console.ledger.proofs.checkpoint_in(found)])
    return found


def said(key: str, language: str = "en", **fields: object) -> str:
    return own_words(language)[key].format(**fields)


# --- receipts -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_receipt_that_holds_tells_what_it_proves_and_what_not(language: str, site: Served) -> None:
    raw = receipt(site)
    position = json.loads(raw)["envelope"]["position"]
    before, noted = kept(site), site.console.readings.end()
    answer = checked(site, raw, language=language)
    main = answer.text.partition("<main")[2]
    assert answer.status == 200
    for key in ("proof_receipt_stands", "proof_by_own", "proof_not", "proof_recorded"):
        assert said(key, language, position=position) in main
    assert site.console.ledger.proofs.public_keys()[0].split("+")[0] in main
    assert re.search(r"[A-Z]{2,3}-\d\d", main), "the clause that was recorded"
    assert (kept(site), site.console.readings.end()) == (before, noted), "nothing of it is kept"


def test_it_may_be_pasted_and_checked_with_keys_from_elsewhere(site: Served) -> None:
    raw = receipt(site)
    keys = site.console.ledger.proofs.public_keys()[0]
    assert said("proof_by_given") in typed(site, raw.decode(), keys=keys).text
    other = new_witness_key("council")[1]
    assert typed(site, raw.decode(), keys=other).status == 422
    assert typed(site, raw.decode(), keys="no key").status == 422


def test_one_that_was_changed_proves_nothing(site: Served) -> None:
    raw = receipt(site)
    answer = checked(site, raw.replace(b'"notice_issued"', b'"notice_withdrawn"'))
    assert answer.status == 422 and 'role="alert"' in answer.text and "--vkey" not in answer.text


def test_where_the_ledger_says_something_else_today_the_receipt_is_evidence(
    office_file: Path, tmp_path: Path
) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    with served(copied(office_file, tmp_path / "one"), tmp_path / "one") as site:
        remarked(site, "as it was")
        position = site.console.ledger.position()
        raw = receipt(site, str(position))
    with served(copied(office_file, tmp_path / "other"), tmp_path / "other") as site:
        remarked(site, "as it is told now")
        assert said("proof_receipt_changed", position=position) in checked(site, raw).text


def test_a_receipt_of_another_past_is_evidence_too(office_file: Path, tmp_path: Path) -> None:
    """The event is the same in both; what was recorded beside it, before the checkpoint, is not."""
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    with served(copied(office_file, tmp_path / "one"), tmp_path / "one") as site:
        remarked(site, "as it was")
        raw = receipt(site)
    with served(copied(office_file, tmp_path / "other"), tmp_path / "other") as site:
        position = json.loads(raw)["envelope"]["position"]
        remarked(site, "as it is told now")
        assert said("proof_receipt_rewritten", position=position) in checked(site, raw).text
        keys = site.console.ledger.proofs.public_keys()[0]
        for file in (tmp_path / "other").glob("kaoji.key*"):  # whoever wrote it anew took the key away, too
            file.unlink()
        answer = typed(site, raw.decode(), keys=keys)
        assert said("proof_receipt_rewritten", position=position) in answer.text


def test_one_of_an_event_that_is_not_there_any_more(office_file: Path, tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    with served(copied(office_file, tmp_path / "one"), tmp_path / "one") as site:
        remarked(site, "more")
        position = site.console.ledger.position()
        raw = receipt(site, str(position))
    with served(copied(office_file, tmp_path / "other"), tmp_path / "other") as site:
        assert said("proof_receipt_missing", position=position) in checked(site, raw).text


def remarked(site: Served, text: str) -> None:
    remark = {"do": "remark_notice", "notice": "N807", "text": text, "by": "D01", "on": "2026-09-09"}
    site.console.ledger.record.typed(remark)


def test_a_stolen_old_key_proves_nothing_that_came_after_it(site: Served, tmp_path: Path) -> None:
    stolen = Signer.parse((tmp_path / "kaoji.key").read_text().strip())
    ledger = site.console.ledger
    ledger.proofs.rotate_key({"by": "M01", "on": "2026-09-09"})
    head = open_checkpoint(ledger.proofs.checkpoint(), _verifiers(site))
    forged = sign_checkpoint(head.checkpoint, stolen, None, [])
    raw = json.loads(receipt(site))
    proof, _, _ = raw["proof"].partition("\n\n")
    raw["proof"] = f"{proof}\n\n{forged.decode()}"
    assert checked(site, json.dumps(raw).encode()).status == 422


def _verifiers(site: Served) -> list[Verifier]:
    return [Verifier.parse_line(key) for key in site.console.ledger.proofs.own_keys()]


@pytest.mark.parametrize(
    "content",
    [b"{}", b"{" * 100_000, b'{"receipt": 1}', b"\xff\xfe", b"nothing", b"PK\x03\x04" + b"x" * 100, b""],
)
def test_what_is_nothing_of_ours_is_refused_with_a_next_step(content: bytes, read: Served) -> None:
    answer = checked(read, content, viewer="F01")
    assert answer.status == 422 and 'role="alert"' in answer.text


def test_a_receipt_of_many_keys_is_not_tried(site: Served) -> None:
    raw = json.loads(receipt(site))
    raw["keys"] = ["A" * 43 + "="] * 17
    answer = checked(site, json.dumps(raw).encode())
    assert answer.status == 422 and "at most 16 keys" in answer.text


def test_what_is_sent_is_bounded(read: Served) -> None:
    connection = http.client.HTTPConnection(read.base.removeprefix("http://"), timeout=10)
    length = {"Content-Length": str(proofs._LARGEST + 1)}
    connection.request("POST", PAGE, headers={**session(read, "E06").headers, **length})
    assert connection.getresponse().status == 413
    connection.close()


# --- codes, checkpoints, pay ----------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_code_of_a_paper_is_held_against_the_ledger(language: str, site: Served) -> None:
    receipt(site)
    code = site.console.ledger.proofs.anchor(93).qr_text()
    text = typed(site, f" {code}\n", language=language).text
    size = re.search("c=([0-9]+)", code)
    assert size is not None
    assert (
        said("proof_code_stands", language, position=93) in text and said("proof_code_not", language) in text
    )
    told = "proof_code_root"
    assert re.sub(r"\{.*?\}", ".*", own_words(language)[told].split("{")[0]) in text
    changed = re.sub("h=[0-9a-f]{8}", "h=00000000", code)
    assert said("proof_code_changed", language, position=93) in typed(site, changed, language=language).text
    missing = code.replace("p=93", "p=99999")
    assert (
        said("proof_code_missing", language, position=99999) in typed(site, missing, language=language).text
    )
    other = re.sub("l=[^&]+", "l=00000000-0000-0000-0000-000000000000", code)
    elsewhere = typed(site, other, language=language).text
    assert said("proof_code_elsewhere", language) in elsewhere
    assert OPEN in elsewhere and BAD not in elsewhere
    rooted = re.sub("r=.*", "r=" + "A" * 43 + "=", code)
    assert (
        own_words(language)["proof_code_no_root"].rpartition("}")[2]
        in typed(site, rooted, language=language).text
    )


@pytest.mark.parametrize("code", ["kaoji:1?", "kaoji:2?l=a&p=1&h=00", "kaoji:1?l=a&p=x&h=" + "0" * 64])
def test_what_is_no_code_of_ours_is_refused(code: str, read: Served) -> None:
    answer = typed(read, code)
    assert answer.status == 422 and "kaoji:1?" in answer.text


def test_a_checkpoint_is_held_against_the_ledger(site: Served, tmp_path: Path) -> None:
    note = site.console.ledger.proofs.checkpoint()
    remarked(site, "x")
    answer = checked(site, note)
    assert answer.status == 200 and own_words("en")["proof_checkpoint_not"] in answer.text
    key = Signer.parse((tmp_path / "kaoji.key").read_text().strip())
    stranger = Signer.generate(key.name)
    head = open_checkpoint(note, _verifiers(site)).checkpoint
    forged = sign_checkpoint(head, stranger, None, [])
    assert own_words("en")["checkpoint_strange"] in checked(site, forged).text


def test_a_pay_file_is_compared_for_whoever_handles_pay(site: Served) -> None:
    content, _ = taken(site, site.signed_in("F01"), f"{FILE}?form=xlsx")
    good = own_words("en")["proof_pay_good"].partition("{")[0]
    assert good in checked(site, content, viewer="F01").text
    assert good in checked(site, content, viewer="AU1").text
    for viewer in ("E06", "I01", "H02", "Q01"):
        assert checked(site, content, viewer=viewer).status == 403


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_it_cannot_be_checked_here_it_is_said_where_it_can(language: str, site: Served) -> None:
    exports = site.console.ledger.exports
    mapping = (Path(__file__).parents[2] / "cli/sample/maps/payroll.toml").read_bytes()
    mapped = exports.workbook(exports.handoff("2026-07", "jinse", "full", load("zh-Hant"), given_map=mapping))
    answer = checked(site, mapped, "F01", language)
    assert answer.status == 422 and said("next_after_handoff_map_needed", language) in answer.text
    answer = typed(site, receipt(site).decode(), language=language, keys="no key")
    assert answer.status == 422 and said("next_after_vkey_wrong", language) in answer.text


@pytest.mark.parametrize("viewer", ["E06", "I01", "D01", "F01", "AU1", "UN1", "X01"])
def test_everybody_may_check_what_they_hold(viewer: str, site: Served) -> None:
    raw = receipt(site)
    browser = site.signed_in(viewer)
    assert browser.open(PAGE).status == 200
    assert 'href="/proofs"' in browser.open("/me").text
    assert checked(site, raw, viewer=viewer).status == 200


def test_what_does_not_hold_stands_in_no_frame_of_what_holds(office_file: Path, tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    with served(copied(office_file, tmp_path / "one"), tmp_path / "one") as site:
        remarked(site, "as it was")
        raw, note = (
            receipt(site, str(site.console.ledger.position())),
            site.console.ledger.proofs.checkpoint(),
        )
    with served(copied(office_file, tmp_path / "other"), tmp_path / "other") as site:
        remarked(site, "as it is told now")
        for content in (raw, note):
            assert BAD in checked(site, content).text
        found = checked(site, raw).text
        assert said("proof_then") in found and said("proof_not") not in found
        own, code = receipt(site), site.console.ledger.proofs.anchor(93).qr_text()
        assert BAD not in checked(site, own).text
        assert BAD not in typed(site, code).text
        assert BAD in typed(site, code.replace("p=93", "p=99999")).text
        pay, _ = taken(site, site.signed_in("F01"), f"{FILE}?form=xlsx")
        assert BAD not in checked(site, pay, viewer="F01").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_holds_what_proves_nothing_is_told_what_to_do_next(language: str, site: Served) -> None:
    changed = receipt(site).replace(b'"notice_issued"', b'"notice_withdrawn"')
    assert said("next_after_receipt_bad", language) in checked(site, changed, language=language).text
    assert said("next_after_code_wrong", language) in typed(site, "kaoji:1?", language=language).text
