"""Appraisal sheets of people who are moved, be it told late: they stay where they were published, and make one bonus."""

import copy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ledger.policy.loading import house_rules
from tests.support import office
from tests.support.story import open_ledger

NOW = datetime(2026, 10, 20, 1, 0, tzinfo=UTC)
AWAY = "other"
Commands = list[dict[str, Any]]


def checked(
    day: str, employee: str, head: str, site: str = office.SITE, department: str = "front-desk"
) -> Any:
    """A day sheet of one row, nothing found."""
    where = {"site": site, "department": department, "sheet": f"DS-{day}"}
    rows = [{"employee": employee, "seen": "checked"}]
    return {"do": "record_day_sheet", **where, "day": day, "by": head, "on": day, "rows": rows}


def act(
    name: str, month: str, by: str, on: str, site: str = office.SITE, department: str = "front-desk"
) -> Any:
    return {
        "do": f"{name}_appraisal",
        "site": site,
        "month": month,
        "department": department,
        "by": by,
        "on": on,
    }


def approved(month: str, days: list[str], head: str, prefix: str = "", **where: str) -> Commands:
    """From publication to approval, each on its day."""
    acts = ("publish", "report", "certify", "approve")
    by = (head, head, f"{prefix}O01", f"{prefix}M01")
    return [act(name, month, who, on, **where) for name, who, on in zip(acts, by, days, strict=True)]


def test_a_published_sheet_stays_though_a_move_be_recorded_later(tmp_path: Path) -> None:
    moved = office.reassign_employee("E001", "2026-07-01", department="order", supervisor="L02")
    told = [
        *office.office(),
        checked("2026-07-06", "E001", "H01"),
        act("publish", "2026-07", "H01", "2026-07-31"),
        moved,
        act("publish", "2026-07", "H02", "2026-08-03", department="order"),
        {
            "do": "acknowledge_appraisal",
            "employee": "E001",
            "month": "2026-07",
            "on": "2026-08-04",
            "how": "signed",
        },
    ]
    with open_ledger(tmp_path / "kaoji.db", office.NOW) as ledger:
        ledger.record.apply(office.lines(told))
        rows = {row["employee"]: row for row in ledger.reports.appraisal("2026-07")}
        row = rows["E001"]
        assert (row["department"], row["status"], row["published_score"]) == ("front-desk", "published", 100)
        assert (row["days_checked"], row["score"]) == (1, 100)
        summary = {row["department"]: row["sheets"] for row in ledger.reports.appraisal_summary("2026-07")}
        assert summary == {"front-desk": 3, "order": 3}


def test_a_day_looked_at_counts_though_a_move_be_recorded_later(tmp_path: Path) -> None:
    moved = office.reassign_employee("E001", "2026-07-01", department="order", supervisor="L02")
    told = [*office.office(), checked("2026-07-06", "E001", "H01"), moved]
    with open_ledger(tmp_path / "kaoji.db", office.NOW) as ledger:
        ledger.record.apply(office.lines(told))
        row = next(row for row in ledger.reports.appraisal("2026-07") if row["employee"] == "E001")
        assert (row["department"], row["unchecked"], row["score"]) == ("order", False, 100)


def with_bonus(site: str) -> dict[str, Any]:
    document = copy.deepcopy(house_rules()) | {"version": f"bonus-{site}", "effective_from": "2026-07-01"}
    rows = [{"from": "95.0", "percent": "100.0"}, {"from": "0.0", "percent": "50.0"}]
    document["appraisal"]["bonus"] = {"enabled": True, "table": rows}
    return {"do": "adopt_policy", "policy": document, "site": site, "on": "2026-06-30"}


