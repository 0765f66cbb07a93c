"""The dossier holds everything a reviewer needs, in three languages, stands by itself, and nobody's text can harm it."""

import base64
import copy
import hashlib
import re
import unicodedata
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from ledger.application.ledger import Ledger
from ledger.documents.dossier import dossier
from ledger.labels.citations import cited as cited_in
from ledger.labels.messages import load
from ledger.terms import LANGUAGES, Language, format_local
from tests.support import office
from tests.support.office import lines
from tests.support.story import open_ledger

CaseFile = dict[str, Any]
in_every_language = pytest.mark.parametrize("language", LANGUAGES)

SITES: dict[str, str] = {}
ZONE = "Asia/Shanghai"

HOSTILE = (
    "</div></style><script>alert(1)</script><img src=x onerror=alert(2)>"
    "\u202e\u2066txet\u2069 {{ 7 * 7 }} {% for %} \"'&lt; \u200b\ufeff\ue000 第一行\n第二行"
)
EVIDENCE = {"name": "監控 <b>.mp4", "sha256": "ab" * 32}


def story(told: str = "當時在崗，有監控為證") -> office.Commands:
    """An appeal against a joint notice of five points, with one earlier notice by the same issuer and two by others."""
    return [
        *office.office(),
        _earlier("P1", "E002", 2, issued_by="I01", day="2026-07-01"),
        _earlier("P2", "E003", 3, issued_by="I02", day="2026-07-02"),
        _earlier("P3", "E004", 9, issued_by="I02", day="2026-07-03"),
        office.file_appeal("A0", "E003", {"notice": "P2"}, "2026-07-03"),
        office.decide_appeal("A0", "revoked", "H01", "2026-07-06"),
        office.withdraw_notice("P3", "2026-07-03", by="D01"),
        office.issue_notice("N1", "E001", 5, narrative=told, evidence=[EVIDENCE], place="前台"),
        office.acknowledge_notice("N1", how="commented", statement=told),
        office.find_responsibility("N1", finding=told),
        office.file_appeal("A1", "E001", {"notice": "N1"}, statement=told),
    ]


def _earlier(notice: str, employee: str, points: int, issued_by: str, day: str) -> dict[str, Any]:
    occurred = f"{day}T10:00:00+08:00"
    return office.issue_notice(
        notice, employee, points, issued_by=issued_by, issued_on=day, occurred_at=occurred
    )


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / "kaoji.db") as opened:
        opened.record.apply(lines(story()))
        yield opened


@pytest.fixture
def case_file(ledger: Ledger) -> CaseFile:
    return ledger.review.case_file("A1")


# --- reading the page -------------------------------------------------------------------------------


