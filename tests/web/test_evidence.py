"""Photos and files: kept as they were received, handed out to whoever may read the words, and run nowhere."""

import hashlib
import re

import pytest

from tests.web.served import Served, hidden

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


def test_a_name_leads_nowhere(site: Served) -> None:
    done = site.signed_in("I02").upload(PATH, "../../etc/<b>.jpg", PHOTO)

    assert f"{DIGEST[:8]}-b_.jpg" in done.text
