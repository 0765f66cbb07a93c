"""A second office, where everything is said that may be left out, so that each field of each event occurs."""

import copy
from typing import Any

from ledger.examination.loading import house_document
from ledger.policy.loading import house_rules
from tests.support import office
from tests.support.office import Commands

NORTH = "north"
_SHA = "ef" * 32
_FILE = [{"name": "附圖.png", "sha256": _SHA}]
_JULY = {"site": NORTH, "month": "2026-07"}
_AUGUST = {"site": NORTH, "month": "2026-08"}


def in_full() -> Commands:
    """What `everything()` leaves out, at a site of its own that closes July late; after it."""
    return [
        office.register_site(NORTH, by="C01"),
        *office.office(NORTH, prefix="n")[1:],
        _policy("north-july", "2026-07-01", basis="consent", supplement=True),
        _policy("north-august", "2026-08-01", basis="consent", mode="counts", count_floor=1),
        _questions(),
        *_people(),
        *_july(),
        *_listed(),
        *_august(),
    ]


def _policy(version: str, start: str, **listed: Any) -> dict[str, Any]:
    document: dict[str, Any] = copy.deepcopy(house_rules())
    document |= {"version": version, "effective_from": start}
    document["public_list"] |= listed
    document["notices"]["witness"] = True
    words = {"zh-Hant": "儀容整潔", "zh-Hans": "仪容整洁", "en": "Tidy dress"}
    criterion = {"code": "CR-1", "dimension": "d", "title": words, "least": -3, "most": -1}
    document["appraisal"]["criteria"] = [{**criterion, "posts": ["接待員"], "times": 2, "source": "own"}]
    return {"do": "adopt_policy", "policy": document, "site": NORTH, "by": "nC01", "on": "2026-06-20"}


def _questions() -> dict[str, Any]:
    bank = copy.deepcopy(house_document()) | {"version": "north-exam"}
    return {"do": "adopt_questions", "bank": bank, "site": NORTH, "by": "nC01", "on": "2026-06-20"}


def _people() -> Commands:
    """People whose every field is said, by whom too; one leaves and comes back to another place."""
    joins = {"site": NORTH, "supervisor": "nL01", "by": "nO01"}
    return [
        office.register_employee("nE009", **joins, post="接待員", from_="2026-06-01"),
        office.register_employee("nE008", **joins, from_="2026-06-01"),
        office.reassign_employee(
            "nE008",
            "2026-06-10",
            name="陳小二",
            department="order",
            post="保安員",
            supervisor=None,
            by="nO01",
        ),
        office.record_departure("nE008", "2026-06-20", reason="辭職", by="nO01"),
        office.rehire_employee("nE008", "2026-07-02", post="接待員", supervisor=None, by="nO01"),
        office.appoint("finance", "nE004", site=NORTH, until="2026-12-31", by="nM01"),
        office.reassign_employee(
            "nE009", "2026-09-01", site=office.SITE, department="order", supervisor="L01", by="nO01"
        ),
        office.record_wage("nE001", "2600.00", "2200.00", month="2026-07", by="nO01"),
    ]


def _notice(name: str, employee: str, points: int, **changes: Any) -> dict[str, Any]:
    told = {"issued_by": "nI01", "occurred_at": "2026-07-07T10:00:00+08:00", "issued_on": "2026-07-07"}
    return office.issue_notice(name, employee, points, **told | changes)


def _july() -> Commands:
    """A month of notices, a round, appeals and a sheet, each late where it may be, and its late close."""
    return [
        _notice("nN1", "nE001", 6, evidence=_FILE),
        _notice("nN2", "nE001", 3, occurred_at="2026-07-07T15:00:00+08:00", distinct_because="另一來訪者"),
        _notice("nN3", "nE003", 7, clause="FD-02", place="前臺"),
        _notice("nN4", "nE009", 5, clause="FD-03", issued_on="2026-07-21"),
        office.acknowledge_notice(
            "nN1", "2026-07-08", how="refused", statement="不認同", witnesses=["張三", "李四"], by="nO01"
        ),
        office.acknowledge_notice("nN4", "2026-07-22", how="refused", by="nE009"),
        office.correct_notice(
            "nN2",
            "2026-07-09",
            clause="FD-05",
            occurred_at="2026-07-06T15:30:00+08:00",
            place="後門",
            by="nI01",
        ),
        office.find_responsibility("nN3", "2026-07-09", supervisor="nL01", by="nD01"),
        *_round(),
        *_appeals(),
        *_sheet(),
        _notice("nN9", "nE002", 20, clause="FD-04"),
        office.file_appeal("nA2", "nE002", {"notice": "nN9"}, "2026-07-22"),
        *_review(),
        office.close_month("2026-07", "2026-08-28", site=NORTH, by="nD01"),
    ]


