"""What is recorded of many at once: bases of a quarter, and who was told in writing; refused by line, and whole or not."""

from typing import Any

import pytest

from ledger.application.desk.desk import Desk
from ledger.terms import LANGUAGES
from tests.imports.bench import Made
from tests.support import office
from tests.web.served import Browser, Served
from tests.web.test_typing import last
from web.spoken import own_words

BASES, QUARTER = "/bonus/2026-Q3/bases", "/bonus/2026-Q3"
TOLD, PAYROLL = "/payroll/2026-07/told", "/payroll/2026-07"


def base_of(site: Served, employee: str) -> str | None:
    with site.console.ledger.look() as look:
        rows = look.bonus("2026-Q3", "jinse")["rows"]
    return next((row["base"] for row in rows if row["employee"] == employee), None)


def lacking(site: Served) -> list[str]:
    with site.console.ledger.look() as look:
        return look.without_deduction_notice("2026-07", "jinse")


# --- bases of a quarter ---------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_bases_are_pasted_shown_beside_what_stands_and_recorded_together(language: str, site: Served) -> None:
    finance, before = site.signed_in("F01", language), site.console.ledger.position()
    assert f'href="{BASES}"' in finance.open(QUARTER).text
    shown = finance.send(BASES, step="check", bases="E01\t900.00\n\nE10　李　1,850元\nE06 700")
    assert shown.status == 200, shown.text
    assert site.console.ledger.position() == before
    done = finance.go_on(shown, BASES, step="record")
    assert done.status == 200, done.text
    assert site.console.ledger.position() == before + 3
    assert [base_of(site, each) for each in ("E01", "E10")] == ["900.00", "1850.00"]
    assert last(site)["fields"]["by"] == "F01"

    again = finance.go_on(shown, BASES, step="record")
    assert again.status == 200, again.text
    assert own_words(language)["done_again"] in again.text
    assert own_words(language)["done_at"].format(position=f"{before + 1}–#{before + 3}") in again.text
    assert site.console.ledger.position() == before + 3


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", ["xlsx", "ods", "csv"])
def test_bases_come_from_a_sheet_as_offices_keep_it(form: str, language: str, site: Served) -> None:
    finance, before = site.signed_in("F01", language), site.console.ledger.position()
    rows = [
        ["季度獎金"],
        ["部門", "工號", "姓名", "基數（元）"],
        ["前臺", "E01", "李", "900"],
        ["前臺", "E10", "王", 1850.5],
    ]
    total = ["合計", "", "", 2750.5]
    shown = finance.upload(BASES, f"q3.{form}", Made([*rows, total], form).content(), step="check")
    assert shown.status == 200, shown.text
    assert site.console.ledger.position() == before
    assert finance.go_on(shown, BASES, step="record").status == 200
    assert [base_of(site, each) for each in ("E01", "E10")] == ["900.00", "1850.50"]
    assert site.console.ledger.position() == before + 2


def test_what_is_wrong_in_a_sheet_of_bases_is_told_and_its_lines_stand_in_the_box(site: Served) -> None:
    finance, before = site.signed_in("F01"), site.console.ledger.position()
    for content, word in (
        (Made([["工號", "姓名"], ["E01", "李"]]).content(), "base"),
        (Made([["工號", "基數"], ["E01", ""]], formulas={"B2": "=1+1"}).content(), "B2"),
        (b"PK\x03\x04 and nothing behind", ""),
        (b"x" * (1024 * 1024 + 1), "1024"),
    ):
        answer = finance.upload(BASES, "q3.xlsx", content, step="check")
        assert (answer.status, word in answer.text) == (422, True), word
    wrong = Made([["工號", "基數"], ["E01", 900], ["E99", 800], ["E10", ""]]).content()
    answer = finance.upload(BASES, "q3.xlsx", wrong, step="check")
    assert [n for n in range(1, 4) if f"<li>line {n} " in answer.text] == [2, 3]
    assert "E01\t900\nE99\t800\nE10</textarea>" in answer.text
    assert site.console.ledger.position() == before


