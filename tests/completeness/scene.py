"""An office in which every kind of thing, every command and every event occurs: a new one is told here first."""

import copy
from typing import Any

from ledger.examination.loading import house_document
from ledger.policy.loading import house_rules
from tests.support import office
from tests.support.office import Commands

MONTH = office.MONTH

NOT_BY_FORM = {
    "adopt_policy": "kaoji policy adopt",
    "adopt_questions": "kaoji exam adopt",
    "attach_evidence": "kaoji evidence attach",
    "mark_answer": "kaoji sitting mark",
    "open_sitting": "kaoji sitting open",
    "rotate_key": "kaoji key rotate",
}
"""Commands that have a command of their own instead of a form."""


WAGES = "工號,應發工資,最低工資\nE001,3200.00,2200.00\n"
"""A sheet that is imported beside: what ends an import no command makes."""


def everything() -> Commands:
    """Commands that make every event but the one of the signing key, which takes a key."""
    return [
        *office.office(),
        *appraisal_of_july(),
        office.reassign_employee("E002", "2026-07-01", supervisor="L01"),
        office.issue_notice("N1", "E001", 11),
        office.acknowledge_notice("N1", by="E001"),
        office.rectify_notice("N1"),
        office.correct_notice("N1", narrative="一號窗口"),
        office.attach_evidence({"notice": "N1"}, "ab" * 32),
        office.attach_evidence({"notice": "N1"}, "cd" * 32),
        office.discard_evidence({"notice": "N1"}, "cd" * 32),
        office.find_responsibility("N1"),
        office.clear_responsibility("N1"),
        office.issue_notice("N2", "E002", 3, clause="FD-02"),
        office.file_appeal("A1", "E002", {"notice": "N2"}),
        office.reply_to_appeal("A1"),
        office.decide_appeal("A1", "dismissed", "H02", on=f"{MONTH}-13"),
        office.escalate_appeal("A1", f"{MONTH}-14", by="E002"),
        {**_HEARD, "about": {"appeal": "A1"}, "by": "D01", "on": f"{MONTH}-14"},
        office.withdraw_appeal("A1", f"{MONTH}-14", by="E002"),
        office.issue_notice("N3", "E003", 2, clause="FD-03"),
        office.file_appeal("A2", "E003", {"notice": "N3"}),
        office.withdraw_notice("N3", f"{MONTH}-13"),
        office.issue_notice("N4", "E004", 2, clause="FD-03", issued_on=f"{MONTH}-13", replaces="N3"),
        office.remark_notice("N3", f"{MONTH}-14"),
        office.issue_notice("N5", "E003", 2, clause="FD-04"),
        office.find_responsibility("N5"),
        {"do": "record_union_notice", "employee": "E001", "month": MONTH, "by": "M01", "on": f"{MONTH}-18"},
        _sanction("S1"),
        office.issue_notice("N6", "E002", 11),
        {**_sanction("S2"), "employee": "E002"},
        office.withdraw_notice("N6", "2026-08-20"),
        {"do": "revoke_sanction", "sanction": "S1", "reasons": "以教代罰", "by": "M01", "on": "2026-08-20"},
        office.grant_reward("R1", "E004", 2),
        office.withdraw_reward("R1"),
        office.record_wage("E002", "3000.00", "2200.00"),
        office.register_employee("E009"),
        office.record_departure("E009", "2026-08-20"),
        office.rehire_employee("E009", "2026-08-25", supervisor="L01"),
        office.correct_departure("E009", "2026-08-21"),
        office.record_departure("E009", "2026-08-28"),
        *office.rounds_of_a_day(),
        *office.improvements(),
        office.close_month(),
        {**_TOLD, "employee": "E001", "by": "O01", "on": "2026-09-02"},
        office.record_consent("E001"),
        office.post_public_list(places=["員工通道公告欄"]),
        office.correct_notice("N1", "2026-09-02", points=10, by="D01"),
        office.correct_public_list(),
        office.take_down_public_list(reason="已滿七日"),
        *office.pay_returned("E001"),
        office.erase_employee("E009"),
        _policy(),
        _questions(),
        *office.sitting("K1"),
    ]


