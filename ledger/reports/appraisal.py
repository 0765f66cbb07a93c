"""`report appraisal`, and its summary and posting: the sheets of a month (appraisal §4.3; 篇4 4.2, 4.3.6)."""

from collections.abc import Sequence
from datetime import date

from ledger.aggregates.appraisal_deadlines import objections_until
from ledger.aggregates.department_month import DepartmentMonth
from ledger.aggregates.scope import scored_by
from ledger.events.sheets import appraisal_stream
from ledger.formats import month_before
from ledger.reports.appraisal_rows import appraisal_rows, mean_of, missing_days, missing_weeks
from ledger.reports.names import names_on_sheets
from ledger.reports.shapes import Report
from ledger.state.appraisal import PlacedSheet, sheets
from ledger.state.ledger_context import LedgerContext
from ledger.state.ledger_state import LedgerState
from ledger.terms import month_of
from ledger.texts import masked

_MONTHS = 12
_AT_LEAST = 2
_SPOT_CHECKS = ("duty", "discipline", "quality")


def appraisal(state: LedgerState, site: str, month: str, department: str | None = None) -> list[Report]:
    """One row a sheet, by employee; of one department where it is given."""
    return [row for _, row in appraisal_rows(state, site, month, department)]


def posting(state: LedgerState, site: str, month: str, department: str) -> list[Report]:
    """What is posted in a department: masked names and totals; nothing where everybody sees their own sheet only."""
    if state.policy_of(site, month).appraisal.posting == "own":
        return []
    found = [
        each
        for each in sheets(state, site, month)
        if each.department == department and each.found.at_least("published")
    ]
    names = names_on_sheets(state, found)
    return [
        {"name": masked(names[each.employee]), "score": each.sheet.score, "short": each.short}
        for each in found
    ]


def summary(context: LedgerContext, site: str, month: str, today: date) -> list[Report]:
    """One row a department: how far its month has come, and what was not looked at; by department."""
    state = context.state
    policy = state.policy_of(site, month)
    scored = scored_by(policy, state.site(site).appointments, state.employee, month)
    by_department: dict[str, list[PlacedSheet]] = {each: [] for each in scored}
    everybody = sheets(state, site, month)
    for placed in everybody:
        by_department.setdefault(placed.department, []).append(placed)
    return [
        _department(context, state.department_month(site, month, each), by_department[each], everybody, today)
        for each in sorted(by_department)
    ]


def months(context: LedgerContext, site: str, today: date) -> list[Report]:
    """The latest first, of each scored department how far its month has come, without figures.

    Of the last twelve months those since anything was first recorded, and always this one and the one before.
    """
    state = context.state
    appointments = state.site(site).appointments
    month, begun, found = month_of(today), _AT_LEAST, list[Report]()
    for number in range(1, _MONTHS + 1):
        scored = sorted(scored_by(state.policy_of(site, month), appointments, state.placed, month))
        state.load(appraisal_stream(site, month, each) for each in scored)
        rows = [state.department_month(site, month, each) for each in scored]
        if any(each.sheets or each.weeks or each.acts for each in rows):
            begun = max(begun, number)
        found.append({"month": month, "departments": [_come_to(context, each) for each in rows]})
        month = month_before(month)
    return found[:begun]


def _come_to(context: LedgerContext, found: DepartmentMonth) -> Report:
    """How far a department's month has come, and on which days."""
    until, published = objections_until(context, found), found.latest("published")
    return {
        "department": found.department,
        "status": found.status,
        "published_on": _on(found, "published"),
        "late": published is not None and published.late,
        "objections_until": None if until is None else until.day.isoformat(),
        "reported_on": _on(found, "reported"),
        "certified_on": _on(found, "certified"),
        "approved_on": _on(found, "approved"),
    }


def _department(
    context: LedgerContext,
    found: DepartmentMonth,
    placed: Sequence[PlacedSheet],
    everybody: Sequence[PlacedSheet],
    today: date,
) -> Report:
    policy = context.state.policy_of(found.site, found.month)
    scores = [each.sheet.score for each in placed if each.counts and each.sheet.score is not None]
    return {
        **_come_to(context, found),
        "sheets": len(placed),
        "short": sum(1 for each in placed if each.short),
        "unchecked": sum(1 for each in placed if each.sheet.unchecked),
        "mean": mean_of(placed),
        "lowest": min(scores, default=None),
        "highest": max(scores, default=None),
        "missing_days": [day.isoformat() for day in missing_days(found, policy, everybody, today)],
        "missing_weeks": [day.isoformat() for day in missing_weeks(found, today)],
        "checks": {kind: _checks(placed, kind) for kind in _SPOT_CHECKS},
        "objections": _objections(placed),
    }


def _on(found: DepartmentMonth, act: str) -> str | None:
    latest = found.latest(act)
    return None if latest is None else latest.on.isoformat()


def _checks(placed: Sequence[PlacedSheet], kind: str) -> int:
    marks = [each for sheet in placed for each in sheet.sheet.marks]
    return sum(1 for each in marks if each.mark.kind == kind and not each.mark.withdrawn)


def _objections(placed: Sequence[PlacedSheet]) -> dict[str, int]:
    """How many wait, how many were verified, and how many of these raised what was published."""
    found = [(sheet, each) for sheet in placed for each in sheet.objections]
    verified = [(sheet, each) for sheet, each in found if each.status == "verified"]
    raised = [
        each
        for sheet, each in verified
        if (each.score or 0) > (sheet.facts.published or {}).get(each.dimension, 0)
    ]
    return {
        "pending": sum(1 for _, each in found if each.status == "pending"),
        "verified": len(verified),
        "raised": len(raised),
    }
