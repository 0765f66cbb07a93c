"""The appraisal in the console: who sees which sheet and which words, and the way from a mark to an approved month."""

import pytest

from tests.web.served import PASSWORD, Browser, Served, hidden

SHEET = "/appraisals/2026-08/E06"


def recorded(browser: Browser, path: str, **fields: str) -> str:
    """Fills in a form, checks it and records it; the page that says so."""
    checked = browser.open(path, {**hidden(browser.open(path).text), **fields, "step": "check"})
    assert checked.status == 200, checked.text
    done = browser.open(path, {**hidden(checked.text), "step": "record"})
    assert done.status == 200 and "data-recorded" in done.text, done.text
    return done.text


def refused(browser: Browser, path: str, **fields: str) -> str:
    """Fills in a form that is refused at its check; the page that says why."""
    checked = browser.open(path, {**hidden(browser.open(path).text), **fields, "step": "check"})
    assert checked.status == 422, checked.text
    return checked.text


# --- who sees what ------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", ["E06", "S03", "H03", "Q01", "O01", "D01", "M01", "C01", "AU1"])
def test_a_sheet_is_read_by_whose_it_is_and_whoever_may_know_its_points(person: str, read: Served) -> None:
    shown = read.signed_in(person).open(SHEET)
    assert shown.status == 200 and "97" in shown.text


@pytest.mark.parametrize("person", ["E07", "I01", "H02", "UN1"])
def test_a_sheet_is_read_by_nobody_else(person: str, read: Served) -> None:
    assert read.signed_in(person).open(SHEET).status == 403
    assert read.signed_in(person).open(f"{SHEET}.json").status == 403


def test_of_another_site_nobody_knows_that_there_is_a_sheet(read: Served) -> None:
    assert read.signed_in("X01").open(SHEET).status == 404


@pytest.mark.parametrize(
    ("person", "reads"), [("E06", True), ("H03", True), ("Q01", True), ("S03", False), ("O01", False)]
)
def test_the_words_of_a_mark_are_for_whom_they_concern(person: str, reads: bool, read: Served) -> None:
    browser = read.signed_in(person)
    for path in (SHEET, "/checks/C1"):
        assert ("遲到十分鐘" in browser.open(path).text) is reads


@pytest.mark.parametrize(
    ("person", "reads"), [("E06", True), ("Q01", True), ("D01", True), ("H03", False), ("O01", False)]
)
def test_whoever_published_reads_an_objection_only_once_it_is_verified(
    person: str, reads: bool, read: Served
) -> None:
    shown = read.signed_in(person).open("/objections/O1")
    assert shown.status == 200 and ("替同事頂班" in shown.text) is reads
    assert read.signed_in("H02").open("/objections/O1").status == 403
    assert "配件到貨" in read.signed_in("H02").open("/objections/O2").text


def test_each_figure_leads_to_its_explanation(read: Served) -> None:
    browser = read.signed_in("E06")
    assert "/people/E06/months/2026-08#appraisal.d" in browser.open(SHEET).text
    why = browser.open("/people/E06/months/2026-08").text
    assert 'id="appraisal.d"' in why and "/checks/C1" in why
    assert "/people/E06/months" not in read.signed_in("S03").open(SHEET).text


def test_a_month_shows_a_head_the_department_and_somebody_their_own_sheet(read: Served) -> None:
    head = read.signed_in("H03").open("/appraisals/2026-08").text
    assert "E06" in head and "E07" in head and "engineering" not in head
    own = read.signed_in("E06").open("/appraisals/2026-08").text
    assert SHEET in own and "E07" not in own and "吳**" in own
    assert "2026-08" in read.signed_in("E06").open("/appraisals").text


def test_nobody_looked_is_no_score(read: Served) -> None:
    shown = read.signed_in("E07").open("/appraisals/2026-08/E07").text
    assert "Nobody looked" in shown and "of 100" not in shown


# --- from a mark to an approved month -----------------------------------------------------------------


def test_a_mark_is_recorded_stands_on_the_sheet_and_is_taken_back(site: Served) -> None:
    head = site.signed_in("H01")
    assert "/checks/new?employee=E01&amp;month=2026-08" in head.open("/appraisals/2026-08/E01").text
    filled = {
        "kind": "monthly",
        "dimension": "b",
        "direction": "taken_off",
        "points": "2",
        "day": "2026-08-28",
    }
    recorded(head, "/checks/new?employee=E01&month=2026-08", **filled, note="交班漏了一項")
    shown = head.open("/appraisals/2026-08/E01").text
    assert "交班漏了一項" in shown and "Score 96 of 100" in shown
    name = "C2026-0001"
    assert f"/checks/{name}" in shown
    recorded(head, f"/checks/{name}/withdrawal", reason="記錯了")
    assert "Score 98 of 100" in head.open("/appraisals/2026-08/E01").text
    assert "/withdrawal" not in head.open(f"/checks/{name}").text


def test_a_mark_that_names_a_notice_is_what_its_page_leads_to(site: Served) -> None:
    filled = {"dimension": "a", "direction": "taken_off", "points": "1", "day": "2026-08-28", "note": "x"}
    path = "/checks/new?employee=E10&month=2026-08"
    done = recorded(site.signed_in("Q01"), path, **filled, notice="N801")
    assert 'href="/checks/C2026-0001"' in done and 'href="/notices/N801"' not in done


def test_whoever_is_not_the_head_is_offered_only_what_is_theirs(site: Served) -> None:
    quality = site.signed_in("Q01").open("/checks/new?employee=E01&month=2026-08").text
    assert 'value="daily"' not in quality and "quality" in quality
    assert site.signed_in("I01").open("/checks/new").status == 403
    assert site.signed_in("H02").open("/checks/new?employee=H01&month=2026-08").status == 403


