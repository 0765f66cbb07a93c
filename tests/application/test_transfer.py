"""Somebody moves to another site with the staff number they have (domain §1): each month stays where it was."""

import copy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ledger.access.viewer import Person
from ledger.application.desk.desk import Desk
from ledger.application.ledger import Ledger
from ledger.errors import Unknown
from ledger.labels.messages import load
from ledger.policy.loading import house_rules
from ledger.terms import SEALED
from tests.support import office

LATER = datetime(2026, 10, 20, 1, 0, tzinfo=UTC)
AWAY = "other"


def opened(tmp_path: Path, *commands: dict[str, Any]) -> Ledger:
    """Two offices; E001 of the first one has eleven points of August, and goes to the other on 1 September."""
    ledger = Ledger(f"sqlite:///{tmp_path / 'moved.db'}", now=lambda: LATER)
    said = [
        *office.office(),
        *office.office(AWAY, prefix="X", staff=1),
        office.issue_notice("N1", "E001", 11),
        office.acknowledge_notice("N1"),
        moved("2026-09-01"),
    ]
    ledger.record.apply(office.lines([*said, *commands]))
    return ledger


def moved(start: str, site: str = AWAY, **changes: Any) -> dict[str, Any]:
    return office.reassign_employee(
        "E001", start, site=site, department="order", supervisor="XL02", **changes
    )


def september(notice: str, points: int, **changes: Any) -> dict[str, Any]:
    on = {"occurred_at": "2026-09-10T10:00:00+08:00", "issued_on": "2026-09-10"}
    return office.issue_notice(notice, "E001", points, issued_by="XI01", **on, **changes)


def close(month: str, site: str = office.SITE) -> dict[str, Any]:
    by = "D01" if site == office.SITE else "XD01"
    return office.close_month(month, "2026-10-09" if month == "2026-09" else "2026-09-02", site=site, by=by)


def points(ledger: Ledger, month: str, site: str) -> dict[str, int]:
    return {row["employee"]: row["points"] for row in ledger.reports.monthly(month, site)}


def run(ledger: Ledger, month: str, site: str) -> dict[str, tuple[str, str, str]]:
    rows = ledger.reports.payroll(month, site)["run"]
    return {row["employee"]: (row["due"], row["deducted"], row["carried"]) for row in rows}


def test_each_month_stays_with_its_site(tmp_path: Path) -> None:
    with opened(tmp_path, september("N2", 2)) as ledger:
        shown = [
            points(ledger, month, site) for month in ("2026-08", "2026-09") for site in (office.SITE, AWAY)
        ]
        assert shown == [{"E001": 11}, {}, {}, {"E001": 2}]
        assert [points(ledger, "2026-09", site) for site in (office.SITE, AWAY)] == [{}, {"E001": 2}]
        ledger.rebuild()
        again = [
            points(ledger, month, site) for month in ("2026-08", "2026-09") for site in (office.SITE, AWAY)
        ]
        assert again == shown
        ledger.rebuild_month("2026-09")
        assert points(ledger, "2026-09", AWAY) == {"E001": 2}


def test_the_figures_of_a_month_are_those_of_the_policy_of_its_site(tmp_path: Path) -> None:
    document = copy.deepcopy(house_rules()) | {"version": "away", "effective_from": "2026-08-01"}
    document["schemes"]["service_quality"]["point_value"] = "7.00"
    adopted = {"do": "adopt_policy", "policy": document, "site": AWAY, "on": "2026-07-31", "by": "XC01"}
    with opened(tmp_path, adopted, september("N2", 2)) as ledger:
        fines = [
            ledger.reports.monthly(m, s)[0]["base_fine"]
            for m, s in (("2026-08", office.SITE), ("2026-09", AWAY))
        ]
        assert fines == ["55.00", "14.00"]


def test_the_first_hours_after_a_move_are_of_the_new_site(tmp_path: Path) -> None:
    """Two in the morning of 1 September is 31 August in UTC: what is late is told by the close of the new site."""
    night = office.issue_notice(
        "N9",
        "E001",
        2,
        occurred_at="2026-09-01T02:00:00+08:00",
        issued_by="XI01",
        issued_on="2026-10-10",
    )
    with opened(tmp_path, close("2026-08", AWAY), close("2026-09", AWAY), night) as ledger:
        (row,) = ledger.reports.monthly("2026-09", AWAY)
        assert (row["points"], row["late_points"]) == (0, 2)


def test_what_the_wage_did_not_bear_goes_with_the_person(tmp_path: Path) -> None:
    wages = [
        office.record_wage("E001", "100.00", "0.00", month="2026-08", by="O01"),
        office.record_wage("E001", "1000.00", "0.00", month="2026-09", by="XO01"),
    ]
    with opened(tmp_path, *wages, close("2026-08"), close("2026-08", AWAY)) as ledger:
        assert run(ledger, "2026-08", office.SITE)["E001"] == ("55.00", "20.00", "35.00")
        ledger.record.apply(office.lines([september("N2", 2), close("2026-09"), close("2026-09", AWAY)]))
        assert "E001" not in run(ledger, "2026-09", office.SITE)
        assert run(ledger, "2026-09", AWAY)["E001"] == ("45.00", "45.00", "0.00")


