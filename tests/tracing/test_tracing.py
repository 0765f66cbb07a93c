"""Explanations add up and rest on events, as-of is as it was, comparisons have a reason."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from ledger.application.ledger import Ledger
from ledger.state.ledger_state import LedgerState
from tests.support import office
from tests.support.generator import MONTHS, SITES, moves, tell
from tests.support.office import lines
from tests.support.story import everything, open_ledger
from tests.tracing.stage import (
    ALL_MONTHS,
    Story,
    answer,
    appealed,
    candidate,
    copied,
    fen,
    figures_of,
    people,
    shown,
    traced,
)

# --- explain ----------------------------------------------------------------------------------------


@given(appealed())
@traced
def test_every_explanation_adds_up_to_the_report_and_rests_on_events_of_the_log(
    office_file: Path, base: Ledger, told: list[Any]
) -> None:
    with copied(office_file, tell(base.log, told)) as ledger:
        log = {recorded.position: recorded for recorded in ledger.log.events()}
        hashes = ledger.log.hashes(log)
        explained = 0
        for site in SITES:
            for month in ALL_MONTHS:
                sheets = {row["employee"]: row for row in ledger.reports.appraisal(month, site)}
                for row in ledger.reports.monthly(month, site):
                    tree = ledger.review.explain(row["employee"], month)
                    figures = figures_of(tree)
                    figures.pop("appraisal.bonus", None)  # `report bonus` says it, and of whole quarters
                    assert figures == {**reported(row), **appraised(sheets.get(row["employee"]))}
                    assert_adds_up(tree)
                    assert_rests_on(tree, log, hashes)
                    explained += 1
        event(f"rows explained: {explained // 5 * 5}")


def reported(row: dict[str, Any]) -> dict[str, Any]:
    """A row of the monthly summary, as the figures of an explanation."""
    money_and_points = ("deduction", "points", "late_points", "contested_points", "base_fine", "surcharge")
    return {
        **{name: row[name] for name in (*money_and_points, "shifted", "no_worse", "joint_liability", "band")},
        "sanction_due": row["sanction_due"],
        "repeats": row["repeats"],
        "public": row["public"],
        "deduction_points": row["performance"]["deduction_points"],
        **_contested(row["performance"]),
        "reward_points": row["performance"]["reward_points"],
        "performance": row["performance"]["amount"],
    }


def _contested(performance: dict[str, Any]) -> dict[str, int]:
    contested = performance.get("contested_points")
    return {} if contested is None else {"performance_contested": contested}


def appraised(sheet: dict[str, Any] | None) -> dict[str, Any]:
    """A row of the appraisal, as the figures of an explanation; nothing where nobody looked."""
    if sheet is None or sheet["unchecked"]:
        return {}
    dimensions = {f"appraisal.{code}": each["final"] for code, each in sheet["dimensions"].items()}
    return {**dimensions, "appraisal": sheet["score"]}


def assert_adds_up(tree: dict[str, Any]) -> None:
    """The lines of a figure are what it is; a line that carries a figure over carries all of it."""
    values = {figure["figure"]: figure["value"] for figure in tree["figures"]}
    for figure in tree["figures"]:
        if figure["unit"] == "yuan":
            assert sum(fen(entry["amount"]) for entry in figure["entries"]) == fen(figure["value"])
        elif figure["unit"] == "points":
            assert sum(entry["amount"] for entry in figure["entries"]) == figure["value"]
        else:
            assert bool(figure["entries"]) == (figure["value"] not in ("none", None, [], False))
        for entry in figure["entries"]:
            if entry.get("of") in values and entry.get("status") != "not_twice":
                carried = values[entry["of"]]
                exact = fen if figure["unit"] == "yuan" else int
                assert exact(entry["amount"]) in (exact(carried), -exact(carried))


def assert_rests_on(tree: dict[str, Any], log: dict[int, Any], hashes: dict[int, str]) -> None:
    """Every leaf is an event of the log, told as the log has it."""
    leaves = {position for figure in tree["figures"] for e in figure["entries"] for position in e["rests_on"]}
    for figure in tree["figures"]:
        assert all(entry["rests_on"] for entry in figure["entries"]), figure["figure"]
        named = {entry["notice"] for entry in figure["entries"] if "notice" in entry}
        assert named <= tree["notices"].keys()
    for notice in tree["notices"].values():
        leaves |= {*notice["events"], *notice["authority"]}
    assert {*map(str, leaves), str(tree["policy"]["position"])} == tree["events"].keys()
    for cited in tree["events"].values():
        recorded = log[cited["position"]]
        assert (cited["kind"], cited["stream"]) == (recorded.event.kind, recorded.stream)
        assert cited["hash"] == hashes[cited["position"]]


# --- as of: what was known then ---------------------------------------------------------------------


@given(st.data())
@traced
def test_every_answer_as_of_a_position_is_that_of_a_ledger_that_ended_there(
    office_file: Path, base: Ledger, data: st.DataObject
) -> None:
    story = tell(base.log, data.draw(appealed()))
    cut = data.draw(st.integers(0, len(story)))
    named = named_in(story)
    asked = data.draw(st.lists(st.sampled_from(named), max_size=6, unique=True)) if named else []
    with copied(office_file, story) as whole, copied(office_file, story[:cut]) as ended:
        position = ended.log.position()
        assert whole.position_of(str(position)) == position
        assert everything(whole, SITES, MONTHS, position) == everything(ended, SITES, MONTHS)
        then, now = answers(whole, asked, position), answers(ended, asked, None)
        for question in then:
            assert without_hashes(then[question]) == without_hashes(now[question]), question


def without_hashes(found: Any) -> Any:
    """The same answer without the hashes of stored bytes, which no two ledgers share: sealing is salted."""
    if isinstance(found, dict):
        return {name: without_hashes(each) for name, each in found.items() if name != "hash"}
    if isinstance(found, list | tuple):
        return [without_hashes(each) for each in found]
    return found


def answers(ledger: Ledger, asked: list[tuple[str, str]], as_of: int | None) -> dict[str, Any]:
    """What a ledger answers about all places and people, and about the notices and appeals asked for."""
    found: dict[str, Any] = {"sites": ledger.review.sites(as_of)}
    for site in SITES:
        found[f"due {site}"] = ledger.reports.due(site, as_of)
        found[f"employees {site}"] = ledger.review.employees(site, as_of)
        for month in ALL_MONTHS:
            found[f"fairness {site} {month}"] = ledger.reports.fairness(month, site, as_of)
            found[f"month {site} {month}"] = ledger.review.month_card(month, site, as_of)
    for employee in people(ledger, as_of):
        for month in LedgerState(ledger.log, as_of).facts(employee).months():
            found[f"explain {employee} {month}"] = ledger.review.explain(employee, month, as_of)
    for kind, name in asked:
        found[f"log {name}"] = answer(partial(ledger.review.history, name, as_of))
        found[f"card {name}"] = answer(partial(ledger.review.card, kind, name, as_of))
        if kind == "appeal":
            found[f"case_file {name}"] = answer(partial(ledger.review.case_file, name, as_of))
        if kind == "notice":
            found[f"without {name}"] = answer(partial(_without, ledger, name, as_of))
    return found


def _without(ledger: Ledger, notice: str, as_of: int | None) -> Any:
    return ledger.review.what_if(without=[notice], as_of=as_of).values()


def named_in(story: Story) -> list[tuple[str, str]]:
    """The notices, appeals, rewards and sanctions of a story, with their kinds."""
    makers = {"issue_notice": "notice", "file_appeal": "appeal", "grant_reward": "reward"}
    makers["impose_sanction"] = "sanction"
    return [(kind, command[kind]) for command in story if (kind := makers.get(command["do"])) is not None]


def test_a_share_that_existed_then_and_not_now_is_there_as_of_then(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "kaoji.db") as ledger:
        ledger.record.apply(
            lines(
                [
                    *office.office(),
                    office.issue_notice("N1", "E001", 5),
                    office.find_responsibility("N1", supervisor="H02"),
                ]
            )
        )
        then = ledger.log.position()
        before = ledger.review.explain("H02", office.MONTH)
        ledger.record.apply(lines([office.clear_responsibility("N1")]))
        assert figures_of(ledger.review.explain("H02", office.MONTH))["joint_liability"] == "0.00"
        assert figures_of(before)["joint_liability"] == "7.50"
        assert ledger.review.explain("H02", office.MONTH, then) == before
        assert [row["employee"] for row in ledger.reports.monthly(office.MONTH, as_of=then)] == [
            "E001",
            "H02",
        ]


# --- compare ----------------------------------------------------------------------------------------


@given(st.data())
@traced
def test_what_compare_says_differs_is_what_differs_and_it_has_a_reason(
    office_file: Path, base: Ledger, data: st.DataObject
) -> None:
    story = tell(base.log, data.draw(moves(10)))
    with copied(office_file, story) as ledger:
        first, last = base.log.position(), ledger.log.position()
        start = data.draw(st.integers(first, last))
        stop = start + data.draw(st.integers(1, 3) | st.integers(0, last - first))
        then, now = ledger.position_of(str(start)), ledger.position_of(str(stop))
        old, new = months_of(ledger, then), months_of(ledger, now)
        known = set(people(ledger, then))
        for employee, month in sorted(old.keys() | new.keys()):
            if employee in known:
                found = ledger.review.compare(employee, month, then, now)
                assert_compares(found, old.get((employee, month), {}), new.get((employee, month), {}))


def assert_compares(found: dict[str, Any], old: dict[str, Any], new: dict[str, Any]) -> None:
    """The figures are those of two reports, and whatever differs has a cause between the positions."""
    for row in found["figures"]:
        nothing = NOTHING.get(row["figure"], 0)
        was, is_now = old.get(row["figure"], nothing), new.get(row["figure"], nothing)
        assert (row["then"], row["now"], row["differs"]) == (was, is_now, was != is_now)
    differing = {row["figure"] for row in found["figures"] if row["differs"]}
    assert all(found["then"] < cause["position"] <= found["now"] for cause in found["because"])
    assert found["because"] or not differing, (found["employee"], found["month"], differing)
    event(f"something differs: {bool(differing)}")


def test_points_that_wait_at_one_of_two_positions_only_are_compared_with_none(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "kaoji.db") as ledger:
        notice = office.issue_notice("N1", "E001", 2, clause="PF-A", scheme="performance")
        then = ledger.record.apply(office.lines([*office.office(), notice])).position
        now = ledger.record.apply(office.lines([office.file_appeal("A1", "E001", {"notice": "N1"})])).position
        for before, after, told in ((then, now, (0, 2)), (now, None, (2, 0))):
            if after is None:
                ledger.record.apply(office.lines([office.withdraw_appeal("A1")]))
            found = ledger.review.compare("E001", office.MONTH, before, after)
            (row,) = (row for row in found["figures"] if row["figure"] == "performance_contested_points")
            assert (row["then"], row["now"]) == told


@pytest.mark.parametrize("late", ["departure", "policy", "finding"])
def test_a_difference_that_others_made_has_its_reason(tmp_path: Path, late: str) -> None:
    """Of a supervisor who bears a share, and left no notice of their own in the month."""
    cause = {
        "departure": office.record_departure("L01", "2026-08-05"),
        "policy": {"do": "adopt_policy", "policy": candidate("2026-08", "20.00", "7.77", 30, 3, "lapses")}
        | {"on": "2026-07-31"},
        "finding": office.clear_responsibility("N1"),
    }[late]
    with open_ledger(tmp_path / "kaoji.db") as ledger:
        begun = [*office.office(), office.issue_notice("N1", "E001", 2), office.find_responsibility("N1")]
        ledger.record.apply(lines(begun))
        then = ledger.log.position()
        ledger.record.apply(lines([cause]))
        found = ledger.review.compare("L01", office.MONTH, then)
        assert {row["figure"] for row in found["figures"] if row["differs"]} == {
            "joint_liability",
            "deduction",
        }
        assert [cause["position"] for cause in found["because"]] == [then + 1]


NOTHING: dict[str, Any] = {
    **dict.fromkeys(("base_fine", "surcharge", "shifted", "no_worse", "joint_liability"), "0.00"),
    **dict.fromkeys(("deduction", "performance_amount"), "0.00"),
    "band": "none",
    "sanction_due": None,
    "repeats": [],
    "public": False,
}


def months_of(ledger: Ledger, position: int) -> dict[tuple[str, str], dict[str, Any]]:
    """Everybody's rows of the monthly summary, flat."""
    found = {}
    for row in shown(ledger, position)["monthly"]:
        performance = {f"performance_{name}": value for name, value in row["performance"].items()}
        found[row["employee"], row["month"]] = row | performance
    return found
