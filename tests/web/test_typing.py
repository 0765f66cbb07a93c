"""What came on paper is recorded in its author's name, told to them, and may be said not to be theirs."""

import re

import pytest

from ledger.terms import LANGUAGES
from tests.web.served import Answer, Browser, Served
from web.spoken import own_words

NOTICE = {
    "2": {"clause": "FD-03"},
    "3": {"points": "2", "occurred_at": "2026-09-08T09:00", "place": "客服中心"},
    "4": {"narrative": "未戴工牌"},
}


def typed(browser: Browser, author: str, paper: str = "2026/0042", language: str = "en") -> Answer:
    """A notice about E10 that somebody wrote on paper, through its screens."""
    page = to_be_recorded(browser, author, paper, language)
    return recorded(browser, page, language) if page.status == 200 else page


def to_be_recorded(browser: Browser, author: str, paper: str = "2026/0042", language: str = "en") -> Answer:
    """The same up to what it would come to."""
    path = f"/typing/issue_notice?lang={language}"
    page = browser.send(path, employee="E10", step="1")
    for step, fields in NOTICE.items():
        page = browser.go_on(page, path, step=step, **fields)
    return browser.go_on(page, path, step="check", author=author, paper=paper, issued_on="2026-09-08")


def recorded(browser: Browser, page: Answer, language: str = "en") -> Answer:
    return browser.go_on(page, f"/typing/issue_notice?lang={language}", step="record")


