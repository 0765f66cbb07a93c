"""A month of appraisal, reckoned by hand and by an independent program: the reports say the same after three lines of it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ledger.application.ledger import Ledger
from ledger.commands import COMMANDS
from ledger.events.employees import PLACES
from ledger.state.ledger_state import LedgerState
from tests.laws.test_appraisal import shuffled, told
from tests.scenarios.test_scenarios import SCENARIOS

SEPTEMBER = SCENARIOS / "september"
NOW = datetime(2026, 12, 1, 4, 0, tzinfo=UTC)
MONTH = "2026-09"
LINES = ("85", "92", "126")
BEFORE_PUBLICATION = "84"
SITE = "jinse"
_OF_PEOPLE = {"site_registered", "office_appointed", *PLACES}


@pytest.fixture(scope="module")
def expected() -> Any:
    if not SEPTEMBER.is_dir():
        pytest.skip(f"no scenarios in {SCENARIOS}")
    return json.loads((SEPTEMBER / "expected.json").read_text("utf-8"))


def known(line: bytes) -> bool:
    """Whether a line is of a subject that is here; those of others say nothing of the appraisal."""
    return json.loads(line)["do"] in COMMANDS


@pytest.fixture(params=LINES)
def after(request: pytest.FixtureRequest, expected: Any, tmp_path: Path) -> Iterator[tuple[str, Ledger]]:
    """The line up to which everything is recorded, and the ledger."""
    lines = (SEPTEMBER / "commands.jsonl").read_bytes().splitlines()[: int(request.param)]
    url = f"sqlite:///{tmp_path}/kaoji.db"
    with Ledger(url, now=lambda: NOW, operator=lambda: "scenario") as ledger:
        ledger.record.apply(list(filter(known, lines)))
        yield request.param, ledger


def test_every_sheet_is_the_one_foretold(after: tuple[str, Ledger], expected: Any) -> None:
    line, ledger = after
    foretold = expected["appraisal"][line]

    found = {row["employee"]: row for row in ledger.reports.appraisal(MONTH, department="front-desk")}

    assert found.keys() == foretold.keys()
    for employee, fields in foretold.items():
        row = {**found[employee], "performance_amount": found[employee]["performance"]["amount"]}
        if fields["unchecked"]:
            fields = {name: value for name, value in fields.items() if name != "dimensions"}
        else:
            row["dimensions"] = {
                code: {name: row["dimensions"][code][name] for name in told}
                for code, told in fields["dimensions"].items()
            }
        assert {name: row[name] for name in fields} == fields, (line, employee)


def test_the_mean_is_the_one_foretold(after: tuple[str, Ledger], expected: Any) -> None:
    line, ledger = after

    means = {row["department"]: row["mean"] for row in ledger.reports.appraisal_summary(MONTH)}

    assert means == {"front-desk": expected["mean"][line], "order": None}


def test_every_explanation_adds_up_and_says_what_the_sheet_says(after: tuple[str, Ledger]) -> None:
    _, ledger = after
    with ledger.look() as look:
        for row in look.appraisal(MONTH):
            figures = {f["figure"]: f for f in look.explain(row["employee"], MONTH)["figures"]}
            for name, figure in figures.items():
                if name.startswith("appraisal"):
                    assert sum(entry["amount"] for entry in figure["entries"]) == figure["value"]
            told = figures.get("appraisal")
            assert (None if told is None else told["value"]) == row["score"]


@pytest.mark.parametrize("after", [BEFORE_PUBLICATION], indirect=True)
def test_in_200_orders_of_recording_before_publication_the_sheets_are_the_same(
    after: tuple[str, Ledger],
) -> None:
    _, ledger = after
    people = sum(each.event.kind in _OF_PEOPLE for each in ledger.log.events())
    base, events = (
        people + 1,
        list(ledger.log.events(people + 1)),
    )  # behind the house rules and whoever is where
    assert not [each for each in events if each.event.kind in _OF_PEOPLE]
    expected = told(LedgerState(ledger.log), SITE, MONTH)
    assert {employee: score for employee, _, _, _, score, _ in expected if employee == "E001"} == {"E001": 93}
    for seed in range(200):
        assert told(shuffled(ledger, base, events, seed), SITE, MONTH) == expected, seed


@pytest.mark.parametrize("after", ["126"], indirect=True)
def test_the_means_of_the_quarter_are_those_foretold(after: tuple[str, Ledger], expected: Any) -> None:
    _, ledger = after
    (quarter,) = expected["bonus_mean"]

    rows = ledger.reports.bonus(quarter)["rows"]

    means = {row["employee"]: row["mean"] for row in rows if row["mean"] is not None}
    assert means == expected["bonus_mean"][quarter]
    assert {row["status"] for row in rows} == {"off"}
    assert {row["amount"] for row in rows} == {None}


@pytest.mark.parametrize("after", ["126"], indirect=True)
def test_everything_is_decided_again_as_it_stands(after: tuple[str, Ledger]) -> None:
    _, ledger = after

    assert ledger.proofs.verify(deep=True, sheets=True).faults == []
