"""Rounds, findings and the notices that come of them, from recording to what is reported and due (appraisal §9.1)."""

import json
from pathlib import Path

import pytest

from ledger.application.ledger import Ledger
from ledger.events.inspections import FindingRecorded, InspectionRecorded
from ledger.events.notices import NoticeIssued
from ledger.proofs.seal import PREFIX
from ledger.terms import ERASED
from tests.support import office
from tests.support.office import MONTH, Commands
from tests.support.story import open_ledger, told

FOUND = office.found(
    "F1", "FD-08", "E003", points=2, place="前臺", evidence=[{"name": "a.jpg", "sha256": "ab" * 32}]
)
ROUND = office.record_inspection("I1", {"FD-08": "fault", "FD-02": "ok"}, [FOUND])


def status(ledger: Ledger, finding: str = "F1", inspection: str = "I1") -> tuple[str, str | None]:
    rows = ledger.reports.inspection(inspection)["findings"]
    return next((row["status"], row["notice"]) for row in rows if row["finding"] == finding)


def due(ledger: Ledger, *whats: str) -> list[tuple[str, str, str | None, str]]:
    rows = [row for row in ledger.reports.due() if row["what"] in whats]
    return [(row["what"], row["id"], row["who"], row["due_on"]) for row in rows]


def test_a_findings_notice_says_what_the_finding_says(ledger: Ledger) -> None:
    told(ledger, ROUND, office.issue_notice_from_finding("N1", "F1"))
    (recorded,) = ledger.log.of_kind("notice_issued")
    event = ledger.log.people.opened(recorded).event
    assert isinstance(event, NoticeIssued)
    assert (event.clause, event.points, event.place, event.inspection, event.finding) == (
        *("FD-08", 2, "前臺", "I1", "F1"),
    )
    assert (event.narrative, event.evidence[0].name) == (FOUND["narrative"], "a.jpg")
    assert recorded.event.narrative.startswith(PREFIX)  # type: ignore[attr-defined]
    assert ledger.proofs.verify(deep=True).faults == []


def test_a_notice_from_a_finding_costs_what_the_same_notice_by_hand_costs(tmp_path: Path) -> None:
    by_hand = office.issue_notice(
        "N1", "E003", 2, clause="FD-08", occurred_at=FOUND["occurred_at"], issued_on=f"{MONTH}-12"
    )
    figures = []
    for number, commands in enumerate(([ROUND, office.issue_notice_from_finding("N1", "F1")], [by_hand])):
        with open_ledger(tmp_path / f"{number}.db", office.NOW) as ledger:
            told(ledger, *office.office(), *commands)
            figures.append((ledger.reports.monthly(MONTH), ledger.reports.joint_liability(MONTH)))
    assert figures[0] == figures[1]


def test_a_withdrawn_notice_opens_its_finding_again_and_a_revoked_one_never(ledger: Ledger) -> None:
    told(ledger, ROUND)
    assert status(ledger) == ("open", None)
    told(ledger, office.issue_notice_from_finding("N1", "F1"))
    assert status(ledger) == ("noticed", "N1")
    told(ledger, office.withdraw_notice("N1", f"{MONTH}-13"))
    assert status(ledger) == ("open", "N1")
    told(ledger, office.issue_notice_from_finding("N2", "F1", issued_on=f"{MONTH}-13"))
    assert status(ledger) == ("noticed", "N2")
    told(
        ledger,
        office.file_appeal("A1", "E003", {"notice": "N2"}, on=f"{MONTH}-14"),
        office.decide_appeal("A1", "revoked", "H01", on=f"{MONTH}-15"),
    )
    assert status(ledger) == ("revoked", "N2")


def test_a_notice_written_by_hand_closes_the_finding_of_its_clause_and_instant(ledger: Ledger) -> None:
    same = {"clause": "FD-08", "occurred_at": FOUND["occurred_at"], "issued_on": f"{MONTH}-12"}
    told(ledger, ROUND, office.issue_notice("N1", "E003", **(same | {"clause": "FD-05"})))
    assert status(ledger) == ("open", None)
    told(ledger, office.issue_notice("N2", "E003", **same))
    assert status(ledger) == ("noticed", "N2")


