"""`report register`: the whole reward-and-penalty register 獎懲臺賬 of a month, drawn and never kept by hand (篇4 4.5.3)."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from ledger.aggregates.employee.handbook import CaseState
from ledger.events.employees import employee_stream
from ledger.events.handbook import HandbookClosed
from ledger.formats import format_money
from ledger.projections.tables.joint_liability import PROJECTION as SHARES
from ledger.projections.tables.monthly import PROJECTION as MONTHLY
from ledger.projections.tables.register import PROJECTION as REGISTER
from ledger.reports.names import names_of
from ledger.reports.shapes import Report, Row
from ledger.reports.source import Rows
from ledger.state.ledger_state import LedgerState
from ledger.terms import last_day

_KINDS = ("notice", "share", "reward", "sanction", "handbook")


def register(rows: Rows, state: LedgerState, site: str, month: str, department: str | None = None) -> Report:
    """Both schemes, shares borne, rewards, sanctions and handbook cases, with totals a person."""
    registered, shares = rows.of(REGISTER, site, month), _borne(rows, state, site, month)
    concerned = {row["employee"] for row in registered} | {row["supervisor"] for row in shares}
    state.load(map(employee_stream, concerned))
    found = [
        *(_registered(state, row) for row in registered),
        *map(_share, shares),
        *_cases(state, {row["employee"] for row in registered}, month),
    ]
    people = {row["employee"] for row in found}
    names = names_of(state, people)
    departments = {each: _department(state, each, month) for each in people}
    found.sort(key=lambda row: (row["employee"], _KINDS.index(row["kind"]), row["id"]))
    kept = [row for row in found if department in (None, departments[row["employee"]])]
    totals = {row["employee"]: row for row in rows.of(MONTHLY, site, month)}
    return {
        "site": site,
        "month": month,
        "rows": [
            {
                "employee": row["employee"],
                "name": names[row["employee"]],
                "department": departments[row["employee"]],
                **{key: value for key, value in row.items() if key != "employee"},
            }
            for row in kept
        ],
        "totals": [
            _total(employee, totals.get(employee), [r for r in kept if r["employee"] == employee])
            for employee in sorted({row["employee"] for row in kept})
        ],
    }


def _borne(rows: Rows, state: LedgerState, site: str, month: str) -> list[Row]:
    """The shares that people of the site bear, also for somebody of another site: they stand where their money does."""
    homes = state.site_ids()
    shares = [row for home in homes for row in rows.of(SHARES, home, month) if row["supervisor"] is not None]
    if len(homes) == 1:
        return shares
    return [row for row in shares if state.placed(row["supervisor"]).site_in(month) == site]


def _department(state: LedgerState, employee: str, month: str) -> str | None:
    """The department of the month's last day, or the last one."""
    departments = state.employee(employee).departments
    return departments.on(last_day(month)) or departments.last()


def _registered(state: LedgerState, row: Row) -> dict[str, Any]:
    """A notice, reward or sanction of the projection."""
    person = state.employee(row["employee"])
    reward = person.rewards[row["id"]] if row["kind"] == "reward" else None
    notice = person.notices[row["id"]] if row["kind"] == "notice" else None
    return {
        "employee": row["employee"],
        "kind": row["kind"],
        "id": row["id"],
        "scheme": None if notice is None else notice.scheme,
        "what": row["what"],
        "points": row["points"],
        "amount": format_money(row["amount"]),
        "by": row["by"] if reward is None else reward.by,
        "approved_by": None if reward is None else reward.approved_by,
        "on": row["on"],
        "status": row["status"],
    }


def _share(row: Row) -> dict[str, Any]:
    """A share, with whoever bears it."""
    return {
        "employee": row["supervisor"],
        "kind": "share",
        "id": row["notice"],
        "scheme": "service_quality",
        "what": row["ground"],
        "points": 0,
        "amount": format_money(row["share"]),
        "by": None,
        "approved_by": None,
        "on": None,
        "status": row["status"],
    }


def _cases(state: LedgerState, employees: Iterable[str], month: str) -> Iterator[dict[str, Any]]:
    for employee in employees:
        for case in state.employee(employee).things["case"].values():
            if case.month == month:
                yield _case(state, employee, case)


def _case(state: LedgerState, employee: str, case: CaseState) -> dict[str, Any]:
    """A handbook case, with the measure taken, in words."""
    notice = state.employee(employee).notices[case.notice]
    on: date = case.closed_on or case.on
    return {
        "employee": employee,
        "kind": "handbook",
        "id": case.case,
        "scheme": notice.scheme,
        "what": _measure(state, employee, case.case),
        "points": notice.points,
        "amount": format_money(0),
        "by": case.by,
        "approved_by": case.closed_by,
        "on": on.isoformat(),
        "status": case.status,
    }


def _measure(state: LedgerState, employee: str, case: str) -> str | None:
    for recorded in state.words(employee_stream(employee)):
        if isinstance(recorded.event, HandbookClosed) and recorded.event.case == case:
            return recorded.event.measure
    return None


def _total(employee: str, monthly: Row | None, found: list[dict[str, Any]]) -> dict[str, Any]:
    """What a person's month comes to, as the monthly summary has it."""
    row = {} if monthly is None else monthly
    own = sum(row.get(name, 0) for name in ("base_fine", "surcharge", "joint_liability"))
    taken = own - row.get("shifted", 0) - row.get("no_worse", 0)
    return {
        "employee": employee,
        "service_quality": {"points": row.get("points", 0), "deduction": format_money(taken)},
        "performance": {
            "deduction_points": row.get("deduction_points", 0),
            "reward_points": row.get("reward_points", 0),
            "amount": format_money(row.get("performance", 0)),
        },
        "sanctions": sum(1 for each in found if each["kind"] == "sanction" and each["status"] != "revoked"),
        "handbook": sum(1 for each in found if each["kind"] == "handbook"),
    }
