"""Examinations in a browser: opened, typed in, marked blind, declared; and nothing of it to whoever awaits the result."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support import office
from tests.support.office import lines
from tests.support.story import open_ledger
from tests.web.served import Answer, Browser, Served, hidden, served

RUBRIC = ("CRITERION-CANARY", "FORBIDDEN-CANARY", "CAP-CANARY", "NOTE-CANARY")
"""How answers are marked: on no page of whoever awaits a result."""
QUESTION, ANSWER, OTHER, REMARK = "QUESTION-CANARY", "ANSWER-CANARY", "OTHER-CANARY", "REMARK-CANARY"


def words(token: str) -> dict[str, str]:
    return {language: f"{token} {language}" for language in ("zh-Hant", "zh-Hans", "en")}


def bank() -> dict[str, Any]:
    """A bank of one question, each of whose words is a token."""
    note = {"note": words("NOTE-CANARY"), "checked": False}
    criteria = [
        {"code": "1", "marks": 6, "text": words("CRITERION-CANARY one"), "law": [note]},
        {"code": "2", "marks": 4, "text": words("CRITERION-CANARY two")},
    ]
    question = {
        "code": "CX-01",
        "title": words(QUESTION),
        "source": "篇2 1",
        "maximum": 10,
        "case": words(f"{QUESTION} case"),
        "asks": [words(f"{QUESTION} ask")],
        "criteria": criteria,
        "forbidden": [{"marks": 2, "text": words("FORBIDDEN-CANARY")}],
        "cap": {"marks": 4, "text": words("CAP-CANARY")},
    }
    return {"version": "canary-exam", "title": words("bank"), "source": "篇2", "questions": [question]}


def marked(by: str, paper: str) -> dict[str, Any]:
    return office.mark_answer("K9", by, [5, 3], paper, question="CX-01", comment=REMARK)


def commands() -> list[dict[str, Any]]:
    """E001 sits, and so does quality; everything is marked, and nothing is declared."""
    examiners = {"markers": ["I01", "I02"], "third": "M01", "questions": ["CX-01"]}
    answers = {"question": "CX-01"}
    return [
        *office.office(staff=2),
        {"do": "adopt_questions", "bank": bank(), "by": "C01", "on": "2026-08-20"},
        office.open_sitting("K9", "E001", "Q01", "E002", **examiners),
        office.record_answer("K9", "P-1", text=ANSWER, **answers),
        office.record_answer("K9", "P-2", text=OTHER, **answers),
        *(marked(by, paper) for paper in ("P-1", "P-2") for by in ("I01", "I02")),
    ]


@pytest.fixture(scope="module")
def examined(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A console of a ledger with that sitting."""
    folder = tmp_path_factory.mktemp("examined")
    yield from _served(folder, commands())


