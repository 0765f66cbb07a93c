"""`report inspections`: the rounds of a month, which departments they went to, and what nobody looked at (篇3 4.1.1)."""

from collections import Counter
from collections.abc import Sequence

from ledger.aggregates.inspections import InspectionState
from ledger.formats import format_tenths, last_day
from ledger.projections.tables.register import PROJECTION as REGISTER
from ledger.reports.shapes import Report
from ledger.reports.source import Rows
from ledger.state.departments import scored
from ledger.state.findings import status_of
from ledger.state.ledger_state import LedgerState
from ledger.state.rounds import counts, last_looks, looked_at, rate, rounds_at


def inspections(rows: Rows, state: LedgerState, site: str, month: str) -> Report:
    """`rounds` with counts, pass rate and open findings, `coverage` by department, `clauses` in catalogue order.

    `last_on` is the last day up to the month's end.
    """
    known = [each for each in rounds_at(state, site) if each.month <= month]
    of_month = [each for each in known if each.month == month]
    return {
        "site": site,
        "month": month,
        "rounds": [_round(state, each) for each in of_month],
        "coverage": [_covered(known, department, month) for department in scored(state, site, month)],
        "clauses": _clauses(rows, state, site, month, known),
    }


def _round(state: LedgerState, told: InspectionState) -> Report:
    waiting = [name for name in told.findings if status_of(state, name).status == "open"]
    return {
        "inspection": told.inspection,
        "looked_on": told.looked_on.isoformat(),
        "department": told.department,
        "team": told.team,
        "kind": told.sort,
        "follows": told.follows,
        "by": told.by,
        "with": list(told.with_),
        "policy": state.policy_of(told.site, told.month).version,
        "counts": counts(told),
        "pass_rate": format_tenths(rate(told)),
        "open_findings": waiting,
    }


def _covered(known: Sequence[InspectionState], department: str, month: str) -> Report:
    there = [each for each in known if each.department == department]
    return {
        "department": department,
        "rounds": sum(each.month == month for each in there),
        "last_on": max((each.looked_on.isoformat() for each in there), default=None),
    }


def _clauses(
    rows: Rows, state: LedgerState, site: str, month: str, known: Sequence[InspectionState]
) -> list[Report]:
    """Every clause in force: how often it was looked at and at fault, and its standing notices of the month."""
    registered = rows.of(REGISTER, site, month)
    notices = Counter(
        row["what"]
        for row in registered
        if row["kind"] == "notice" and row["status"] in ("stands", "contested")
    )
    of_month = [each for each in known if each.month == month]
    last = last_looks(each for each in known if each.looked_on <= last_day(month))
    return [
        {
            "clause": clause.code,
            "title": clause.title.model_dump(by_alias=True),
            "looks": sum(looked_at(each, clause.code) for each in of_month),
            "faults": sum(each.answers.get(clause.code, ("", None))[0] == "fault" for each in of_month),
            "notices": notices[clause.code],
            "last_on": last[clause.code].isoformat() if clause.code in last else None,
        }
        for clause in state.policy_of(site, month).clauses
    ]
