"""Sittings from opening to declaration: figures, what a marker may see and when, what waits, what stands after retakes."""

import json
from pathlib import Path
from typing import Any

import pytest

from ledger.application.ledger import Ledger
from ledger.errors import LedgerError
from tests.cli.test_policy import Kaoji
from tests.support import office
from tests.support.office import (
    declare_results,
    mark_answer,
    open_sitting,
    record_answer,
)
from tests.support.story import open_ledger

FULL, LOW, NEAR = [3, 2, 2, 1, 2], [3, 0, 0, 0, 0], [3, 2, 2, 1, 1]
EARLY: dict[str, Any] = {"held_on": "2026-08-10", "on": "2026-08-08"}


@pytest.fixture
def ledger(tmp_path: Path) -> Any:
    with open_ledger(tmp_path / "kaoji.db", office.NOW) as opened:
        record(opened, *office.office())
        yield opened


def record(ledger: Ledger, *commands: dict[str, Any]) -> None:
    ledger.record.apply(office.lines(commands))


def waits(ledger: Ledger) -> list[tuple[str, str, str | None, str | None, str]]:
    kinds = {"marking", "third", "declare", "retake"}
    return [
        (row["what"], row["id"], row["who"], row["employee"], row["since"])
        for row in ledger.reports.due()
        if row["what"] in kinds
    ]


def rows(ledger: Ledger, sitting: str = "S1") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ledger.reports.examination(sitting)["rows"]
    return found


# --- the worked sitting: three questions, two who sat, one absent --------------------------------------------

MARKS = {
    ("P-1", "SC-01"): ([3, 2, 2, 1, 0], [3, 2, 2, 1, 1], None),
    ("P-1", "SC-08"): ([2, 3, 2, 0, 0], [2, 3, 2, 2, 1], [2, 3, 2, 2, 0]),
    ("P-1", "SC-10"): ([2, 2, 2, 0, 0], [2, 2, 2, 0, 0], None),
    ("P-2", "SC-01"): ([3, 2, 0, 0, 0], [3, 2, 2, 0, 0], None),
    ("P-2", "SC-08"): ([2, 2, 0, 0, 0], [2, 3, 2, 1, 0], [2, 3, 1, 0, 0]),
    ("P-2", "SC-10"): ([2, 0, 0, 0, 0], [2, 2, 1, 0, 0], [1, 0, 0, 0, 0]),
}


def worked(ledger: Ledger) -> None:
    questions = ["SC-01", "SC-08", "SC-10"]
    record(ledger, open_sitting("S1", "E001", "E003", "E004", questions=questions))
    for (paper, question), (first, second, third) in MARKS.items():
        record(ledger, record_answer("S1", paper, question=question))
        given = {"paper": paper, "question": question}
        record(ledger, mark_answer("S1", "D01", first, **given), mark_answer("S1", "Q01", second, **given))
        if third is not None:
            record(ledger, mark_answer("S1", "M01", third, **given))
    record(ledger, declare_results("S1"))


def test_the_worked_sitting_comes_to_what_was_reckoned_by_hand(ledger: Ledger) -> None:
    worked(ledger)
    told = [(row["employee"], row["total"], row["percent"], row["result"]) for row in rows(ledger)]
    assert told == [
        ("E001", "24.0", "80.0", "passed"),
        ("E003", "14.5", "48.3", "failed"),
        ("E004", None, None, "absent"),
    ]
    first = {answer["question"]: (answer["marks"], answer["final"]) for answer in rows(ledger)[0]["answers"]}
    assert first == {
        "SC-01": ([8, 9, None], "8.5"),
        "SC-08": ([7, 10, 9], "9.5"),
        "SC-10": ([6, 6, None], "6.0"),
    }
    assert [answer["final"] for answer in rows(ledger)[1]["answers"]] == ["6.0", "7.0", "1.5"]
    assert [answer["final"] for answer in rows(ledger)[2]["answers"]] == [None, None, None]


def test_a_declared_result_is_on_the_record_of_its_person(ledger: Ledger) -> None:
    worked(ledger)
    entered = [e for e in ledger.review.history("E003") if e["kind"] == "result_entered"]
    assert [(e["fields"]["percent_tenths"], e["fields"]["result"]) for e in entered] == [(483, "failed")]
    exported = ledger.people.export("E003", "en").values
    assert "result_entered" in {event["kind"] for event in exported["events"]}
    assert not ledger.proofs.verify(deep=True).faults


def test_an_answer_left_out_is_worth_nothing_and_the_rest_counts(ledger: Ledger) -> None:
    record(ledger, open_sitting("S1", "E002", questions=["SC-01", "SC-02"]), record_answer("S1"))
    record(ledger, mark_answer("S1", "D01", FULL), mark_answer("S1", "Q01", FULL), declare_results("S1"))
    (row,) = rows(ledger)
    assert (row["total"], row["percent"], row["result"]) == ("10.0", "50.0", "failed")
    assert [answer["final"] for answer in row["answers"]] == ["10.0", "0.0"]


