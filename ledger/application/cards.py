"""One thing on one card: what a notice, appeal, reward, sanction, employee, site or month comes to now."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from ledger.aggregates.employee.route import reviewer_on
from ledger.aggregates.employee.state import EmployeeState, NoticeState
from ledger.application.counter import UnitRegister
from ledger.application.memory import Memory
from ledger.application.typed import full_id
from ledger.errors import Unknown
from ledger.events import NoticeCorrected, NoticeIssued, RewardGranted, SanctionImposed, employee_stream
from ledger.projections.register import sanction_status
from ledger.reckoning.reckon import Cell
from ledger.terms import format_money, month_of, next_month

Card = dict[str, Any]


def card(memory: Memory, kind: str, name: str, now: datetime) -> Card:
    """The card of a thing; a short unique prefix of its id will do. Unknown `<kind>_unknown`."""
    name = full_id(memory, kind, name, kind)
    if memory.stream_of(kind, name) is None:
        raise memory.here(Unknown(f"{kind}_unknown", **{kind: name}))
    if kind == "site":
        return _site(memory, name)
    register = UnitRegister(memory, now)
    if kind == "employee":
        return _employee(register, name)
    owner = register.owner_of(kind, name)
    return {"notice": _notice, "appeal": _appeal, "reward": _reward, "sanction": _sanction}[kind](
        register, owner, name
    )


def _person(register: UnitRegister, employee: str | None) -> str | None:
    return None if employee is None else f"{employee} {register.employee(employee).name}"


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _texts(register: UnitRegister, owner: EmployeeState, notice: str) -> tuple[str | None, str, list[str]]:
    """Place and narrative as last corrected, and the names of the evidence files."""
    place, narrative, evidence = None, "", []
    for recorded in register.memory.words(employee_stream(owner.employee)):
        event = recorded.event
        if isinstance(event, NoticeIssued) and event.notice == notice:
            place, narrative = event.place, event.narrative
            evidence = [f"{file.name} sha256:{file.sha256}" for file in event.evidence]
        if isinstance(event, NoticeCorrected) and event.notice == notice:
            place, narrative = event.place or place, event.narrative or narrative
    return place, narrative, evidence


def _notice(register: UnitRegister, owner: EmployeeState, name: str) -> Card:
    notice = owner.notices[name]
    place, narrative, evidence = _texts(register, owner, name)
    cell = register.memory.cell(owner.employee, notice.month)
    fact = register.memory.facts(owner.employee).notices[name]
    zone = ZoneInfo(register.site(owner.site).timezone)
    return {
        "notice": name,
        "employee": _person(register, owner.employee),
        "scheme": notice.scheme,
        "clause": notice.clause,
        "clause_title": _clause_titles(register.memory, owner.site, notice),
        "points": notice.points,
        "occurred_at": notice.occurred_at.astimezone(zone).isoformat(),
        "month": notice.month,
        "late": fact.late,
        "place": place,
        "narrative": narrative,
        "evidence": evidence,
        "issued_by": _person(register, notice.issued_by),
        "issued_on": _iso(notice.issued_on),
        "acknowledged_on": _iso(notice.acknowledged_on),
        "rectified_on": _iso(notice.rectified_on),
        "status": "contested" if fact.contested and fact.stands else notice.standing,
        "finding": _finding(register, notice),
        "share": _share(register, cell, name),
        "appeals": [a.appeal for a in owner.appeals_against("notice", "liability", target=name)],
    }


def _clause_titles(memory: Memory, site: str, notice: NoticeState) -> dict[str, str] | None:
    clause = memory.policy_of(site, notice.month).catalogue.get(notice.clause)
    return None if clause is None else clause.title.model_dump(by_alias=True)


def _finding(register: UnitRegister, notice: NoticeState) -> Card | None:
    finding = notice.finding
    if finding is None:
        return None
    return {
        "by": _person(register, finding.by),
        "on": _iso(finding.on),
        "supervisor": _person(register, finding.supervisor),
        "status": "cleared" if finding.cleared else "stands",
    }


def _share(register: UnitRegister, cell: Cell, notice: str) -> Card | None:
    for share in cell.shares:
        if share.notice == notice:
            return {
                "supervisor": _person(register, share.supervisor),
                "share": format_money(share.share_fen),
                "ground": share.ground,
                "status": share.status,
            }
    return None


def _appeal(register: UnitRegister, owner: EmployeeState, name: str) -> Card:
    appeal = owner.appeals[name]
    today = register.today(owner.site)
    level, reviewer = str(appeal.level), appeal.decided_by
    if appeal.status == "pending":
        level, reviewer = reviewer_on(register, owner, appeal, today)
    return {
        "appeal": name,
        "appellant": _person(register, appeal.appellant),
        "against": {appeal.against: appeal.target},
        "ground": appeal.ground,
        "respondent": _person(register, appeal.respondent),
        "status": appeal.status,
        "level": level,
        "reviewer": _person(register, reviewer),
        "filed_on": _iso(appeal.filed_on),
        "due_on": _iso(appeal.due_on),
        "decided_on": _iso(appeal.decided_on),
        "route": [
            {
                "level": step.level,
                "reviewer": _person(register, step.holder),
                "skipped": step.skipped,
            }
            for step in appeal.route
        ],
        "conflicted": [_person(register, person) for person in appeal.conflicted],
    }


def _reward(register: UnitRegister, owner: EmployeeState, name: str) -> Card:
    reward = owner.rewards[name]
    reason = next(
        (
            r.event.reason
            for r in register.memory.words(employee_stream(owner.employee))
            if isinstance(r.event, RewardGranted) and r.event.reward == name
        ),
        "",
    )
    return {
        "reward": name,
        "employee": _person(register, owner.employee),
        "points": reward.points,
        "occurred_on": _iso(reward.occurred_on),
        "month": reward.month,
        "reason": reason,
        "by": _person(register, reward.by),
        "approved_by": _person(register, reward.approved_by),
        "status": "withdrawn" if reward.withdrawn else "stands",
    }


def _sanction(register: UnitRegister, owner: EmployeeState, name: str) -> Card:
    sanction = owner.sanctions[name]
    memory = register.memory
    cell = memory.cell(owner.employee, sanction.month)
    imposed = next(
        r.event
        for r in memory.words(employee_stream(owner.employee))
        if isinstance(r.event, SanctionImposed) and r.event.sanction == name
    )
    return {
        "sanction": name,
        "employee": _person(register, owner.employee),
        "month": sanction.month,
        "kind": sanction.kind,
        "points": cell.points,
        "band": cell.band,
        "reasons": imposed.reasons,
        "checklist": [f"{item}: {remark}" for item, remark in imposed.checklist.items()],
        "by": _person(register, sanction.by),
        "on": _iso(sanction.on),
        "status": sanction_status(owner, sanction, cell, memory.policy_of(owner.site, sanction.month)),
    }


def _employee(register: UnitRegister, name: str) -> Card:
    state = register.employee(name)
    today = register.today(state.site)
    offices = [
        {
            "office": a.office,
            "department": a.department,
            "from": _iso(a.effective_from),
            "until": _iso(a.until),
        }
        for a in register.site(state.site).appointments
        if a.employee == name
    ]
    return {
        "employee": name,
        "name": state.name,
        "site": state.site,
        "department": state.departments.on(today) or state.departments.last(),
        "supervisor": _person(register, state.supervisors.on(today)),
        "registered_from": _iso(state.registered_from),
        "departed_on": _iso(state.departed_on),
        "erased_on": _iso(state.erased_on),
        "offices": offices,
        "months": list(register.memory.facts(name).months()),
    }


def _site(memory: Memory, name: str) -> Card:
    site = memory.site(name)
    last = memory.last_close(name)
    return {
        "site": name,
        "name": site.name,
        "timezone": site.timezone,
        "employees": len(memory.employee_ids(name)),
        "last_closed": None if last is None else last[0],
        "offices": [
            {
                "office": a.office,
                "department": a.department,
                "employee": a.employee,
                "from": _iso(a.effective_from),
                "until": _iso(a.until),
            }
            for a in site.appointments
        ],
    }


def month_card(memory: Memory, site: str, month: str, now: datetime) -> Card:
    """Where a site's month stands: closed by whom and when, or since when it is waiting."""
    register = UnitRegister(memory, now)
    close = next((c for c in memory.closes(site) if c.month == month), None)
    last = memory.last_close(site)
    policy = memory.policy_of(site, month)
    due_on = date.fromisoformat(f"{next_month(month)}-{policy.close.due_day:02d}")
    if close is not None:
        status = "closed"
    elif last is not None and month <= last[0]:
        status = "closed_with_first"
    else:
        status = "open" if month >= month_of(register.today(site)) else "to_close"
    return {
        "site": site,
        "month": month,
        "status": status,
        "policy": policy.version,
        "due_on": due_on.isoformat(),
        "closed_on": None if close is None else close.on.isoformat(),
        "by": None if close is None else _person(register, close.by),
        "late": False if close is None else close.late,
        "lines": 0 if close is None else len(close.lines),
        "total": None if close is None else format_money(close.total_fen),
        "digest": None if close is None else close.digest,
    }


def employees(memory: Memory, site: str) -> list[Card]:
    """Everybody of a site: name, department and supervisor as they are last known."""
    names = memory.employee_ids(site)
    memory.load(map(employee_stream, names))
    return [
        {
            "employee": name,
            "name": (state := memory.employee(name)).name,
            "department": state.departments.last(),
            "supervisor": state.supervisors.last(),
            "from": _iso(state.registered_from),
            "departed_on": _iso(state.departed_on),
        }
        for name in names
    ]
