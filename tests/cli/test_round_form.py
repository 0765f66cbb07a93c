"""A round typed by hand: with options as an office types them, or asked for clause by clause on a terminal."""

import json
from typing import Any

import pytest

from cli.round_rows import answers, finding
from tests.cli.test_forms import Counter, _talk_on_a_terminal, kaoji, typing

ROUND = (
    *("inspection", "record", "INS1", "--kind", "irregular", "--department", "front-desk"),
    *("--started-at", "2026-08-17 09:30", "--by", "I01", "--on", "2026-08-17"),
)

__all__ = ("kaoji", "typing")
"""The counter and the terminal, fixtures of the other forms."""


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("FD-01", [{"clause": "FD-01", "result": "ok"}]),
        ("fd-01，ＦＤ－０２", [{"clause": "fd-01", "result": "ok"}, {"clause": "FD-02", "result": "ok"}]),
        ("FD-08＝不合格　５", [{"clause": "FD-08", "result": "fault", "reading": 5}]),
        ("FD-08=5", [{"clause": "FD-08", "result": "ok", "reading": 5}]),
        (
            "FD-11=不適用；只有一個窗口",
            [{"clause": "FD-11", "result": "not_applicable", "note": "只有一個窗口"}],
        ),
        ("FD-03=什麼", [{"clause": "FD-03", "result": "什麼"}]),
    ],
)
def test_an_answer_is_read_as_offices_type_it(typed: str, meant: list[Any]) -> None:
    assert answers(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (
            "F1 FD-08=E001; 2026-08-17 10:00; 鈴響五聲; @前臺; -2",
            {
                "finding": "F1",
                "clause": "FD-08",
                "employee": "E001",
                "occurred_at": "2026-08-17 10:00",
                "narrative": "鈴響五聲",
                "place": "前臺",
                "points": 2,
            },
        ),
        (
            "FD-03；２分；標籤脫落；表格混放；２０２６／８／１９；2026年8月17日 ９：５０",
            {
                "clause": "FD-03",
                "points": 2,
                "narrative": "標籤脫落；表格混放",
                "rectify_by": "2026-08-19",
                "occurred_at": "2026-08-17 09:50",
            },
        ),
    ],
)
def test_what_a_finding_says_is_known_by_its_shape(typed: str, meant: dict[str, Any]) -> None:
    assert finding(typed) == meant


def test_a_round_is_recorded_as_typed(kaoji: Counter) -> None:
    done = kaoji(
        *(*ROUND, "--clause", "fd", "--answer", "FD-01 FD-02", "--answer", "fd-08=fault 5"),
        *("--finding", "FD-08=e001; 2026-08-17 10:00; 鈴響五聲; -2", "--json"),
    )
    assert done.status == 0, done.err
    looked, found = (event["fields"] for event in done.json()["events"])
    assert looked["started_at"] == "2026-08-17T01:30:00Z"
    assert [(each["clause"], each["result"]) for each in looked["answers"]] == [
        ("FD-01", "ok"),
        ("FD-02", "ok"),
        ("FD-08", "fault"),
    ]
    assert (found["finding"], found["employee"], found["points"]) == ("INS1-1", "E001", 2)
    shown = json.loads(kaoji("report", "inspection", "INS1", "--json").out)
    assert shown["counts"] == {"ok": 2, "fault": 1, "not_applicable": 0, "not_seen": 9}


def test_on_a_terminal_a_round_is_recorded_when_it_was_gone_through(typing: Counter) -> None:
    before = typing.position()
    said = ["１", "", "不合格", "標籤脫落", "", "", "", "", "2026/8/19"]
    said += ["５", "鈴響五聲", "E999", "e001", "2026/8/17 １０：０５", "前臺", "２分", "是"]
    status, shown = _talk_on_a_terminal(
        [*ROUND, "--clause", "FD-01", "--clause", "FD-02", "--clause", "FD-03", "--clause", "FD-08"], said
    )
    assert status == 0, shown
    assert "E999" in shown
    assert typing.position() == before + 3
    found = json.loads(typing("report", "inspection", "INS1", "--json").out)
    assert found["counts"] == {"ok": 1, "fault": 2, "not_applicable": 0, "not_seen": 1}
    site, person = found["findings"]
    assert (site["employee"], site["occurred_at"], site["due_on"]) == (
        None,
        "2026-08-17T09:30:00+08:00",
        "2026-08-19",
    )
    assert (person["employee"], person["occurred_at"], person["points"]) == (
        "E001",
        "2026-08-17T10:05:00+08:00",
        2,
    )
