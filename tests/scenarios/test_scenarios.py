"""Three months of an office, reckoned by an independent program: `kaoji` says the same on both databases, end to end.

The scenarios stand in `shared/scenarios` beside the project (or where KAOJI_SCENARIOS says), and are not copied into it.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from cli.main import run

SCENARIOS = Path(os.environ.get("KAOJI_SCENARIOS", Path(__file__).parents[3] / "shared" / "scenarios"))
NAMES = [f"autumn-{number}" for number in (1, 2, 3)]
Capture = pytest.CaptureFixture[str]


def told(capsys: Capture, url: str, *arguments: str) -> Any:
    assert run([*arguments, "--ledger", url, "--json"]) == 0, capsys.readouterr().err
    return json.loads(capsys.readouterr().out)


def of(rows: list[dict[str, Any]], expected: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with no more fields than are foretold."""
    return [{key: row[key] for key in foretold} for row, foretold in zip(rows, expected, strict=True)]


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_is_the_one_foretold(name: str, ledger_url: str, capsys: Capture) -> None:
    if not SCENARIOS.is_dir():
        pytest.skip(f"no scenarios in {SCENARIOS}")
    file = str(SCENARIOS / name / "commands.jsonl")
    count = len(Path(file).read_bytes().splitlines())
    expected = json.loads((SCENARIOS / name / "expected.json").read_text("utf-8"))
    assert told(capsys, ledger_url, "apply", file)["recorded"] == count
    assert told(capsys, ledger_url, "apply", file)["skipped"] == count
    assert len(expected) == 3
    for month, foretold in expected.items():
        monthly = {row["employee"]: row for row in told(capsys, ledger_url, "report", "monthly", month)}
        assert monthly.keys() == foretold["monthly"].keys()
        for employee, fields in foretold["monthly"].items():
            assert {key: monthly[employee][key] for key in fields} == fields, (month, employee)
        posted = told(capsys, ledger_url, "report", "public-list", month)
        assert [row["employee"] for row in posted] == foretold["public_list"]
        shares = told(capsys, ledger_url, "report", "joint-liability", month)
        assert of(shares, foretold["joint_liability"]) == foretold["joint_liability"]
        payroll = told(capsys, ledger_url, "report", "payroll", month)
        assert of(payroll["lines"], foretold["payroll_lines"]) == foretold["payroll_lines"]
        assert of(payroll["run"], foretold["payroll_run"]) == foretold["payroll_run"]
