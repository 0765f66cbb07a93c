"""What a what-if foretells is what then happens, for everybody, in every report and in the next close."""

import json
from pathlib import Path
from typing import Any

from hypothesis import assume, event, given
from hypothesis import strategies as st

from ledger.aggregates.employee_state import AppealState
from ledger.application.ledger import Ledger
from ledger.errors import Refusal
from ledger.review.impact import Impact
from ledger.state.ledger_state import LedgerState
from tests.support import office
from tests.support.generator import MONTHS, SITES, moves, office_commands, tell
from tests.support.office import lines
from tests.support.story import NOW, open_ledger
from tests.tracing.stage import (
    PARTS,
    appealed,
    candidate,
    changed,
    copied,
    fen,
    figures_of,
    file_of,
    next_close,
    ordered,
    people,
    shown,
    traced,
)

TODAY = str(NOW.date())


# --- what-if: what it foretells is what happens -----------------------------------------------------


@given(st.data())
@traced
def test_what_a_decision_is_foretold_to_change_is_what_it_changes(
    office_file: Path, base: Ledger, data: st.DataObject
) -> None:
    story = tell(base.log, data.draw(appealed()))
    with copied(office_file, story) as ledger:
        appeals = appeals_of(ledger, "pending", "dismissed", "reduced")
        assume(appeals)
        picked = data.draw(st.lists(st.sampled_from(list(appeals)), min_size=1, max_size=2, unique=True))
        remedies = [(name, *data.draw(outcomes_of(ledger, appeals[name]))) for name in picked]
        try:
            foretold = ledger.review.what_if(remedies)
        except Refusal as refusal:
            event(f"cannot be imagined: {refusal.code}")
            assume(False)
        with copied(file_of(ledger)) as really:
            for name, outcome, points in remedies:
                really_decide(really, name, appeals[name], outcome, points)
            assert_came_true(foretold, ledger, really)
            if len(remedies) == 1:
                assert_case_file_came_true(ledger.review.case_file(picked[0]), remedies[0], really)


@given(st.data())
@traced
def test_what_a_withdrawn_notice_is_foretold_to_change_is_what_it_changes(
    office_file: Path, base: Ledger, data: st.DataObject
) -> None:
    story = tell(base.log, data.draw(moves(15)))
    with copied(office_file, story) as ledger:
        sites = {
            notice.notice: somebody.site_in(notice.month)
            for somebody in map(LedgerState(ledger.log).employee, people(ledger))
            for notice in somebody.standing_notices()
        }
        assume(sites)
        picked = data.draw(st.lists(st.sampled_from(list(sites)), min_size=1, max_size=3, unique=True))
        foretold = ledger.review.what_if(without=picked)
        with copied(file_of(ledger)) as really:
            for name in picked:
                by = "M01" if sites[name] == office.SITE else "XD"
                really.record.apply(lines([office.withdraw_notice(name, TODAY, by=by, reason="imagined")]))
            assert_came_true(foretold, ledger, really)


def appeals_of(ledger: Ledger, *statuses: str) -> dict[str, AppealState]:
    ledger_state = LedgerState(ledger.log)
    return {
        appeal.appeal: appeal
        for employee in people(ledger)
        for appeal in ledger_state.employee(employee).appeals.values()
        if appeal.status in statuses
    }


def outcomes_of(ledger: Ledger, appeal: AppealState) -> st.SearchStrategy[tuple[Any, int | None]]:
    found: list[tuple[str, int | None]] = [("revoked", None), ("revoked", None), ("dismissed", None)]
    if appeal.against == "notice":
        points = int(ledger.review.card("notice", appeal.target)["points"])
        found += [("reduced", fewer) for fewer in range(1, points)]
    return st.sampled_from(found)


def really_decide(ledger: Ledger, name: str, appeal: AppealState, outcome: str, points: int | None) -> None:
    """By the right reviewer; a decided one is escalated first. What cannot happen is not tried further."""
    try:
        if appeal.status != "pending":
            since = str(appeal.decided_on)
            ledger.record.apply(lines([office.escalate_appeal(name, since, key=f"imagined {name}")]))
        row = next(row for site in SITES for row in ledger.reports.appeals(site) if row["appeal"] == name)
        assume(row["reviewer"] is not None)
        fewer = {} if points is None else {"points": points}
        decision = office.decide_appeal(name, outcome, row["reviewer"], TODAY, **fewer)
        ledger.record.apply(lines([decision | {"key": f"imagined {name}"}]))
    except Refusal as refusal:
        event(f"cannot happen: {refusal.code}")
        assume(False)


def assert_came_true(foretold: Impact, before: Ledger, after: Ledger) -> None:
    """Everybody's rows, those touched as foretold and the others as they were; then the next closes."""
    event(f"something differs: {bool(foretold.difference)}")
    then, now = shown(before), shown(after)
    latest = latest_of(foretold)
    with copied(file_of(before)) as closed, copied(file_of(after)) as closed_after:
        then |= next_close(closed, latest)
        now |= next_close(closed_after, latest)
    moved = moved_in(before)
    here = {part: not_of(moved, part, rows) for part, rows in now.items()}
    told = not_of(moved, "payroll", foretold.after["payroll"])
    assert all(line in here["payroll"] for line in told), "causes and all"
    for part, rows in here.items():
        old, new, was = (
            unplaced(not_of(moved, part, side[part])) for side in (foretold.before, foretold.after, then)
        )
        assert changed(was, old, new) == ordered(unplaced(rows)), part


