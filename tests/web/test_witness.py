"""The auditor hands a witness what it cosigns, and is told of its answer whose it is and whether it holds."""

from dataclasses import replace
from pathlib import Path

import pytest

from ledger.application.desk.desk import Desk, Person
from ledger.application.proving.witness import cosign_request, new_witness_key
from ledger.errors import NotEntitled
from ledger.terms import LANGUAGES
from tests.web.conftest import copied
from tests.web.served import NOW, Answer, Served, served
from web.spoken import own_words

PAGE = "/audit/witness"
SECRET, VKEY = new_witness_key("works-council")


def requested(site: Served, seen: str = "0") -> Answer:
    auditor = site.signed_in("AU1")
    return auditor.go_on(auditor.open(PAGE), PAGE, step="request", seen=seen)


def cosigned(site: Served, folder: Path, seen: str = "0") -> bytes:
    """What the witness signs of a request that was downloaded."""
    keys = site.console.ledger.proofs.public_keys()
    request = requested(site, seen).text.encode()
    return cosign_request(request, SECRET.encode(), keys, folder / "council.key", lambda: NOW)[0]


def put_in(site: Served, note: bytes, keys: str = VKEY, language: str = "en") -> Answer:
    auditor = site.signed_in("AU1", language)
    return auditor.go_on_with(auditor.open(PAGE), PAGE, "file", "cosigned", note, step="take", keys=keys)


def kept(site: Served) -> list[tuple[int, list[str]]]:
    return site.console.ledger.witness.cosigned()


def test_the_request_is_the_one_the_terminal_writes(site: Served) -> None:
    answer = requested(site)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.text.startswith("old 0\n")
    assert answer.text.encode() == site.console.ledger.witness.request(0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_that_holds_is_kept_and_receipts_carry_it(
    language: str, site: Served, tmp_path: Path
) -> None:
    position = site.console.ledger.position()
    note = cosigned(site, tmp_path)
    assert kept(site) == []
    answer = put_in(site, note, f"  {VKEY}\r\n\r\n", language)
    main = answer.text.partition("<main")[2]
    assert answer.status == 200
    assert own_words(language)["witness_kept"] in main
    assert "<strong>works-council</strong>" in main and "2026-09-10" in main and "10:00" in main
    assert kept(site) == [(position, ["works-council"])]
    assert "works-council" in site.console.ledger.proofs.receipt("N807").decode()
    assert site.console.ledger.position() == position

    put_in(site, note)  # once more
    assert kept(site) == [(position, ["works-council"])]


def test_the_next_request_begins_where_the_witness_looked_last(site: Served, tmp_path: Path) -> None:
    put_in(site, cosigned(site, tmp_path))
    first = site.console.ledger.position()
    remark = {"do": "remark_notice", "notice": "N807", "text": "x", "by": "D01", "on": "2026-09-09"}
    site.console.ledger.record.typed(remark)
    put_in(site, cosigned(site, tmp_path, str(first)))
    assert kept(site) == [(first + 1, ["works-council"]), (first, ["works-council"])]
    assert site.signed_in("AU1").open(PAGE).text.count("works-council") == 2


def test_what_does_not_hold_is_refused_with_what_was_typed_and_not_kept(site: Served, tmp_path: Path) -> None:
    note = cosigned(site, tmp_path)
    other = new_witness_key("works-council")[1]
    changed = note.replace(b"\n\n", b"\nmore\n\n")
    signed = site.console.ledger.proofs.checkpoint()
    for given, key in ((note, other), (changed, VKEY), (signed, VKEY), (b"\xff", VKEY), (note, "no key")):
        answer = put_in(site, given, key)
        assert answer.status == 422 and 'role="alert"' in answer.text
        assert key in answer.text and "--vkey" not in answer.text
    assert put_in(site, note, " ").status == 422
    assert put_in(site, b"").status == 422
    assert kept(site) == []


def test_a_cosigned_checkpoint_of_another_past_is_refused(office_file: Path, tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    notes = []
    for name in ("one", "other"):
        with served(copied(office_file, tmp_path / name), tmp_path / name) as site:
            remark = {"do": "remark_notice", "notice": "N807", "text": name, "by": "D01", "on": "2026-09-09"}
            site.console.ledger.record.typed(remark)
            notes.append(cosigned(site, tmp_path / name))
            if len(notes) == 2:
                assert put_in(site, notes[0]).status == 422
                assert kept(site) == []


def test_a_witness_that_saw_more_than_there_is_is_told_of(site: Served) -> None:
    answer = requested(site, "9999")
    assert answer.status == 422 and "saw another one, or something was cut off here" in answer.text
    assert requested(site, "some").status == 422


def test_a_console_that_only_reads_checks_it_and_keeps_nothing(site: Served, tmp_path: Path) -> None:
    note = cosigned(site, tmp_path)
    site.console.settings = replace(site.console.settings, read_only=True)
    answer = put_in(site, note)
    assert answer.status == 200 and "checked and not kept" in answer.text
    assert "<strong>works-council</strong>" in answer.text
    assert kept(site) == []


@pytest.mark.parametrize("viewer", ["E06", "D01", "M01", "C01", "O01", "UN1"])
def test_it_is_the_auditors_alone(viewer: str, site: Served, tmp_path: Path) -> None:
    note = cosigned(site, tmp_path)
    browser = site.signed_in(viewer)
    assert browser.open(PAGE).status == 403
    me = browser.open("/me")
    assert browser.go_on(me, PAGE, step="request").status == 403
    assert browser.go_on_with(me, PAGE, "file", "cosigned", note, step="take", keys=VKEY).status == 403
    desk = Desk.at(site.console.ledger, Person(viewer))
    for asked in (
        desk.witness.cosigned,
        lambda: desk.witness.request(0),
        lambda: desk.witness.take(note, [VKEY]),
    ):
        with pytest.raises(NotEntitled):
            asked()
    assert kept(site) == []
