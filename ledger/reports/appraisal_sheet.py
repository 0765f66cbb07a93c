"""`report appraisal-sheet`: one person's sheet 績效考核表 with every mark, notice and reward on it (appraisal §4.3)."""

from collections.abc import Iterator
from typing import Any

from ledger.errors import WrongState
from ledger.events import Recorded
from ledger.events.appraisals import AppraisalAcknowledged
from ledger.events.employees import employee_stream
from ledger.events.notices import NoticeIssued
from ledger.events.objections import AppraisalObjected, AppraisalVerified
from ledger.events.rewards import RewardGranted
from ledger.formats import format_money
from ledger.reckoning.appraisal_facts import SheetNotice
from ledger.reports.appraisal_rows import mark_told, notes_of, sheet_row
from ledger.reports.names import names_of
from ledger.reports.shapes import Report
from ledger.state.appraisal import PlacedSheet, sheet_of
from ledger.state.ledger_state import LedgerState

_ORDER = {"check": 0, "notice": 1, "reward": 2}


def appraisal_sheet(state: LedgerState, employee: str, month: str) -> Report:
    """The row of the sheet, its lines by day, the acts on it, and where the original is. WrongState `no_sheet`."""
    placed = sheet_of(state, employee, month)
    if placed is None:
        raise WrongState("no_sheet", employee=employee, month=month)
    name = names_of(state, [employee])[employee]
    lines = [*_marks(state, placed), *_notices(state, placed), *_rewards(state, placed)]
    lines.sort(key=lambda line: (line["day"], _ORDER[line["source"]], line["id"]))
    return {
        **sheet_row(state, placed, name),
        "month": month,
        "lines": lines,
        "acts": _acts(state, placed),
        "original": _original(placed),
    }


def _marks(state: LedgerState, placed: PlacedSheet) -> Iterator[dict[str, Any]]:
    notes = notes_of(state, placed.sheet.marks)
    for each in placed.sheet.marks:
        yield {
            "day": each.mark.day.isoformat(),
            "source": "check",
            "id": each.mark.check,
            "kind": each.mark.kind,
            **mark_told(each),
            "amount": None,
            "note": notes.get(each.mark.check),
            "by": each.mark.by,
        }


def _notices(state: LedgerState, placed: PlacedSheet) -> Iterator[dict[str, Any]]:
    """The month's performance notices; each costs its points on the sheet, and its money where it counts."""
    cell = state.cell(placed.employee, placed.sheet.month)
    amounts = {e.notice: e.amount_fen for e in cell.entries if e.figure == "performance" and e.notice}
    words = {
        recorded.event.notice: recorded.event.narrative
        for recorded in state.words(employee_stream(placed.employee))
        if isinstance(recorded.event, NoticeIssued)
    }
    counting = {each.notice for each in placed.sheet.own if each.dimension is not None}
    for notice in placed.facts.notices:
        if notice.is_performance and notice.month == placed.sheet.month:
            counts = notice.notice in counting
            yield {
                "day": notice.occurred_on.isoformat(),
                "source": "notice",
                "id": notice.notice,
                "kind": "performance",
                "dimension": notice.dimension,
                "points": notice.points,
                "counts": -notice.points if counts else 0,
                "why": "counted" if counts else _why(notice),
                "notice": None,
                "amount": format_money(amounts.get(notice.notice, 0)),
                "note": words.get(notice.notice),
                "by": notice.by,
            }


def _why(notice: SheetNotice) -> str:
    if not notice.stands:
        return "fallen"
    return "stayed" if notice.contested else "listed"


def _rewards(state: LedgerState, placed: PlacedSheet) -> Iterator[dict[str, Any]]:
    """Rewards stand on the sheet and raise no dimension; they are paid."""
    cell = state.cell(placed.employee, placed.sheet.month)
    amounts = {e.reward: e.amount_fen for e in cell.entries if e.reward is not None}
    reasons = {
        recorded.event.reward: recorded.event.reason
        for recorded in state.words(employee_stream(placed.employee))
        if isinstance(recorded.event, RewardGranted)
    }
    for reward in state.employee(placed.employee).rewards.values():
        if reward.month == placed.sheet.month:
            yield {
                "day": reward.occurred_on.isoformat(),
                "source": "reward",
                "id": reward.reward,
                "kind": "reward",
                "dimension": None,
                "points": reward.points,
                "counts": 0,
                "why": "withdrawn" if reward.withdrawn else "listed",
                "notice": None,
                "amount": format_money(amounts.get(reward.reward, 0)),
                "note": reasons.get(reward.reward),
                "by": reward.approved_by,
            }


def _acts(state: LedgerState, placed: PlacedSheet) -> list[dict[str, Any]]:
    """What was done on the sheet, in the order of recording."""
    month = placed.sheet.month
    acts = [
        (act.position, act.act, act.by, act.on.isoformat(), act.late)
        for act in placed.found.acts
        if placed.facts.published_at is not None
    ]
    for recorded in state.stream(employee_stream(placed.employee)):
        if getattr(recorded.event, "month", None) == month:
            acts += _own_act(recorded, placed.employee)
    return [{"act": act, "by": by, "on": on, "late": late} for _, act, by, on, late in sorted(acts)]


def _own_act(recorded: Recorded, employee: str) -> list[tuple[int, str, str, str, bool]]:
    """An act on the person's own stream: acknowledged, objected or verified."""
    event, at = recorded.event, recorded.position
    if isinstance(event, AppraisalAcknowledged):
        return [(at, "acknowledged", employee, event.on.isoformat(), False)]
    if isinstance(event, AppraisalObjected):
        return [(at, "objected", employee, event.on.isoformat(), event.late_reason is not None)]
    if isinstance(event, AppraisalVerified):
        return [(at, "verified", event.by, event.on.isoformat(), False)]
    return []


def _original(placed: PlacedSheet) -> dict[str, Any] | None:
    """The event of reporting is the original, held by the office (篇4 4.3.6)."""
    reported = placed.found.latest("reported")
    if reported is None:
        return None
    return {
        "held_by": "office",
        "copy": placed.department,
        "digest": reported.digest,
        "position": reported.position,
    }
