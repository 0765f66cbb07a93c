"""Photos and files: kept as they were received, handed out to whoever may read the words, and run nowhere."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from ledger.application.desk.desk import Desk, Person
from ledger.application.people import People
from ledger.application.proving.proofs import Proofs
from ledger.errors import NotEntitled
from ledger.terms import LANGUAGES
from tests.web.client import program
from tests.web.conftest import copied
from tests.web.served import MEANWHILE, Served, hidden
from tests.web.test_journeys import issued, recorded_in
from web.serve import Serving, console_of
from web.spoken import own_words

PHOTO = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40
DIGEST = hashlib.sha256(PHOTO).hexdigest()
PATH = "/notices/N807/evidence"


def test_a_photo_is_kept_as_it_was_received_and_handed_out_as_a_file(site: Served) -> None:
    inspector = site.signed_in("I02")
    done = inspector.upload(PATH, "image.jpg", PHOTO)

    assert done.status == 200, done.text
    assert f"/evidence/{DIGEST}" in done.text
    request = inspector.opener.open(f"{site.base}/evidence/{DIGEST}", timeout=30)
    assert request.read() == PHOTO
    assert request.headers["Content-Disposition"].startswith("attachment")
    assert request.headers["Content-Security-Policy"].startswith("sandbox")
    assert request.headers["X-Content-Type-Options"] == "nosniff"


def test_two_photos_of_one_name_are_both_kept_and_the_same_one_once(site: Served) -> None:
    inspector = site.signed_in("I02")
    inspector.upload(PATH, "image.jpg", PHOTO)
    before = site.console.ledger.position()
    inspector.upload(PATH, "image.jpg", PHOTO)
    assert site.console.ledger.position() == before
    done = inspector.upload(PATH, "image.jpg", PHOTO[:-1])

    assert site.console.ledger.position() == before + 1
    assert len(re.findall("image.jpg", done.text)) == 2


@pytest.mark.parametrize(
    ("viewer", "found"), [("E04", True), ("H02", True), ("E06", False), ("F01", False), ("X01", False)]
)
def test_a_file_is_for_whoever_may_read_the_words(viewer: str, found: bool, site: Served) -> None:
    site.signed_in("I02").upload(PATH, "image.jpg", PHOTO)
    status = site.signed_in(viewer).open(f"/evidence/{DIGEST}").status

    assert status == (200 if found else 404)


@pytest.mark.parametrize("viewer", ["E06", "O01"])
def test_whoever_does_not_answer_for_the_notice_puts_nothing_with_it(viewer: str, site: Served) -> None:
    before, browser = site.console.ledger.position(), site.signed_in(viewer)
    shown = browser.open(PATH)
    if shown.status == 200:
        assert 'type="file"' not in shown.text
        fields = hidden(browser.open("/me/devices").text)
        assert browser.open(PATH, fields).status == 403
    assert site.console.ledger.position() == before


def test_no_file_and_too_large_a_file_are_refused(site: Served) -> None:
    inspector, before = site.signed_in("I02"), site.console.ledger.position()

    assert inspector.upload(PATH, "image.jpg", b"").status == 422
    assert inspector.upload(PATH, "image.jpg", bytes(21 * 1024 * 1024)).status == 422
    assert site.console.ledger.position() == before


def test_no_other_form_takes_so_much(site: Served) -> None:
    assert site.signed_in("D01").upload("/policy/try", "own.toml", bytes(300 * 1024)).status == 413


def test_a_files_name_leads_out_of_no_folder(site: Served) -> None:
    done = site.signed_in("I02").upload(PATH, "../../etc/<b>.jpg", PHOTO)

    assert f"{DIGEST[:8]}-b_.jpg" in done.text


# --- with a notice as it is issued -----------------------------------------------------------------------


def test_a_name_of_many_long_letters_is_cut_to_what_a_file_can_be_called(site: Served) -> None:
    answer = site.signed_in("I02").upload("/notices/N807/evidence", "\U00020000" * 80 + ".jpg", PHOTO)

    assert answer.status == 200
    assert "\U00020000" in answer.text


def test_a_photo_goes_with_a_notice_as_it_is_issued_and_sent_twice_is_kept_once(site: Served) -> None:
    inspector, path = site.signed_in("I01"), "/notices/new?lang=en"
    checked = issued(inspector, "en")
    done = inspector.go_on_with(checked, path, "photo", "image.jpg", PHOTO, step="record")
    assert f"{DIGEST[:8]}-image.jpg" in done.text
    position = site.console.ledger.position()
    again = inspector.go_on_with(checked, path, "photo", "image.jpg", PHOTO, step="record")

    assert recorded_in(again) == recorded_in(done)
    assert site.console.ledger.position() == position
    assert inspector.open(f"/notices/{recorded_in(done)}/evidence").text.count("image.jpg") == 1


def test_a_photo_that_cannot_be_kept_undoes_no_notice_and_says_so(site: Served) -> None:
    inspector = site.signed_in("I01")
    checked = issued(inspector, "en")
    large = bytes(20 * 1024 * 1024 + 1)
    done = inspector.go_on_with(checked, "/notices/new?lang=en", "photo", "image.jpg", large, step="record")

    assert done.status == 200
    assert "the photo is not kept: image.jpg" in done.text
    assert inspector.open(f"/notices/{recorded_in(done)}").status == 200


def test_where_figures_moved_meanwhile_the_photo_is_asked_for_again(site: Served) -> None:
    inspector = site.signed_in("I01")
    checked = issued(inspector, "en")
    site.console.ledger.record.typed(dict(MEANWHILE))
    answer = inspector.go_on_with(checked, "/notices/new?lang=en", "photo", "image.jpg", PHOTO, step="record")

    assert answer.status == 409
    assert "Choose the photo again." in answer.text


def test_serve_names_the_folder_of_the_files(office_file: Path, tmp_path: Path) -> None:
    named = tmp_path / "elsewhere"
    console = console_of(Serving(copied(office_file, tmp_path), evidence=named))
    file = tmp_path / "photo.jpg"
    file.write_bytes(PHOTO)
    console.ledger.acting(now=console.ledger.now()).evidence.attach("notice:N807", file, {"by": "I02"})

    assert [path.name for path in named.rglob("*") if path.is_file()] == [DIGEST]
    assert not (tmp_path / "kaoji.evidence").exists()
    assert console.ledger.evidence.get(DIGEST)[2] == PHOTO
    with pytest.raises(NotEntitled):
        Desk.at(console.ledger, Person("D01")).evidence.keep_in(tmp_path)


# --- files that are gone ----------------------------------------------------------------------------------


def without(site: Served, folder: Path) -> None:
    """Takes every sealed file away, behind the ledger's back."""
    for file in [path for path in folder.rglob("*") if path.is_file() and "evidence" in str(path)]:
        file.unlink()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_that_is_gone_is_named_with_its_digest_and_what_to_do(
    language: str, site: Served, tmp_path: Path
) -> None:
    issuer = site.signed_in("I02", language)
    issuer.upload(PATH, "image.jpg", PHOTO)
    assert f'href="/evidence/{DIGEST}"' in issuer.open(PATH).text
    without(site, tmp_path)

    for path in (PATH, "/notices/N807"):
        page = issuer.open(path)
        assert page.status == 200
        assert f"{DIGEST[:8]}-image.jpg" in page.text
        assert f"SHA-256 {DIGEST}" in page.text
        assert own_words(language)["next_after_evidence_missing"] in page.text
        assert f'href="/evidence/{DIGEST}"' not in page.text
    gone = issuer.open(f"/evidence/{DIGEST}")
    assert gone.status == 410
    assert f"{DIGEST[:8]}-image.jpg" in gone.text
    assert DIGEST in gone.text
    assert f'href="{PATH}"' in gone.text
    assert own_words(language)["next_after_evidence_missing"] in gone.text
    since = own_words(language)["evidence_gone_unseen"].partition("{day}")
    assert since[0] in gone.text and since[2] in gone.text


