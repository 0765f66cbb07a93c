"""Histories name what they are about, and every instant is shown by the clock of the site, in a form `--as-of` takes."""

import json
import re
from pathlib import Path

import pytest

from cli.main import run
from tests.support import office
from tests.support.office import lines
from tests.support.story import open_ledger

_SHOWN = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


class Kaoji:
    """The command line."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *words: str) -> str:
        self.capsys.readouterr()
        assert run(list(words)) == 0, self.capsys.readouterr().err
        return self.capsys.readouterr().out


@pytest.fixture
def kaoji(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Kaoji:
    """An office with a notice, a wage and an appeal, in Simplified Chinese."""
    file = tmp_path / "kaoji.db"
    with open_ledger(file) as ledger:
        ledger.record.apply(
            lines(
                [
                    *office.office(),
                    office.issue_notice("N1", "E001", 2),
                    office.issue_notice("N2", "E001", 3, occurred_at="2026-08-10T11:00:30+08:00"),
                    office.file_appeal("A1", "E001", {"notice": "N1"}),
                    office.record_wage("E001", "3200.00", "2360.00"),
                ]
            )
        )
    monkeypatch.setenv("KAOJI_LEDGER", f"sqlite:///{file}")
    monkeypatch.setenv("KAOJI_LANG", "zh-Hans")
    return Kaoji(capsys)


def test_a_sites_history_says_who_was_appointed(kaoji: Kaoji) -> None:
    told = kaoji("log", "jinse")

    assert re.search(r"任命职务.*职务：主任；工号：D01；", told)


def test_an_employees_history_says_which_notice_which_appeal_and_which_month(kaoji: Kaoji) -> None:
    told = kaoji("log", "E001")

    assert re.search(r"签发通知单.*通知单：N1；", told)
    assert re.search(r"提出申诉.*申诉：A1；申诉对象：通知单 N1；", told)
    assert re.search(r"登记工资.*月份：2026-08；工资（元）：3200.00；", told)
    assert "工号：E001" not in told


def test_a_notices_history_says_once_whose_it_is(kaoji: Kaoji) -> None:
    assert kaoji("log", "N1").count("工号：E001") == 1


@pytest.mark.parametrize(
    "words",
    [
        ("log", "E001"),
        ("notice", "show", "N1"),
        ("appeal", "show", "A1"),
        ("explain", "E001", "2026-08"),
        ("policy", "list"),
        ("policy", "show"),
        ("ledgers",),
    ],
    ids=" ".join,
)
def test_instants_are_those_of_the_sites_clock(kaoji: Kaoji, words: tuple[str, ...]) -> None:
    told = kaoji(*words)

    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d", told)
    assert not re.search(r"\dT\d|\d(Z|\+00:00|\+08:00)", told)


def test_seconds_are_shown_where_there_are_any(kaoji: Kaoji) -> None:
    assert "发生时间：2026-08-10 11:00:30" in kaoji("notice", "show", "N2")
    assert "发生时间：2026-08-10 10:00\n" in kaoji("notice", "show", "N1")


def test_an_instant_as_it_is_shown_goes_back_to_as_of_and_holds_its_own_event(kaoji: Kaoji) -> None:
    entries = json.loads(kaoji("log", "E001", "--json"))
    shown = _SHOWN.findall(kaoji("log", "E001"))

    again = json.loads(kaoji("log", "E001", "--json", "--as-of", shown[-1]))

    assert again == entries
    assert json.loads(kaoji("log", "E001", "--json", "--as-of", shown[-1][:16])) == entries
