"""A supervisor of one site, subordinates of another: what was submitted still follows what is owed (domain §7)."""

import json
from datetime import UTC, datetime
from pathlib import Path

from ledger.application.ledger import Ledger
from ledger.policy.loading import house_rules
from tests.support import office

LATER = datetime(2026, 12, 2, 1, 0, tzinfo=UTC)


def two_sites(tmp_path: Path) -> Ledger:
    """Site `there` has closed August; E001 of `here`, whose August is open, has three notices on one clause."""
    ledger = Ledger(f"sqlite:///{tmp_path / 'two.db'}", now=lambda: LATER)
    ledger.record.apply(
        office.lines(
            [
                *office.office("here"),
                *office.office("there", prefix="T", staff=0),
                office.reassign_employee("E001", "2026-08-01", supervisor="TL01"),
                *(
                    office.issue_notice(
                        f"N{day}",
                        "E001",
                        occurred_at=f"2026-08-{day}T10:00:00+08:00",
                        issued_on=f"2026-08-{day}",
                    )
                    for day in (10, 11, 12)
                ),
                office.close_month(site="there", by="TD01"),
            ]
        )
    )
    return ledger


def lines(ledger: Ledger, month: str) -> list[tuple[str, str, str]]:
    return [
        (line["employee"], line["obligation_month"], line["amount"])
        for line in ledger.reports.payroll(month, "there")["lines"]
    ]


def close(ledger: Ledger, month: str, on: str) -> None:
    ledger.record.apply(office.lines([office.close_month(month, on, site="there", by="TD01")]))


def test_a_share_that_moves_to_somebody_else_is_paid_back_and_charged(tmp_path: Path) -> None:
    with two_sites(tmp_path) as ledger:
        assert lines(ledger, "2026-08") == [("TL01", "2026-08", "4.50")]

        moved = office.reassign_employee("E001", "2026-08-01", supervisor="TL02")
        position = ledger.record.apply(office.lines([moved])).position
        close(ledger, "2026-09", "2026-10-02")

        assert lines(ledger, "2026-09") == [("TL01", "2026-08", "-4.50"), ("TL02", "2026-08", "4.50")]
        because = [line["because"] for line in ledger.reports.payroll("2026-09", "there")["lines"]]
        assert because == [[position], [position]]


def test_a_policy_of_the_subordinates_site_moves_the_share(tmp_path: Path) -> None:
    with two_sites(tmp_path) as ledger:
        policy = json.loads(json.dumps(house_rules())) | {"version": "half", "effective_from": "2026-08-01"}
        policy["joint_liability"]["share_percent"] = 50
        adopt = {"do": "adopt_policy", "policy": policy, "site": "here", "on": "2026-07-31"}
        ledger.record.apply(office.lines([adopt]))
        close(ledger, "2026-09", "2026-10-02")

        assert lines(ledger, "2026-09") == [("TL01", "2026-08", "3.00")]


def test_a_supervisor_who_turns_out_to_have_left_is_paid_back(tmp_path: Path) -> None:
    """The share lapses; the departure may be recorded only where the supervisor's own site has the day open."""
    with two_sites(tmp_path) as ledger:
        found = office.find_responsibility("N10", on="2026-08-20", supervisor="TL02")
        ledger.record.apply(office.lines([found]))
        close(ledger, "2026-09", "2026-10-02")

        assert lines(ledger, "2026-09") == [("TL01", "2026-08", "-1.50"), ("TL02", "2026-08", "1.50")]


def test_a_share_stands_in_the_register_of_whoever_bears_it(tmp_path: Path) -> None:
    """With the money it costs them there; the register of the notices' site names nobody of another."""
    with two_sites(tmp_path) as ledger:
        for as_of in (None, ledger.position()):
            here, there = (ledger.reports.register("2026-08", site, as_of) for site in ("here", "there"))
            assert {(row["employee"], row["kind"]) for row in here["rows"]} == {("E001", "notice")}
            assert [(row["employee"], row["id"], row["amount"]) for row in there["rows"]] == [
                ("TL01", f"N{day}", "1.50") for day in (10, 11, 12)
            ]
            (total,) = there["totals"]
            assert total["service_quality"]["deduction"] == "4.50"