def test_under_a_policy_of_one_marker_one_marks_alone(ledger: Ledger) -> None:
    from tests.refusals.scene import adopt_policy

    record(ledger, adopt_policy("own", "2026-09-01", {"examination.markers": 1}, on="2026-08-20"))
    alone = open_sitting("S1", "E002", held_on="2026-09-01", on="2026-09-01", markers=["D01"])
    del alone["third"]
    record(
        ledger, alone, record_answer("S1", on="2026-09-01"), mark_answer("S1", "D01", FULL, on="2026-09-01")
    )
    (row,) = rows(ledger)
    assert row["answers"] == [{"question": "SC-01", "marks": [10], "final": "10.0", "third_needed": False}]
    record(ledger, declare_results("S1", on="2026-09-01"))


# --- blind marking ---------------------------------------------------------------------------------------------


def test_nobody_is_named_before_the_declaration(ledger: Ledger) -> None:
    record(ledger, open_sitting("S1", "E002"), record_answer("S1"), mark_answer("S1", "D01", FULL))
    shown = [
        rows(ledger),
        ledger.review.card("sitting", "S1"),
        ledger.review.history("S1"),
        waits(ledger),
    ]
    assert "E002" not in json.dumps(shown, ensure_ascii=False, default=str)
    assert "P-1" not in json.dumps(ledger.review.history("E002"), default=str)
    record(ledger, mark_answer("S1", "Q01", FULL), declare_results("S1"))
    assert rows(ledger)[0]["employee"] == "E002"
    assert ledger.review.card("sitting", "S1")["papers"] == [
        {"paper": "P-1", "employee": "E002", "result": "passed"}
    ]
    assert "E002" in json.dumps(ledger.review.history("S1"), default=str)


def test_one_markers_marks_are_told_when_both_are_in(ledger: Ledger) -> None:
    record(ledger, open_sitting("S1", "E002"), record_answer("S1"))
    record(ledger, mark_answer("S1", "D01", FULL, comment="very good"))

    def told() -> str:
        seen = [rows(ledger), ledger.review.history("E002"), ledger.review.journal()]
        return json.dumps(seen, ensure_ascii=False, default=str)

    assert rows(ledger)[0]["answers"][0]["marks"] is None
    assert "very good" not in told() and '"marks": {' not in told()
    record(ledger, mark_answer("S1", "Q01", LOW))
    assert rows(ledger)[0]["answers"][0]["marks"] == [10, 3, None]
    assert "very good" in told() and '"marks": {' in told()


def test_a_paper_is_read_without_the_name(ledger: Ledger) -> None:
    record(
        ledger, open_sitting("S1", "E002", questions=["SC-01", "SC-02"]), record_answer("S1", text="先聽他說")
    )
    with ledger.look() as look:
        first, second = look.paper("S1", "P-1")
        assert (first["answered"], first["text"], second["answered"]) == (True, "先聽他說", False)
        assert first["question"]["code"] == "SC-01"
        with pytest.raises(LedgerError, match="paper_unknown"):
            look.paper("S1", "P-2")


# --- what waits ------------------------------------------------------------------------------------------------


def test_each_step_of_a_sitting_waits_for_whoever_is_next(ledger: Ledger) -> None:
    record(ledger, open_sitting("S1", "E002", "E003"))
    record(ledger, record_answer("S1"))
    assert waits(ledger) == [
        ("marking", "S1", "D01", None, "2026-08-26"),
        ("marking", "S1", "Q01", None, "2026-08-26"),
    ]
    record(ledger, mark_answer("S1", "D01", FULL))
    assert waits(ledger) == [("marking", "S1", "Q01", None, "2026-08-26")]
    record(ledger, mark_answer("S1", "Q01", LOW))
    assert waits(ledger) == [("third", "S1", "M01", None, "2026-08-27")]
    record(ledger, mark_answer("S1", "M01", LOW, on="2026-08-28"))
    assert waits(ledger) == [("declare", "S1", "O01", None, "2026-08-28")]
    record(ledger, declare_results("S1"))
    assert waits(ledger) == [
        ("retake", "S1", None, "E002", "2026-09-04"),
        ("retake", "S1", None, "E003", "2026-09-04"),
    ]


# --- retakes ---------------------------------------------------------------------------------------------------


def sat(sitting: str, marks: list[int], day: str, **changes: Any) -> list[dict[str, Any]]:
    on = {"held_on": day, "on": day}
    return [
        open_sitting(sitting, "E002", **{**on, **changes}),
        record_answer(sitting, on=day),
        mark_answer(sitting, "D01", marks, on=day),
        mark_answer(sitting, "Q01", marks, on=day),
        declare_results(sitting, on=day),
    ]


