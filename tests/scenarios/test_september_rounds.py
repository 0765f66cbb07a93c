"""A month of inspection and improvement, reckoned by hand and by an independent program: `kaoji` says the same.

The scenario stands in `shared/scenarios/september` beside the project (or where KAOJI_SCENARIOS says).
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from ledger.application.ledger import Ledger
from ledger.commands import COMMANDS
from tests.scenarios.test_scenarios import SCENARIOS

SEPTEMBER = SCENARIOS / "september"
TODAY = datetime.fromisoformat("2026-12-31T12:00:00+00:00")


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    if not SEPTEMBER.is_dir():
        pytest.skip(f"no scenario in {SEPTEMBER}")
    read: dict[str, Any] = json.loads((SEPTEMBER / "expected.json").read_text("utf-8"))
    return read


@pytest.fixture
def ledger(ledger_url: str, expected: dict[str, Any]) -> Iterator[Ledger]:
    """The month, with those of its commands that there are."""
    lines = (SEPTEMBER / "commands.jsonl").read_bytes().splitlines()
    known = [line for line in lines if json.loads(line)["do"] in COMMANDS]
    with Ledger(ledger_url, now=lambda: TODAY, operator=lambda: "scenario") as opened:
        assert opened.record.apply(known).recorded == len(known)
        yield opened


def test_rounds_findings_causes_and_actions_are_as_foretold(ledger: Ledger, expected: dict[str, Any]) -> None:
    statuses = {}
    for name, foretold in expected["inspection"].items():
        found = ledger.reports.inspection(name)
        assert {key: found[key] for key in foretold} == foretold, name
        statuses |= {row["finding"]: row["status"] for row in found["findings"]}
    assert statuses == expected["findings"]
    for by, foretold in expected["causes"].items():
        rows = ledger.reports.causes("2026-09", by)["rows"]
        assert [
            {key: row[key] for key in wanted} for row, wanted in zip(rows, foretold, strict=True)
        ] == foretold
    actions = {row["action"]: row for row in ledger.reports.actions()}
    assert actions.keys() == expected["actions"].keys()
    for name, foretold in expected["actions"].items():
        assert {key: actions[name][key] for key in foretold} == foretold
    assert ledger.proofs.verify(deep=True).faults == []


def test_the_recurrence_falls_with_its_notice(ledger: Ledger, expected: dict[str, Any]) -> None:
    withdrawn = {
        "do": "withdraw_notice",
        "notice": "N9",
        "reason": "查無此事",
        "by": "D01",
        "on": "2026-12-01",
    }
    ledger.record.apply([json.dumps(withdrawn, ensure_ascii=False).encode()])
    (action,) = ledger.reports.actions()
    assert (action["status"], action["recurrences"]) == ("closed", [])
