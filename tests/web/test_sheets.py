"""Day and week sheets on a phone: who was looked at, a mark on a screen of its own, the week closed; for its head alone."""

import pytest

from tests.web.served import Answer, Browser, Served, hidden

DAY = "/sheets/days/2026-09-07/new?place=front-desk"
WEEK = "/sheets/weeks/2026-08-31/new?place=engineering"
SEEN = {"seen.E01": "marked", "seen.E10": "absent", "step": "1"}
MARK = {"dimension.E01.1": "d", "sign.E01.1": "minus", "points.E01.1": "2", "note.E01.1": "工作時間看手機"}


def gone(browser: Browser, path: str, *screens: dict[str, str]) -> Answer:
    """Goes through the screens of a sheet; what the last of them shows."""
    page = browser.open(path)
    for filled in screens:
        page = browser.open(path, {**hidden(page.text), **filled})
        assert page.status == 200, page.text
    return page


def test_a_day_is_filled_in_and_recorded_once(site: Served) -> None:
    browser = site.signed_in("H01")
    checked = gone(browser, DAY, SEEN, {**MARK, "step": "2"})
    assert "工作時間看手機" in checked.text and "−2" in checked.text and "杜明珠" in checked.text
    before = site.console.ledger.position()
    for _ in range(2):
        done = browser.open(DAY, {**hidden(checked.text), "step": "record"})
        assert done.status == 200 and "/sheets/DS2026-0001" in done.text, done.text
    assert site.console.ledger.position() == before + 2, "the sheet and the mark on it"
    shown = browser.open("/sheets/DS2026-0001")
    assert shown.path == "/sheets/days/2026-09-07?place=front-desk"
    assert "工作時間看手機" in shown.text
    with site.console.ledger.look_at_log() as look:
        card = look.card("sheet", "DS2026-0001")
    assert (card["checked"], card["absent"]) == (["E01"], ["E10"]), "S01 was not looked at"


def test_whoever_was_looked_at_is_not_asked_again(site: Served) -> None:
    browser = site.signed_in("H01")
    checked = gone(browser, DAY, {"seen.E01": "checked", "step": "1"})
    browser.open(DAY, {**hidden(checked.text), "step": "record"})
    again = browser.open(DAY).text
    assert 'name="seen.E01"' not in again and 'name="seen.E10"' in again


def test_everybody_is_filled_in_at_once_and_then_corrected(site: Served) -> None:
    browser = site.signed_in("H01")
    page = browser.open(f"{DAY}&all=yes").text
    assert page.count('value="checked" checked') == 3


def test_a_second_mark_of_somebody_has_a_screen_of_its_own(site: Served) -> None:
    page = gone(site.signed_in("H01"), DAY, SEEN, {**MARK, "more.E01.1": "yes", "step": "2"})
    assert 'name="note.E01.2"' in page.text


def test_a_refusal_leads_to_the_screen_of_its_mark(site: Served) -> None:
    browser = site.signed_in("H01")
    page = gone(browser, DAY, SEEN)
    refused = browser.open(DAY, {**hidden(page.text), **MARK, "points.E01.1": "99", "step": "2"})
    assert refused.status == 422 and 'name="points.E01.1"' in refused.text


def test_a_week_is_evaluated_in_words_and_closes_its_days(site: Served) -> None:
    browser = site.signed_in("H02")
    day = "/sheets/days/2026-09-04/new?place=engineering"
    assert browser.open(day).status == 200
    checked = gone(browser, WEEK, {"summary.E03": "工單交接清楚", "step": "1"})
    assert "工單交接清楚" in checked.text
    done = browser.open(WEEK, {**hidden(checked.text), "step": "record"})
    assert done.status == 200, done.text
    assert "工單交接清楚" in browser.open("/sheets/weeks/2026-08-31?place=engineering").text
    assert browser.open(day).status == 403 and browser.open(WEEK).status == 403


def test_a_mark_of_a_week_counts_on_its_day(site: Served) -> None:
    browser = site.signed_in("H02")
    mark = {name.replace("E01", "E03"): given for name, given in MARK.items()}
    page = gone(browser, WEEK, {"seen.E03": "marked", "step": "1"})
    page = browser.open(WEEK, {**hidden(page.text), **mark, "day.E03.1": "2026-09-02", "step": "2"})
    assert browser.open(WEEK, {**hidden(page.text), "step": "record"}).status == 200
    with site.console.ledger.look_at_log() as look:
        lines = look.appraisal_sheet("E03", "2026-09")["lines"]
    assert [line["day"] for line in lines if line["source"] == "check"] == ["2026-09-02"]


def test_what_waits_leads_to_the_day(read: Served) -> None:
    page = read.signed_in("H01").open("/due").text
    assert "/sheets/days/2026-09-07?place=front-desk" in page


@pytest.mark.parametrize("person", ["E01", "H02", "D01", "Q01", "F01", "X01"])
def test_nobody_but_the_head_fills_it_in(person: str, read: Served) -> None:
    browser = read.signed_in(person)
    assert browser.open(DAY).status == 403
    assert "/new?" not in browser.open("/sheets/days/2026-09-07?place=front-desk").text


@pytest.mark.parametrize(
    ("person", "others", "words"),
    [
        ("H01", True, True),
        ("D01", True, True),
        ("E01", False, True),
        ("E10", False, False),
        ("H02", False, False),
    ],
)
def test_a_day_shows_the_rows_of_those_whose_figures_are_ones_to_see(
    person: str, others: bool, words: bool, read: Served
) -> None:
    page = read.signed_in(person).open("/sheets/days/2026-09-04?place=front-desk").text
    assert ("杜明珠" in page) == others
    assert ("遲到十分鐘" in page) == words


def test_a_week_is_told_from_its_first_day_to_its_last(read: Served) -> None:
    assert ">08-31 – 09-06<" in read.signed_in("H02").open("/sheets?month=2026-09&place=engineering").text


@pytest.mark.parametrize(
    ("person", "status"), [("H01", 200), ("D01", 200), ("H02", 403), ("E01", 403), ("X01", 404)]
)
def test_a_sheet_by_its_number_is_for_its_head_and_the_site(person: str, status: int, read: Served) -> None:
    assert read.signed_in(person).open("/sheets/DS1").status == status