def test_a_finding_that_names_nobody_is_told_to_whom_the_issuer_names(ledger: Ledger) -> None:
    told(
        ledger,
        office.record_inspection("I1", {"FD-01": "fault"}, [office.found("F1", "FD-01")]),
        office.issue_notice_from_finding("N1", "F1", employee="E003", narrative="未按時清掃", points=1),
    )
    assert status(ledger) == ("noticed", "N1")
    assert ledger.review.card("notice", "N1")["narrative"] == "未按時清掃"
    assert ledger.proofs.verify(deep=True).faults == []


def test_what_is_asked_and_not_answered_was_not_seen(ledger: Ledger) -> None:
    told(ledger, office.record_inspection("I1", {"FD-08": "ok"}, clauses=["FD", "PR-01"]))
    found = ledger.reports.inspection("I1")
    assert found["counts"] == {"ok": 1, "fault": 0, "not_applicable": 0, "not_seen": 12}
    assert found["pass_rate"] == "100.0"
    assert [row["clause"] for row in found["clauses"]][-2:] == ["FD-12", "PR-01"]


def test_a_round_asks_every_clause_where_none_is_named(ledger: Ledger) -> None:
    command = office.record_inspection("I1", {})
    del command["clauses"]
    told(ledger, command)
    found = ledger.reports.inspection("I1")
    assert (found["counts"]["not_seen"], found["pass_rate"]) == (36, None)


def test_a_follow_up_asks_what_was_at_fault_and_shows_both_results(ledger: Ledger) -> None:
    again = office.record_inspection("I2", {"FD-08": "ok"}, kind="follow_up", follows="I1")
    del again["clauses"]
    told(ledger, ROUND, again)
    found = ledger.reports.inspection("I2")
    assert [(row["clause"], row["before"], row["result"]) for row in found["clauses"]] == [
        ("FD-08", "fault", "ok")
    ]


def test_the_months_report_says_where_nobody_looked(ledger: Ledger) -> None:
    told(ledger, ROUND, office.record_inspection("I2", {"FD-08": "ok"}), office.withdraw_inspection("I2"))
    found = ledger.reports.inspections(MONTH)
    assert [(row["inspection"], row["pass_rate"], row["open_findings"]) for row in found["rounds"]] == [
        ("I1", "50.0", ["F1"])
    ]
    assert found["coverage"] == [
        {"department": "front-desk", "rounds": 1, "last_on": f"{MONTH}-12"},
        {"department": "order", "rounds": 0, "last_on": None},
    ]
    clauses = {row["clause"]: row for row in found["clauses"]}
    assert len(clauses) == 36
    assert (clauses["FD-08"]["looks"], clauses["FD-08"]["faults"], clauses["FD-08"]["notices"]) == (1, 1, 0)
    assert clauses["FD-01"]["last_on"] is None


def test_the_checklist_has_all_clauses_with_their_measure_and_last_look(ledger: Ledger) -> None:
    told(ledger, ROUND)
    rows = {row["clause"]: row for row in ledger.reports.checklist()}
    assert len(rows) == 36
    assert rows["FD-08"]["measure"]["at_most"] == 3
    assert (rows["FD-08"]["last_looked_on"], rows["FD-01"]["last_looked_on"]) == (f"{MONTH}-12", None)
    assert rows["PF-A"]["dimension"] == "a"
    assert [row["clause"] for row in ledger.reports.checklist("PR")] == ["PR-01", "PR-02", "PR-03", "PR-04"]


def test_findings_faults_and_departments_wait_once_a_site_keeps_rounds(ledger: Ledger) -> None:
    assert due(ledger, "inspection", "finding", "fault") == []
    site = office.found("F2", "FD-01", rectify_by=f"{MONTH}-20")
    told(ledger, office.record_inspection("I1", {"FD-08": "fault", "FD-01": "fault"}, [FOUND, site]))
    assert due(ledger, "inspection", "finding", "fault") == [
        ("finding", "F1", "I01", f"{MONTH}-17"),
        ("fault", "F2", "H01", f"{MONTH}-20"),
        ("inspection", "order", None, f"{MONTH}-31"),
        ("inspection", "front-desk", None, "2026-09-30"),
        ("inspection", "order", None, "2026-09-30"),
    ]
    told(ledger, office.rectify_finding("F2"), office.drop_finding("F1"))
    assert due(ledger, "finding", "fault") == []


