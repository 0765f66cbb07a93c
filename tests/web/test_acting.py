"""What a form says to somebody without a manual: of figures, of what was looked for, of a password."""

import re

import pytest

from ledger import errors
from ledger.access.acts import FOUR_EYES
from ledger.commands import COMMANDS
from ledger.terms import LANGUAGES
from tests.web.served import PASSWORD, Answer, Browser, Served
from tests.web.test_api_problems import blanks, raised
from web.acts import Act
from web.speech import UNPROVEN, Speech
from web.step_up import HEAVY

FIRST = {"employee": "E10", "clause": "FD-03", "points": "2", "occurred_at": "2026-09-08 09:00"}
"""A first notice of the month about somebody."""


def checked(browser: Browser, **more: str) -> Answer:
    return browser.send("/notices/new?lang=en", narrative="桌面雜亂", step="check", **{**FIRST, **more})


def test_a_first_notice_of_a_month_moves_figures(site: Served) -> None:
    text = checked(site.signed_in("D01")).text

    moved = re.findall(r'<th scope="row">([^<]+)</th>.*?>([^<]+)</td>.*?<strong>([^<]+)</strong>', text)
    assert ("Points", "0", "2") in moved
    assert ("Deduction (RMB)", "0.00", "10.00") in moved
    assert "No figure of any month moves." not in text


def test_whoever_may_not_see_the_figures_is_told_that_some_move(site: Served) -> None:
    text = checked(site.signed_in("I01")).text

    assert "It moves figures of others too" in text
    assert "No figure of any month moves." not in text
    assert "10.00" not in text


def test_a_search_that_finds_nothing_says_so(site: Served) -> None:
    inspector = site.signed_in("I01")

    page = inspector.send("/notices/new?lang=en", find_person="nobody", find="1")
    assert "Nothing fits “nobody”" in page.text
    page = inspector.send("/notices/new?lang=en", employee="E10", find_clause="zzz", find="2")
    assert "Nothing fits “zzz”" in page.text
    assert "Nothing fits" in inspector.open("/policy?lang=en&q=zzz").text


def test_a_department_is_found_by_its_usual_name(site: Served) -> None:
    page = site.signed_in("I01").send("/notices/new?lang=zh-Hant", find_person="客服部", find="1")
    assert 'value="E10"' in page.text
    assert 'value="E05"' not in page.text


def test_why_it_is_another_occurrence_is_asked_once_it_was_refused(site: Served) -> None:
    inspector = site.signed_in("I01")
    path = "/notices/new?lang=en"
    page = inspector.send(path, **FIRST, step="3")
    assert 'name="narrative"' in page.text
    assert 'name="distinct_because"' not in page.text

    inspector.go_on(checked(inspector), path, step="record")
    refused = checked(inspector)
    assert refused.status == 422
    assert 'name="distinct_because"' in refused.text
    assert checked(inspector, distinct_because="another desk").status == 200


def test_a_wrong_password_is_called_wrong(site: Served) -> None:
    reviewer = site.signed_in("H02")
    site.clock.passes(minutes=6)
    path = "/appeals/A09/decision?lang=en"
    page = reviewer.send(path, outcome="dismissed", reasons="as found", step="check")

    assert "takes it again" in reviewer.go_on(page, path, step="record").text
    assert "is not right" in reviewer.go_on(page, path, step="record", password="not the one at all").text
    assert reviewer.go_on(page, path, step="record", password=PASSWORD).status == 200


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_missing_or_wrong_is_named_and_leads_to_its_field(language: str, site: Served) -> None:
    inspector, path = site.signed_in("I01"), f"/notices/new?lang={language}"
    lacking = inspector.send(path, employee="E10", clause="FD-03", step="3").text
    assert '<a href="#points">' in lacking and '<a href="#occurred_at">' in lacking
    assert re.search(r'<input id="points" aria-invalid="true"', lacking)
    assert not re.search(r'<input id="place" aria-invalid', lacking)

    wrong = inspector.send(path, **{**FIRST, "points": "many"}, narrative="x", step="check")
    assert wrong.status == 422
    assert '<a href="#points">' in wrong.text and 'id="points" aria-invalid="true"' in wrong.text


def test_the_receipt_page_names_the_hash_and_hands_out_what_is_ones_own(site: Served) -> None:
    for viewer, act, field, own in (
        ("E04", "rectification", "action", True),
        ("D01", "remark", "text", False),
    ):
        browser, path = site.signed_in(viewer), f"/notices/N807/{act}"
        done = browser.go_on(browser.send(path, **{field: "已補貼"}, step="check"), path, step="record")
        position = site.console.ledger.position()
        assert done.status == 200
        assert site.console.ledger.log.hashes([position])[position] in done.text
        assert ('href="/receipts/notice:N807"' in done.text) is own
    assert site.signed_in("E04").send("/receipts/notice:N807").status == 200


def test_no_receipt_is_had_of_what_is_nobodys_record(site: Served) -> None:
    for name in ("action:AC1", "inspection:INS-1", "site:jinse", "sitting:K1"):
        assert site.signed_in("S01").open(f"/receipts/{name}").status in (403, 404), name