def test_a_file_that_is_gone_is_told_to_have_lain_there_when_it_was_handed_out_last(
    site: Served, tmp_path: Path
) -> None:
    site.signed_in("I02").upload(PATH, "image.jpg", PHOTO)
    site.clock.passes(hours=3)
    issuer = site.signed_in("I02")
    assert issuer.open(f"/evidence/{DIGEST}").status == 200
    without(site, tmp_path)
    seen = {"day": "2026-09-10 Thu", "seen": "2026-09-10 Thu 13:00"}
    told = own_words("en")["evidence_gone_after"].format(**seen)
    assert told in issuer.open(f"/evidence/{DIGEST}").text


def test_whoever_may_not_read_the_words_is_told_of_no_file(site: Served, tmp_path: Path) -> None:
    site.signed_in("I02").upload(PATH, "image.jpg", PHOTO)
    without(site, tmp_path)
    for viewer, status in {"E06": 404, "F01": 404}.items():
        page = site.signed_in(viewer).open(f"/evidence/{DIGEST}")
        assert (page.status, "image.jpg" in page.text) == (status, False)
    assert "image.jpg" not in site.signed_in("O01").open("/notices/N807").text


def test_the_same_file_sent_once_more_lies_there_again_and_records_nothing(
    site: Served, tmp_path: Path
) -> None:
    issuer = site.signed_in("I02")
    issuer.upload(PATH, "image.jpg", PHOTO)
    without(site, tmp_path)
    before = site.console.ledger.position()
    issuer.upload(PATH, "image.jpg", PHOTO)
    assert site.console.ledger.position() == before
    assert issuer.open(f"/evidence/{DIGEST}").status == 200


