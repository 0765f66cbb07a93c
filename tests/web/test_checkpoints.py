"""The checkpoints that are kept, for the auditor: whether each holds, who cosigned it, its file and its code."""

import json
import re
import sqlite3
from pathlib import Path
from urllib.parse import urlencode

import pytest
import segno

from ledger.application.desk.desk import Desk, Person
from ledger.application.proving.kept_checkpoints import ComparedCheckpoint
from ledger.application.proving.witness import new_witness_key
from ledger.errors import NotEntitled
from ledger.proofs import Checkpoint, Signer, add_signatures, sign_checkpoint
from ledger.proofs.note import Signature, sign_text
from ledger.terms import LANGUAGES
from tests.web.served import Answer, Served, hidden
from tests.web.test_witness import VKEY, cosigned, put_in
from web.pages import checkpoints
from web.spoken import own_words

PAGE = "/audit/checkpoints"


def page(site: Served, path: str = PAGE, language: str = "en") -> Answer:
    answer = site.signed_in("AU1", language).open(path)
    assert answer.status == 200
    return answer


def twin(site: Served, query: str = "") -> list[dict[str, object]]:
    found = json.loads(page(site, f"{PAGE}.json{query}").text)
    assert isinstance(found, list)
    return found


def with_keys(*keys: str) -> str:
    return "?" + urlencode({"keys": "\n".join(keys)})


def laid_in(folder: Path, note: bytes) -> None:
    """A row that somebody who may write into the file puts there."""
    with sqlite3.connect(folder / "kaoji.db") as file:
        for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            file.execute(f'DROP TRIGGER "{name}"')
        (number,) = file.execute("SELECT coalesce(max(number), 0) + 1 FROM checkpoints").fetchone()
        file.execute("INSERT INTO checkpoints VALUES ('main', ?, 3, ?)", (number, note))


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_is_told_with_whose_signatures_it_bears_and_when(
    language: str, site: Served, tmp_path: Path
) -> None:
    words = own_words(language)
    put_in(site, cosigned(site, tmp_path))
    text = page(site, language=language).text
    assert words["checkpoint_holds"] in text and "works-council" in text
    assert words["cosignature_unchecked"] in text and "10:00" in text
    held = page(site, PAGE + with_keys(VKEY), language).text
    assert words["cosignature_unchecked"] not in held and words["cosignature_holds"] in held


def test_the_twin_says_the_same(site: Served, tmp_path: Path) -> None:
    put_in(site, cosigned(site, tmp_path))
    newest, signed = twin(site, with_keys(VKEY))[:2]
    assert (newest["state"], newest["size"]) == ("holds", site.console.ledger.position())
    (witness,) = newest["cosignatures"]  # type: ignore[misc]
    key = VKEY.split("+")[1]
    assert witness == {  # type: ignore[has-type]
        "name": "works-council",
        "key": key,
        "at": "2026-09-10T02:00:00.000000Z",
        "holds": True,
    }
    assert signed["cosignatures"] == []
    assert [row["holds"] for row in twin(site)[0]["cosignatures"]] == [None]  # type: ignore[attr-defined]


def test_a_cosignature_that_was_changed_does_not_hold(site: Served, tmp_path: Path) -> None:
    note = cosigned(site, tmp_path)
    other = new_witness_key("works-council")
    text, _, lines = note.partition(b"\n\n")
    *first, last = lines.splitlines(keepends=True)
    mark = last.rstrip(b"\n")
    changed = mark[:-8] + (b"AAAA" if mark[-8:-4] != b"AAAA" else b"BBBB") + mark[-4:] + b"\n"
    laid_in(tmp_path, text + b"\n\n" + b"".join(first) + changed)
    assert [row["holds"] for row in twin(site, with_keys(VKEY, other[1]))[0]["cosignatures"]] == [False]  # type: ignore[attr-defined]
    assert own_words("en")["cosignature_wrong"] in page(site, PAGE + with_keys(VKEY)).text