def test_what_stands_so_already_is_not_recorded_again(site: Served) -> None:
    finance = site.signed_in("F01")
    finance.through(BASES, bases="E01 900")
    before = site.console.ledger.position()
    same = finance.send(BASES, step="check", bases="E01 900")
    assert own_words("en")["together_nothing"] in same.text
    assert finance.go_on(same, BASES, step="record").status == 409
    assert site.console.ledger.position() == before
    shown = finance.send(BASES, step="check", bases="E01 900\nE10 800")
    for _ in range(2):
        answer = finance.go_on(shown, BASES, step="record")
        assert (answer.status, site.console.ledger.position()) == (200, before + 1)
        assert own_words("en")["done_at"].format(position=before + 1) in answer.text


def test_what_is_refused_only_when_it_is_recorded_is_named_and_nothing_pasted_is_lost(
    site: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    finance, people = site.signed_in("F01"), lacking(site)
    shown = finance.send(TOLD, step="check", employee="\n".join(people[:2]))
    record = Desk.record_each

    def meanwhile(desk: Desk, lines: list[bytes], allowed: Any, dry_run: bool = False) -> Any:
        if not dry_run:
            other = {
                "do": "record_deduction_notice",
                "employee": people[1],
                "site": "jinse",
                "month": "2026-07",
            }
            site.console.ledger.record.typed({**other, "on": "2026-09-10", "by": "F01"})
        return record(desk, lines, allowed, dry_run)

    monkeypatch.setattr(Desk, "record_each", meanwhile)
    answer = finance.go_on(shown, TOLD, step="record")
    assert (answer.status, answer.text.count("<li>line ")) == (422, 1)
    assert answer.text.count(" checked") == 2
    assert people[0] in lacking(site)


def test_a_base_goes_back_to_what_it_was(site: Served) -> None:
    finance = site.signed_in("F01")
    for amount in ("900.00", "950.00", "900.00"):
        assert finance.through(BASES, bases=f"E01 {amount}").status == 200
        assert base_of(site, "E01") == amount


def test_one_wrong_line_keeps_all_of_them_out_and_each_is_named(site: Served) -> None:
    finance, before = site.signed_in("F01"), site.console.ledger.position()
    text = "E01 900\nE99 800\nE10\nE06 viel\nE01 901\nE07 -5"
    for step in ("check", "record"):
        answer = finance.send(BASES, step=step, bases=text)
        assert answer.status == 422
        assert [n for n in range(1, 7) if f"<li>line {n} " in answer.text] == [2, 3, 4, 5, 6]
        assert "E06 viel" in answer.text
    assert finance.send(BASES, step="check", bases=" \n").status == 422
    assert site.console.ledger.position() == before


@pytest.mark.parametrize("line", ["E10 李 1 850", "E06 700 800", "E10 李,1 850", "E06 ¥700 800"])
def test_an_amount_that_is_in_two_pieces_is_refused(line: str, site: Served) -> None:
    answer = site.signed_in("F01").send(BASES, step="check", bases=line)
    assert (answer.status, line.partition(" ")[2] in answer.text) == (422, True)


def test_what_changed_since_it_was_shown_is_shown_again(site: Served) -> None:
    finance = site.signed_in("F01")
    shown = finance.send(BASES, step="check", bases="E01 900")
    other = {"do": "record_bonus_base", "employee": "E01", "quarter": "2026-Q3", "base": "1.00", "by": "F01"}
    site.console.ledger.record.typed(other)
    answer = finance.go_on(shown, BASES, step="record")
    assert (answer.status, base_of(site, "E01")) == (409, "1.00")
    assert finance.go_on(answer, BASES, step="record").status == 200
    assert base_of(site, "E01") == "900.00"


@pytest.mark.parametrize("viewer", ["E06", "I01", "H02", "D01", "C01", "AU1", "X01"])
def test_whoever_keeps_no_wages_records_no_bases(viewer: str, site: Served) -> None:
    before, browser = site.console.ledger.position(), site.signed_in(viewer)
    assert BASES not in browser.open(QUARTER).text
    assert browser.open(BASES).status == 403
    assert site.console.ledger.position() == before


def test_a_quarter_shows_everybody_to_whoever_handles_pay_and_else_ones_own(site: Served) -> None:
    site.signed_in("F01").through(BASES, bases="E01 912.34\nE10 856.78")
    assert "912.34" in site.signed_in("D01").open(QUARTER).text
    own = site.signed_in("E01").open(QUARTER).text
    assert "912.34" in own and "856.78" not in own


def test_finance_of_another_site_records_its_bases_and_stays_there(site: Served) -> None:
    site.console.ledger.record.apply(
        office.lines([office.appoint("finance", "E10", site="other", **{"from": "2026-09-01"})])
    )
    finance, there = site.signed_in("E10"), "?site=other"
    assert f'href="{BASES}{there}"' in finance.open(QUARTER + there).text
    own = "?site=jinse"
    assert BASES not in finance.open(QUARTER + own).text and finance.open(BASES + own).status == 403
    done = finance.through(BASES + there, bases="X01 900")
    assert done.status == 200 and f'href="{QUARTER}{there}"' in done.text
    assert last(site)["fields"]["employee"] == "X01"


# --- told in writing ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_those_who_were_told_are_chosen_and_recorded_together(language: str, site: Served) -> None:
    finance, people = site.signed_in("F01", language), lacking(site)
    assert len(people) > 1
    assert f'href="{TOLD}"' in finance.open(PAYROLL).text
    assert own_words(language)["told_not"] in finance.open(PAYROLL).text
    assert finance.open(f"{TOLD}?all=yes").text.count(" checked") == len(people)
    assert told(finance, people[:2]).status == 200
    assert lacking(site) == people[2:]
    assert (last(site)["kind"], last(site)["fields"]["by"]) == ("deduction_notice_recorded", "F01")

    assert told(finance, people[2:]).status == 200
    assert lacking(site) == []
    assert TOLD not in finance.open(PAYROLL).text
    assert own_words(language)["told_all"] in finance.open(TOLD).text


def told(browser: Browser, people: list[str], **fields: str):  # type: ignore[no-untyped-def]
    return browser.through(TOLD, employee="\n".join(people), **fields)


def test_the_pages_of_a_site_lead_to_those_of_the_same_site(site: Served) -> None:
    finance, there = site.signed_in("F01"), "?site=jinse"
    payroll = finance.open(PAYROLL + there).text
    for path in (f"{PAYROLL}/return", f"{PAYROLL}/reconciliation", TOLD, QUARTER):
        assert f'href="{path}{there}"' in payroll
    form = finance.open(TOLD + there).text
    assert f'href="{PAYROLL}{there}"' in form
    assert f'href="{TOLD}{there}&amp;all=yes"' in form
    assert f'href="{PAYROLL}/reconciliation{there}"' in finance.open(f"{PAYROLL}/return{there}").text
    assert f'href="{PAYROLL}/return{there}"' in finance.open(f"{PAYROLL}/reconciliation{there}").text


def test_whether_it_is_theirs_is_asked_of_everybody_who_was_not_told(
    site: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, could = lacking(site)[0], Desk.could
    monkeypatch.setattr(
        Desk, "could", lambda desk, asked: asked.get("employee") != first and could(desk, asked)
    )
    assert site.signed_in("F01").open(TOLD).status == 200


def test_a_form_that_is_sent_twice_is_recorded_once(site: Served) -> None:
    finance, people = site.signed_in("F01"), lacking(site)
    shown = finance.send(TOLD, step="check", employee=people[0])
    finance.go_on(shown, TOLD, step="record")
    before = site.console.ledger.position()
    again = finance.go_on(shown, TOLD, step="record")
    assert (again.status, site.console.ledger.position()) == (200, before)
    assert own_words("en")["done_again"] in again.text


def test_nobody_chosen_a_day_before_the_close_and_somebody_told_before_are_refused(site: Served) -> None:
    finance, people = site.signed_in("F01"), lacking(site)
    told(finance, people[:1])
    before = site.console.ledger.position()
    assert told(finance, []).status == 422
    assert told(finance, people[1:], on="2026-07-01").status == 422
    twice = told(finance, people[:2])
    assert (twice.status, twice.text.count("<li>line ")) == (422, 1)
    assert site.console.ledger.position() == before


@pytest.mark.parametrize(("viewer", "status"), [("E06", 403), ("H02", 403), ("Q01", 403), ("AU1", 403)])
def test_whoever_hands_out_no_notices_records_none(viewer: str, status: int, site: Served) -> None:
    before, browser = site.console.ledger.position(), site.signed_in(viewer)
    assert TOLD not in browser.open(PAYROLL).text
    assert browser.open(TOLD).status == status
    assert site.console.ledger.position() == before
