"""The case file of one appeal: all that a reviewer needs to decide it, as values; the dossier prints the same."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import partial
from typing import Any, Final

from ledger.aggregates.employee_state import AppealState, EmployeeState
from ledger.events import Recorded
from ledger.events.appeals import AppealDecided, AppealEscalated, AppealFiled
from ledger.events.employees import employee_of, employee_stream
from ledger.events.evidence import EvidenceAttached, EvidenceDiscarded, EvidenceEvent
from ledger.events.hearings import HearingRecorded
from ledger.events.notices import EvidenceFile, NoticeAcknowledged, NoticeIssued
from ledger.events.replies import AppealReplied
from ledger.events.responsibility import ResponsibilityFound
from ledger.events.sanctions import SanctionImposed
from ledger.formats import format_day
from ledger.reports.source import Rows
from ledger.review import cards, explanation, history, notice_words, precedents, what_if
from ledger.review.card_values import Card
from ledger.review.impact import Impact, next_close
from ledger.review.what_if import Remedy
from ledger.state.hand_off import enforceable
from ledger.state.ids import full_id
from ledger.state.introduction import month_of_thing
from ledger.state.ledger_state import LedgerState
from ledger.terms import Outcome, format_money, parse_money

REDUCTIONS_SHOWN: Final = 20
"""Of a notice of many points only so many reductions are imagined, the largest first."""


def case_file(
    rows: Rows,
    whole: LedgerState,
    appeal: str,
    now: datetime,
    weighed_by: Callable[[str], dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """The appeal, what it is against, the timeline, both sides, the explanation, each outcome and the precedents.

    All but the precedents is of the month in dispute, and no other month of anybody is read for it. `weighed_by`: who
    else knows what `weighed` says of an appeal.
    """
    name = str(full_id(whole, "appeal", appeal, "appeal"))
    ledger_state = _in_dispute(whole, name)
    card = cards.card(ledger_state, "appeal", name, now)
    owner = _owner(ledger_state, name)
    state = owner.appeals[name]
    thing = "sanction" if state.against == "sanction" else "notice"
    target = cards.card(ledger_state, thing, state.target, now)
    known = weighed(rows, whole, name, now) if weighed_by is None else weighed_by(name)
    shown = {
        "appeal": card,
        "object": target,
        "deadlines": _deadlines(state, card, target),
        "statements": _statements(ledger_state, owner, state),
        "timeline": _timeline(ledger_state, state, thing),
        "explanation": explanation.explanation(ledger_state, _whose(state, owner), state.month),
        "outcomes": known["outcomes"],
        "precedents": known["precedents"],
        "precedent_counts": known["precedent_counts"],
    }
    return {**shown, "names": _names(ledger_state, shown)}


def weighed(rows: Rows, whole: LedgerState, appeal: str, now: datetime) -> dict[str, Any]:
    """What is weighed of a recorded appeal, figures and ids alone: each outcome, the latest precedents, how they spread."""
    month = month_of_thing(whole, "appeal", appeal)
    ledger_state = whole if month is None else whole.asking([month])
    owner = _owner(ledger_state, appeal)
    state = owner.appeals[appeal]
    return {
        "outcomes": outcomes(ledger_state, owner, state, now),
        **precedents.precedents(rows, whole, owner, state),
    }


def _in_dispute(whole: LedgerState, appeal: str) -> LedgerState:
    """The ledger as far as the month in dispute asks."""
    month = month_of_thing(whole, "appeal", appeal)
    return whole if month is None else whole.within([month])


def _owner(ledger_state: LedgerState, appeal: str) -> EmployeeState:
    """On whose stream a recorded appeal lives."""
    return ledger_state.employee(employee_of(ledger_state.stream_of("appeal", appeal) or ""))


def outcomes(
    ledger_state: LedgerState, owner: EmployeeState, appeal: AppealState, now: datetime
) -> list[dict[str, Any]]:
    """What each outcome that can still happen would change, for everybody."""
    if appeal.status in ("revoked", "withdrawn", "moot"):
        return []
    remedies: list[tuple[Outcome, int | None]] = [("dismissed", None)]
    if appeal.against == "notice":
        fewer = range(1, owner.notices[appeal.target].points)
        remedies += [("reduced", points) for points in fewer[:REDUCTIONS_SHOWN]]
    remedies.append(("revoked", None))
    whose = _whose(appeal, owner)
    lines = (line.amount_fen for line in next_close(ledger_state, [whose], appeal.month)[0])
    next_fen = sum(lines)
    now_fen = ledger_state.cell(whose, appeal.month).own + enforceable(
        ledger_state.borne(whose, appeal.month)
    )
    found = []
    for outcome, points in remedies:
        remedy = Remedy(appeal.appeal, outcome, points)
        impact = what_if.on(ledger_state, [remedy], [], now)
        found.append(
            {
                "outcome": outcome,
                "points": points,
                "deduction": _deduction(impact, whose, appeal.month, now_fen),
                "payroll": _payroll(impact, whose, next_fen),
                "difference": impact.difference,
            }
        )
    return found


def _deduction(impact: Impact, employee: str, month: str, now_fen: int) -> dict[str, str]:
    """What is deducted from somebody for the month in dispute, before and after; who is not touched keeps it."""
    rows = {
        when: row["deduction"]
        for when, picture in (("before", impact.before), ("after", impact.after))
        for row in picture["monthly"]
        if (row["employee"], row["month"]) == (employee, month)
    }
    absent = format_money(0 if rows else now_fen)
    return {when: rows.get(when, absent) for when in ("before", "after")}


def _payroll(impact: Impact, employee: str, next_fen: int) -> dict[str, str]:
    """What the next close submits for somebody in all, before and after; an impact holds the lines that differ."""
    old, new = (
        sum(parse_money(line["amount"]) for line in lines if line["employee"] == employee)
        for lines in (impact.before["payroll"], impact.after["payroll"])
    )
    return {"before": format_money(next_fen), "after": format_money(next_fen - old + new)}


def _whose(appeal: AppealState, owner: EmployeeState) -> str:
    """Whose month is in dispute: the supervisor's for a share, else the employee's."""
    return appeal.appellant if appeal.against == "liability" else owner.employee


def _deadlines(appeal: AppealState, card: Card, thing: Card) -> list[dict[str, Any]]:
    provisional = {"provisional": True} if card.get("provisional") else {}
    until = thing.get("share") or {} if appeal.against == "liability" else thing
    last = {"provisional": True} if until.get("provisional") else {}
    return [
        {"what": "appeal_by", "day": until.get("appeal_by"), **last},
        {"what": "filed_on", "day": appeal.filed_on.isoformat()},
        {"what": "due_on", "day": card["due_on"], **provisional},
        {"what": "decided_on", "day": format_day(appeal.decided_on)},
    ]


def _statements(ledger_state: LedgerState, owner: EmployeeState, appeal: AppealState) -> list[dict[str, Any]]:
    """What was said, in order; `side` is appellant, respondent, reviewer, or employee where another one appeals."""
    found: list[dict[str, Any]] = []
    about = filter(partial(_is_of_case, appeal), ledger_state.stream(employee_stream(owner.employee)))
    for recorded in map(ledger_state.opened, about):
        event, at = recorded.event, recorded.position
        match event:
            case NoticeIssued() if event.notice == appeal.target:
                found += _said(
                    "respondent", event.issued_by, event.issued_on, event.kind, event.narrative, at
                )
            case NoticeAcknowledged() if event.notice == appeal.target:
                side = "appellant" if appeal.appellant == owner.employee else "employee"
                found += _said(side, owner.employee, event.on, event.kind, event.statement, at)
            case ResponsibilityFound() if event.notice == appeal.target:
                found += _said("respondent", event.by, event.on, event.kind, event.finding, at)
            case SanctionImposed() if event.sanction == appeal.target:
                found += _said("respondent", event.by, event.on, event.kind, event.reasons, at)
            case AppealFiled() if event.appeal == appeal.appeal:
                found += _said(
                    "appellant", event.by, event.on, event.kind, event.statement, at, event.evidence
                )
                found += _said("appellant", event.by, event.on, "late_reason", event.late_reason, at)
            case AppealReplied() if event.appeal == appeal.appeal:
                found += _said(
                    "respondent", event.by, event.on, event.kind, event.statement, at, event.evidence
                )
            case HearingRecorded() if event.appeal == appeal.appeal:
                found += _said("reviewer", event.by, event.on, event.kind, event.summary, at, event.evidence)
            case EvidenceEvent() if appeal.appeal == event.appeal or appeal.target == event.notice:
                found += _handed_in(appeal, event, at)
            case AppealEscalated() if event.appeal == appeal.appeal:
                found += _said("appellant", appeal.appellant, event.on, event.kind, event.statement, at)
            case AppealDecided() if event.appeal == appeal.appeal:
                found += _said("reviewer", event.by, event.on, event.kind, event.reasons, at)
    return found


def _is_of_case(appeal: AppealState, recorded: Recorded) -> bool:
    """Whether an event names the appeal or what it is against: of no other are words opened."""
    said = vars(recorded.event)
    return any(
        said.get(field) in (appeal.appeal, appeal.target) for field in ("appeal", "notice", "sanction")
    )


def _handed_in(appeal: AppealState, event: EvidenceEvent, at: int) -> list[dict[str, Any]]:
    """A file that was attached to the appeal or its notice, or taken out again, by one of the sides or the reviewer."""
    sides = {appeal.respondent: "respondent", appeal.appellant: "appellant"}
    side = sides.get(event.by, "respondent" if event.notice is not None else "reviewer")
    if isinstance(event, EvidenceAttached):
        return _said(side, event.by, event.on, event.kind, event.file, at, (event.evidence,))
    assert isinstance(event, EvidenceDiscarded)
    return _said(side, event.by, event.on, event.kind, event.reason, at)


def _said(
    side: str,
    by: str | None,
    on: date,
    kind: str,
    text: str | None,
    position: int,
    evidence: tuple[EvidenceFile, ...] = (),
) -> list[dict[str, Any]]:
    """One statement, with the files handed in beside it where there are any; none where nothing was said."""
    if not text:
        return []
    said = {"side": side, "by": by, "on": on.isoformat(), "kind": kind, "text": text, "position": position}
    return [{**said, "evidence": notice_words.file_lines(evidence)} if evidence else said]


def _timeline(ledger_state: LedgerState, appeal: AppealState, thing: str) -> list[dict[str, Any]]:
    """Everything recorded about the object and the appeal, in order, each once."""
    entries = history.history(ledger_state, f"{thing}:{appeal.target}")
    entries += history.history(ledger_state, f"appeal:{appeal.appeal}")
    return [entry for _, entry in sorted({e["position"]: e for e in entries}.items())]


def people(whole: LedgerState, shown: dict[str, Any]) -> set[str]:
    """Everybody whose name or words a case file shows."""
    name = str(shown["appeal"]["appeal"])
    owner = _owner(_in_dispute(whole, name), name)
    appeal = owner.appeals[name]
    holders = {step.holder for step in appeal.route if step.holder is not None}
    named = {owner.employee, appeal.appellant, appeal.respondent, *appeal.conflicted}
    return {*shown["names"], *named, *holders}


_PEOPLE: Final = ("employee", "supervisor", "by", "issued_by")


def _names(ledger_state: LedgerState, shown: Any) -> dict[str, str]:
    """The name of everybody whose id stands in a field for people."""
    ids = {name for name in _ids(shown) if ledger_state.stream_of("employee", name) is not None}
    ledger_state.load(map(employee_stream, ids))
    return {name: ledger_state.employee(name).name for name in sorted(ids)}


def _ids(shown: Any) -> Iterable[str]:
    if isinstance(shown, list):
        for item in shown:
            yield from _ids(item)
    elif isinstance(shown, dict):
        for key, value in shown.items():
            if key in _PEOPLE and isinstance(value, str):
                yield value
            else:
                yield from _ids(value)
