"""A candidate policy tried on everybody: what one pass says is what the reports under either policy say."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from ledger.application.ledger import Ledger
from ledger.policy.loading import digest
from ledger.review import trial
from ledger.review.changed_figures import ChangedFigures
from ledger.review.trial_sums import told
from ledger.state.ledger_state import LedgerState
from tests.support import office
from tests.support.generator import MONTHS, SITES, moves, office_commands, tell
from tests.support.story import open_ledger
from tests.tracing.stage import candidate, copied, fen, traced
from tests.tracing.test_what_if import DEPENDING, candidates

NOTHING = {
    **dict.fromkeys(("notices", "points", "late_points", "contested_points"), 0),
    **dict.fromkeys(
        ("base_fine", "surcharge", "shifted", "no_worse", "joint_liability", "deduction"), "0.00"
    ),
    "band": "none",
    "sanction_due": None,
    "repeats": [],
    "public": False,
    "reward_points": 0,
    "deduction_points": 0,
    "performance_contested": 0,
    "performance": "0.00",
}


@given(st.data())
@traced
def test_the_sums_and_every_changed_figure_are_those_of_the_reports(
    office_file: Path, base: Ledger, data: st.DataObject
) -> None:
    story = tell(base.log, [move for move in data.draw(moves(15)) if move[0] not in DEPENDING])
    document = json.dumps(data.draw(candidates())).encode()
    site = data.draw(st.sampled_from((None, *SITES)))
    month = data.draw(st.sampled_from((None, *MONTHS)))
    with copied(office_file, story) as ledger, ChangedFigures() as changed:
        foretold = ledger.review.what_if_policy(document, site=site, month=month)
        tried = ledger.review.try_policy(document, site, month, changed=changed)
        event(f"something differs: {bool(foretold.difference)}")
        sides = [
            {(r["employee"], r["month"]): r for r in side["monthly"]}
            for side in (foretold.before, foretold.after)
        ]
        assert {
            (c.employee, c.month, c.figure): (c.before, c.after) for c in changed if c.report == "monthly"
        } == dict(moved(*sides))
        assert shares(changed) == {
            (row["employee"], row["notice"]): row["share"]
            for row in foretold.after["joint_liability"]
            if row not in foretold.before["joint_liability"]
        }
        state = LedgerState(ledger.log)
        at = {key: state.employee(key[0]).site_in(key[1]) for key in sides[0] | sides[1]}
        concerned = {
            key
            for key in sides[0].keys() | sides[1].keys()
            if site in (None, at[key]) or sides[0].get(key) != sides[1].get(key)
        }
        assert_total(tried["total"], sides, concerned)
        for row in tried["months"]:
            assert_total(row, sides, {key for key in concerned if key[1] == row["month"]})
        for row in tried["sites"]:
            assert_total(row, sides, {key for key in concerned if at[key] == row["site"]})
        summed = sum(fen(row["deduction"]["after"]) for row in tried["departments"])
        assert summed == fen(tried["total"]["deduction"]["after"])


def test_other_processes_find_the_same(office_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "EVENTS_A_SLICE", 3)
    document = candidate("2026-06", "33.33", "7.77", 50, 2, "lapses")
    asked = trial.Candidate(document, digest(document), None, None)
    noticed = [office.issue_notice(f"N{n}", f"E00{n}", n) for n in (1, 2, 3)]
    with copied(office_file, [*noticed, office.find_responsibility("N1")]) as ledger:

        def found(helpers: int) -> tuple[Any, ...]:
            with ChangedFigures() as changed:
                sums = trial.tried(ledger.log, ledger.log.position(), asked, changed, helpers=helpers)
                return told(sums), list(changed)

        alone = found(0)
        assert {each.report for each in alone[1]} == {"monthly", "joint-liability"}
        assert found(2) == alone


@pytest.mark.parametrize("supervisor", ["H01", "XL"], ids=["of their own site", "of the site tried"])
def test_who_bears_shares_elsewhere_is_summed_up_from_all_they_bear_for(
    supervisor: str, tmp_path: Path
) -> None:
    document = json.dumps(candidate("2026-08", "20.00", "7.77", 50, 3, "lapses")).encode()
    with open_ledger(tmp_path / "kaoji.db") as ledger, ChangedFigures() as changed:
        noticed = [
            office.issue_notice("N1", "E001", 2),
            office.issue_notice("N2", "XE1", 2, issued_by="XI", occurred_at="2026-08-10T10:00:00Z"),
            office.find_responsibility("N1"),
            office.find_responsibility("N2", by="XD"),
            {"do": "reassign_employee", "employee": "L01", "from": "2026-08-31", "supervisor": supervisor},
        ]
        ledger.record.apply(office.lines([*office_commands(), *noticed]))
        tried = ledger.review.try_policy(document, SITES[1], changed=changed)
        borne = [(c.before, c.after) for c in changed if (c.employee, c.figure) == ("L01", "joint_liability")]
    assert borne == [("6.00", "10.77")]
    elsewhere = next(row for row in tried["sites"] if row["site"] == SITES[0])
    assert elsewhere["deduction"] == {"before": "6.00", "after": "10.77", "difference": "4.77"}


def moved(before: dict[Any, Any], after: dict[Any, Any]) -> Iterator[tuple[Any, tuple[Any, Any]]]:
    """Each figure of a monthly row that differs."""
    for key in before.keys() | after.keys():
        old, new = flat(before.get(key)), flat(after.get(key))
        for figure in old:
            if old[figure] != new[figure]:
                yield (*key, figure), (old[figure], new[figure])


def flat(row: dict[str, Any] | None) -> dict[str, Any]:
    if row is None:
        return NOTHING
    told = row["performance"]
    of_performance = {
        **{name: told[name] for name in ("reward_points", "deduction_points")},
        "performance_contested": told.get("contested_points", 0),
        "performance": told["amount"],
    }
    return {name: row[name] for name in NOTHING if name in row} | of_performance


def shares(changed: ChangedFigures) -> dict[tuple[str, str], Any]:
    return {(c.employee, c.notice): c.after for c in changed if c.figure == "share" and c.after is not None}


def assert_total(row: dict[str, Any], sides: list[dict[Any, Any]], keys: set[Any]) -> None:
    """A row of the trial against the summaries it is about."""
    owed: dict[str, list[int]] = {}
    for place, side in enumerate(sides):
        name = ("before", "after")[place]
        rows = [side[key] for key in keys if key in side]
        assert fen(row["deduction"][name]) == sum(fen(each["deduction"]) for each in rows)
        assert fen(row["performance"][name]) == sum(fen(each["performance"]["amount"]) for each in rows)
        assert row["sanctions_due"][name] == sum(each["sanction_due"] is not None for each in rows)
        assert row["public"][name] == sum(each["public"] for each in rows)
        for each in rows:
            money = fen(each["deduction"]) + fen(each["performance"]["amount"])
            owed.setdefault(each["employee"], [0, 0])[place] += money
    assert row["people"] == len(owed)
    assert row["winners"] == sum(after < before for before, after in owed.values())
    assert row["losers"] == sum(after > before for before, after in owed.values())