def test_programs_are_told_in_a_problem_which_file_is_gone(site: Served, tmp_path: Path) -> None:
    issuer = site.signed_in("I02")
    issuer.upload(PATH, "image.jpg", PHOTO)
    without(site, tmp_path)
    told = issuer.open(f"/api/v1/evidence/{DIGEST}")
    assert (told.status, told.headers["Content-Type"]) == (410, "application/problem+json")
    file = {"thing": "notice", "id": "N807", "name": f"{DIGEST[:8]}-image.jpg", "sha256": DIGEST}
    assert json.loads(told.text)["fields"] == file | {"on": "2026-09-10", "seen_at": None}


# --- taken out -------------------------------------------------------------------------------------------

OUT = f"{PATH}/{DIGEST}/removal"


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_put_a_file_there_takes_it_out_with_a_reason(language: str, site: Served) -> None:
    inspector = site.signed_in("I02", language)
    assert f'href="{OUT}"' in inspector.upload(PATH, "image.jpg", PHOTO).text
    shown = inspector.open(OUT)
    assert f"{DIGEST[:8]}-image.jpg" in shown.text
    assert inspector.through(OUT, reason="錯的照片").status == 200

    with site.console.ledger.look_at_log() as look:
        told = look.event_at(site.console.ledger.position())[0]
    assert (told["kind"], told["fields"]["reason"]) == ("evidence_discarded", "錯的照片")
    assert DIGEST not in inspector.open(PATH).text
    assert inspector.open(f"/evidence/{DIGEST}").status == 404
    assert inspector.open(OUT).status == 404


@pytest.mark.parametrize("viewer", ["E04", "H02", "D01"])
def test_a_file_is_taken_out_by_nobody_else(viewer: str, site: Served) -> None:
    site.signed_in("I02").upload(PATH, "image.jpg", PHOTO)
    before, browser = site.console.ledger.position(), site.signed_in(viewer)
    page = browser.open(PATH)
    assert DIGEST in page.text and "/removal" not in page.text
    assert browser.through(OUT, reason="x").status in (403, 422)
    assert site.console.ledger.position() == before


def test_what_lies_there_is_taken_out_of_an_appeal_while_it_waits(site: Served) -> None:
    path = f"/appeals/A09/evidence/{'a1' * 32}/removal"
    own = site.signed_in("E04")
    assert f'href="{path}"' in own.open("/appeals/A09/evidence").text
    assert f"{'b2' * 32}/removal" not in own.open("/appeals/A09/evidence").text
    assert own.through(path, reason="重複").status == 200
    assert "a1" * 32 not in own.open("/appeals/A09/evidence").text


# --- who waits for it ------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["web", "file", "receipt"])
def test_no_other_page_waits_while_what_is_handed_out_is_noted(
    way: str, site: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page has its turn to itself, and what is noted may wait for whoever records."""
    noted: list[tuple[str, bool]] = []
    digest = hashlib.sha256(b"plain").hexdigest()
    warm = site.console.ledger.warm
    assert warm is not None

    def beside(of: type, name: str) -> None:
        plain = getattr(of, name)

        def kept(self: Any, *given: Any, **more: Any) -> Any:
            noted.append((name, warm.is_mine))
            return plain(self, *given, **more)

        monkeypatch.setattr(of, name, kept)

    site.signed_in("I02").upload(PATH, "told.txt", b"plain")
    beside(People, "note_handout")
    beside(Proofs, "keep")
    if way == "web":
        answer = site.signed_in("E04").open(f"/evidence/{digest}")
    else:
        path = {"file": f"/evidence/{digest}", "receipt": "/receipts/notice:N807"}[way]
        answer = program(site, "E04").ask(path)

    assert answer.status == 200
    assert noted == [("note_handout", False), ("keep", False)][: 2 if way == "receipt" else 1]