def test_a_mark_that_is_refused_says_why_and_keeps_what_was_filled_in(site: Served) -> None:
    filled = {
        "dimension": "d",
        "direction": "taken_off",
        "points": "1",
        "day": "2026-09-10",
        "note": "外出未登記",
    }
    shown = refused(site.signed_in("Q01"), "/checks/new?employee=E01", **filled)
    assert "外出未登記" in shown and "dimension" in shown


def test_the_check_shows_what_a_mark_moves_to_whoever_may_see_the_sheet(site: Served) -> None:
    filled = {"dimension": "e", "direction": "added", "points": "1", "day": "2026-08-28", "note": "主動"}
    path = "/checks/new?employee=E01&month=2026-08"
    office = site.signed_in("O01")
    checked = office.open(path, {**hidden(office.open(path).text), **filled, "step": "check"}).text
    assert "<strong>99</strong>" in checked
    other = site.signed_in("H02")
    checked = other.open(
        path, {**hidden(other.open(path).text), **filled, "kind": "duty", "step": "check"}
    ).text
    assert "<strong>99</strong>" not in checked


def test_a_month_goes_from_publication_to_approval(site: Served) -> None:
    head, office, manager = (site.signed_in(each) for each in ("H01", "O01", "M01"))
    assert "/publication" not in office.open("/appraisals/2026-08").text
    step = "/appraisals/2026-08/{}?department=front-desk"
    checked = head.open(
        step.format("publication"), {**hidden(head.open(step.format("publication")).text), "step": "check"}
    )
    assert "E01" in checked.text and "98" in checked.text
    recorded(head, step.format("publication"))
    assert "publication" not in head.open("/appraisals/2026-08").text
    assert "objections" in refused(head, step.format("report")).lower()
    site.clock.passes(days=6)
    head, office, manager = (site.signed_in(each) for each in ("H01", "O01", "M01"))
    recorded(head, step.format("report"))
    recorded(office, step.format("return"), reason="缺一張日檢表")
    recorded(head, step.format("report"))
    recorded(office, step.format("certification"))
    recorded(manager, step.format("approval"))
    with site.console.ledger.look() as look:
        told = {row["department"]: row["status"] for row in look.appraisal_summary("2026-08", "jinse")}
    assert told["front-desk"] == "approved"


def test_what_waits_on_my_day_leads_to_where_it_is_done(read: Served) -> None:
    assert "/objections/O1" in read.signed_in("Q01").open("/due?who=me").text
    assert "/appraisals/2026-08?place=cleaning" in read.signed_in("M01").open("/due?who=me").text


# --- one's own sheet ----------------------------------------------------------------------------------


def test_somebody_acknowledges_and_objects_for_themselves_alone(site: Served) -> None:
    browser = site.signed_in("E06")
    recorded(browser, f"{SHEET}/acknowledgement", how="signed")
    assert "/acknowledgement" not in browser.open(SHEET).text
    page = recorded(browser, f"{SHEET}/objection", dimension="c", statement="記錄在另一本上")
    assert "/objections/O2026-0001" in page
    assert 'value="c"' not in browser.open(f"{SHEET}/objection").text
    shown = refused(site.signed_in("S03"), f"{SHEET}/objection", dimension="a", statement="代他提出")
    assert "代他提出" in shown


def test_an_objection_is_verified_once_with_the_password(site: Served) -> None:
    quality = site.signed_in("Q01")
    assert "below" not in quality.open("/objections/O1").text
    path = "/objections/O1/verification"
    shown = refused(quality, path, score="9", reasons="低於公布分")
    assert "13" in shown
    site.clock.passes(minutes=6)
    checked = quality.open(
        path, {**hidden(quality.open(path).text), "score": "15", "reasons": "有頂班記錄", "step": "check"}
    )
    assert 'name="password"' in checked.text and "<strong>15</strong>" in checked.text
    unsigned = quality.open(path, {**hidden(checked.text), "step": "record"})
    assert unsigned.status == 401
    done = quality.open(path, {**hidden(unsigned.text), "password": PASSWORD, "step": "record"})
    assert done.status == 200 and "data-recorded" in done.text
    assert "有頂班記錄" in site.signed_in("H03").open("/objections/O1").text
    assert "99" in site.signed_in("E06").open(SHEET).text


def test_an_objection_is_taken_back_by_whoever_made_it(site: Served) -> None:
    assert "/withdrawal" not in site.signed_in("Q01").open("/objections/O1").text
    refused(site.signed_in("Q01"), "/objections/O1/withdrawal")
    browser = site.signed_in("E06")
    recorded(browser, "/objections/O1/withdrawal")
    assert "/withdrawal" not in browser.open("/objections/O1").text


def test_what_is_published_is_what_was_shown(site: Served) -> None:
    head, path = site.signed_in("H01"), "/appraisals/2026-08/publication?department=front-desk"
    checked = head.open(path, {**hidden(head.open(path).text), "step": "check"})
    filled = {
        "dimension": "e",
        "direction": "taken_off",
        "points": "1",
        "day": "2026-08-28",
        "note": "看手機",
    }
    recorded(site.signed_in("O01"), "/checks/new?employee=E01&month=2026-08", **filled)
    moved = head.open(path, {**hidden(checked.text), "step": "record"})
    assert moved.status == 409 and "97" in moved.text
    done = head.open(path, {**hidden(moved.text), "step": "record"})
    assert done.status == 200 and "data-recorded" in done.text
