"""On a terminal what was shown is recorded: where others were quicker and it would be something else, it is shown again."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli import asking, forms
from cli.main import run
from ledger.application.ledger import Ledger
from tests.support import office as of

WITHDRAWAL = ["notice", "withdraw", "N1", "--reason", "認錯人", "--by", "I01", "--on", "2026-08-12"]
DEAR = [
    "notice",
    "issue",
    "N9",
    "--employee",
    "E001",
    "--clause",
    "FD-01",
    "--points",
    "21",
    "--narrative",
    "x",
]
DEAR += ["--occurred-at", "2026-08-20 10:00", "--issued-by", "I01", "--issued-on", "2026-08-20"]


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An office in which E001 has five points, at a terminal."""
    monkeypatch.setitem(Ledger.__init__.__kwdefaults__, "now", of.now)
    monkeypatch.setattr(forms, "on_a_terminal", lambda: True)
    monkeypatch.setattr(forms, "_ask_for_missing", lambda ledger, do, values: do != "issue_notice")
    found = f"sqlite:///{tmp_path / 'kaoji.db'}"
    with Ledger(found) as ledger:
        ledger.record.apply(of.lines([*of.office(), of.issue_notice("N1", "E001", 5)]))
    return found


def recorded(url: str, *commands: dict[str, Any]) -> Callable[[], None]:
    """What somebody else records while a question waits."""

    def record() -> None:
        with Ledger(url) as ledger:
            ledger.record.apply(of.lines(commands))

    return record


def talked(
    url: str,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    *meanwhile: Callable[[], None],
    last: str = "y",
) -> tuple[int, list[str]]:
    """Types a command; before each answer of yes somebody records. The status, and the questions that were asked."""
    asked, left = list[str](), list(meanwhile)

    def answer(question: str, hint: str) -> str:
        asked.append(question)
        if left:
            left.pop(0)()
            return "y"
        return last

    monkeypatch.setattr(asking, "prompt", answer)
    return run([*words, "--ledger", url, "--lang", "en"]), asked


def events(url: str) -> list[str]:
    with Ledger(url) as ledger:
        return [each.event.kind for each in ledger.log.events()]


def test_what_would_be_something_else_by_now_is_shown_and_asked_again(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    another = recorded(url, of.issue_notice("N2", "E001", 4, clause="FD-03"))
    status, asked = talked(url, monkeypatch, WITHDRAWAL, another)
    told = capsys.readouterr().err
    assert (status, len(asked)) == (0, 2)
    assert "something was recorded meanwhile" in told
    first, _, again = told.partition("something was recorded meanwhile")
    assert "65.00" not in first and "65.00" in again, "nine points by now"
    assert events(url)[-2:] == ["notice_issued", "notice_withdrawn"]


def test_where_it_is_given_up_then_nothing_is_recorded(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    another = recorded(url, of.issue_notice("N2", "E001", 4, clause="FD-03"))
    status, asked = talked(url, monkeypatch, WITHDRAWAL, another, last="n")
    assert (status, len(asked)) != (0, 1)
    assert events(url)[-1] == "notice_issued"


def test_what_changes_nothing_of_it_is_not_asked_about(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = recorded(url, of.register_employee("E099"))
    status, asked = talked(url, monkeypatch, WITHDRAWAL, elsewhere)
    assert (status, len(asked)) == (0, 1)
    assert events(url)[-2:] == ["employee_registered", "notice_withdrawn"]


def test_points_that_high_are_asked_about_again_too(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    another = recorded(url, of.issue_notice("N2", "E001", 4, clause="FD-03"))
    status, asked = talked(url, monkeypatch, DEAR, another)
    assert (status, len(asked)) == (0, 2)
    assert all("21" in question for question in asked)
    assert events(url)[-1] == "notice_issued"


def test_it_is_asked_as_often_as_it_changes(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    others = [
        recorded(
            url,
            of.issue_notice(
                f"N{number}", "E001", 1, clause="FD-03", occurred_at=f"2026-08-{number}T10:00:00+08:00"
            ),
        )
        for number in ("05", "06", "07")
    ]
    status, asked = talked(url, monkeypatch, WITHDRAWAL, *others)
    assert (status, len(asked)) == (0, 4)