def appraisal_of_july() -> Commands:
    """The appraisal of July in the front desk, from looking to approval, and a case that goes by the handbook."""
    of_july = {"site": office.SITE, "month": "2026-07", "department": "front-desk"}
    acts = {name: {"do": f"{name}_appraisal", **of_july} for name in ("publish", "report", "certify")}
    objected = {"do": "object_appraisal", "employee": "E001", "month": "2026-07", "statement": "並無此事"}
    performance = {"clause": "PF-F", "occurred_at": "2026-07-08T09:00:00+08:00", "issued_on": "2026-07-09"}
    return [
        {
            "do": "record_day_sheet",
            "sheet": "DS1",
            "site": office.SITE,
            "department": "front-desk",
            "day": "2026-07-06",
            "by": "H01",
            "on": "2026-07-06",
            "rows": [
                {"employee": "E001", "seen": "checked", "marks": [_mark("CK1", "d", -2)]},
                {"employee": "E003", "seen": "absent"},
            ],
        },
        {
            "do": "record_week_sheet",
            "sheet": "WS1",
            "site": office.SITE,
            "department": "front-desk",
            "week": "2026-07-06",
            "by": "H01",
            "on": "2026-07-13",
            "rows": [{"employee": "E001", "summary": "接待欠主動", "marks": [_mark("CK2", "e", -1)]}],
        },
        {"do": "record_check", "employee": "E003", "kind": "discipline", "by": "O01", "on": "2026-07-14"}
        | _mark("CK3", "d", -1),
        {"do": "withdraw_check", "check": "CK3", "reason": "認錯人", "by": "O01", "on": "2026-07-15"},
        office.issue_notice("P1", "E003", 3, **performance),
        {"do": "refer_to_handbook", "case": "HC1", "notice": "P1", "reason": "當班飲酒", "by": "D01"}
        | {"on": "2026-07-10"},
        {"do": "close_handbook_case", "case": "HC1", "outcome": "handled", "measure": "書面警告"}
        | {"reasons": "按手冊處理", "by": "M01", "on": "2026-07-13"},
        {**acts["publish"], "by": "H01", "on": "2026-07-31"},
        {"do": "acknowledge_appraisal", "employee": "E001", "month": "2026-07", "on": "2026-08-03"}
        | {"how": "commented", "statement": "已閱"},
        {**objected, "objection": "OB1", "dimension": "d", "on": "2026-08-03"},
        {**objected, "objection": "OB2", "dimension": "e", "on": "2026-08-03"},
        {"do": "withdraw_objection", "objection": "OB2", "on": "2026-08-04"},
        {"do": "verify_appraisal", "objection": "OB1", "score": 14, "reasons": "經核實", "by": "Q01"}
        | {"on": "2026-08-05"},
        {**acts["report"], "by": "H01", "on": "2026-08-06"},
        {"do": "return_appraisal", **of_july, "reason": "日檢表有缺", "by": "O01", "on": "2026-08-07"},
        {**acts["report"], "by": "H01", "on": "2026-08-07", "key": "again"},
        {**acts["certify"], "by": "O01", "on": "2026-08-10"},
        {"do": "approve_appraisal", **of_july, "by": "M01", "on": "2026-08-11"},
        {"do": "record_bonus_base", "employee": "E001", "quarter": "2026-Q3", "base": "900.00", "by": "O01"},
    ]


def _mark(check: str, dimension: str, points: int) -> dict[str, Any]:
    return {"check": check, "dimension": dimension, "points": points, "note": "見記錄"}


_TOLD = {"do": "record_deduction_notice", "site": office.SITE, "month": MONTH}
_HEARD = {"do": "record_hearing", "present": ["E002", "H02"], "summary": "兩造到場陳述"}


def _sanction(name: str) -> dict[str, Any]:
    fields = {"sanction": name, "employee": "E001", "month": MONTH, "kind": "warning"}
    return {"do": "impose_sanction", **fields, "reasons": "十一分", "by": "D01", "on": "2026-08-19"}


def _questions() -> dict[str, Any]:
    bank = copy.deepcopy(house_document()) | {"version": "own-exam-1"}
    return {"do": "adopt_questions", "bank": bank, "by": "C01", "on": "2026-09-02"}


def _policy() -> dict[str, Any]:
    document = copy.deepcopy(house_rules())
    document |= {"version": "own-1", "effective_from": "2026-10-01"}
    return {"do": "adopt_policy", "policy": document, "by": "C01", "on": "2026-09-02"}
