"""`report payroll`: what a close handed to finance (domain §§7, 10.2; 篇3 4.2.1). Money is yuan as text."""

from ledger.projections.tables.payroll import HEAD, LINES, RUN
from ledger.reports.shapes import Report
from ledger.reports.source import Rows
from ledger.state.closes import close_of
from ledger.state.ledger_state import LedgerState
from ledger.terms import format_money


def payroll(rows: Rows, ledger_state: LedgerState, site: str, month: str) -> Report:
    """What the close of a month handed to finance. WrongState `month_not_closed`, `month_closed_with`."""
    head, lines, run = (rows.of(each, site, month) for each in (HEAD, LINES, RUN))
    if not head:
        close_of(ledger_state, site, month)  # says why there is none
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
                **({"brought": format_money(row["brought"])} if row["brought"] else {}),
            }
            for row in run
        ],
        "total": format_money(head[0]["total"]),
        "digest": head[0]["digest"],
    }
