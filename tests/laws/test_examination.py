"""An examination has no effect on pay, appraisal or sanctions: no rule reads its events (appraisal §9.4)."""

import ast
from pathlib import Path
from typing import Any

import pytest

from ledger.application.ledger import Ledger
from ledger.events import kinds
from ledger.state.affected import affected
from tests.support import office
from tests.support.story import everything, open_ledger

ROOT = Path(__file__).parents[2]
OF_EXAMINATIONS = (
    "ledger.events.sittings",
    "ledger.reckoning.examination",
    "ledger.reckoning.rules.third_mark",
)


def record(ledger: Ledger, *commands: dict[str, Any]) -> None:
    ledger.record.apply(office.lines(commands))


@pytest.fixture
def ledger(tmp_path: Path) -> Any:
    with open_ledger(tmp_path / "with.db", office.NOW) as opened:
        record(opened, *office.office())
        yield opened


def test_an_examination_moves_no_figure(ledger: Ledger, tmp_path: Path) -> None:
    discipline = [
        office.issue_notice("N1", "E002", 6),
        office.issue_notice("N2", "E003", 3),
        office.grant_reward("R1", "E003", 2),
        office.close_month(),
    ]
    with open_ledger(tmp_path / "without.db", office.NOW) as without:
        record(without, *office.office(), *discipline)
        record(ledger, *office.sitting("S1", "E002", "E003"), *discipline)
        first, second = (everything(each, [office.SITE], ["2026-08"]) for each in (without, ledger))
        positions = [each.pop(f"payroll {office.SITE} 2026-08") for each in (first, second)]
        assert first == second
        for found in positions:
            for line in found["lines"]:
                del line["because"]
            del found["digest"]
        assert positions[0] == positions[1]


def test_no_event_of_an_examination_touches_a_cell(ledger: Ledger) -> None:
    record(ledger, *office.sitting("S1", "E002", "E003"))
    kinds_of_it = {kind for kind, event in kinds().items() if event.__module__ == "ledger.events.sittings"}
    assert len(kinds_of_it) == 5
    with ledger.look() as look:
        for recorded in ledger.log.events():
            if recorded.event.kind in kinds_of_it:
                assert not list(affected(recorded.event, look.state)), recorded.event.kind


def test_nothing_that_reckons_money_or_appraisal_knows_of_examinations() -> None:
    """The rooms of the figures import neither the events of sittings nor what reckons them."""
    own = {"examination.py", "third_mark.py"}
    files = [*(ROOT / "ledger/reckoning").rglob("*.py"), *(ROOT / "ledger/projections").rglob("*.py")]
    for file in (each for each in files if each.name not in own):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert node.module not in OF_EXAMINATIONS, file