class Page(HTMLParser):
    """The elements of a page with their attributes, and the text of each language's part by table cell."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.parts: dict[str, str] = {}
        self.rows: dict[str, list[list[str]]] = {}
        self._language = ""
        self._cell = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "main":
            self._language = str(dict(attrs)["lang"])
            self.parts[self._language], self.rows[self._language] = "", []
        if tag == "tr" and self._language:
            self.rows[self._language].append([])
        if tag in ("td", "th") and self._language:
            self.rows[self._language][-1].append("")
            self._cell = True

    def handle_endtag(self, tag: str) -> None:
        self._cell = self._cell and tag not in ("td", "th")
        self._language = "" if tag == "main" else self._language

    def handle_data(self, data: str) -> None:
        if self._language:
            self.parts[self._language] += data
        if self._cell:
            self.rows[self._language][-1][-1] += data


# --- what stands on it ------------------------------------------------------------------------------


@in_every_language
def test_every_section_stands_there_in_every_language(case_file: CaseFile, language: Language) -> None:
    words = load(language)
    text = Page(dossier(case_file, "en", ZONE, SITES)).parts[language]
    for key in ("to_decide", "in_short", "object", "evidence", "route", "statements", "timeline", "outcomes"):
        assert words.say(f"dossier_{key}") in text
    assert words.say("dossier_title", appeal="A1") in text
    assert words.say("dossier_explanation", employee="E001 員工E001", month="2026-08") in text
    assert words.say("dossier_precedents", clause="FD-01") in text
    assert words.say("dossier_stand", position=case_file["explanation"]["as_of"]) in text


@in_every_language
def test_it_says_what_is_decided_by_whom_and_by_when(case_file: CaseFile, language: Language) -> None:
    words = load(language)
    text = Page(dossier(case_file, "en", ZONE, SITES)).parts[language]
    people = {"reviewer": "H01 員工H01", "level": "department_head", "due_on": "2026-08-26"}
    assert words.say("dossier_pending", **people) in text
    for told in ("E001 員工E001", "I01 員工I01", words.word("facts"), "2026-08-10 10:00", "前台"):
        assert told in text
    assert case_file["object"]["clause_title"][language] in text
    assert f"監控 <b>.mp4 sha256:{'ab' * 32}" in text


def test_both_sides_are_quoted_with_day_and_position(case_file: CaseFile) -> None:
    text = Page(dossier(case_file, "en", ZONE, SITES)).parts["en"]
    assert len(case_file["statements"]) == 4
    for said in case_file["statements"]:
        kind = load("en").word(said["kind"])
        assert f"{said['on']} · {kind} · {said['by']} 員工{said['by']} · #{said['position']}" in text
        assert said["text"] in text


def test_the_route_says_why_a_level_is_skipped(case_file: CaseFile) -> None:
    rows = Page(dossier(case_file, "en", ZONE, SITES)).rows["en"]
    assert ["department head", "H01 員工H01", "present level"] in rows
    assert ["director", "D01 員工D01", "made the finding"] in rows
    assert ["manager", "M01 員工M01", ""] in rows


@in_every_language
def test_the_timeline_names_position_time_operator_and_hash(case_file: CaseFile, language: Language) -> None:
    rows = Page(dossier(case_file, "en", ZONE, SITES)).rows[language]
    for entry in case_file["timeline"]:
        (row,) = [row for row in rows if len(row) == 6 and row[0] == str(entry["position"])]
        assert row[2] == load(language).word(entry["kind"])
        assert row[5] == f"{format_local(entry['recorded_at'], ZONE)} · tester · {entry['hash'][:12]}"


@in_every_language
def test_every_figure_is_explained_by_lines_that_add_up(ledger: Ledger, language: Language) -> None:
    repeated = [
        office.issue_notice(f"N{day}", "E001", 1, occurred_at=f"{office.MONTH}-1{day}T10:00:00+08:00")
        | {"issued_on": f"{office.MONTH}-1{day}"}
        for day in (2, 3)
    ]
    ledger.record.apply(lines([*repeated, office.decide_appeal("A1", "dismissed", "H01")]))
    case_file = ledger.review.case_file("A1")
    page, words = Page(dossier(case_file, "en", ZONE, SITES)), load(language)
    figures = [figure for figure in case_file["explanation"]["figures"] if figure["entries"]]
    told = {"band": words.word("surcharge"), "public": words.word("yes"), "repeats": "FD-01"}
    numbers = {"deduction", "points", "base_fine", "surcharge", "shifted"}
    assert {*numbers, *told} == {figure["figure"] for figure in figures}
    for figure in figures:
        value = told.get(figure["figure"], str(figure["value"]))
        assert f"{words.heading(figure['figure'])}{value}" in page.parts[language]
        for entry in figure["entries"]:
            cited = "".join(f"#{position} " for position in entry["rests_on"])
            assert any(
                row[0] == str(entry["amount"])
                and cited_in(entry["rule"]["clause"], language) in row[2]
                and row[3] == cited
                for row in page.rows[language]
                if len(row) == 4
            )


def test_each_outcome_shows_everybody_and_everything_that_changes(case_file: CaseFile) -> None:
    text = Page(dossier(case_file, "en", ZONE, SITES)).parts["en"]
    assert [one["points"] for one in case_file["outcomes"]] == [None, 1, 2, 3, 4, None]
    dismissed = text[text.index("What each outcome would change") : text.index("Precedents:")]
    dismissed = dismissed[dismissed.index("dismissed") : dismissed.index("reduced (points left: 1)")]
    for report in ("Monthly summary", "Public list", "Joint liability", "Payroll hand-off", "Pay run"):
        assert report in dismissed


def test_an_outcome_of_which_nothing_changes_says_so(ledger: Ledger) -> None:
    case_file = ledger.review.case_file("A1")
    case_file["outcomes"] = [{**case_file["outcomes"][0], "difference": []}]
    assert (
        load("en").say("dossier_changes_nothing") in Page(dossier(case_file, "en", ZONE, SITES)).parts["en"]
    )


@in_every_language
def test_the_lines_of_an_outcome_are_those_of_the_what_if(case_file: CaseFile, language: Language) -> None:
    words = load(language)
    rows = Page(dossier(case_file, language, ZONE, SITES)).rows[language]
    first = case_file["outcomes"][0]
    assert (first["outcome"], first["payroll"]) == ("dismissed", {"before": "0.00", "after": "37.50"})
    own, supervisor = "E001 員工E001 · 2026-08", "L01 員工L01 · 2026-08"
    yes, no = words.word("yes"), words.word("no")
    for expected in (
        [own, words.heading("points"), "0", "5"],
        [own, words.heading("deduction"), "0.00", "37.50"],
        [own, words.heading("public"), no, yes],
        [supervisor, words.heading("joint_liability"), "–", "7.50"],
        [f"{words.word('notice')} N1", words.heading("share"), "–", "7.50"],
        [f"{supervisor} · {words.word('joint')}", words.heading("amount"), "–", "7.50"],
        ["E001 員工E001", words.heading("due"), "–", "37.50"],
    ):
        assert expected in rows
    assert rows.count([own, words.heading("public"), no, yes]) == 2, "in the monthly summary, on the list"
    assert [words.word("dismissed"), "0.00", "37.50", "0.00", "37.50"] in rows


@in_every_language
def test_precedents_are_counted_at_the_site_and_by_the_issuer(
    case_file: CaseFile, language: Language
) -> None:
    words = load(language)
    rows = Page(dossier(case_file, language, ZONE, SITES)).rows[language]
    assert [words.say("dossier_at_site"), "3", "1", "0", "1", "2", "2.50", "3"] in rows
    issuer = words.say("dossier_same_issuer", issuer="I01 員工I01")
    assert [issuer, "1", "0", "0", "0", "2", "2.00", "2"] in rows
    assert ["P2", "2026-07-02", "3", words.word("revoked"), words.word("revoked"), "I02 員工I02"] in rows
    same = f"I01 員工I01 · {words.heading('same_issuer')}"
    assert ["P1", "2026-07-01", "2", words.word("stands"), "–", same] in rows


@in_every_language
def test_every_kind_and_stage_of_an_appeal_has_its_page(tmp_path: Path, language: Language) -> None:
    """The sample office: against notices and shares, pending, decided, moot and withdrawn."""
    sample = Path(__file__).parents[2] / "cli" / "sample" / "office.jsonl"
    with open_ledger(tmp_path / "kaoji.db") as ledger, sample.open("rb") as file:
        ledger.record.apply(file)
        appeals = [row["appeal"] for row in ledger.reports.appeals()]
        assert len(appeals) == 9
        for appeal in appeals:
            page = Page(dossier(ledger.review.case_file(appeal), language, ZONE, SITES))
            assert set(page.parts) == set(LANGUAGES)


def test_a_supervisors_appeal_leaves_the_employee_a_side_of_their_own(ledger: Ledger) -> None:
    ledger.record.apply(
        lines(
            [
                office.withdraw_appeal("A1"),
                office.file_appeal("A2", "L01", {"liability": "N1"}, "2026-08-17", statement="已督導"),
            ]
        )
    )
    case_file = ledger.review.case_file("A2")
    assert [(said["side"], said["by"]) for said in case_file["statements"]] == [
        ("respondent", "I01"),
        ("employee", "E001"),
        ("respondent", "D01"),
        ("appellant", "L01"),
    ]
    text = Page(dossier(case_file, "en", ZONE, SITES)).parts["en"]
    assert "L01 員工L01 appeals against bearing a share of the fine for notice N1 of E001" in text
    assert case_file["explanation"]["employee"] == "L01"


def test_an_appeal_against_a_sanction_has_its_page(tmp_path: Path) -> None:
    sanction = {"do": "impose_sanction", "sanction": "S1", "employee": "E001", "month": office.MONTH}
    sanction |= {"kind": "warning", "reasons": "多次違規", "by": "D01", "on": "2026-08-12"}
    with open_ledger(tmp_path / "kaoji.db") as ledger:
        begun = [*office.office(), office.issue_notice("N1", "E001", 12), sanction]
        ledger.record.apply(lines([*begun, office.file_appeal("A1", "E001", {"sanction": "S1"})]))
        text = Page(dossier(ledger.review.case_file("A1"), "en", ZONE, SITES)).parts["en"]
    assert "E001 員工E001 appeals against sanction S1 for 2026-08 (warning), imposed by D01" in text
    assert "多次違規" in text and load("en").say("dossier_precedents_sanction") in text


def test_a_notice_of_many_points_is_not_reduced_to_every_number(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "kaoji.db") as ledger:
        begun = [*office.office(), office.issue_notice("N1", "E001", 5_000)]
        ledger.record.apply(lines([*begun, office.file_appeal("A1", "E001", {"notice": "N1"})]))
        case_file = ledger.review.case_file("A1")
    assert [one["points"] for one in case_file["outcomes"]] == [None, *range(1, 21), None]
    assert load("en").say("dossier_outcomes_more") in Page(dossier(case_file, "en", ZONE, SITES)).parts["en"]


# --- it stands by itself ----------------------------------------------------------------------------


def test_nothing_is_fetched_and_nothing_runs(case_file: CaseFile) -> None:
    html = dossier(case_file, "en", ZONE, SITES)
    page = Page(html)
    assert {tag for tag, _ in page.elements} <= {
        *("html", "head", "meta", "title", "style", "body", "input", "label", "main", "section", "footer"),
        *("h1", "h2", "h3", "p", "dl", "dt", "dd", "div", "span", "bdi", "br", "ul", "li"),
        *("table", "thead", "tbody", "tr", "th", "td"),
    }
    for tag, attributes in page.elements:
        assert not {"src", "href", "style", "srcset", "action"} & attributes.keys(), tag
        assert not [name for name in attributes if name.startswith("on")], tag
    style = html[html.index("<style>") + 7 : html.index("</style>")]
    assert "url(" not in style and "@import" not in style and "://" not in style
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = next(a["content"] for _, a in page.elements if a.get("http-equiv") == "Content-Security-Policy")
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@in_every_language
def test_the_language_chosen_is_the_one_shown_and_printed(case_file: CaseFile, language: Language) -> None:
    html = dossier(case_file, language, ZONE, SITES)
    page = Page(html)
    switches = [attributes for tag, attributes in page.elements if tag == "input"]
    assert [a["id"] for a in switches if "checked" in a] == [f"show-{language}"]
    assert [a["id"] for a in switches] == [f"show-{one}" for one in LANGUAGES]
    assert list(page.parts) == list(LANGUAGES)
    assert ("html", {"lang": language}) in page.elements
    for one in LANGUAGES:
        assert f"#show-{one}:not(:checked) ~ main:lang({one})" in html
    printing = html[html.index("@media print") : html.index("</style>")]
    assert "size: A4" in html and "table-header-group" in printing and ".switch" in printing


def test_equal_case_files_make_equal_pages(tmp_path: Path) -> None:
    """Of one ledger: the bytes of two with the same story differ, since each has its own keys."""
    with open_ledger(tmp_path / "kaoji.db") as ledger:
        ledger.record.apply(lines(story()))
        first = ledger.review.case_file("A1")
    with open_ledger(tmp_path / "kaoji.db") as again:
        second = again.review.case_file("A1")
    assert second == first
    for language in LANGUAGES:
        assert dossier(second, language, ZONE, SITES) == dossier(first, language, ZONE, SITES)


# --- hostile text -----------------------------------------------------------------------------------


def test_text_from_outside_stays_text(tmp_path: Path, case_file: CaseFile) -> None:
    with open_ledger(tmp_path / "hostile.db") as ledger:
        ledger.record.apply(lines(story(HOSTILE)))
        html = dossier(ledger.review.case_file("A1"), "en", ZONE, SITES)
    harmless, plain = Page(html), Page(dossier(case_file, "en", ZONE, SITES))
    assert [tag for tag, _ in harmless.elements] == [tag for tag, _ in plain.elements]
    for language in LANGUAGES:
        text = harmless.parts[language]
        assert "<script>alert(1)</script><img src=x onerror=alert(2)>" in text
        assert "{{ 7 * 7 }} {% for %} \"'&lt; " in text
        assert "\\u202e\\u2066txet\\u2069" in text and "\\u200b\\ufeff\\ue000" in text
        assert "第一行\n第二行" in text


def test_what_is_not_seen_is_shown_wherever_it_stands(case_file: CaseFile) -> None:
    """Also in what the command line would not have let in, such as an operator's name from the environment."""
    harmed = _harmed(copy.deepcopy(case_file))
    html = dossier(harmed, "en", ZONE, SITES)
    unseen = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    assert {c for c in html if unicodedata.category(c) in unseen} == {"\n"}
    assert not re.search("<i>", html)
    assert html.count("\\u001b[31m") > 50


def _harmed(value: Any, key: str = "") -> Any:
    """Every text of people in a case file with a terminal's escape and a tag in front."""
    people = {"text", "narrative", "operator", "name", "statement", "place", "finding"}
    if isinstance(value, dict):
        return {name: _harmed(one, name) for name, one in value.items()}
    if isinstance(value, list):
        return [_harmed(one, key) for one in value]
    return f"\x1b[31m<i>\u2028{value}" if key in people and isinstance(value, str) else value