def moved_in(ledger: Ledger) -> set[str]:
    """Whoever was of several sites: of them what is told is the next close that reckons them, be it a later one."""
    state = LedgerState(ledger.log)
    return {employee for employee in people(ledger) if len(state.employee(employee).all_sites) > 1}


def not_of(moved: set[str], part: str, rows: Any) -> list[dict[str, Any]]:
    """The rows of a part; of pay without those who moved."""
    return [row for row in rows if not part.startswith("payroll") or row["employee"] not in moved]


def assert_case_file_came_true(case_file: dict[str, Any], remedy: tuple[Any, ...], after: Ledger) -> None:
    """The outcome in short: what is deducted from the appellant for the month, and the next close's lines."""
    outcome = next(o for o in case_file["outcomes"] if (o["outcome"], o["points"]) == remedy[1:])
    employee, month = case_file["explanation"]["employee"], case_file["explanation"]["month"]
    if employee in moved_in(after):
        return
    assert outcome["deduction"]["after"] == figures_of(after.review.explain(employee, month))["deduction"]
    with copied(file_of(after)) as closed:
        handed = next_close(closed, month)["payroll"]
    taken = sum(fen(line["amount"]) for line in handed if line["employee"] == employee)
    assert fen(outcome["payroll"]["after"]) == taken


def latest_of(foretold: Impact) -> str:
    """The month that a site never closed is imagined to close next: the latest in which anything is shown."""
    rows = [*foretold.before["monthly"], *foretold.after["monthly"]]
    return max((row["month"] for row in rows), default="2026-06")


# --- what-if another policy -------------------------------------------------------------------------

DEPENDING = {"adopt", "sanction", "appeal_share"}
"""Moves whose commands another policy may well refuse."""


@given(st.data())
@traced
def test_what_a_policy_is_foretold_to_change_is_what_a_ledger_with_it_shows(
    office_file: Path, base: Ledger, data: st.DataObject
) -> None:
    left_out = DEPENDING | data.draw(st.sampled_from((set(), {"close"})))
    told = [move for move in data.draw(moves(15)) if move[0] not in left_out]
    story = tell(base.log, told)
    document = data.draw(candidates())
    site = data.draw(st.sampled_from((None, *SITES)))
    with copied(office_file, story) as ledger:
        foretold = ledger.review.what_if_policy(json.dumps(document).encode(), site=site)
        adoption = {"do": "adopt_policy", "policy": document, "on": "2026-05-01"}
        adoption |= {} if site is None else {"site": site}
        try:
            with copied(office_file, [adoption], story) as fresh:
                then, now = shown(ledger), shown(fresh)
                event(f"something differs: {bool(foretold.difference)}")
                for part in PARTS:
                    expected = changed(then[part], foretold.before[part], foretold.after[part])
                    assert expected == ordered(now[part]), part
                if all(command["do"] != "close_month" for command in story):
                    assert_closes_as_foretold(foretold, ledger, fresh)
        except Refusal as refusal:
            event(f"cannot be recorded under the policy: {refusal.code}")
            assume(False)


def test_a_policy_is_tried_on_whoever_only_bears_shares_and_at_one_site_alone(tmp_path: Path) -> None:
    document = json.dumps(candidate("2026-08", "20.00", "7.77", 50, 3, "lapses")).encode()
    with open_ledger(tmp_path / "kaoji.db") as ledger:
        noticed = [
            office.issue_notice("N1", "E001", 2),
            office.issue_notice("N2", "XE1", 2, issued_by="XI", occurred_at="2026-08-10T10:00:00Z"),
            office.find_responsibility("N1"),
            office.find_responsibility("N2", by="XD"),
        ]
        ledger.record.apply(lines([*office_commands(), *noticed]))
        fields = ("employee", "field", "before", "after")

        def moved(**asked: Any) -> list[tuple[Any, ...]]:
            difference = ledger.review.what_if_policy(document, **asked).difference
            told = [row for row in difference if row["report"] == "monthly" and row["field"] != "policy"]
            return [tuple(row[name] for name in fields) for row in told]

        assert ("L01", "joint_liability", "6.00", "15.54") in moved(employee="L01")
        assert ("L01", "joint_liability", "6.00", "10.77") in moved(site=SITES[0])
        assert ("L01", "joint_liability", "6.00", "10.77") in moved(site=SITES[1], employee="XE1")
        assert "E001" not in {row[0] for row in moved(site=SITES[1])}


def candidates() -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        candidate,
        st.sampled_from((None, *MONTHS[:3])),
        st.sampled_from(("20.00", "0.00", "33.33")),
        st.sampled_from(("5.00", "7.77")),
        st.sampled_from((30, 50, 0)),
        st.sampled_from((3, 2)),
        st.sampled_from(("lapses", "stays_with_employee")),
    )


def assert_closes_as_foretold(foretold: Impact, ledger: Ledger, fresh: Ledger) -> None:
    """Lines and run of the first close, but for the positions, which an adoption moves by one."""
    latest = latest_of(foretold)
    with copied(file_of(ledger)) as closed, copied(file_of(fresh)) as closed_fresh:
        then, now = next_close(closed, latest), next_close(closed_fresh, latest)
    for part in ("payroll", "payroll_run"):
        before, after = unplaced(foretold.before[part]), unplaced(foretold.after[part])
        assert changed(unplaced(then[part]), before, after) == ordered(unplaced(now[part])), part


def unplaced(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if name != "because"} for row in rows]
