"""Earlier notices on the clause of one that is appealed against: what a reviewer compares it with."""

from statistics import median
from typing import Any

from ledger.aggregates.employee_state import AppealState, EmployeeState, NoticeState
from ledger.events.employees import employee_stream
from ledger.projections.schema import Row
from ledger.reports.source import ProjectionRows, Rows
from ledger.state.ledger_state import LedgerState

Precedent = dict[str, Any]


def precedents(
    rows: Rows, ledger_state: LedgerState, owner: EmployeeState, appeal: AppealState
) -> list[Precedent]:
    """Earlier notices on the same clause at the site, the latest first: points, outcome, whether by the same issuer.

    From projections where these stand, else from everybody's streams.
    """
    if appeal.against == "sanction":
        return []
    notice = owner.notices[appeal.target]
    site = owner.site_in(notice.month)
    if isinstance(rows, ProjectionRows):
        found = _in_rows(rows, ledger_state, notice, site)
    else:
        found = _of_everybody(ledger_state, notice, site)
    return sorted(found, key=lambda row: (str(row["occurred_on"]), str(row["notice"])), reverse=True)


def _in_rows(
    rows: ProjectionRows, ledger_state: LedgerState, notice: NoticeState, site: str
) -> list[Precedent]:
    day = notice.occurred_on.isoformat()
    notices, filed = rows.on_clause(site, notice.clause)
    earlier = [row for row in notices if row["on"] <= day]
    appealed: dict[str, list[Row]] = {}
    for row in filed:
        appealed.setdefault(row["target"], []).append(row)
    found = []
    for row in earlier:
        appeals = appealed.get(row["id"], [])
        if row["on"] == day or len(appeals) > 1:  # what was first that day the rows do not say
            person = ledger_state.within([row["month"]]).employee(row["employee"])
            found += _precedent(person, person.notices[row["id"]], notice)
            continue
        found.append(
            {
                "notice": row["id"],
                "occurred_on": row["on"],
                "points": row["points"],
                "status": "stands" if row["status"] == "contested" else row["status"],
                "outcome": appeals[0]["status"] if appeals else None,
                "issued_by": row["by"],
                "same_issuer": row["by"] == notice.issued_by,
            }
        )
    return found


def _of_everybody(ledger_state: LedgerState, notice: NoticeState, site: str) -> list[Precedent]:
    employees = ledger_state.employee_ids(site)
    ledger_state.load(map(employee_stream, employees))
    return [
        precedent
        for person in map(ledger_state.employee, employees)
        for other in person.notices.values()
        if other.clause == notice.clause and person.site_in(other.month) == site
        for precedent in _precedent(person, other, notice)
    ]


def _precedent(person: EmployeeState, other: NoticeState, notice: NoticeState) -> list[Precedent]:
    """A notice beside the one in dispute; none where it is that one, or was not earlier."""
    if other.occurred_at >= notice.occurred_at or other.notice == notice.notice:
        return []
    appealed = person.appeals_against("notice", target=other.notice)
    return [
        {
            "notice": other.notice,
            "occurred_on": other.occurred_on.isoformat(),
            "points": other.points,
            "status": other.standing,
            "outcome": appealed[-1].status if appealed else None,
            "issued_by": other.issued_by,
            "same_issuer": other.issued_by == notice.issued_by,
        }
    ]


def counts(found: list[Precedent]) -> dict[str, dict[str, Any]]:
    """How many there are, and how their points spread (the withdrawn ones aside), at the site and by the issuer."""
    return {
        "site": _spread(found),
        "same_issuer": _spread([row for row in found if row["same_issuer"]]),
    }


def _spread(rows: list[dict[str, Any]]) -> dict[str, Any]:
    points = sorted(row["points"] for row in rows if row["status"] != "withdrawn")
    return {
        "notices": len(rows),
        "withdrawn": sum(row["status"] == "withdrawn" for row in rows),
        "reduced": sum(row["outcome"] == "reduced" for row in rows),
        "revoked": sum(row["status"] == "revoked" for row in rows),
        "lowest": points[0] if points else None,
        "median": f"{median(points):.2f}" if points else None,
        "highest": points[-1] if points else None,
    }
