"""The rules as data: every case of the .toml files beside this one, played on a real ledger (see CONTRIBUTING)."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger.application.ledger import Ledger
from ledger.errors import Refusal
from ledger.state.ledger_state import LedgerState
from tests.cases.stage import NOBODY, NULL, Stage, people
from tests.support.office import copy_ledger, lines
from tests.support.story import open_ledger

HERE = Path(__file__).parent
NO_ROW = "no row"
FIELDS = {
    "name",
    "rule",
    "month",
    "timezone",
    "steps",
    "figures",
    "shares",
    "public",
    "lines",
    "run",
    "sanctions",
    "appeals",
}


def all_cases() -> Iterator[Any]:
    """Every case of every file; `people.toml` holds no cases."""
    for file in sorted(HERE.glob("*.toml")):
        for number, case in enumerate(tomllib.loads(file.read_text("utf-8")).get("case", []), start=1):
            yield pytest.param(case, id=f"{file.stem}: {case.get('name', number)}")


@pytest.fixture(scope="session")
def empty_office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("cases") / "office.db"
    with open_ledger(file) as ledger:
        ledger.record.apply(lines(people()))
    return file


@pytest.fixture
def ledger(empty_office: Path, tmp_path: Path) -> Iterator[Ledger]:
    file = tmp_path / "kaoji.db"
    copy_ledger(empty_office, file)
    with open_ledger(file) as opened:
        yield opened


@pytest.mark.parametrize("case", list(all_cases()))
def test_the_house_rules_give_the_figures_of_the_case(
    case: dict[str, Any], ledger: Ledger, tmp_path: Path
) -> None:
    assert set(case) <= FIELDS, f"unknown: {', '.join(sorted(set(case) - FIELDS))}"
    if "timezone" in case:
        ledger = open_ledger(tmp_path / "elsewhere.db")
        ledger.record.apply(lines(people(case["timezone"])))
    stage = Stage(ledger)
    for step in case["steps"]:
        _play(stage, dict(step))
    wrong = [
        *_figures(ledger, stage, case),
        *_shares(ledger, case),
        *_public(ledger, case),
        *_payroll(ledger, case),
        *_sanctions(ledger, case),
        *_appeals(ledger, case),
    ]
    assert not wrong, f"{case['rule']}\n" + "\n".join(wrong)


def _play(stage: Stage, step: dict[str, Any]) -> None:
    refused = step.pop("refused", None)
    if refused is None:
        stage.play(step)
        return
    with pytest.raises(Refusal) as refusal:
        stage.play(step)
    assert refusal.value.code == refused, f"{step} is refused, but as {refusal.value.code}"


def _month(case: dict[str, Any]) -> str:
    return str(case.get("month", "2026-08"))


def _by_month(case: dict[str, Any], field: str) -> dict[str, list[str]]:
    """A list is of the case's month; a table says the month itself."""
    found = case.get(field, {})
    return {_month(case): found} if isinstance(found, list) else found


def _compared(what: str, expected: list[str], found: list[str]) -> list[str]:
    missing = [f"{what}: expected, but not there: {line}" for line in expected if line not in found]
    return missing + [f"{what}: there, but not expected: {line}" for line in found if line not in expected]


def _figures(ledger: Ledger, stage: Stage, case: dict[str, Any]) -> Iterator[str]:
    for key, expected in case.get("figures", {}).items():
        employee, _, month = key.partition(" ")
        month = month or _month(case)
        site = stage.sites[employee]
        row = next((r for r in ledger.reports.monthly(month, site) if r["employee"] == employee), None)
        if expected == NO_ROW or row is None:
            if (expected == NO_ROW) != (row is None):
                yield f"{employee} {month}: expected {expected}, found {row or NO_ROW}"
            continue
        row["gap_rule"] = _is_gap(ledger, site, month, row["points"])
        for field, value in expected.items():
            if field == "performance" and not isinstance(value, dict):
                yield f"{key}: performance is a table such as {{ amount = '20.00' }}"
                continue
            part = {k: row[field][k] for k in value} if field == "performance" else row.get(field, "no such")
            if part != (None if value == NULL else value):
                yield f"{employee} {month}: {field} expected {value}, found {part}"


def _is_gap(ledger: Ledger, site: str, month: str, points: int) -> bool:
    rule = LedgerState(ledger.log).policy_of(site, month).band_rule(points)
    return rule is not None and rule.reading == "gap_rule"


def _shares(ledger: Ledger, case: dict[str, Any]) -> Iterator[str]:
    for month, expected in _by_month(case, "shares").items():
        found = [
            f"{share['notice']} {share['supervisor'] or NOBODY} {share['ground']} {share['share']}"
            f" {share['status']}"
            for site in ("office", "north")
            for share in ledger.reports.joint_liability(month, site)
        ]
        yield from _compared(f"shares {month}", expected, found)


def _public(ledger: Ledger, case: dict[str, Any]) -> Iterator[str]:
    for month, expected in _by_month(case, "public").items():
        found = [row["employee"] for row in ledger.reports.of_month("public-list", month, "office")]
        if found != expected:
            yield f"public list {month}: expected {expected}, found {found}"


def _payroll(ledger: Ledger, case: dict[str, Any]) -> Iterator[str]:
    for month, expected in _by_month(case, "lines").items():
        found = [
            f"{line['employee']} {line['obligation_month']} {line['component']} {line['amount']}"
            + (" adjustment" if line["adjustment"] else "")
            for line in ledger.reports.payroll(month, "office")["lines"]
        ]
        yield from _compared(f"lines of {month}", expected, found)
    for month, expected in _by_month(case, "run").items():
        found = [
            f"{line['employee']} due {line['due']} deducted {line['deducted']} carried {line['carried']}"
            for line in ledger.reports.payroll(month, "office")["run"]
        ]
        yield from _compared(f"run of {month}", expected, found)


def _sanctions(ledger: Ledger, case: dict[str, Any]) -> Iterator[str]:
    for month, expected in _by_month(case, "sanctions").items():
        found = [
            f"{row['employee']} {row['kind']} {row['status']}"
            + (f" by {row['suspended_by']}" if row["suspended_by"] else "")
            for row in ledger.reports.sanctions(month, "office")
        ]
        yield from _compared(f"sanctions of {month}", expected, found)


def _appeals(ledger: Ledger, case: dict[str, Any]) -> Iterator[str]:
    if "appeals" in case:
        found = [
            f"{row['appeal']} {row['appellant']} {row['status']} {row['level']} {row['reviewer'] or NOBODY}"
            for row in ledger.reports.appeals("office")
        ]
        yield from _compared("appeals", case["appeals"], found)