@pytest.fixture(scope="module")
def declared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The same with the results declared."""
    folder = tmp_path_factory.mktemp("declared")
    yield from _served(folder, [*commands(), office.declare_results("K9")])


def _served(folder: Path, told: list[dict[str, Any]]) -> Iterator[Served]:
    with open_ledger(folder / "kaoji.db", office.NOW) as ledger:
        ledger.record.apply(lines(told))
    with served(f"sqlite:///{folder / 'kaoji.db'}", folder) as console:
        console.clock.at = office.NOW
        yield console


def crawled(console: Served, viewer: str) -> str:
    """Whatever of the examination somebody is answered, by its addresses, by those of the log, and in their own file."""
    browser, texts = console.signed_in(viewer), list[str]()
    papers = [f"/exams/K9/papers/P-{number}" for number in (1, 2, 3)]
    forms = [f"{paper}/CX-01/{form}" for paper in papers for form in ("marks", "answer")]
    asked = ["/due", "/due?who=all", "/me", "/exams", "/exams/K9", "/exams/new", "/exams/K9/declaration"]
    asked += [*papers, *forms, f"/people/{viewer}", "/api/v1/sittings/K9", "/api/v1/sites/jinse/examinations"]
    asked += [f"/log/{position}" for position in range(1, console.console.ledger.position() + 1)]
    for path in asked:
        texts.append(browser.open(path).text)
        if not path.startswith("/api") and "?" not in path:
            texts.append(browser.open(f"{path}.json").text)
    opening = browser.open("/exams/K9/papers/P-1/CX-01/marks", {"step": "check", "mark.1": "1"})
    return "".join([*texts, opening.text, browser.send("/me/export").text])


@pytest.mark.parametrize("candidate", ["E001", "Q01"])
def test_whoever_awaits_a_result_finds_neither_questions_nor_how_they_are_marked(
    candidate: str, examined: Served
) -> None:
    """Whatever office they hold. The own answer is theirs."""
    text = crawled(examined, candidate)
    others = OTHER if candidate == "E001" else ANSWER
    assert {token for token in (*RUBRIC, QUESTION, REMARK, others) if token in text} == set()
    assert "K9" in text, "they know that they sit"


def test_markers_find_all_they_need(examined: Served) -> None:
    text = crawled(examined, "I01")
    assert {token for token in (*RUBRIC, QUESTION, ANSWER, OTHER) if token not in text} == set()


@pytest.mark.parametrize("stranger", ["L01", "H01", "L02", "E002"])
def test_whoever_has_no_part_in_it_finds_nothing(stranger: str, examined: Served) -> None:
    text = crawled(examined, stranger)
    assert {token for token in (*RUBRIC, QUESTION, OTHER, REMARK, ANSWER) if token in text} == set()


def test_once_declared_everybody_finds_their_own_answer_result_and_remarks(declared: Served) -> None:
    browser = declared.signed_in("E001")
    page = browser.open("/exams/K9").text
    assert all(token in page for token in (QUESTION, ANSWER, REMARK)) and "80.0 %" in page
    text = crawled(declared, "E001")
    assert {token for token in (*RUBRIC, OTHER) if token in text} == set()


# --- holding one ----------------------------------------------------------------------------------------


def acted(browser: Browser, path: str, **filled: str) -> Answer:
    """Goes through a form of one screen to the end."""
    checked = browser.send(path, step="check", **filled)
    assert checked.status == 200, checked.text
    done = browser.go_on(checked, path, step="record")
    assert done.status == 200, done.text
    return done


def given(marks: str) -> dict[str, str]:
    return {f"mark.{number}": each for number, each in enumerate(marks, 1)}


def test_a_sitting_is_opened_with_papers_dealt_in_no_order_of_names(site: Served) -> None:
    browser = site.signed_in("O01")
    page = browser.send("/exams/new", step="1", held_on="2026-09-10", questions="SC-01\nSC-08")
    page = browser.go_on(page, "/exams/new", step="2", candidates="E01\nE03\nE08\nE10")
    checked = browser.go_on(page, "/exams/new", step="check", marker_1="I01", marker_2="Q01", third="M01")
    assert checked.status == 200 and "馬俊傑" in checked.text, checked.text
    done = browser.go_on(checked, "/exams/new", step="record")
    assert done.status == 200 and "/exams/K2026-0001" in done.text, done.text
    with site.console.ledger.look_at_log() as look:
        sitting = look.state.thing("sitting", "K2026-0001")
    dealt = [sitting.candidates[f"P-{number}"] for number in (1, 2, 3, 4)]
    assert sorted(dealt) == ["E01", "E03", "E08", "E10"] and dealt != sorted(dealt)


def test_an_examination_is_typed_in_marked_and_declared(site: Served) -> None:
    office_, first, second = (site.signed_in(person) for person in ("O01", "I01", "Q01"))
    paper = "/exams/K1/papers/P-2/SC-01"
    assert f"{paper}/answer" in office_.open("/exams/K1").text
    acted(office_, f"{paper}/answer", text="這是公司規定")
    assert "/exams/K1" in second.open("/due").text
    acted(second, "/exams/K1/papers/P-1/SC-01/marks", **given("32201"))
    for marker in (first, second):
        page = marker.open("/exams/K1/papers/P-2").text
        assert "這是公司規定" in page and "吳國強" not in page
        acted(marker, f"{paper}/marks", **given("10000"), forbidden="0", comment="要挾業主")
    assert "/exams/K1/declaration" not in first.open("/exams/K1").text, "whoever marked does not declare"
    acted(office_, "/exams/K1/declaration")
    assert "passed" in site.signed_in("E06").open("/exams/K1").text
    page = site.signed_in("E07").open("/exams/K1").text
    assert "要挾業主" in page and "failed" in page
    assert "/exams/new?retake_of=K1" in office_.open("/exams/K1").text
    again = office_.send("/exams/new?retake_of=K1", step="1", held_on="2026-09-30", questions="SC-01").text
    assert 'value="E07"' in again and 'value="E06"' not in again


def test_neither_marker_is_shown_the_marks_of_the_other(site: Served) -> None:
    browser = site.signed_in("Q01")
    pages = [browser.open(path).text for path in ("/exams/K1", "/exams/K1/papers/P-1", "/exams/K1.json")]
    assert "條理清楚" not in "".join(pages)
    assert '"final": null' in pages[2] and '"final": "' not in pages[2]


def test_marks_that_were_not_given_are_refused_and_kept(site: Served) -> None:
    browser = site.signed_in("Q01")
    refused = browser.send("/exams/K1/papers/P-1/SC-01/marks", step="check", **given("32"))
    assert refused.status == 422 and 'name="mark.1" value="3" checked' in refused.text


@pytest.mark.parametrize(
    ("person", "status"),
    [
        ("I01", 200),
        ("O01", 200),
        ("Q01", 200),
        ("D01", 200),
        ("E06", 200),
        ("E01", 403),
        ("H03", 403),
        ("X01", 404),
    ],
)
def test_a_sitting_is_its_markers_the_sites_and_as_far_as_it_is_theirs_its_candidates(
    person: str, status: int, read: Served
) -> None:
    assert read.signed_in(person).open("/exams/K1").status == status


@pytest.mark.parametrize("person", ["E06", "E01", "H03", "F01"])
def test_nobody_else_types_answers_marks_or_declares(person: str, site: Served) -> None:
    browser = site.signed_in(person)
    shown = hidden(browser.open("/me/export").text)
    for path in ("papers/P-2/SC-01/answer", "papers/P-1/SC-01/marks", "declaration"):
        assert browser.open(f"/exams/K1/{path}").status == 403
        assert browser.open(f"/exams/K1/{path}", {**shown, "step": "record"}).status == 403
    assert browser.open("/exams/new").status == 403
