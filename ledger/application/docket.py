"""The docket of one appeal: all that a reviewer needs to decide it, as values; the dossier prints the same."""

from datetime import date, datetime
from typing import Any

from ledger.aggregates.employee.state import AppealState, EmployeeState
from ledger.application import cards, explanation, history, imagine
from ledger.application.imagine import Remedy
from ledger.application.memory import Memory
from ledger.events import (
    AppealDecided,
    AppealEscalated,
    AppealFiled,
    NoticeAcknowledged,
    NoticeIssued,
    ResponsibilityFound,
    SanctionImposed,
    employee_stream,
)
from ledger.terms import Outcome

PRECEDENTS_SHOWN = 40


def docket(memory: Memory, appeal: str, now: datetime) -> dict[str, Any]:
    """The appeal, what it is against, the timeline, both sides, the explanation, each outcome and the precedents."""
    card = cards.card(memory, "appeal", appeal, now)
    name = str(card["appeal"])
    owner = memory.employee((memory.stream_of("appeal", name) or "").removeprefix("employee/"))
    state = owner.appeals[name]
    thing = "sanction" if state.against == "sanction" else "notice"
    return {
        "appeal": card,
        "object": cards.card(memory, thing, state.target, now),
        "deadlines": _deadlines(state),
        "statements": _statements(memory, owner, state),
        "timeline": _timeline(memory, state, thing),
        "explanation": explanation.explanation(memory, _whose(state, owner), state.month),
        "outcomes": outcomes(memory, owner, state, now),
        "precedents": _precedents(memory, owner, state),
    }


def outcomes(
    memory: Memory, owner: EmployeeState, appeal: AppealState, now: datetime
) -> list[dict[str, Any]]:
    """What each outcome that can still happen would change, for everybody."""
    if appeal.status in ("revoked", "withdrawn", "moot"):
        return []
    remedies: list[tuple[Outcome, int | None]] = [("dismissed", None)]
    if appeal.against == "notice":
        remedies += [("reduced", points) for points in range(1, owner.notices[appeal.target].points)]
    remedies.append(("revoked", None))
    found = []
    for outcome, points in remedies:
        remedy = Remedy(appeal.appeal, outcome, points)
        impact = imagine.what_if(memory.log, memory.upto, [remedy], [], now)
        found.append({"outcome": outcome, "points": points, "difference": impact.difference})
    return found


def _whose(appeal: AppealState, owner: EmployeeState) -> str:
    """Whose month is in dispute: the supervisor's for a share, else the employee's."""
    return appeal.appellant if appeal.against == "liability" else owner.employee


def _deadlines(appeal: AppealState) -> list[dict[str, Any]]:
    return [
        {"what": "filed_on", "day": appeal.filed_on.isoformat()},
        {"what": "due_on", "day": appeal.due_on.isoformat()},
        {"what": "decided_on", "day": None if appeal.decided_on is None else appeal.decided_on.isoformat()},
    ]


def _statements(memory: Memory, owner: EmployeeState, appeal: AppealState) -> list[dict[str, Any]]:
    """What either side has said, in order; `side` is appellant, respondent or reviewer."""
    found: list[dict[str, Any]] = []

    def said(side: str, by: str | None, on: date, kind: str, text: str | None, position: int) -> None:
        if text:
            found.append(
                {
                    "side": side,
                    "by": by,
                    "on": on.isoformat(),
                    "kind": kind,
                    "text": text,
                    "position": position,
                }
            )

    for recorded in memory.stream(employee_stream(owner.employee)):
        event, at = recorded.event, recorded.position
        match event:
            case NoticeIssued() if event.notice == appeal.target:
                said("respondent", event.issued_by, event.issued_on, event.kind, event.narrative, at)
            case NoticeAcknowledged() if event.notice == appeal.target:
                said("appellant", owner.employee, event.on, event.kind, event.statement, at)
            case ResponsibilityFound() if event.notice == appeal.target:
                said("respondent", event.by, event.on, event.kind, event.finding, at)
            case SanctionImposed() if event.sanction == appeal.target:
                said("respondent", event.by, event.on, event.kind, event.reasons, at)
            case AppealFiled() if event.appeal == appeal.appeal:
                said("appellant", event.by, event.on, event.kind, event.statement, at)
                said("appellant", event.by, event.on, "late_reason", event.late_reason, at)
            case AppealEscalated() if event.appeal == appeal.appeal:
                said("appellant", appeal.appellant, event.on, event.kind, event.statement, at)
            case AppealDecided() if event.appeal == appeal.appeal:
                said("reviewer", event.by, event.on, event.kind, event.reasons, at)
    return found


def _timeline(memory: Memory, appeal: AppealState, thing: str) -> list[dict[str, Any]]:
    """Everything recorded about the object and the appeal, in order, each once."""
    entries = history.history(memory, f"{thing}:{appeal.target}")
    entries += history.history(memory, f"appeal:{appeal.appeal}")
    return [entry for _, entry in sorted({e["position"]: e for e in entries}.items())]


def _precedents(memory: Memory, owner: EmployeeState, appeal: AppealState) -> list[dict[str, Any]]:
    """Earlier notices on the same clause at the site, the latest first: points, outcome, whether by the same issuer."""
    if appeal.against == "sanction":
        return []
    notice = owner.notices[appeal.target]
    found = []
    for employee in memory.employee_ids(owner.site):
        state = memory.employee(employee)
        for other in state.notices.values():
            earlier = other.occurred_at < notice.occurred_at and other.notice != notice.notice
            if other.clause == notice.clause and earlier:
                appealed = state.appeals_against("notice", target=other.notice)
                found.append(
                    {
                        "notice": other.notice,
                        "occurred_on": other.occurred_on.isoformat(),
                        "points": other.points,
                        "status": other.standing,
                        "outcome": appealed[-1].status if appealed else None,
                        "issued_by": other.issued_by,
                        "same_issuer": other.issued_by == notice.issued_by,
                    }
                )
    found.sort(key=lambda row: (str(row["occurred_on"]), str(row["notice"])), reverse=True)
    return found[:PRECEDENTS_SHOWN]