def test_whoever_moved_within_a_quarter_has_one_bonus_of_both_sites(tmp_path: Path) -> None:
    moved = office.reassign_employee("E001", "2026-08-01", site=AWAY, department="order", supervisor="XL02")
    away = {"site": AWAY, "department": "order"}
    told = [
        *office.office(),
        *office.office(AWAY, prefix="X", staff=1),
        with_bonus(office.SITE),
        with_bonus(AWAY),
        checked("2026-07-06", "E001", "H01"),
        *approved("2026-07", ["2026-07-31", "2026-08-06", "2026-08-10", "2026-08-11"], "H01"),
        moved,
        checked("2026-08-06", "E001", "XH02", AWAY, "order"),
        *approved("2026-08", ["2026-08-31", "2026-09-04", "2026-09-07", "2026-09-08"], "XH02", "X", **away),
        {"do": "record_bonus_base", "employee": "E001", "quarter": "2026-Q3", "base": "900.00", "by": "XO01"},
    ]
    with open_ledger(tmp_path / "kaoji.db", NOW) as ledger:
        ledger.record.apply(office.lines(told))
        assert "E001" not in [row["employee"] for row in ledger.reports.bonus("2026-Q3", office.SITE)["rows"]]
        rows = {row["employee"]: row for row in ledger.reports.bonus("2026-Q3", AWAY)["rows"]}
        assert [each["why"] for each in rows["E001"]["months"]] == ["counted", "counted", "not_approved"]
        assert (rows["E001"]["counted"], rows["E001"]["amount"]) == (2, "900.00")
        with ledger.look() as look:
            alone = look.bonus("2026-Q3", AWAY, "E001")["rows"]
        assert alone == [rows["E001"]]


def test_days_nobody_looked_are_those_on_which_somebody_was_there(tmp_path: Path) -> None:
    """The only one of the lobby goes on the 20th: its days before are missing, and none after."""
    told = [
        *office.office(),
        office.register_employee("E009", department="lobby", supervisor="L01"),
        office.appoint("department_head", "L01", department="lobby"),
        office.reassign_employee("E009", "2026-07-20", department="order", supervisor="L02"),
    ]
    with open_ledger(tmp_path / "kaoji.db", office.NOW) as ledger:
        ledger.record.apply(office.lines(told))
        rows = {row["department"]: row["missing_days"] for row in ledger.reports.appraisal_summary("2026-07")}
        assert (rows["lobby"][0], rows["lobby"][-1], len(rows["lobby"])) == ("2026-07-01", "2026-07-17", 13)


TAKEN_OUT = {
    "a departure": [office.record_departure("E001", "2026-06-20")],
    "an office above": [
        office.appoint("department_head", "E001", department="front-desk", from_="2026-06-01")
    ],
    "the department has no head": [office.record_departure("H01", "2026-06-30")],
}
"""What is recorded in August, and takes E001 out of scope for the whole of July."""


@pytest.mark.parametrize("later", TAKEN_OUT.values(), ids=TAKEN_OUT.keys())
def test_a_published_sheet_stays_though_its_person_be_taken_out_of_scope(
    later: Commands, tmp_path: Path
) -> None:
    told = [
        *office.office(),
        checked("2026-07-06", "E001", "H01"),
        act("publish", "2026-07", "H01", "2026-07-31"),
    ]
    with open_ledger(tmp_path / "kaoji.db", office.NOW) as ledger:
        ledger.record.apply(office.lines(told))
        before = next(row for row in ledger.reports.appraisal("2026-07") if row["employee"] == "E001")
        ledger.record.apply(office.lines(later))
        row = next(row for row in ledger.reports.appraisal("2026-07") if row["employee"] == "E001")
        assert (row["department"], row["status"], row["published_score"]) == ("front-desk", "published", 100)
        assert (row["score"], row["days_checked"]) == (before["score"], 1)
        assert (row["days"], row["from"], row["to"], row["short"]) == (0, None, None, True)
        (summary,) = [
            s for s in ledger.reports.appraisal_summary("2026-07") if s["department"] == "front-desk"
        ]
        assert (summary["sheets"], summary["mean"]) == (3, None)
        with ledger.look() as look:
            assert look.appraisal_sheet("E001", "2026-07")["published_score"] == 100
        assert ledger.proofs.verify(deep=True).faults == []


def test_whoever_was_not_published_has_no_sheet_when_taken_out_of_scope(tmp_path: Path) -> None:
    told = [*office.office(), checked("2026-07-06", "E001", "H01"), *TAKEN_OUT["a departure"]]
    with open_ledger(tmp_path / "kaoji.db", office.NOW) as ledger:
        ledger.record.apply(office.lines(told))
        assert "E001" not in [row["employee"] for row in ledger.reports.appraisal("2026-07")]