def stands(ledger: Ledger) -> dict[str, tuple[str, bool]]:
    return {r["sitting"]: (r["result"], r["stands"]) for r in ledger.reports.examinations("E002")}


def test_the_latest_pass_stands_and_else_the_latest_result(ledger: Ledger) -> None:
    record(ledger, *sat("S1", LOW, "2026-08-01"))
    assert stands(ledger) == {"S1": ("failed", True)}
    record(ledger, *sat("S2", LOW, "2026-08-08", retake_of="S1"))
    assert stands(ledger) == {"S1": ("failed", False), "S2": ("failed", True)}
    assert [wait[:4] for wait in waits(ledger)] == [("retake", "S2", None, "E002")]
    record(ledger, *sat("S3", FULL, "2026-08-15", retake_of="S2"))
    assert stands(ledger) == {"S1": ("failed", False), "S2": ("failed", False), "S3": ("passed", True)}
    assert waits(ledger) == [], "who passed sits no more"
    assert ledger.reports.examination("S3")["retake_of"] == "S1", "a retake names the first"


def test_another_examination_stands_beside(ledger: Ledger) -> None:
    record(ledger, *sat("S1", FULL, "2026-08-01"), *sat("S2", LOW, "2026-08-02"))
    assert stands(ledger) == {"S1": ("passed", True), "S2": ("failed", True)}
    assert {row["employee"] for row in ledger.reports.examinations()} == {"E002"}


def test_under_as_of_a_sitting_is_as_it_was_then(ledger: Ledger) -> None:
    record(ledger, *sat("S1", FULL, "2026-08-01")[:-1])
    before = ledger.log.position()
    record(ledger, declare_results("S1", on="2026-08-01"))
    then = ledger.reports.examination("S1", before)
    assert (then["declared_on"], then["rows"][0]["employee"], then["rows"][0]["result"]) == (
        None,
        None,
        "passed",
    )
    assert ledger.reports.examinations("E002", as_of=before) == []


# --- words and money -------------------------------------------------------------------------------------------


def test_words_of_a_candidate_are_sealed_and_gone_after_an_erasure(ledger: Ledger, tmp_path: Path) -> None:
    record(ledger, *office.sitting("S1", "E002", "E003"))
    raw = (tmp_path / "kaoji.db").read_bytes()
    assert "先出示合同".encode() not in raw and "條理清楚".encode() not in raw
    with ledger.look() as look:
        assert look.paper("S1", "P-1")[0]["text"] == "先出示合同，再說明"
    record(ledger, office.record_departure("E002", "2026-08-30"), office.close_month())
    record(ledger, office.erase_employee("E002", on="2026-09-01"))
    with ledger.look() as look:
        assert look.paper("S1", "P-1")[0]["text"] == "[已刪除 erased]"
    assert rows(ledger)[0]["total"] == "7.0", "marks and results stay"


def test_the_same_file_again_records_nothing(ledger: Ledger) -> None:
    commands = office.sitting("S1", "E002", "E003")
    record(ledger, *commands)
    again = ledger.record.apply(office.lines(commands))
    assert (again.recorded, again.skipped) == (0, len(commands))


# --- by hand ---------------------------------------------------------------------------------------------------


def test_a_sitting_is_held_by_hand_from_opening_to_declaration(kaoji: Kaoji) -> None:
    Path("office.jsonl").write_bytes(b"".join(office.lines(office.office())))
    assert kaoji("apply", "office.jsonl").status == 0
    opened = kaoji(
        *("sitting", "open", "--questions", "sc-01", "--held-on", "2026/8/26", "--on", "2026-08-24"),
        *("--candidates", "E002", "--candidates", "E003=X7", "--markers", "D01", "--markers", "Q01"),
        *("--third", "M01", "--by", "O01"),
    )
    assert opened.status == 0, opened.err
    shown = kaoji("sitting", "show", "K2026-0001").out
    assert "P-1" in shown and "X7" in shown and "E002" not in shown
    day = ("--on", "2026-08-26")
    assert kaoji("sitting", "answer", "K2026-0001", "P-1", "SC-01", "--text", "出示合同", *day).status == 0
    read = kaoji("sitting", "read", "K2026-0001", "P-1", "--rubric")
    assert "出示合同" in read.out and "not to be proposed (0)" in read.out and "員工E002" not in read.out
    marks = [word for n, m in enumerate(FULL, 1) for word in ("--marks", f"{n}={m}")]
    for marker in ("D01", "Q01"):
        marked = kaoji("sitting", "mark", "K2026-0001", "P-1", "sc-01", *marks, "--by", marker, *day)
        assert marked.status == 0, marked.err
    assert kaoji("sitting", "declare", "K2026-0001", "--by", "O01", "--on", "2026-08-27").status == 0
    told = kaoji("report", "examination", "K2026-0001").out
    assert "10/10 → 10.0" in told and "passed" in told and "absent" in told
    assert "E003" in kaoji("report", "examinations", "--employee", "E003").out
