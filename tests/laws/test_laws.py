"""What must hold for every ledger, whatever was recorded in it (house.md, the seven laws; domain §3, §6, §7).

The stories are drawn by `tests.support.generator`. Where `CI` is set hypothesis draws the same ones every time.
"""

import itertools
import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from ledger.aggregates.employee.evolve import evolve
from ledger.application.ledger import Ledger
from ledger.events import Recorded
from ledger.events.employees import (
    DepartureCorrected,
    EmployeeDeparted,
    EmployeeRehired,
    employee_stream,
)
from ledger.projections.tables import monthly
from ledger.reckoning.entries import total
from ledger.reckoning.facts import EmployeeFacts
from ledger.reckoning.fold_facts import fold
from ledger.reports.source import ProjectionRows, StateRows
from ledger.state import execution
from ledger.state.ledger_state import LedgerState
from tests.support.generator import MONTHS, SITES, Move, Teller, moves, tell
from tests.support.office import copy_ledger, lines
from tests.support.story import drawn, everything, open_ledger, sheet_rows

OWN = ("base_fine", "surcharge", "shifted", "no_worse")
FIGURES = (*OWN, "performance")

APPEALING = ("issue", "appeal", "decide", "find", "escalate", "appeal_share", "reassign", "correct")

EXAMPLES = int(os.environ.get("KAOJI_LAW_EXAMPLES", "60"))
"""How many stories each law is tried on; slow laws on half of them."""

law = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
slow_law = settings(law, max_examples=EXAMPLES // 2)

Story = list[dict[str, Any]]


@contextmanager
def ledger_of(office_file: Path, story: Story) -> Iterator[Ledger]:
    """A ledger of its own in which the story has been recorded."""
    with tempfile.TemporaryDirectory(prefix="kaoji-law-") as folder:
        file = Path(folder) / "kaoji.db"
        copy_ledger(office_file, file)
        with open_ledger(file) as ledger:
            if story:
                ledger.record.apply(lines(story))
            yield ledger


def live(ledger: Ledger) -> dict[str, Any]:
    """The rows of every report of every month, from the sheets."""
    with ledger.projections.current() as connection:
        return drawn(ProjectionRows(connection, ledger.log.ledger), SITES, MONTHS)


def as_of(ledger: Ledger, position: int) -> dict[str, Any]:
    """The same rows from what the log says up to a position."""
    return drawn(StateRows(LedgerState(ledger.log, position)), SITES, MONTHS)


# --- order ------------------------------------------------------------------------------------------


@given(st.data())
@slow_law
def test_the_order_in_which_a_months_notices_are_recorded_changes_no_figure(
    office_file: Path, base: Ledger, data: st.DataObject
) -> None:
    teller = Teller(base.log)
    for move in data.draw(moves(3, 20, ("issue",))):
        teller.make(move)
    notices = list(teller.told)
    for move in data.draw(moves(0, 25, never="issue")):
        teller.make(move)
    rest = teller.told[len(notices) :]
    shuffled = data.draw(st.permutations(notices))
    with ledger_of(office_file, notices + rest) as one, ledger_of(office_file, shuffled + rest) as other:
        assert _without_positions(sheet_rows(one)) == _without_positions(sheet_rows(other))


def _without_positions(sheets: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Rows without what names positions: these do depend on the order."""
    for row in itertools.chain(*sheets.values()):
        for column in ("because", "digest"):
            row.pop(column, None)
    return sheets


# --- one function makes every number: live, rebuilt, as of ------------------------------------------


@given(st.data())
@slow_law
def test_sheets_caught_up_step_by_step_equal_sheets_drawn_anew(
    office_file: Path, base: Ledger, data: st.DataObject
) -> None:
    story = tell(base.log, data.draw(moves(1, 40)))
    steps = _in_steps(story, data)
    with ledger_of(office_file, []) as live, ledger_of(office_file, []) as rebuilt:
        for step in steps:
            live.record.apply(lines(step))
            rebuilt.record.apply(lines(step))
            rebuilt.rebuild()
            found, expected = sheet_rows(live), sheet_rows(rebuilt)
            for sheet in expected:
                assert found[sheet] == expected[sheet], (
                    f"{sheet} after {json.dumps(step, ensure_ascii=False)}"
                )


def _in_steps(story: Story, data: st.DataObject) -> list[Story]:
    """The story cut into a few steps; between them the sheets are read."""
    sizes = data.draw(st.lists(st.integers(1, 6), min_size=1, max_size=40))
    steps, start = [], 0
    for size in sizes:
        steps.append(story[start : start + size])
        start += size
    return [step for step in [*steps, story[start:]] if step]


@given(st.data())
@slow_law
def test_a_report_as_of_a_position_equals_the_report_of_a_ledger_that_ended_there(
    office_file: Path, base: Ledger, data: st.DataObject
) -> None:
    story = tell(base.log, data.draw(moves()))
    cut = data.draw(st.integers(0, len(story)))
    with ledger_of(office_file, story) as whole, ledger_of(office_file, story[:cut]) as ended:
        position = ended.log.position()
        assert as_of(whole, position) == live(ended)
        assert as_of(whole, whole.log.position()) == live(whole)
        site, month = data.draw(st.sampled_from(SITES)), data.draw(st.sampled_from(MONTHS))
        assert everything(whole, [site], [month], position) == everything(ended, [site], [month])


# --- sums -------------------------------------------------------------------------------------------


@given(moves())
@law
def test_all_deductions_are_all_fines_less_what_nobody_pays(
    office_file: Path, base: Ledger, told: list[Move]
) -> None:
    with ledger_of(office_file, tell(base.log, told)) as ledger:
        sheets = sheet_rows(ledger)
    sums: Counter[str] = Counter()
    for row in sheets["sheet_monthly"]:
        sums.update({figure: row[figure] for figure in (*OWN, "joint_liability")})
    for share in sheets["sheet_joint_liability"]:
        sums[share["status"]] += share["share"]
    deductions = sums["base_fine"] + sums["surcharge"] - sums["shifted"] - sums["no_worse"]
    deductions += sums["joint_liability"]
    paid_by_nobody = sums["no_worse"] + sums["contested"] + sums["lapsed"]
    event(f"something is paid by nobody: {paid_by_nobody > 0}")
    assert deductions == sums["base_fine"] + sums["surcharge"] - paid_by_nobody


# --- no number without a reason ---------------------------------------------------------------------


@given(moves())
@law
def test_every_figure_is_the_sum_of_its_entries_and_every_entry_rests_on_events(
    base: Ledger, told: list[Move]
) -> None:
    teller = Teller(base.log)
    for move in told:
        teller.make(move)
    ledger_state = teller.state
    people = [employee for site in SITES for employee in ledger_state.employee_ids(site)]
    streams = {employee: ledger_state.stream(employee_stream(employee)) for employee in people}
    departures = {
        r.position
        for r in itertools.chain(*streams.values())
        if isinstance(r.event, EmployeeDeparted | DepartureCorrected | EmployeeRehired)
    }
    for employee in people:
        known = departures | {r.position for r in streams[employee]}
        for month in MONTHS:
            cell = ledger_state.cell(employee, month)
            for figure in FIGURES:
                assert total(cell.entries, figure) == getattr(cell, figure)
            entries = [*cell.entries, *(share.entry for share in cell.shares)]
            assert all(entry.rests_on and set(entry.rests_on) <= known for entry in entries)
            assert all(entry.policy == cell.policy for entry in entries)
            assert all(share.entry.amount_fen == share.share_fen for share in cell.shares)


# --- an appeal never makes things worse -------------------------------------------------------------


@given(moves(8, 45, APPEALING))
@law
def test_no_appeal_raises_what_anybody_owes_above_what_dismissals_would_have_cost(
    base: Ledger, told: list[Move]
) -> None:
    teller = Teller(base.log)
    for move in told:
        teller.make(move)
    assume(teller.appeals("pending", "revoked", "reduced", "dismissed"))
    dismissed = _all_dismissed(base, teller)
    assume(dismissed is not None)
    assert dismissed is not None
    actual, otherwise = _deductions(teller.state), _deductions(dismissed.state)
    event(f"an appeal made a difference: {actual != otherwise}")
    assert {key: owed for key, owed in actual.items() if owed > otherwise.get(key, 0)} == {}


def _all_dismissed(base: Ledger, teller: Teller) -> Teller | None:
    """The same story in which every appeal was dismissed; None where the rest of it is then refused."""
    other = Teller(base.log)
    for command in teller.told:
        other.today = teller.today
        if command["do"] == "decide_appeal":
            reviewer = _reviewer(other, command["appeal"])
            changed = {k: v for k, v in command.items() if k != "points"} | {"outcome": "dismissed"}
            command = changed | ({} if reviewer is None else {"by": reviewer})
        if not other.say(command):
            return None
    for appeal in other.appeals("pending"):
        decision = {
            "do": "decide_appeal",
            "outcome": "dismissed",
            "reasons": "imagined",
            "on": str(teller.today),
        }
        if not other.say(decision | {"appeal": appeal["appeal"], "by": appeal["reviewer"] or "C01"}):
            return None
    return other


def _reviewer(teller: Teller, appeal: str) -> str | None:
    return next((row["reviewer"] for row in teller.appeals("pending") if row["appeal"] == appeal), None)


def _deductions(ledger_state: LedgerState) -> dict[tuple[str, str], int]:
    rows = StateRows(ledger_state)
    return {
        (row["employee"], month): row["base_fine"]
        + row["surcharge"]
        - row["shifted"]
        - row["no_worse"]
        + row["joint_liability"]
        for site in SITES
        for month in MONTHS
        for row in rows.of(monthly.PROJECTION, site, month)
    }


# --- files applied again, and cut --------------------------------------------------------------------


@given(st.data())
@slow_law
def test_a_file_applied_again_or_cut_anywhere_and_continued_comes_to_the_same_log(
    office_file: Path, base: Ledger, data: st.DataObject
) -> None:
    story = tell(base.log, data.draw(moves()))
    cut = data.draw(st.integers(0, len(story)))
    with ledger_of(office_file, story) as whole:
        expected, position = sheet_rows(whole), whole.log.position()
        log, told = whole.log.hashes(range(1, position + 1)), in_clear(whole)
        again = whole.record.apply(lines(story))
        assert again.values() == {"recorded": 0, "skipped": len(story), "position": position}
        assert whole.log.hashes(range(1, position + 2)) == log
    for rest, skipped in ((story[cut:], 0), (story, cut)):
        with ledger_of(office_file, story[:cut]) as continued:
            applied = continued.record.apply(lines(rest))
            assert applied.values() == {
                "recorded": len(story) - cut,
                "skipped": skipped,
                "position": position,
            }
            assert in_clear(continued) == told
            assert sheet_rows(continued) == expected


def in_clear(ledger: Ledger) -> list[Recorded]:
    """The log as it was meant: opened, and without the digests, which are keyed as the stored bytes are salted."""
    return [replace(ledger.log.people.opened(recorded), command="") for recorded in ledger.log.events()]


# --- decide may refuse, evolve never does -----------------------------------------------------------


@given(moves())
@law
def test_every_stored_stream_folds_event_by_event(base: Ledger, told: list[Move]) -> None:
    teller = Teller(base.log)
    for move in told:
        teller.make(move)
    for site in SITES:
        for employee in teller.state.employee_ids(site):
            facts = EmployeeFacts()
            state = None
            for recorded in teller.state.stream(employee_stream(employee)):
                facts = fold(facts, recorded)
                state = evolve(state, recorded.event, recorded.position)
            assert state is not None
            assert facts == teller.state.facts(employee)
            assert {n: f.points for n, f in facts.notices.items()} == {
                n: s.points for n, s in state.notices.items()
            }
            assert {n: f.stands for n, f in facts.notices.items()} == {
                n: s.standing == "stands" for n, s in state.notices.items()
            }


@given(moves())
@slow_law
def test_reading_decides_nothing_so_a_rule_tightened_tomorrow_leaves_yesterday_readable(
    office_file: Path, base: Ledger, told: list[Move]
) -> None:
    story = tell(base.log, told)
    with ledger_of(office_file, story) as ledger, pytest.MonkeyPatch.context() as patch:
        expected = live(ledger)
        patch.setattr(execution, "decide", _refuse_everything)
        ledger.rebuild()
        assert live(ledger) == expected
        assert as_of(ledger, ledger.log.position()) == expected
        assert everything(ledger, SITES, MONTHS[2:3])


def _refuse_everything(*_: object) -> None:
    raise AssertionError("a report asked for a decision")