@pytest.mark.parametrize("typed", ["1", "１", " １ "])
def test_points_may_be_typed_as_an_input_method_has_them(typed: str, site: Served) -> None:
    reviewer = site.signed_in("H02")
    path = "/appeals/A09/decision?lang=en"
    form = reviewer.open(path).text
    (pattern,) = re.findall(r'<input id="points"[^>]* pattern="([^"]+)"', form)
    assert re.fullmatch(pattern, typed), "the browser would not send it"
    assert not re.fullmatch(pattern, "1.5")
    page = reviewer.send(path, outcome="reduced", points=typed, reasons="as found", step="check")
    assert reviewer.go_on(page, path, step="record").status == 200
    assert reviewer.open("/appeals/A09.json").text.count('"reduced"') > 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reviewer_records_a_hearing_and_who_was_there_reads_it(language: str, site: Served) -> None:
    reviewer = site.signed_in("H02")
    assert 'href="/appeals/A09/hearing"' in reviewer.open("/appeals/A09").text
    path = f"/appeals/A09/hearing?lang={language}"
    told = {"on": "2026-09-09", "present": "e04， Ｑ０１", "summary": "員工說明張貼過程"}
    page = reviewer.send(path, step="check", **told)
    assert reviewer.go_on(page, path, step="record").status == 200
    with site.console.ledger.look_at_log() as look:
        fields = look.event_at(site.console.ledger.position())[0]["fields"]
    assert (fields["appeal"], fields["present"], fields["on"]) == ("A09", ["E04", "Q01"], "2026-09-09")
    assert "員工說明張貼過程" in reviewer.open("/appeals/A09").text
    assert "員工說明張貼過程" in site.signed_in("E04").open("/appeals/A09").text
    assert "員工說明張貼過程" not in site.signed_in("I02").open("/appeals/A09").text


def test_only_the_reviewer_records_a_hearing(site: Served) -> None:
    for person in ("E04", "I02", "D01"):
        assert "/appeals/A09/hearing" not in site.signed_in(person).open("/appeals/A09").text
        assert site.signed_in(person).send(
            "/appeals/A09/hearing", step="check", on="2026-09-09", summary="x"
        ).status in (
            403,
            422,
        )


def test_a_decided_appeal_is_not_called_stayed(site: Served) -> None:
    reviewer = site.signed_in("H02")
    assert "Now (stayed)" in reviewer.open("/appeals/A09?lang=en").text
    path = "/appeals/A09/decision?lang=en"
    page = reviewer.send(path, outcome="reduced", points="1", reasons="as found", step="check")
    reviewer.go_on(page, path, step="record")
    after = reviewer.open("/appeals/A09?lang=en").text
    assert "What each decision would cost" in after and "Now (stayed)" not in after


def test_no_code_is_offered_that_is_made_where_the_files_are(site: Served) -> None:
    site.signed_in("D01")
    clerk = site.signed_in("O01")
    page = clerk.open("/accounts?lang=en").text

    assert 'value="E10"' in page
    assert 'value="D01"' not in page
    assert "Made on the machine where the files are" in page


def test_what_is_not_to_be_read_says_so_and_where_that_stands(site: Served) -> None:
    page = site.signed_in("F01").open("/notices/N808?lang=en")
    assert page.status == 403
    assert "<h1>Not yours to read</h1>" in page.text
    assert 'href="/about"' in page.text
    assert "docs/" not in page.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_sends_anybody_to_a_terminal(language: str) -> None:
    speech = Speech(language)
    for kind, code in raised():
        error = getattr(errors, kind)(code, **dict.fromkeys(blanks(code), "E017"))
        _, hint = speech.refusal(error)

        told = (
            (hint or "").replace("kaoji verify", "") if code in UNPROVEN else hint or ""
        )  # where no page checks
        assert re.search(r"\bkaoji [a-z]|docs/|（[a-z_]+）", told) is None, code


def test_who_read_a_record_is_told_in_words(site: Served) -> None:
    site.signed_in("D01").open("/notices/N807")
    page = site.signed_in("E04").open("/me/readings?lang=zh-Hant").text

    assert "通知單 N807" in page
    assert "登記經過：通知單 N807" in page
    assert "log notice" not in page


def test_sealed_words_are_opened_by_saying_what_for_or_told_to_be_sealed(site: Served) -> None:
    company = site.signed_in("C01")
    page = company.open("/notices/N807?lang=en")
    assert 'name="purpose"' in page.text
    assert 'name="purpose"' not in company.open("/notices/N807?lang=en&purpose=a%20complaint").text

    told = site.signed_in("O01").open("/notices/N807?lang=en").text
    assert 'name="purpose"' not in told
    assert "stand as sealed" in told


@pytest.mark.parametrize(("viewer", "asks"), [("C01", True), ("D01", False), ("I01", False)])
def test_only_whom_a_purpose_opens_the_words_of_an_appeal_is_asked_for_one(
    viewer: str, asks: bool, site: Served
) -> None:
    assert ('name="purpose"' in site.signed_in(viewer).open("/appeals/A09").text) is asks


def test_an_event_is_linked_for_whoever_may_read_it(site: Served) -> None:
    assert "/log/" in site.signed_in("E04").open("/notices/N807").text
    page = site.signed_in("D01").open("/notices/N807").text
    assert "/log/" not in page
    assert "#158" in page


def test_what_takes_the_password_again_are_commands_among_them_all_that_take_a_second_person() -> None:
    assert FOUR_EYES <= HEAVY <= COMMANDS.keys()
    assert Act("close_month", (), "x").is_heavy and not Act("file_appeal", (), "x").is_heavy
