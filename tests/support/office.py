"""A small office, in code: commands as the dicts an apply file holds, and the people they need.

Every builder takes what a test cares about and fills in the rest; keywords replace or add fields
(`from_` stands for `from`). Nothing here reads a clock: `NOW` is a day on which August 2026 is over.
"""

import json
import shutil
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Commands = list[dict[str, Any]]

SITE = "jinse"
START = "2026-01-05"
MONTH = "2026-08"
NOW = datetime(2026, 9, 2, 1, 0, tzinfo=UTC)
"""09:00 on 2 September in Shanghai: August can be closed, and in time."""


def now() -> datetime:
    """A clock that stands still at `NOW`."""
    return NOW


def lines(commands: Iterable[dict[str, Any]]) -> list[bytes]:
    """Commands as the lines of an apply file."""
    return [json.dumps(command, ensure_ascii=False).encode() + b"\n" for command in commands]


def _made(do: str, fields: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    command = {"do": do, **fields, **changes}
    if "from_" in command:
        command["from"] = command.pop("from_")
    return command


# --- people and places ------------------------------------------------------------------------------


def register_site(site: str = SITE, **changes: Any) -> dict[str, Any]:
    return _made("register_site", {"site": site, "name": f"{site} 管理處"}, changes)


def register_employee(employee: str, **changes: Any) -> dict[str, Any]:
    fields = {
        "employee": employee,
        "name": f"員工{employee}",
        "site": SITE,
        "department": "front-desk",
        "from": START,
    }
    return _made("register_employee", fields, changes)


def reassign_employee(employee: str, start: str, **changes: Any) -> dict[str, Any]:
    return _made("reassign_employee", {"employee": employee, "from": start}, changes)


def record_departure(employee: str, on: str, **changes: Any) -> dict[str, Any]:
    return _made("record_departure", {"employee": employee, "on": on}, changes)


def rehire_employee(employee: str, start: str, **changes: Any) -> dict[str, Any]:
    return _made(
        "rehire_employee", {"employee": employee, "from": start, "department": "front-desk"}, changes
    )


def correct_departure(employee: str, on: str | None, **changes: Any) -> dict[str, Any]:
    fields = {"employee": employee, "on": on, "reason": "登記有誤", "by": "O01"}
    return _made("correct_departure", fields, changes)


def record_consent(employee: str, on: str = "2026-09-02", **changes: Any) -> dict[str, Any]:
    fields = {"employee": employee, "to": "public_list", "given": True, "by": employee, "on": on}
    return _made("record_consent", fields, changes)


def erase_employee(employee: str, on: str = "2026-09-02", **changes: Any) -> dict[str, Any]:
    fields = {"employee": employee, "ground": "service_ended", "by": "O01", "on": on}
    return _made("erase_employee", fields, changes)


def appoint(office: str, employee: str, **changes: Any) -> dict[str, Any]:
    fields = {"site": SITE, "office": office, "employee": employee, "from": START}
    return _made("appoint", fields, changes)


def office(site: str = SITE, *, prefix: str = "", staff: int = 4) -> Commands:
    """A site with company C01, manager M01, director D01, inspectors I01 and I02, quality officer Q01, office
    clerk O01, heads H01 (front-desk) and H02 (order), supervisors L01 and L02 below them, and staff E001…
    of these departments in turn. `prefix` goes before every id, so that two offices can share a ledger.
    """

    def person(name: str, department: str, supervisor: str | None, *offices: str) -> Commands:
        line = {} if supervisor is None else {"supervisor": prefix + supervisor}
        registered = register_employee(prefix + name, site=site, department=department, **line)
        held = [
            appoint(held, prefix + name, site=site)
            | ({"department": department} if held == "department_head" else {})
            for held in offices
        ]
        return [registered, *held]

    commands = [register_site(site)]
    commands += person("C01", "company", None, "company")
    commands += person("M01", "office", "C01", "manager")
    commands += person("D01", "office", "M01", "director")
    commands += person("I01", "quality", "D01", "inspector")
    commands += person("I02", "quality", "D01", "inspector")
    commands += person("Q01", "quality", "D01", "quality")
    commands += person("O01", "office", "D01", "office")
    departments = ("front-desk", "order")
    for number, department in enumerate(departments, start=1):
        commands += person(f"H{number:02}", department, "D01", "department_head")
        commands += person(f"L{number:02}", department, f"H{number:02}")
    for number in range(1, staff + 1):
        of = (number - 1) % len(departments)
        commands += person(f"E{number:03}", departments[of], f"L{of + 1:02}")
    return commands


# --- notices ----------------------------------------------------------------------------------------


def issue_notice(notice: str, employee: str, points: int = 1, **changes: Any) -> dict[str, Any]:
    fields = {
        "notice": notice,
        "employee": employee,
        "clause": "FD-01",
        "points": points,
        "occurred_at": f"{MONTH}-10T10:00:00+08:00",
        "narrative": "對來訪者未主動問候",
        "issued_by": "I01",
        "issued_on": f"{MONTH}-10",
    }
    return _made("issue_notice", fields, changes)


def acknowledge_notice(notice: str, on: str = f"{MONTH}-11", **changes: Any) -> dict[str, Any]:
    return _made("acknowledge_notice", {"notice": notice, "on": on, "how": "signed"}, changes)


def rectify_notice(notice: str, on: str = f"{MONTH}-11", **changes: Any) -> dict[str, Any]:
    fields = {"notice": notice, "action": "已當場補上問候", "by": "L01", "on": on}
    return _made("rectify_notice", fields, changes)


def correct_notice(notice: str, on: str = f"{MONTH}-11", **changes: Any) -> dict[str, Any]:
    return _made("correct_notice", {"notice": notice, "reason": "筆誤", "by": "I01", "on": on}, changes)


def withdraw_notice(notice: str, on: str = f"{MONTH}-12", **changes: Any) -> dict[str, Any]:
    return _made("withdraw_notice", {"notice": notice, "reason": "認錯人", "by": "I01", "on": on}, changes)


def remark_notice(notice: str, on: str = f"{MONTH}-12", **changes: Any) -> dict[str, Any]:
    return _made("remark_notice", {"notice": notice, "text": "地點應為北門", "by": "I01", "on": on}, changes)


def find_responsibility(notice: str, on: str = f"{MONTH}-12", **changes: Any) -> dict[str, Any]:
    fields = {"notice": notice, "finding": "班前未交底", "by": "D01", "on": on}
    return _made("find_responsibility", fields, changes)


def clear_responsibility(notice: str, on: str = f"{MONTH}-13", **changes: Any) -> dict[str, Any]:
    fields = {"notice": notice, "reason": "已查明有交底", "by": "D01", "on": on}
    return _made("clear_responsibility", fields, changes)


# --- appeals, rewards, months -----------------------------------------------------------------------


def file_appeal(
    appeal: str, by: str, against: dict[str, str], on: str = f"{MONTH}-12", **changes: Any
) -> dict[str, Any]:
    fields = {
        "appeal": appeal,
        "by": by,
        "against": against,
        "ground": "facts",
        "statement": "當時不在崗位",
        "on": on,
    }
    return _made("file_appeal", fields, changes)


def attach_evidence(
    to: dict[str, str], sha256: str, by: str = "I01", on: str = f"{MONTH}-12", **changes: Any
) -> dict[str, Any]:
    fields = {
        "to": to,
        "evidence": {"name": "現場照片.jpg", "sha256": sha256, "size": 1024},
        "by": by,
        "on": on,
    }
    return _made("attach_evidence", fields, changes)


def discard_evidence(
    of: dict[str, str], sha256: str, by: str = "I01", on: str = f"{MONTH}-12", **changes: Any
) -> dict[str, Any]:
    fields = {"of": of, "sha256": sha256, "reason": "拍錯地點", "by": by, "on": on}
    return _made("discard_evidence", fields, changes)


def reply_to_appeal(appeal: str, by: str = "I01", on: str = f"{MONTH}-12", **changes: Any) -> dict[str, Any]:
    fields = {"appeal": appeal, "statement": "巡查時無人在崗", "by": by, "on": on}
    return _made("reply_to_appeal", fields, changes)


def decide_appeal(
    appeal: str, outcome: str, by: str, on: str = f"{MONTH}-13", **changes: Any
) -> dict[str, Any]:
    fields = {"appeal": appeal, "outcome": outcome, "reasons": "查閱監控", "by": by, "on": on}
    return _made("decide_appeal", fields, changes)


def escalate_appeal(appeal: str, on: str = f"{MONTH}-14", **changes: Any) -> dict[str, Any]:
    return _made("escalate_appeal", {"appeal": appeal, "statement": "不服", "on": on}, changes)


def withdraw_appeal(appeal: str, on: str = f"{MONTH}-14", **changes: Any) -> dict[str, Any]:
    return _made("withdraw_appeal", {"appeal": appeal, "on": on}, changes)


def grant_reward(reward: str, employee: str, points: int = 1, **changes: Any) -> dict[str, Any]:
    fields = {
        "reward": reward,
        "employee": employee,
        "points": points,
        "occurred_on": f"{MONTH}-15",
        "reason": "拾金不昧",
        "by": "L01",
        "approved_by": "D01",
    }
    return _made("grant_reward", fields, changes)


def withdraw_reward(reward: str, on: str = f"{MONTH}-16", **changes: Any) -> dict[str, Any]:
    return _made("withdraw_reward", {"reward": reward, "reason": "事實有誤", "by": "D01", "on": on}, changes)


def record_wage(employee: str, wage: str, minimum_wage: str, **changes: Any) -> dict[str, Any]:
    fields = {"employee": employee, "month": MONTH, "wage": wage, "minimum_wage": minimum_wage}
    return _made("record_wage", fields, changes)


def post_public_list(month: str = MONTH, on: str = "2026-09-02", **changes: Any) -> dict[str, Any]:
    return _made("post_public_list", {"site": SITE, "month": month, "by": "O01", "on": on}, changes)


def correct_public_list(month: str = MONTH, on: str = "2026-09-02", **changes: Any) -> dict[str, Any]:
    return _made("correct_public_list", {"site": SITE, "month": month, "by": "O01", "on": on}, changes)


def take_down_public_list(month: str = MONTH, on: str = "2026-09-02", **changes: Any) -> dict[str, Any]:
    return _made("take_down_public_list", {"site": SITE, "month": month, "by": "O01", "on": on}, changes)


def close_month(month: str = MONTH, on: str = "2026-09-02", **changes: Any) -> dict[str, Any]:
    return _made("close_month", {"site": SITE, "month": month, "by": "D01", "on": on}, changes)


def a_busy_month() -> Commands:
    """The office, and a month in it that leaves something in every registry and ends with a close.

    It holds a command of two events: the withdrawal of A1's notice, which ends the appeal as moot.
    """
    return [
        *office(),
        reassign_employee("E002", "2026-07-01", supervisor="L01"),
        issue_notice("N1", "E001", 5),
        issue_notice("N2", "E002", 3, clause="FD-02"),
        issue_notice("N3", "E003", 2, clause="PF-D"),
        find_responsibility("N2", supervisor="L01"),
        file_appeal("A1", "E001", {"notice": "N1"}),
        withdraw_notice("N1", "2026-08-13"),
        grant_reward("R1", "E004", 2),
        record_wage("E002", "3000.00", "2200.00"),
        close_month(),
    ]


def pay_returned(employee: str, taken: str = "1.00") -> Commands:
    """Finance, what it took of somebody, and the difference carried on; after the close."""
    shared = {"site": SITE, "month": MONTH, "on": "2026-09-02"}
    return [
        register_employee("F01"),
        appoint("finance", "F01"),
        {"do": "record_payroll", **shared, "deducted": {employee: taken}, "by": "F01"},
        {
            "do": "settle_difference",
            **shared,
            "employee": employee,
            "how": "carry",
            "reason": "下月補扣",
            "by": "M01",
        },
    ]


def rotate_key(replaced: str, new_key: str, on: str = f"{MONTH}-12", **changes: Any) -> dict[str, Any]:
    return _made("rotate_key", {"replaced": replaced, "new_key": new_key, "on": on}, changes)


def copy_ledger(file: Path, copy: Path) -> None:
    """A copy of a closed ledger's file together with its keyring."""
    shutil.copy(file, copy)
    shutil.copy(file.with_name(f"{file.stem}.keys.db"), copy.with_name(f"{copy.stem}.keys.db"))


# --- inspection rounds ------------------------------------------------------------------------------


def record_inspection(
    inspection: str, results: dict[str, str], findings: Commands | None = None, **changes: Any
) -> dict[str, Any]:
    """A round of I01 through the front desk on the 12th, which asks what it answers."""
    fields = {
        "inspection": inspection,
        "site": SITE,
        "kind": "irregular",
        "department": "front-desk",
        "clauses": list(results),
        "started_at": f"{MONTH}-12T09:00:00+08:00",
        "by": "I01",
        "on": f"{MONTH}-12",
        "answers": [{"clause": clause, "result": result} for clause, result in results.items()],
    }
    return _made("record_inspection", fields | ({"findings": findings} if findings else {}), changes)


def found(finding: str, clause: str, employee: str | None = None, **changes: Any) -> dict[str, Any]:
    """A finding of such a round."""
    named = {} if employee is None else {"employee": employee}
    told = {"finding": finding, "clause": clause, "occurred_at": f"{MONTH}-12T09:30:00+08:00"}
    return told | {"narrative": "電話響五聲才接"} | named | changes


def issue_notice_from_finding(notice: str, finding: str, **changes: Any) -> dict[str, Any]:
    fields = {"notice": notice, "finding": finding, "issued_by": "I01", "issued_on": f"{MONTH}-12"}
    return _made("issue_notice_from_finding", fields, changes)


def drop_finding(finding: str, **changes: Any) -> dict[str, Any]:
    fields = {"finding": finding, "reason": "當日設備停用", "by": "I01", "on": f"{MONTH}-13"}
    return _made("drop_finding", fields, changes)


def rectify_finding(finding: str, **changes: Any) -> dict[str, Any]:
    fields = {"finding": finding, "action": "已擦拭", "by": "H01", "on": f"{MONTH}-13"}
    return _made("rectify_finding", fields, changes)


def withdraw_inspection(inspection: str, **changes: Any) -> dict[str, Any]:
    fields = {"inspection": inspection, "reason": "重複登記", "by": "I01", "on": f"{MONTH}-13"}
    return _made("withdraw_inspection", fields, changes)


def rounds_of_a_day() -> Commands:
    """Two rounds, one of them taken back, and findings that came to each possible end."""
    results = {"FD-01": "fault", "FD-05": "fault", "FD-08": "fault", "FD-02": "ok", "FD-11": "not_applicable"}
    findings = [
        found(
            "F1", "FD-08", "E003", points=1, place="前臺", evidence=[{"name": "a.jpg", "sha256": "ab" * 32}]
        ),
        found("F2", "FD-01", rectify_by=f"{MONTH}-14"),
        found("F3", "FD-05", "E004"),
        found("F4", "FD-05", "E001"),
        found("F5", "FD-01"),
    ]
    told = record_inspection("I1", results, findings, **{"with": ["I02"], "team": "一班"})
    told["answers"][3]["note"] = "燈罩已擦拭"
    return [
        told,
        issue_notice_from_finding("N7", "F1"),
        rectify_finding("F2"),
        drop_finding("F3"),
        record_inspection("I2", {"FD-08": "ok"}, kind="follow_up", follows="I1"),
        withdraw_inspection("I2"),
    ]


# --- causes and actions -----------------------------------------------------------------------------


def analyse_notices(analysis: str, notices: list[str], **changes: Any) -> dict[str, Any]:
    fields = {"analysis": analysis, "site": SITE, "month": MONTH, "notices": notices, "cause": "staffing"}
    told = {"root_cause": "午間只排一人", "by": "Q01", "on": f"{MONTH}-20"}
    return _made("analyse_notices", fields | told, changes)


def open_action(action: str, **changes: Any) -> dict[str, Any]:
    fields = {
        "action": action,
        "site": SITE,
        "kind": "corrective",
        "clause": "FD-08",
        "department": "front-desk",
        "what": "午間加一人",
        "effect": "三十日內無 FD-08",
        "owner": "L01",
        "due_on": f"{MONTH}-31",
        "by": "D01",
        "on": "2026-07-01",
    }
    return _made("open_action", fields, changes)


def move_action(action: str, **changes: Any) -> dict[str, Any]:
    fields = {"action": action, "due_on": "2026-09-30", "reason": "等待到貨", "by": "D01", "on": "2026-07-02"}
    return _made("move_action", fields, changes)


def complete_action(action: str, on: str = "2026-07-03", **changes: Any) -> dict[str, Any]:
    fields = {"action": action, "done": "已改排班", "by": "L01", "on": on}
    return _made("complete_action", fields, changes)


def check_action(action: str, effective: bool, on: str = f"{MONTH}-20", **changes: Any) -> dict[str, Any]:
    told = {"action": action, "effective": effective, "finding": "抽聽二十次均在三聲內"}
    return _made("check_action", {**told, "by": "Q01", "on": on}, changes)


def cancel_action(action: str, **changes: Any) -> dict[str, Any]:
    fields = {"action": action, "reason": "前臺已撤銷", "by": "D01", "on": "2026-07-03"}
    return _made("cancel_action", fields, changes)


def improvements() -> Commands:
    """An analysis, and actions that came to each possible end; after `rounds_of_a_day`."""
    evidence = [{"name": "b.pdf", "sha256": "cd" * 32}]
    again = record_inspection(
        "I3", {"CP-02": "ok"}, started_at=f"{MONTH}-18T09:00:00+08:00", on=f"{MONTH}-18"
    )
    return [
        analyse_notices("AN1", ["N1"]),
        open_action("AC1", analysis="AN1", on=f"{MONTH}-20", department="order"),
        move_action("AC1", on=f"{MONTH}-21"),
        open_action("AC2"),
        complete_action("AC2", evidence=evidence),
        open_action("AC3", kind="preventive"),
        cancel_action("AC3"),
        again,
        open_action("AC4", clause="CP-02"),
        complete_action("AC4"),
        check_action("AC4", effective=True, on=f"{MONTH}-20"),
        issue_notice(
            "N8", "E003", clause="CP-02", occurred_at=f"{MONTH}-25T10:00:00+08:00", issued_on=f"{MONTH}-25"
        ),
    ]


def open_sitting(
    sitting: str, *candidates: str, held_on: str = "2026-08-26", **changes: Any
) -> dict[str, Any]:
    """One question of the house's bank, marked by the director and quality, the manager as third."""
    seated = [{"employee": employee, "paper": f"P-{n}"} for n, employee in enumerate(candidates, 1)]
    fields: dict[str, Any] = {"questions": ["SC-01"], "held_on": held_on, "candidates": seated}
    examiners = {"markers": ["D01", "Q01"], "third": "M01", "by": "O01", "on": "2026-08-24"}
    return {"do": "open_sitting", "sitting": sitting, "site": SITE, **fields, **examiners, **changes}


def record_answer(sitting: str, paper: str = "P-1", on: str = "2026-08-26", **changes: Any) -> dict[str, Any]:
    """A few words to the first question."""
    fields = {"sitting": sitting, "paper": paper, "question": "SC-01", "text": "先出示合同，再說明", "on": on}
    return {"do": "record_answer", **fields, **changes}


def mark_answer(
    sitting: str, by: str, marks: Sequence[int], paper: str = "P-1", on: str = "2026-08-27", **changes: Any
) -> dict[str, Any]:
    """The marks of the five criteria of the first question."""
    given = {str(n): each for n, each in enumerate(marks, 1)}
    fields = {"sitting": sitting, "paper": paper, "question": "SC-01", "marks": given, "by": by, "on": on}
    return {"do": "mark_answer", **fields, **changes}


def declare_results(sitting: str, on: str = "2026-08-28", **changes: Any) -> dict[str, Any]:
    """By the office, who marked nothing."""
    return {"do": "declare_results", "sitting": sitting, "by": "O01", "on": on, **changes}


def sitting(sitting: str, *candidates: str) -> Commands:
    """A whole sitting: the first paper is answered, the two differ, the third marks, and results are declared."""
    return [
        open_sitting(sitting, *(candidates or ("E002", "E003"))),
        record_answer(sitting),
        mark_answer(sitting, "D01", [3, 2, 2, 1, 2], comment="條理清楚"),
        mark_answer(sitting, "Q01", [3, 0, 0, 0, 0], forbidden=[0]),
        mark_answer(sitting, "M01", [3, 2, 2, 0, 0]),
        declare_results(sitting),
    ]