def _round() -> Commands:
    """A round with its end; of one finding comes a notice to somebody it did not name, another is put right."""
    at = {"occurred_at": "2026-07-08T09:30:00+08:00"}
    return [
        office.record_inspection(
            "nI1",
            {"FD-08": "fault", "FD-05": "fault"},
            [office.found("nF1", "FD-08", **at), office.found("nF2", "FD-05", "nE003", **at)],
            site=NORTH,
            started_at="2026-07-08T09:00:00+08:00",
            ended_at="2026-07-08T10:00:00+08:00",
            by="nI01",
            on="2026-07-08",
        ),
        office.issue_notice_from_finding(
            "nN5",
            "nF1",
            employee="nE001",
            narrative="燈未關",
            points=1,
            issued_by="nI01",
            issued_on="2026-07-08",
        ),
    ]


def _appeals() -> Commands:
    """An appeal that is late, with files, answered with files, and reduced; another is heard."""
    return [
        office.file_appeal(
            "nA1",
            "nE001",
            {"notice": "nN1"},
            "2026-07-20",
            respondent="nI01",
            late_reason="住院",
            evidence=_FILE,
        ),
        office.attach_evidence({"appeal": "nA1"}, "ab" * 32, by="nE001", on="2026-07-20"),
        office.discard_evidence({"appeal": "nA1"}, "ab" * 32, by="nE001", on="2026-07-20"),
        office.reply_to_appeal("nA1", "nI01", "2026-07-21", evidence=_FILE),
        {
            "do": "record_hearing",
            "about": {"appeal": "nA1"},
            "present": ["nE001", "nI01"],
            "summary": "雙方陳述",
        }
        | {"by": "nH01", "on": "2026-07-21", "evidence": _FILE},
        office.decide_appeal("nA1", "reduced", "nH01", "2026-07-22", points=5),
    ]


def _sheet() -> Commands:
    """Marks that name what they rest on, a sheet published late, objected to late, and settled late."""
    check = {"do": "record_check", "kind": "discipline", "note": "見記錄", "by": "nO01", "on": "2026-07-13"}
    department = {**_JULY, "department": "front-desk"}
    return [
        {**check, "check": "nCK1", "employee": "nE009", "dimension": "d", "points": -1, "criterion": "CR-1"}
        | {"occurred_at": "2026-07-13T08:40:00+08:00"},
        {**check, "check": "nCK2", "employee": "nE003", "dimension": "d", "points": -1, "notice": "nN3"},
        {**check, "check": "nCK3", "employee": "nE003", "dimension": "d", "points": -1, "finding": "nF2"},
        {"do": "publish_appraisal", **_JULY, "by": "nH01", "on": "2026-08-03"},
        {"do": "acknowledge_appraisal", "employee": "nE009", "month": "2026-07", "on": "2026-08-04"}
        | {"how": "refused", "witnesses": ["張三"]},
        {"do": "object_appraisal", "objection": "nOB1", "employee": "nE009", "month": "2026-07"}
        | {"dimension": "d", "statement": "並無此事", "on": "2026-08-10", "late_reason": "住院"},
        {"do": "verify_appraisal", "objection": "nOB1", "score": 15, "reasons": "經核實", "by": "nQ01"}
        | {"on": "2026-08-11"},
        {"do": "report_appraisal", **department, "by": "nH01", "on": "2026-08-14"},
        {"do": "certify_appraisal", **department, "by": "nO01", "on": "2026-08-20"},
        {"do": "approve_appraisal", **department, "by": "nM01", "on": "2026-08-26"},
    ]


