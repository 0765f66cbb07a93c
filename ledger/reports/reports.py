"""The reports' shapes (domain §10.2): rows in, JSON values out, names opened on the way."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from ledger.aggregates.employee.route import reviewer_on
from ledger.aggregates.employee.sanctions import open_notices
from ledger.errors import WrongState
from ledger.events import MonthClosed
from ledger.projections.schema import Row
from ledger.reports.names import masked, names_of
from ledger.reports.shapes import Report, monthly_row, register_rows, share_row
from ledger.reports.source import Rows
from ledger.state.execution import LedgerContext
from ledger.state.ledger_state import LedgerState
from ledger.terms import format_money


def monthly(rows: Rows, ledger_state: LedgerState, site: str, month: str) -> list[Report]:
    """The monthly summary 匯總."""
    found = rows.monthly(site, month)
    named = names_of(ledger_state, (row["employee"] for row in found))
    return [monthly_row(row, named[row["employee"]]) for row in found]


def public_list(rows: Rows, ledger_state: LedgerState, site: str, month: str) -> list[Report]:
    """The public list 公布張貼, names masked where the policy says so."""
    found = rows.public_list(site, month)
    named = names_of(ledger_state, (row["employee"] for row in found))
    mask = ledger_state.policy_of(site, month).public_list.mask_names
    return [public_row(row, named[row["employee"]], mask) for row in found]


def public_row(row: Row, name: str, mask: bool) -> Report:
    """One row of the public list."""
    return {
        "employee": row["employee"],
        "name": masked(name) if mask else name,
        "department": row["department"],
        "points": row["points"],
        "repeats": row["repeats"].split(),
    }


def joint_liability(rows: Rows, site: str, month: str) -> list[Report]:
    """The shares of a month's notices."""
    return [share_row(row) for row in rows.joint_liability(site, month)]


def sanctions(rows: Rows, ledger_state: LedgerState, site: str, month: str, today: date) -> list[Report]:
    """Whose month carries a sanction, what was imposed, and whether its band still carries it (domain §5)."""
    summary, registered = rows.monthly(site, month), rows.register(site, month)
    concerned = [row["employee"] for row in (*summary, *registered)]
    found = sanction_rows(summary, registered, names_of(ledger_state, concerned))
    return [_with_review(row, ledger_state, site, month, today) for row in found]


def sanction_rows(
    summary: Iterable[Row], registered: Iterable[Row], names: Mapping[str, str]
) -> list[Report]:
    """One row a sanction of the month, and one for whoever is due one and has none standing."""
    bands = {row["employee"]: row for row in summary}
    found = []
    decided = set()
    for row in registered:
        if row["kind"] == "sanction":
            band = bands.get(row["employee"])
            found.append(_sanction_row(row["employee"], row["month"], names, band, row))
            if row["status"] != "revoked":
                decided.add(row["employee"])
    for employee, band in bands.items():
        if band["sanction_due"] is not None and employee not in decided:
            found.append(_sanction_row(employee, band["month"], names, band, None))
    return sorted(found, key=lambda row: (row["employee"], row["sanction"] or ""))


def _sanction_row(
    employee: str, month: str, names: Mapping[str, str], band: Row | None, sanction: Row | None
) -> Report:
    return {
        "employee": employee,
        "name": names[employee],
        "month": month,
        "points": 0 if band is None else band["points"],
        "band": "none" if band is None else band["band"],
        "sanction_due": None if band is None else band["sanction_due"],
        "sanction": None if sanction is None else sanction["id"],
        "kind": None if sanction is None else sanction["what"],
        "by": None if sanction is None else sanction["by"],
        "on": None if sanction is None else sanction["on"],
        "status": "due" if sanction is None else sanction["status"],
    }


def _with_review(row: Report, ledger_state: LedgerState, site: str, month: str, today: date) -> Report:
    """A dismissal review shows which notices keep it from being complete."""
    review = None
    if row["status"] == "due" and row["sanction_due"] == "dismissal":
        policy = ledger_state.policy_of(site, month)
        waiting = open_notices(ledger_state.employee(row["employee"]), month, policy, today)
        review = {
            "items": list(policy.sanctions.dismissal.checklist),
            "notices": [{"notice": notice, "reason": reason} for notice, reason in waiting],
        }
    return {**row, "review": review}


def rewards(rows: Rows, ledger_state: LedgerState, site: str, month: str) -> list[Report]:
    """The reward-and-penalty register 獎懲臺賬 of a month: notices, rewards and sanctions."""
    found = rows.register(site, month)
    return register_rows(found, names_of(ledger_state, (row["employee"] for row in found)))


def payroll(rows: Rows, ledger_state: LedgerState, site: str, month: str) -> Report:
    """What the close of a month handed to finance. WrongState `month_not_closed`, `month_closed_with`."""
    head, lines, run = rows.payroll(site, month)
    if not head:
        close = ledger_state.first_close_of(site, month)
        if close is not None and isinstance(close.event, MonthClosed):
            raise WrongState("month_closed_with", month=month, site=site, closed_with=close.event.month)
        raise WrongState("month_not_closed", month=month, site=site)
    return {
        "site": site,
        "month": month,
        "closed_on": head[0]["closed_on"],
        "late": bool(head[0]["late"]),
        "lines": [
            {
                "employee": row["employee"],
                "obligation_month": row["obligation_month"],
                "component": row["component"],
                "amount": format_money(row["amount"]),
                "adjustment": bool(row["adjustment"]),
                "because": [int(position) for position in row["because"].split()],
            }
            for row in lines
        ],
        "run": [
            {
                "employee": row["employee"],
                "due": format_money(row["due"]),
                "deducted": format_money(row["deducted"]),
                "carried": format_money(row["carried"]),
            }
            for row in run
        ],
        "total": format_money(head[0]["total"]),
        "digest": head[0]["digest"],
    }


def appeals(rows: Rows, ledger_state: LedgerState, site: str, now: datetime) -> list[Report]:
    """The docket; a pending appeal names whoever is to decide it today, null where it waits for somebody."""
    context = LedgerContext(ledger_state, now)
    today = context.today(site)
    return [_appeal_row(context, row, today) for row in rows.appeals(site)]


def _appeal_row(context: LedgerContext, row: Row, today: date) -> Report:
    level, reviewer = row["level"], row["decided_by"]
    if row["status"] == "pending":
        employee = context.employee(row["employee"])
        level, reviewer = reviewer_on(context, employee, employee.appeals[row["appeal"]], today)
    return {
        "appeal": row["appeal"],
        "appellant": row["appellant"],
        "against": {row["against"]: row["target"]},
        "ground": row["ground"],
        "respondent": row["respondent"],
        "level": level,
        "reviewer": reviewer,
        "status": row["status"],
        "filed_on": row["filed_on"],
        "due_on": row["due_on"],
        "decided_on": row["decided_on"],
    }
