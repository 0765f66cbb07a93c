"""`report inspection`: one round, clause by clause, with its findings and where each stands (appraisal §9.1)."""

from typing import Any
from zoneinfo import ZoneInfo

from ledger.aggregates.findings import FindingState
from ledger.aggregates.inspections import InspectionState
from ledger.events.inspections import FindingRecorded, InspectionRecorded
from ledger.formats import format_day, format_tenths
from ledger.reports.names import names_of
from ledger.reports.shapes import Report
from ledger.state.findings import status_of
from ledger.state.introduction import opened
from ledger.state.ledger_state import LedgerState
from ledger.state.rounds import counts, due_on, findings_in, rate


def inspection(state: LedgerState, name: str) -> Report:
    """A round: header, counts, pass_rate (tenths of a percent as text), clauses in catalogue order, findings.

    `before` is what the round it follows said of a clause.
    """
    told, said = state.thing("inspection", name), opened(state, "inspection", name)
    assert isinstance(said, InspectionRecorded)
    earlier = None if told.follows is None else state.thing("inspection", told.follows)
    findings = findings_in(state, [told])
    return {
        **header(state, told, said),
        "counts": counts(told),
        "pass_rate": format_tenths(rate(told)),
        "clauses": [_clause(state, told, said, earlier, findings, clause) for clause in told.asked],
        "findings": [_finding(state, told, finding) for finding in findings],
    }


def header(state: LedgerState, told: InspectionState, said: InspectionRecorded) -> Report:
    """Who looked, when, where and by which rules; instants in the site's time."""
    zone = ZoneInfo(state.site(told.site).timezone)
    return {
        "inspection": told.inspection,
        "site": told.site,
        "department": told.department,
        "team": told.team,
        "kind": told.sort,
        "follows": told.follows,
        "by": told.by,
        "with": list(told.with_),
        "started_at": said.started_at.astimezone(zone).isoformat(),
        "ended_at": None if said.ended_at is None else said.ended_at.astimezone(zone).isoformat(),
        "on": told.on.isoformat(),
        "withdrawn_on": format_day(told.withdrawn_on),
        "policy": state.policy_of(told.site, told.month).version,
    }


def _clause(
    state: LedgerState,
    told: InspectionState,
    said: InspectionRecorded,
    earlier: InspectionState | None,
    findings: list[FindingState],
    clause: str,
) -> Report:
    result, reading = told.answers.get(clause, ("not_seen", None))
    title = state.policy_of(told.site, told.month).catalogue[clause].title
    return {
        "clause": clause,
        "title": title.model_dump(by_alias=True),
        "result": result,
        "before": None if earlier is None else earlier.answers.get(clause, ("not_seen", None))[0],
        "reading": reading,
        "note": said.notes.get(clause),
        "findings": [finding.finding for finding in findings if finding.clause == clause],
    }


def _finding(state: LedgerState, told: InspectionState, finding: FindingState) -> dict[str, Any]:
    said, status = opened(state, "finding", finding.finding), status_of(state, finding.finding)
    assert isinstance(said, FindingRecorded)
    named = None if finding.employee is None else names_of(state, [finding.employee])[finding.employee]
    zone = ZoneInfo(state.site(finding.site).timezone)
    return {
        "finding": finding.finding,
        "clause": finding.clause,
        "employee": finding.employee,
        "name": named,
        "place": finding.place,
        "occurred_at": finding.occurred_at.astimezone(zone).isoformat(),
        "narrative": said.narrative,
        "points": finding.points,
        "status": status.status,
        "notice": status.notice,
        "check": status.check,
        "rectified_on": format_day(finding.rectified_on),
        "due_on": due_on(state, finding, told.looked_on).isoformat(),
    }
