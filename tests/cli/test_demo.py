"""The demo shows a newcomer four things and commands that work; its sample is an office that could be real."""

import json
import shlex
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cli.main import run
from ledger.policy.loading import house_rules, parse
from ledger.policy.working_days import is_working_day

SAMPLE = Path(__file__).parents[2] / "cli" / "sample"
Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder, English, and no ledger chosen."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KAOJI_LANG", "en")
    monkeypatch.delenv("KAOJI_LEDGER", raising=False)


def output(capsys: Capture, *arguments: str) -> str:
    assert run(list(arguments)) == 0, capsys.readouterr().err
    return capsys.readouterr().out


def test_an_empty_folder_is_enough(capsys: Capture) -> None:
    shown = output(capsys, "demo")

    assert "227 commands recorded, 0 known already" in shown
    assert Path("demo-office", "kaoji.db").is_file()


def scores(row: list[str]) -> list[str]:
    """Who, the six dimensions, the score and the published one: without what a narrow terminal leaves out."""
    return [*row[:2], *row[-9:-1]]


def test_seven_things_are_shown(capsys: Capture) -> None:
    lines = [line.split() for line in output(capsys, "demo").splitlines()]

    assert ["E06", "孫浩然", "order", "3", "10", "50.00", "20.00", "4.50", "15.00"] in [x[:9] for x in lines]
    assert ["E05", "趙**", "order", "4", "CP-01"] in lines
    assert ["S03", "石偉強", "E05", "趙鐵軍", "N703", "repeat", "3.00", "lapsed"] in lines
    assert ["E01", "2026-06", "own", "-25.00", "yes"] in [x[:5] for x in lines]
    assert ["E06", "50.50", "48.50", "2.00", "0.00", "2.00", "short"] in [x[:7] for x in lines]
    assert ["E10", "高子軒", "15", "14", "15", "14", "14", "25", "97", "95"] in [scores(x) for x in lines]
    assert [x for x in lines if x[:3] == ["AC1", "corrective", "FD-10"] and x[-1] == "N902"]


def test_the_adjustment_names_the_events_of_the_appeal(capsys: Capture) -> None:
    shown = output(capsys, "demo")
    history = json.loads(output(capsys, "log", "A03", "--json", "--ledger", "sqlite:///demo-office/kaoji.db"))
    filed, decided = (str(entry["position"]) for entry in history)

    assert "had handed over 45.00; 20.00 is owed now" in shown
    lines = [line.split() for line in shown.splitlines()]
    assert [filed, "2026-07-06", "E01", "appeal", "filed"] in [x[:5] for x in lines]
    assert [decided, "2026-07-14", "H01", "appeal", "decided"] in [x[:5] for x in lines]
    assert ["E01", "2026-06", "own", "-25.00", "yes", filed, decided] in lines


@pytest.mark.parametrize("language", ["zh-Hant", "zh-Hans", "en"])
def test_every_language_has_its_sentences(language: str, capsys: Capture) -> None:
    shown = output(capsys, "demo", "--lang", language)

    assert "demo-office/kaoji.db" in shown
    assert "-25.00" in shown
    assert "{" not in shown


def test_a_second_run_records_nothing_and_shows_the_same(capsys: Capture) -> None:
    first = output(capsys, "demo").splitlines()
    second = output(capsys, "demo").splitlines()

    assert "0 commands recorded, 227 known already" in second[0]
    assert second[1:] == first[1:]