def test_words_of_a_finding_are_whom_it_names_and_else_the_sites(ledger: Ledger) -> None:
    told(ledger, office.register_employee("E009"))
    command = office.record_inspection(
        "I1",
        {"FD-08": "fault", "FD-01": "fault"},
        [office.found("F1", "FD-08", "E009"), office.found("F2", "FD-01")],
    )
    command["answers"][0]["note"] = "門廳潮濕"
    told(ledger, command, office.drop_finding("F1"), office.record_departure("E009", f"{MONTH}-20"))
    told(ledger, office.close_month(), office.erase_employee("E009"))
    words = {row["finding"]: row["narrative"] for row in ledger.reports.inspection("I1")["findings"]}
    assert words == {"F1": ERASED, "F2": "電話響五聲才接"}
    assert ledger.reports.inspection("I1")["clauses"][1]["note"] == "門廳潮濕"
    for kind in (InspectionRecorded.kind, FindingRecorded.kind):
        for recorded in ledger.log.of_kind(kind):
            stored = json.dumps(recorded.event.model_dump(mode="json"), ensure_ascii=False)
            assert "門廳" not in stored
            assert "電話" not in stored


def test_a_name_in_words_that_are_nobodys_is_told(ledger: Ledger) -> None:
    command = office.record_inspection("I1", {"FD-01": "fault"}, [office.found("F1", "FD-01")])
    command["answers"][0]["note"] = "員工E003 值班"
    applied = ledger.record.apply(office.lines([command]))
    assert [(note.code, note.fields["employees"]) for note in applied.notes] == [
        ("words_name_somebody", "E003")
    ]


def test_a_person_is_handed_the_findings_that_name_them_and_why_they_were_dropped(ledger: Ledger) -> None:
    told(ledger, ROUND, office.drop_finding("F1"))
    exported = ledger.people.export("E003", "en").values
    fields = {event["kind"]: event["fields"] for event in exported["events"]}
    assert fields["finding_recorded"]["narrative"] == FOUND["narrative"]
    assert fields["finding_dropped"]["reason"] == "當日設備停用"
    mentioned = ledger.people.export("I01", "en").values["mentions"]
    assert {"inspection_recorded", "finding_recorded"} <= {each["kind"] for each in mentioned}


def test_nothing_more_is_found_on_somebody_who_was_erased(ledger: Ledger) -> None:
    told(ledger, office.register_employee("E009"), office.record_departure("E009", f"{MONTH}-20"))
    told(ledger, office.close_month(), office.erase_employee("E009"))
    from ledger.errors import WrongState

    with pytest.raises(WrongState) as caught:
        told(
            ledger, office.record_inspection("I1", {"FD-08": "fault"}, [office.found("F1", "FD-08", "E009")])
        )
    assert caught.value.code == "erased"


def test_a_round_as_of_before_it_was_recorded_is_not_there(ledger: Ledger) -> None:
    before = ledger.position()
    told(ledger, ROUND)
    assert ledger.reports.inspections(MONTH, as_of=before)["rounds"] == []
    assert len(ledger.reports.inspections(MONTH)["rounds"]) == 1


def test_findings_change_no_figure_of_money(tmp_path: Path) -> None:
    extra: Commands = [
        command for command in office.rounds_of_a_day() if command["do"] != "issue_notice_from_finding"
    ]
    notice = office.issue_notice("N1", "E003", 3)
    figures = []
    for number, commands in enumerate(([notice], [notice, *extra])):
        with open_ledger(tmp_path / f"{number}.db", office.NOW) as ledger:
            told(ledger, *office.office(), *commands, office.close_month())
            figures.append((ledger.reports.monthly(MONTH), ledger.reports.payroll(MONTH)))
    assert figures[0] == figures[1]