def _review() -> Commands:
    """A dismissal review: heard, the union told with its answer."""
    return [
        {"do": "record_hearing", "about": {"review": {"employee": "nE002", "month": "2026-07"}}}
        | {"summary": "本人陳述", "by": "nM01", "on": "2026-07-24"},
        {"do": "record_union_notice", "employee": "nE002", "month": "2026-07", "answer": "無異議"}
        | {"by": "nM01", "on": "2026-07-25"},
        office.grant_reward(
            "nR1", "nE002", 1, occurred_on="2026-07-15", by="nL02", approved_by="nD01", on="2026-07-16"
        ),
    ]


def _listed() -> Commands:
    """Who consents stands on the list of July, which is posted late and corrected; what pay took, said again."""
    run = {"do": "record_payroll", **_JULY, "by": "nE004", "on": "2026-08-29"}
    listed = {**_JULY, "by": "nO01"}
    return [
        office.record_consent("nE001", "2026-08-28"),
        office.record_consent("nE002", "2026-08-28"),
        office.record_consent("nE003", "2026-08-28"),
        {"do": "post_public_list", **listed, "on": "2026-08-29", "days": 14},
        office.record_consent("nE001", "2026-08-30", given=False),
        office.decide_appeal("nA2", "dismissed", "nH02", "2026-08-30"),
        {"do": "correct_public_list", **listed, "on": "2026-08-30"},
        {**run, "deducted": {"nE001": "1.00"}, "run": "final", "reasons": {"nE001": "left"}}
        | {"notes": {"nE001": "當月離職"}},
        {**run, "deducted": {"nE001": "2.00"}, "run": "final", "correction": "漏記一元"},
        {**run, "deducted": {"nE003": "1.00"}, "reasons": {"nE003": "wage_too_low"}},
    ]


def _august() -> Commands:
    """A list of counts, corrected; and an examination with a file for an answer, and a retake."""
    issued = {"occurred_at": "2026-08-03T10:00:00+08:00", "issued_on": "2026-08-03"}
    return [
        _notice("nN19", "nE003", 1, issued_on="2026-08-30"),
        _notice("nN20", "nE003", 6, **issued),
        _notice("nN21", "nE001", 6, **issued),
        *_dismissed(issued),
        office.close_month("2026-08", "2026-09-01", site=NORTH, by="nD01"),
        {"do": "post_public_list", **_AUGUST, "by": "nO01", "on": "2026-09-01"},
        office.withdraw_notice("nN21", "2026-09-02", by="nD01"),
        {"do": "correct_public_list", **_AUGUST, "by": "nO01", "on": "2026-09-02"},
        *_examined(),
    ]


def _dismissed(issued: dict[str, str]) -> Commands:
    """Somebody is dismissed after the whole checklist."""
    of_month = {"employee": "nE002", "month": "2026-08"}
    remarks = {"employee_heard": True, "union_informed": "見復函", "seriousness_reasoned": "多次"}
    return [
        _notice("nN22", "nE002", 20, **issued),
        office.acknowledge_notice("nN22", "2026-08-04", by="nO01"),
        {"do": "record_hearing", "about": {"review": of_month}, "summary": "本人陳述", "by": "nM01"}
        | {"on": "2026-08-24"},
        {"do": "record_union_notice", **of_month, "by": "nM01", "on": "2026-08-25"},
        {"do": "impose_sanction", "sanction": "nS1", **of_month, "kind": "dismissal", "reasons": "二十分"}
        | {"by": "nM01", "on": "2026-08-30", "checklist": remarks},
    ]


def _examined() -> Commands:
    """A sitting with an answer on paper, capped, and failed; its retake."""
    seats = {"site": NORTH, "markers": ["nD01", "nQ01"], "third": "nM01", "by": "nO01"}
    return [
        office.open_sitting(
            "nK1", "nE001", **seats, held_on="2026-08-03", on="2026-07-30", questions=["SC-02"]
        ),
        {"do": "record_answer", "sitting": "nK1", "paper": "P-1", "question": "SC-02", "sha256": _SHA}
        | {"on": "2026-08-03"},
        office.mark_answer("nK1", "nD01", [1, 0, 0, 0, 0], on="2026-08-04", question="SC-02", capped=True),
        office.mark_answer("nK1", "nQ01", [1, 0, 0, 0, 0], on="2026-08-04", question="SC-02", capped=True),
        office.declare_results("nK1", "2026-08-05", by="nO01"),
        office.open_sitting("nK2", "nE001", **seats, held_on="2026-08-30", on="2026-08-20", retake_of="nK1"),
    ]