def test_what_is_none_of_this_ledgers_is_told_as_such(site: Served, tmp_path: Path) -> None:
    key = Signer.parse((tmp_path / "kaoji.key").read_text().strip())
    stranger = Signer.generate(key.name)
    laid_in(tmp_path, sign_checkpoint(Checkpoint(key.name, 3, b"\1" * 32), key, None, []))
    laid_in(tmp_path, sign_checkpoint(Checkpoint(key.name, 3, b"\1" * 32), stranger, None, []))
    laid_in(tmp_path, b"nothing of the kind")
    assert [row["state"] for row in twin(site)[:3]] == ["unreadable", "strange", "other_root"]
    text = page(site).text
    for state in ("unreadable", "strange", "other_root"):
        assert own_words("en")[f"checkpoint_{state}"] in text
    number = twin(site)[0]["number"]
    assert own_words("en")["checkpoint_unreadable"] in page(site, f"{PAGE}/{number}").text


def test_twenty_a_page(site: Served, tmp_path: Path) -> None:
    for _ in range(checkpoints._SHOWN + 3):
        laid_in(tmp_path, b"x")
    first = page(site)
    further = re.search('href="([^"]+before=[^"]+)"', first.text)
    assert first.text.count('scope="row"') == checkpoints._SHOWN and further is not None
    second = page(site, further[1].replace("&amp;", "&")).text
    assert second.count('scope="row"') >= 3 and own_words("en")["checkpoints_earlier"] not in second


def test_one_is_taken_as_it_is_kept_and_its_code_holds_all_of_it(site: Served, tmp_path: Path) -> None:
    put_in(site, cosigned(site, tmp_path))
    (kept,) = site.console.ledger.witness.kept()
    auditor, path = site.signed_in("AU1"), f"{PAGE}/{kept.number}"
    shown = auditor.open(path)
    drawn = re.search('<div class="qr large">(<svg.*?</svg>)', shown.text, re.S)
    assert drawn is not None and drawn[1].strip() == (kept.qr() or "").strip()
    assert "style=" not in drawn[1]
    assert segno.make_qr(kept.note, error="m").mode == "byte"
    taken = auditor.open(path, hidden(shown.text))
    assert taken.headers["Content-Disposition"].startswith("attachment")
    assert taken.text.encode() == kept.note
    for strange in ("0", "999", "x"):
        assert auditor.open(f"{PAGE}/{strange}").status == 404


@pytest.mark.parametrize("seconds", [32503680000, 253402300799, 2**64 - 1], ids=["3000", "9999", "never"])
def test_a_time_that_no_page_can_tell_is_left_out(seconds: int, site: Served, tmp_path: Path) -> None:
    """It is unsigned text: anybody may add a line of a key that nobody knows."""
    note = site.console.ledger.proofs.checkpoint()
    strange = Signature("anybody", b"\1\2\3\4", seconds.to_bytes(8, "big") + b"x" * 64)
    laid_in(tmp_path, add_signatures(note, [strange]))
    assert "<strong>anybody</strong>" in page(site).text
    assert [row["at"] for row in twin(site)[0]["cosignatures"]] == [None]  # type: ignore[attr-defined]
    visitor = site.signed_in("E06")
    answer = visitor.go_on_with(
        visitor.open("/proofs"), "/proofs", "file", "c", add_signatures(note, [strange])
    )
    assert answer.status == 200 and "<strong>anybody</strong>" in answer.text


def test_one_with_more_signatures_than_a_code_holds_is_there_as_a_file(site: Served) -> None:
    note = site.console.ledger.proofs.checkpoint()
    signer = Signer.generate("council")
    text = note.decode().partition("\n\n")[0] + "\n"
    many = add_signatures(note, [sign_text(text, signer) for _ in range(40)])
    assert ComparedCheckpoint(1, "holds", 1, "00", many, ()).qr() is None


def test_what_is_no_key_is_refused(site: Served) -> None:
    assert site.signed_in("AU1").open(PAGE + with_keys("no key")).status == 422


@pytest.mark.parametrize("viewer", ["E06", "D01", "M01", "C01", "O01", "UN1"])
def test_it_is_the_auditors_alone(viewer: str, site: Served) -> None:
    site.console.ledger.proofs.checkpoint()
    browser = site.signed_in(viewer)
    for path in (PAGE, f"{PAGE}.json", f"{PAGE}/1"):
        assert browser.open(path).status == 403
    with pytest.raises(NotEntitled):
        Desk.at(site.console.ledger, Person(viewer)).witness.kept()