def test_the_commands_it_names_work_as_they_stand(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = output(capsys, "demo", "--dir", "my demo 100%?", "--lang", "en").partition("What to try next")[2]
    commands = [shlex.split(line) for line in shown.splitlines() if line.startswith("    ")]

    for command in commands:
        if command[0] == "export":
            monkeypatch.setenv(*command[1].split("=", 1))
        else:
            assert command[0] == "kaoji"
            assert output(capsys, *command[1:])
    assert [command[1] for command in commands if command[0] == "kaoji"] == [
        *("report", "report", "report", "explain", "report", "report", "report"),
        *("log", "apply", "report", "rebuild"),
    ]


def test_another_office_is_left_alone(capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "other.jsonl").write_text('{"do":"register_site","site":"other","name":"別處"}\n', "utf-8")
    output(capsys, "apply", "other.jsonl")
    before = output(capsys, "log", "other", "--json")

    assert run(["demo", "--dir", "."]) == 2
    assert "ledger of another office" in capsys.readouterr().err
    assert output(capsys, "log", "other", "--json") == before


def test_a_ledger_is_not_to_be_named(capsys: Capture) -> None:
    assert run(["demo", "--ledger", "sqlite:///kaoji.db"]) == 2
    assert "--dir" in capsys.readouterr().err


# --- the sample -------------------------------------------------------------------------------------


def told(name: str) -> list[dict[str, Any]]:
    text = SAMPLE.joinpath(name).read_text("utf-8")
    return [json.loads(line) for line in text.splitlines() if line]


@pytest.fixture(scope="module")
def commands() -> list[dict[str, Any]]:
    return told("office.jsonl")


@pytest.mark.parametrize("name", ["office.jsonl", "appraisal.jsonl"])
def test_decisions_are_made_on_working_days_and_in_order(name: str) -> None:
    calendar = parse(house_rules()).calendar
    days = [date.fromisoformat(day) for c in told(name) if (day := c.get("issued_on") or c.get("on"))]

    assert [day for day in days if not is_working_day(calendar, day)] == []
    assert days == sorted(days)
    assert days[-1] <= date(2026, 9, 10)


def test_the_sample_tells_of_everything_an_office_meets(
    commands: list[dict[str, Any]], capsys: Capture
) -> None:
    done = Counter(command["do"] for command in commands)
    assert done["close_month"] == 3
    assert done["correct_notice"] == done["withdraw_notice"] == done["withdraw_appeal"] == 1
    output(capsys, "demo")

    def report(*names: str) -> Any:
        url = "sqlite:///demo-office/kaoji.db"
        return json.loads(output(capsys, "report", *names, "--json", "--ledger", url))

    statuses = Counter(appeal["status"] for appeal in report("appeals"))
    assert statuses == {
        "reduced": 2,
        "revoked": 3,
        "dismissed": 1,
        "withdrawn": 1,
        "moot": 1,
        "pending": 1,
    }
    june, july, august = (report("monthly", month) for month in ("2026-06", "2026-07", "2026-08"))
    assert [row["late_points"] for row in june if row["employee"] == "E04"] == [2]
    assert [row["no_worse"] for row in july if row["no_worse"] != "0.00"] == ["15.00"]
    assert {row["band"] for row in august} == {"none", "administrative"}
    carried = [row for row in report("payroll", "2026-06")["run"] if row["carried"] != "0.00"]
    assert carried == [{"employee": "E08", "due": "45.00", "deducted": "12.00", "carried": "33.00"}]
    assert any(line["adjustment"] for line in report("payroll", "2026-08")["lines"])


def test_the_sample_tells_a_month_of_appraisal(capsys: Capture) -> None:
    done = Counter(command["do"] for command in told("appraisal.jsonl"))
    assert done["record_day_sheet"] == 21
    assert done["record_week_sheet"] == 4
    output(capsys, "demo")

    def shown(*names: str) -> Any:
        return json.loads(output(capsys, *names, "--json", "--ledger", "sqlite:///demo-office/kaoji.db"))

    sheets = shown("report", "appraisal", "2026-08", "--department", "front-desk")
    assert {row["employee"]: row["approved_score"] for row in sheets} == {
        "E01": 97,
        "E02": None,
        "E10": 97,
        "S01": 99,
    }
    (objected,) = (row for row in sheets if row["objections"])
    assert (objected["published_score"], objected["objections"][0]["status"]) == (95, "verified")
    (finding,) = shown("report", "inspection", "INS2")["findings"]
    assert (finding["status"], finding["notice"]) == ("noticed", "N902")
    (action,) = shown("report", "actions")
    assert (action["status"], action["recurrences"]) == ("reopened", ["N902"])
    papers = shown("report", "examination", "EX1")["rows"]
    assert [(row["percent"], row["result"]) for row in papers] == [
        ("92.5", "passed"),
        ("32.5", "failed"),
        (None, "absent"),
    ]
    figures = {row["employee"]: row["deduction"] for row in shown("report", "monthly", "2026-08")}
    assert figures["E10"] == "5.00", "a mark costs nothing"
