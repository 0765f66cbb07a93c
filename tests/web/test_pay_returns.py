"""What pay took, told in the console: looked at person by person, recorded whole or not at all, and settled."""

import io
from typing import Any

import openpyxl
import pytest

from ledger.application.desk.desk import Desk, Person
from ledger.application.recording.imports import Asked
from ledger.errors import NotEntitled
from ledger.terms import LANGUAGES
from tests.web.served import Answer, Browser, Served

MONTH = "2026-08"
PATH = f"/payroll/{MONTH}/return"


def run_of(site: Served) -> dict[str, str]:
    """What the close took from each person of the run."""
    with site.console.ledger.look() as look:
        found = {row["employee"]: row["deducted"] for row in look.payroll(MONTH, "jinse")["run"]}
    return dict(sorted(found.items(), key=lambda each: -float(each[1])))  # who is paid out last


def open_of(site: Served) -> dict[str, tuple[str, str]]:
    with site.console.ledger.look() as look:
        rows = look.reconciliation(MONTH, "jinse")["rows"]
    return {row["employee"]: (row["status"], row["open"]) for row in rows}


def pasted(browser: Browser, text: str, **fields: str) -> Answer:
    return browser.send(PATH, step="check", pasted=text, **fields)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pasted_lines_are_shown_beside_what_was_handed_over_and_recorded_as_one(
    language: str, site: Served
) -> None:
    handed = run_of(site)
    first, *others = handed
    before = site.console.ledger.position()
    finance = site.signed_in("F01", language)
    text = "\n".join([f"{first} 0", *(f"{name}　{handed[name]}" for name in others)])
    page = pasted(finance, text)

    assert page.status == 200
    assert f"<strong>{handed[first]}</strong>" in page.text
    assert site.console.ledger.position() == before
    done = finance.go_on(page, PATH, step="record")
    assert done.status == 200, done.text
    assert open_of(site)[first] == ("short", handed[first])
    assert all(open_of(site)[name] == ("equal", "0.00") for name in others)
    with site.console.ledger.look_at_log() as look:
        made = look.event_at(before + 1)[0]
    assert (made["fields"]["by"], str(made["operator"])[:8]) == ("F01", "F01@web/")

    again = finance.go_on(page, PATH, step="record")
    assert 'value="record"' not in again.text
    assert site.console.ledger.position() == before + len(handed) + 1


def test_a_workbook_that_was_filled_in_is_uploaded_and_goes_along_to_the_record(site: Served) -> None:
    handed = run_of(site)
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(["工號", "實扣金額", "未扣原因"])
    for name, amount in handed.items():
        sheet.append([name, float(amount), None])
    file = io.BytesIO()
    book.save(file)
    finance = site.signed_in("F01")
    page = finance.upload(PATH, "2026-08.xlsx", file.getvalue(), step="check", on="2026-09-09")

    assert page.status == 200
    assert finance.go_on(page, PATH, step="record").status == 200
    assert set(open_of(site).values()) == {("equal", "0.00")}


def test_one_wrong_row_keeps_all_of_them_out(site: Served) -> None:
    handed, before = run_of(site), site.console.ledger.position()
    first = next(iter(handed))
    finance = site.signed_in("F01")
    page = pasted(finance, f"{first} {handed[first]}\nE99 5.00\n")

    assert page.status == 422
    assert "E99" in page.text
    assert 'value="record"' not in page.text
    assert finance.go_on(page, PATH, step="record").status == 409
    assert site.console.ledger.position() == before


def test_what_stands_is_put_right_with_a_reason_only(site: Served) -> None:
    first, amount = next(iter(run_of(site).items()))
    finance = site.signed_in("F01")
    finance.go_on(pasted(finance, f"{first} 1.00"), PATH, step="record")

    assert pasted(finance, f"{first} {amount}").status == 422
    page = pasted(finance, f"{first} {amount}", correction="漏看一筆")
    assert page.status == 200
    assert finance.go_on(page, PATH, step="record").status == 200
    assert open_of(site)[first] == ("equal", "0.00")


