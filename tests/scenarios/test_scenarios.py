"""Three months of an office, reckoned by an independent program: `kaoji` says the same on both databases, end to end.

The scenarios stand in `shared/scenarios` beside the project (or where KAOJI_SCENARIOS says), and are not copied into it.
"""

import json
import os
from collections.abc import Iterator
from datetime import datetime
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest

from cli.main import run
from ledger.application.ledger import Ledger
from ledger.errors import WrongState

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


EXTENDED = [f"extended-{number}" for number in (1, 2, 3)]


@pytest.mark.parametrize("name", EXTENDED)
def test_several_sites_policies_and_ladders_are_as_foretold(name: str, ledger_url: str) -> None:
    if not SCENARIOS.is_dir():
        pytest.skip(f"no scenarios in {SCENARIOS}")
    expected = json.loads((SCENARIOS / name / "expected.json").read_text("utf-8"))
    today = datetime.fromisoformat(f"{expected.pop('today')}T12:00:00+00:00")
    with Ledger(ledger_url, now=lambda: today, operator=lambda: "scenario") as ledger:
        ledger.record.apply((SCENARIOS / name / "commands.jsonl").read_bytes().splitlines())
        differing = [line for what, told in expected.items() for line in _differing(ledger, what, told)]
        assert differing == []


def _differing(ledger: Ledger, what: str, expected: Any) -> Iterator[str]:
    site, _, part = what.partition(" ")
    if part == "appeals":
        yield from _unlike(what, ledger.reports.appeals(site), expected, "appeal")
        return
    with ledger.look() as look:
        monthly = {row["employee"]: row for row in look.monthly(part, site)}
        for employee in sorted(monthly.keys() | expected["monthly"].keys()):
            yield from _unlike_row(
                f"{what} {employee}", monthly.get(employee), expected["monthly"].get(employee)
            )
        yield from _unlike(
            f"{what} posted", look.of_month("public-list", part, site), expected["public_list"], "employee"
        )
        shares = look.joint_liability(part, site)
        yield from _unlike(f"{what} shares", shares, expected["joint_liability"], "notice")
        imposed = [row for row in look.sanctions(part, site) if row["sanction"] is not None]
        imposed.sort(key=itemgetter("sanction"))
        yield from _unlike(f"{what} sanctions", imposed, _states(expected["sanctions"]), "sanction")
        try:
            payroll = look.payroll(part, site)
        except WrongState:
            payroll = {"lines": [], "run": []}
        handed = expected["payroll"] or {"lines": [], "run": []}
        for each in ("lines", "run"):
            # the independent program has the components in the order of their names
            rows = [sorted(of[each], key=_line) for of in (payroll, handed)]
            yield from _unlike(f"{what} {each}", rows[0], rows[1], "employee")


def _line(row: dict[str, Any]) -> tuple[str, ...]:
    return row["employee"], row.get("obligation_month", ""), row.get("component", "")


_STATES = {"stands": "in_force", "contested": "suspended"}


def _states(sanctions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The independent program's words for the state of a sanction, in the report's."""
    return [
        {**{key: value for key, value in row.items() if key != "state"}}
        | ({"status": _STATES.get(row["state"], row["state"])} if "state" in row else {})
        for row in sanctions
    ]


def _unlike(what: str, rows: list[dict[str, Any]], expected: list[dict[str, Any]], by: str) -> Iterator[str]:
    if len(rows) != len(expected):
        yield f"{what}: {[row[by] for row in rows]} instead of {[row[by] for row in expected]}"
        return
    for row, foretold in zip(rows, expected, strict=True):
        yield from _unlike_row(f"{what} {foretold[by]}", row, foretold)


def _unlike_row(what: str, row: dict[str, Any] | None, foretold: dict[str, Any] | None) -> Iterator[str]:
    if row is None or foretold is None:
        yield f"{what}: {row} instead of {foretold}"
        return
    for key, value in foretold.items():
        found = row[key]
        if isinstance(value, dict):
            found = {name: found[name] for name in value}
        if found != value:
            yield f"{what} {key}: {found} instead of {value}"