def test_pay_and_hand_off_tell_of_what_came_with_the_person(tmp_path: Path) -> None:
    """A carry and a difference of the former site, its close before that of the site where the person is by now."""
    wages = [
        office.record_wage("E001", "100.00", "0.00", month="2026-08", by="O01"),
        office.record_wage("E001", "1000.00", "0.00", month="2026-09", by="XO01"),
    ]
    settled = [*office.pay_returned("E001", "15.00"), close("2026-08", AWAY)]
    later = [september("N2", 2), close("2026-09"), close("2026-09", AWAY)]
    with opened(tmp_path, *wages, close("2026-08"), *settled, *later) as ledger:
        assert run(ledger, "2026-09", AWAY)["E001"] == ("50.00", "50.00", "0.00")
        (row,) = ledger.exports.handoff("2026-09", AWAY, "none", load("en")).pay.rows
        assert row[4:12] == [5000, 0, 0, 5000, 3500, 500, 5000, 0]
        with ledger.look() as look:
            told = look.pay("E001", "2026-09", "en")
        assert [(each["what"], each["amount"]) for each in told["entries"]] == [
            ("line", "10.00"),
            ("carried_before", "35.00"),
            ("difference_carried", "5.00"),
        ]
        assert told["expected"] == "50.00"


def test_an_old_month_is_decided_where_it_was_and_paid_where_the_person_is(tmp_path: Path) -> None:
    appeal = office.file_appeal("A1", "E001", {"notice": "N1"})
    decided = office.decide_appeal("A1", "revoked", on="2026-09-20", by="H01")
    with opened(tmp_path, close("2026-08"), close("2026-08", AWAY)) as ledger:
        taken = run(ledger, "2026-08", office.SITE)["E001"]
        assert taken == ("55.00", "55.00", "0.00")
        ledger.record.apply(office.lines([appeal, decided, close("2026-09"), close("2026-09", AWAY)]))
        assert ledger.reports.payroll("2026-09", office.SITE)["lines"] == []
        (line,) = ledger.reports.payroll("2026-09", AWAY)["lines"]
        assert (line["obligation_month"], line["amount"], line["adjustment"]) == ("2026-08", "-55.00", True)


def test_a_months_record_is_for_the_offices_of_its_site(tmp_path: Path) -> None:
    with opened(tmp_path, september("N2", 2)) as ledger:
        here, there = (Desk.at(ledger, Person(who)) for who in ("D01", "XD01"))
        words = "對來訪者未主動問候"
        assert [
            desk.review.card("notice", name)["narrative"] for desk, name in ((here, "N1"), (there, "N2"))
        ] == [words] * 2
        assert there.review.card("notice", "N1")["narrative"] == SEALED, (
            "above in line today: the facts alone"
        )
        with pytest.raises(Unknown):
            here.review.card("notice", "N2")


def test_a_move_that_is_taken_back_leaves_no_trace_in_figures(tmp_path: Path) -> None:
    with opened(tmp_path, moved("2026-09-01", office.SITE)) as ledger:
        at_home = office.issue_notice(
            "N3", "E001", 1, occurred_at="2026-09-11T10:00:00+08:00", issued_on="2026-09-11"
        )
        ledger.record.apply(office.lines([at_home]))
        assert (points(ledger, "2026-09", office.SITE), points(ledger, "2026-09", AWAY)) == ({"E001": 1}, {})


def test_the_log_of_both_sites_tells_of_the_move(tmp_path: Path) -> None:
    with opened(tmp_path) as ledger:
        for site in (office.SITE, AWAY):
            kinds = [event["kind"] for event in ledger.review.history(f"site:{site}")]
            assert kinds[-1] == "employee_transferred"


def test_a_version_for_a_month_still_open_where_it_was_moves_what_was_handed_over_elsewhere(
    tmp_path: Path,
) -> None:
    document = copy.deepcopy(house_rules()) | {"version": "milder", "effective_from": "2026-08-01"}
    document["schemes"]["service_quality"]["point_value"] = "4.00"
    adopted = {
        "do": "adopt_policy",
        "policy": document,
        "site": office.SITE,
        "on": "2026-10-10",
        "by": "C01",
    }
    lagging = [close("2026-08", AWAY), close("2026-09", AWAY), adopted]
    with opened(tmp_path, *lagging, close("2026-08"), close("2026-09")) as ledger:
        (line,) = ledger.reports.payroll("2026-09", AWAY)["lines"]
        assert (line["obligation_month"], line["amount"]) == ("2026-08", "55.00")
        (line,) = ledger.reports.payroll("2026-08", office.SITE)["lines"]
        assert (line["obligation_month"], line["amount"]) == ("2026-08", "-11.00")