def test_what_was_recorded_meanwhile_is_shown_before_anything_is_recorded(site: Served) -> None:
    first, second, *_ = run_of(site)
    finance = site.signed_in("F01")
    page = pasted(finance, f"{first} 1.00\n{second} 2.00")
    told = {"do": "record_payroll", "site": "jinse", "month": MONTH, "by": "F01", "deducted": {first: "1.00"}}
    site.console.ledger.record.typed(told)
    before = site.console.ledger.position()
    moved = finance.go_on(page, PATH, step="record")

    assert moved.status == 409
    assert site.console.ledger.position() == before
    assert finance.go_on(moved, PATH, step="record").status == 200


@pytest.mark.parametrize("text", ["", "   ", "x" * 200_000, "E06 fifty"])
def test_what_says_nothing_is_refused_in_words(text: str, site: Served) -> None:
    page = pasted(site.signed_in("F01"), text)

    assert page.status == 422
    assert 'role="alert"' in page.text


def test_a_day_that_is_none_is_refused_in_words(site: Served) -> None:
    assert pasted(site.signed_in("F01"), "E06 1.00", on="yesterday").status == 422
    finance = site.signed_in("F01")
    forged = finance.open(PATH)
    assert finance.go_on(forged, PATH, step="record", sheet="no base64").status == 422


def test_an_amount_that_is_left_empty_is_not_reported(site: Served) -> None:
    page = pasted(site.signed_in("F01"), next(iter(run_of(site))))

    assert page.status == 200
    assert 'value="record"' not in page.text


@pytest.mark.parametrize("viewer", ["E06", "H02", "D01", "M01", "O01", "C01", "AU1", "X01"])
def test_nobody_but_finance_says_what_pay_took(viewer: str, site: Served) -> None:
    before, browser = site.console.ledger.position(), site.signed_in(viewer)

    assert browser.open(PATH).status == 403
    assert pasted(browser, "E06 1.00").status == 403
    assert PATH not in browser.open(f"/payroll/{MONTH}").text
    assert site.console.ledger.position() == before


def test_a_desk_imports_what_pay_took_and_nothing_else(site: Served) -> None:
    finance = Desk.at(site.console.ledger, Person("F01"))
    asked = Asked(site="jinse", month=MONTH, by="F01")
    with pytest.raises(NotEntitled, match="not_yours_to_read"):
        finance.imports.run("notices", b"x", asked)
    with pytest.raises(NotEntitled, match="not_yours_to_do"):
        finance.imports.run("payroll", b"x", Asked(site="jinse", month=MONTH, by="D01"))
    with pytest.raises(NotEntitled, match="not_yours_to_do"):
        finance.imports.run("payroll", b"x", Asked(site="other", month=MONTH, by="F01"))
    with pytest.raises(NotEntitled, match="not_yours_to_read"):
        finance.imports.round(b"x", None, None, None)


# --- differences ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("who", "how", "status"), [("F01", "carry", 200), ("M01", "write_off", 200)])
def test_a_difference_is_settled_with_a_reason(who: str, how: str, status: int, site: Served) -> None:
    first, amount = next(iter(run_of(site).items()))
    finance = site.signed_in("F01")
    finance.go_on(pasted(finance, f"{first} 0"), PATH, step="record")
    browser, path = site.signed_in(who), f"/payroll/{MONTH}/settle/{first}"
    assert path in browser.open(f"/payroll/{MONTH}/reconciliation").text

    lacking = browser.send(path, step="check", how=how)
    assert lacking.status == 422
    page = browser.go_on(lacking, path, step="check", how=how, reason="下月補扣")
    assert page.status == 200
    assert amount in page.text
    assert browser.go_on(page, path, step="record").status == status
    assert open_of(site)[first] == ("settled", "0.00")


def test_whoever_said_what_was_taken_writes_nothing_off(site: Served) -> None:
    first = next(iter(run_of(site)))
    finance = site.signed_in("F01")
    finance.go_on(pasted(finance, f"{first} 0"), PATH, step="record")
    before = site.console.ledger.position()

    refused = finance.send(f"/payroll/{MONTH}/settle/{first}", step="check", how="write_off", reason="已離職")
    assert refused.status == 422
    assert site.console.ledger.position() == before
    assert site.signed_in("E06").open(f"/payroll/{MONTH}/settle/{first}").status == 404
    own = f"/payroll/{MONTH}/settle/E06"
    finance.go_on(pasted(finance, "E06 0"), PATH, step="record")
    assert site.signed_in("E06").open(own).status == 403