def last(site: Served) -> dict:  # type: ignore[type-arg]
    ledger = site.console.ledger
    with ledger.look_at_log() as look:
        return look.event_at(ledger.position())[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_paper_is_recorded_in_its_authors_name_and_told_to_them(language: str, site: Served) -> None:
    assert typed(site.signed_in("O01"), "I01", language=language).status == 200
    entry = last(site)
    assert entry["fields"]["issued_by"] == "I01"
    assert re.fullmatch(r"O01@web/[0-9a-f]{8} paper 2026/0042", entry["operator"])

    author = site.signed_in("I01", language)
    assert "O01" in author.open("/due").text
    assert "2026/0042" in author.open("/in-my-name").text
    assert "2026/0042" not in site.signed_in("I02").open("/in-my-name").text
    site.clock.passes(days=14)
    assert "2026/0042" not in site.signed_in("I01").open("/in-my-name").text


@pytest.mark.parametrize("author", ["i01", "Ｉ０１", "鄧志遠"])
def test_an_author_is_told_however_they_were_named(author: str, site: Served) -> None:
    assert typed(site.signed_in("O01"), author).status == 200
    assert "2026/0042" in site.signed_in("I01").open("/in-my-name").text


def test_an_author_is_told_of_a_paper_that_had_to_be_sent_again(
    site: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = site.signed_in("O01")
    page = to_be_recorded(office, "I01")
    with monkeypatch.context() as broken:
        broken.setattr(site.console.transcriptions, "add", None)
        assert recorded(office, page).status == 500
    assert last(site)["fields"]["issued_by"] == "I01"
    assert "2026/0042" not in site.signed_in("I01").open("/in-my-name").text

    assert recorded(office, page).status == 200
    assert "2026/0042" in site.signed_in("I01").open("/in-my-name").text


def test_what_is_said_not_to_be_ones_own_is_told_to_manager_and_auditor_and_records_nothing(
    site: Served,
) -> None:
    typed(site.signed_in("O01"), "I01")
    before = site.console.ledger.position()
    assert "not theirs" not in site.signed_in("M01").open("/in-my-name").text
    site.signed_in("I01").send("/in-my-name")

    assert site.console.ledger.position() == before
    for viewer, told in {"M01": True, "AU1": True, "D01": False, "I02": False}.items():
        assert ("not theirs" in site.signed_in(viewer).open("/due").text) == told, viewer


def test_nobody_says_of_anothers_paper_that_it_is_not_theirs(site: Served) -> None:
    typed(site.signed_in("O01"), "I01")
    (row,) = site.console.transcriptions.recent()
    page = site.signed_in("I02").open("/in-my-name")
    site.console.transcriptions.dispute(row["position"], "I02")

    assert '<form method="post" action="/in-my-name"' not in page.text
    assert site.console.transcriptions.recent() == [row]


@pytest.mark.parametrize("paper", ["", "x" * 41, "<b>", "g" * 64])
def test_a_paper_has_a_number_or_the_digest_of_its_scan(paper: str, site: Served) -> None:
    before = site.console.ledger.position()
    assert typed(site.signed_in("O01"), "I01", paper).status == 422
    assert site.console.ledger.position() == before
    assert typed(site.signed_in("O01"), "I01", "ab" * 32).status == 200


@pytest.mark.parametrize(
    ("typist", "author"), [("O01", "O01"), ("O01", "E01"), ("O01", "X01"), ("Q01", "Q01")]
)
def test_a_paper_is_somebody_elses_who_was_entitled(typist: str, author: str, site: Served) -> None:
    before = site.console.ledger.position()
    assert typed(site.signed_in(typist), author).status == 422
    assert site.console.ledger.position() == before


@pytest.mark.parametrize(
    ("viewer", "do", "status"),
    [
        ("I01", "issue_notice", 403),
        ("Q01", "issue_notice", 200),
        ("Q01", "file_appeal", 403),
        ("D01", "file_appeal", 403),
    ],
)
def test_papers_are_typed_by_the_office(viewer: str, do: str, status: int, site: Served) -> None:
    assert site.signed_in(viewer).open(f"/typing/{do}").status == status


def test_decisions_are_typed_for_nobody(site: Served) -> None:
    assert site.signed_in("O01").open("/typing/decide_appeal").status == 404


def test_an_appeal_and_an_acknowledgement_on_paper_are_the_employees_own(site: Served) -> None:
    typed(site.signed_in("O01"), "I01")
    office, notice = site.signed_in("O01"), str(last(site)["fields"]["notice"])
    rest = {"notice": notice, "author": "E10", "paper": "P-1", "on": "2026-09-09", "step": "check"}
    path = "/typing/acknowledge_notice"
    page = office.send(path, how="signed", **rest)
    assert office.go_on(page, path, step="record").status == 200
    path = "/typing/file_appeal"
    page = office.send(path, target="notice", number=notice, ground="facts", statement="工牌在櫃檯", **rest)
    assert office.go_on(page, path, step="record").status == 200

    assert last(site)["fields"]["by"] == "E10"
    assert len(site.console.transcriptions.recent()) == 3


def sent(browser: Browser, paper: str, **fields: str) -> Answer:
    """A paper of one screen, to the end."""
    path = f"/typing/{paper}"
    page = browser.send(path, step="check", paper="2026/0043", on="2026-09-09", **fields)
    return browser.go_on(page, path, step="record") if page.status == 200 else page


def test_a_notice_that_was_not_signed_is_typed_with_its_witnesses(site: Served) -> None:
    typed(site.signed_in("O01"), "I01")
    notice = last(site)["fields"]["notice"]
    told = {"notice": notice, "how": "refused", "author": "I01"}
    done = sent(site.signed_in("O01"), "acknowledge_notice", **told, witnesses="E02\nE03")

    assert done.status == 200, done.text
    fields = last(site)["fields"]
    assert (fields["how"], fields["by"], fields["witnesses"]) == ("refused", "I01", ["E02", "E03"])


def test_an_appeal_on_paper_may_be_against_a_share(site: Served) -> None:
    page = site.signed_in("O01").open("/typing/file_appeal").text
    assert 'value="liability"' in page and 'value="sanction"' in page
    told = {"ground": "facts", "statement": "當時不在場", "late_reason": "郵寄延誤"}
    done = sent(site.signed_in("O01"), "file_appeal", target="notice", number="N807", author="E04", **told)
    shared = sent(
        site.signed_in("O01"), "file_appeal", target="liability", number="N701", author="S03", **told
    )
    assert (done.status, shared.status) == (422, 200), "one waits about N807 already"
    fields = last(site)["fields"]
    assert (fields["against"], fields["target"], fields["by"]) == ("liability", "N701", "S03")


# --- one's own appraisal sheet ------------------------------------------------------------------------------


def test_an_objection_to_a_sheet_on_paper_is_the_persons_own_and_told_to_them(site: Served) -> None:
    office = site.signed_in("O01")
    page = office.open("/typing/object_appraisal").text
    assert own_words("en")["typed_own_sheet"] in page
    told = {"author": "E06", "month": "2026-08"}
    signed = sent(office, "acknowledge_appraisal", how="signed", **told)
    assert signed.status == 200, signed.text
    done = sent(office, "object_appraisal", dimension="c", statement="記錄在另一本上", **told)
    assert done.status == 200, done.text

    entry = last(site)
    assert (entry["kind"], entry["fields"]["employee"]) == ("appraisal_objected", "E06")
    assert re.fullmatch(r"O01@web/[0-9a-f]{8} paper 2026/0043", entry["operator"])
    assert site.signed_in("E06").open("/in-my-name").text.count("2026/0043") == 2


def test_that_somebody_would_not_sign_their_sheet_is_typed_with_the_witnesses(site: Served) -> None:
    told = {"author": "E06", "month": "2026-08", "witnesses": "M01 \nS03"}
    assert sent(site.signed_in("O01"), "acknowledge_appraisal", how="refused", **told).status == 200
    assert (last(site)["fields"]["how"], last(site)["fields"]["witnesses"]) == ("refused", ["M01", "S03"])


def test_nobody_but_the_office_types_what_is_said_of_a_sheet(site: Served) -> None:
    for viewer in ("Q01", "H02", "D01"):
        assert site.signed_in(viewer).open("/typing/object_appraisal").status == 403
