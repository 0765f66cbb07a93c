"""What a close hands to payroll is taken from the console as a file, by whoever handles pay at its site."""

import csv
import io
import json
import urllib.parse
from typing import Any

import openpyxl
import pytest

from ledger.application.desk.desk import Desk, Person
from ledger.errors import NotEntitled
from ledger.terms import LANGUAGES
from tests.support import office
from tests.web.served import Browser, Served, hidden
from web.pages import files

FILE, PAYROLL = "/payroll/2026-07/file", "/payroll/2026-07"


def taken(site: Served, browser: Browser, path: str) -> tuple[bytes, Any]:
    """The bytes of the file and the headers that it comes with."""
    form = hidden(browser.open(path).text)
    sent = urllib.parse.urlencode(form).encode()
    with browser.opener.open(site.base + path, sent, timeout=30) as answer:
        return answer.read(), answer.headers


@pytest.mark.parametrize("language", LANGUAGES)
def test_finance_takes_the_workbook_which_is_noted_and_its_checkpoint_kept(
    language: str, site: Served
) -> None:
    finance = site.signed_in("F01", language)
    assert f'href="{FILE}?form=xlsx"' in finance.open(PAYROLL).text
    covered = site.console.ledger.proofs.covered()
    content, headers = taken(site, finance, f"{FILE}?form=xlsx")
    assert headers["Content-Disposition"] == "attachment; filename*=UTF-8''payroll-jinse-2026-07.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert len(book.sheetnames) == 3 and "孫浩然" in str(list(book.worksheets[0].values))
    digest = json.loads(finance.open(f"{PAYROLL}.json").text)["digest"]
    assert digest in str(list(book.worksheets[2].values))
    noted = [row for row in site.console.ledger.people.handouts("E06") if row["what"] == "payroll"]
    assert [row["file"] for row in noted] == ["web payroll-jinse-2026-07.xlsx"]
    assert site.console.ledger.proofs.covered() > covered


def test_the_sheet_of_what_to_take_comes_as_csv_too(site: Served) -> None:
    content, headers = taken(site, site.signed_in("F01"), f"{FILE}?form=csv")
    assert headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert "E06" in [row[0] for row in rows]


@pytest.mark.parametrize("viewer", ["E06", "I01", "H02", "Q01", "UN1", "X01"])
def test_the_hand_off_is_taken_by_nobody_else(viewer: str, site: Served) -> None:
    browser = site.signed_in(viewer)
    assert FILE not in browser.open(PAYROLL).text
    for form in (None, hidden(browser.open("/me/export").text)):
        assert browser.open(FILE, form).status == (409 if viewer == "X01" and form is None else 403)
    assert not [row for row in site.console.ledger.people.handouts("E06") if row["what"] == "payroll"]


def test_a_file_for_other_programs_is_for_whoever_handles_pay_at_the_site_it_is_of(site: Served) -> None:
    ledger = site.console.ledger
    ledger.record.typed(office.appoint("finance", "X01", site="other"))
    ledger.record.typed(office.appoint("inspector", "X01"))
    other, finance, auditor = (Desk.at(ledger, Person(who)).exports for who in ("X01", "F01", "AU1"))
    with pytest.raises(NotEntitled):
        other.handoff("2026-07", "jinse", "full", None)  # type: ignore[arg-type]
    with pytest.raises(NotEntitled):
        finance.books("hledger", {})
    with pytest.raises(NotEntitled):
        finance.cloudevents()
    with pytest.raises(NotEntitled):
        other.analysis()
    with pytest.raises(NotEntitled):
        auditor.cloudevents(words=True)
    assert auditor.cloudevents()[1] == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_months_summary_is_taken_as_csv_with_the_rows_that_are_ones_own_to_see(
    language: str, site: Served
) -> None:
    path, found, at = "/months/2026-07/file", {}, files._SUMMARY.index("deduction")
    for viewer in ("D01", "S03", "Q01"):
        browser = site.signed_in(viewer, language)
        content, headers = taken(site, browser, path)
        assert headers["Content-Disposition"] == "attachment; filename*=UTF-8''monthly-jinse-2026-07.csv"
        titles, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
        with Desk.at(site.console.ledger, Person(viewer)).look() as look:
            told = look.monthly("2026-07", "jinse")
        assert [row[0] for row in rows] == [row["employee"] for row in told]
        assert len(titles) == len(files._SUMMARY)
        assert [row[at] for row in rows] == [row["deduction"] or "" for row in told]
        found[viewer] = rows
    assert len(found["S03"]) < len(found["D01"]) and not any(row[at] for row in found["Q01"])
    assert f'href="{path}"' in site.signed_in("D01", language).open("/months/2026-07").text
    noted = [row for row in site.console.ledger.people.handouts("E06") if row["what"] == "monthly"]
    assert len(noted) == sum("E06" in [row[0] for row in rows] for rows in found.values())


def test_what_a_check_of_a_pay_file_tells_is_noted_as_read(site: Served) -> None:
    content, _ = taken(site, site.signed_in("F01"), f"{FILE}?form=xlsx")
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in book.worksheets:
        for cell in (cell for row in sheet for cell in row if cell.value == "2026-07"):
            cell.value = "2019-07"
    elsewhere = io.BytesIO()
    book.save(elsewhere)

    def noted(viewer: str, file: bytes) -> tuple[int, list[tuple[str, str, str]]]:
        before = {row["number"] for row in site.console.readings.of()}
        status = site.signed_in(viewer).upload("/proofs", "pay.xlsx", file).status
        rows = [row for row in site.console.readings.of() if row["number"] not in before]
        return status, [(row["viewer"], row["subject"], row["what"]) for row in rows]

    assert noted("E06", content) == (403, [])
    assert noted("F01", elsewhere.getvalue()) == (200, []), "the ledger has no such close to tell of"
    assert noted("F01", content) == (200, [("F01", "site:jinse", "payroll 2026-07")])
