"""The sheet that somebody is handed: a code to type and to scan, how to go on in each language, and the ledger's key."""

import re
from pathlib import Path

import pytest

from ledger.documents.qr import qr_svg
from ledger.terms import LANGUAGES
from tests.web.conftest import copied
from tests.web.served import PASSWORD, Answer, Browser, Served, served
from web.app import Settings
from web.spoken import own_words

ELSEWHERE = ("https://kaoji.example", "http://10.0.0.7:8080")


def handed(site: Served, employee: str = "E01", language: str = "en") -> tuple[Answer, str]:
    """The sheet, and the code that stands on it."""
    sheet = site.signed_in("O01", language).send("/accounts", employee=employee)
    assert sheet.status == 200
    found = re.search(r'class="code">([0-9A-Z-]{14})<', sheet.text)
    assert found is not None
    return sheet, found[1]


def drawn(sheet: Answer) -> str:
    found = re.search('<div class="qr">(<svg.*?</svg>)', sheet.text, re.S)
    assert found is not None
    return found[1].strip()


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_in_each_language_the_readers_first(language: str, site: Served) -> None:
    sheet, code = handed(site, language=language)
    assert code in sheet.text and site.console.ledger.names(["E01"])["E01"] in sheet.text
    sections = re.findall(r'<section lang="([^"]+)">(.*?)</section>', sheet.text, re.S)
    assert sections[0][0] == language
    assert {spoken for spoken, _ in sections} == set(LANGUAGES)
    for spoken, text in sections:
        words = own_words(spoken)
        for said in (words["enrolment_title"], words["menu_me"], words["file_appeal_title"], "2026-09-24"):
            assert said in text
        assert words["enrolment_key"] in text and f"{site.base}/enrol" in text
    (key,) = site.console.ledger.proofs.public_keys()
    assert f'<p class="hash">{key}</p>' in sheet.text


def test_what_is_scanned_leads_to_setting_the_password(site: Served) -> None:
    sheet, code = handed(site)
    plain = code.replace("-", "")
    assert drawn(sheet) == (qr_svg(f"{site.base}/enrol?code={plain}", fills=True) or "").strip()
    phone = Browser(site.base)
    shown = phone.open(f"/enrol?code={plain}")
    assert shown.path == "/enrol" and f'value="{plain}"' in shown.text
    assert phone.go_on(shown, "/enrol", code=plain, password=PASSWORD, again=PASSWORD).path == "/due"


def test_it_is_shown_once_and_offers_no_reload(site: Served) -> None:
    sheet, code = handed(site)
    assert "data-position" not in sheet.text
    assert sheet.headers["Cache-Control"] == "no-store"
    again = site.signed_in("O01").open("/accounts").text
    assert code not in again and "<svg" not in again
    assert site.console.accounts.whose_code(code) == "E01"


def test_it_bears_the_address_by_which_browsers_know_the_console(office_file: Path, tmp_path: Path) -> None:
    alone = own_words("en")["enrolment_alone"]
    with served(copied(office_file, tmp_path), tmp_path, Settings(ELSEWHERE)) as site:
        sheet, code = handed(site)
        link = f"{ELSEWHERE[0]}/enrol?code={code.replace('-', '')}"
        assert drawn(sheet) == (qr_svg(link, fills=True) or "").strip()
        assert f"{ELSEWHERE[0]}/enrol" in sheet.text and site.base not in sheet.text
        assert alone not in sheet.text


def test_an_address_of_this_machine_alone_is_told_as_such(site: Served) -> None:
    assert own_words("en")["enrolment_alone"] in handed(site)[0].text


def test_where_the_key_is_gone_a_code_is_handed_out_all_the_same(site: Served, tmp_path: Path) -> None:
    for file in tmp_path.glob("kaoji.key*"):
        file.unlink()
    sheet, code = handed(site)
    assert site.console.accounts.whose_code(code) == "E01"
    assert own_words("en")["enrolment_key"] not in sheet.text
