"""`report reconciliation`: what a close handed over against what pay took (finance §13). Money is yuan as text."""

from collections.abc import Iterable
from typing import Final

from ledger.projections.tables.payroll import HEAD
from ledger.reports.names import names_of
from ledger.reports.pay_rows import open_by_month, returned_rows
from ledger.reports.shapes import Report, Row
from ledger.reports.source import Rows
from ledger.state.closes import close_of
from ledger.state.ledger_state import LedgerState
from ledger.terms import format_money

_SUMS: Final = ("expected", "actual", "difference", "settled", "open")


def reconciliation(rows: Rows, ledger_state: LedgerState, site: str, month: str) -> Report:
    """Everybody of the run or of a return. WrongState `month_not_closed`, `month_closed_with`.

    `expected` is null for whoever is not in the run, `actual` for whom nothing was returned, `difference` = expected −
    actual then too. `open` = expected − actual − settled. `status`: not_returned, equal, short, over, not_expected, settled.
    """
    head = rows.of(HEAD, site, month)
    if not head:
        close_of(ledger_state, site, month)  # says why there is none
    found = open_by_month(rows, site, month).get(month, [])
    names = names_of(ledger_state, (row["employee"] for row in found))
    return {
        "site": site,
        "month": month,
        "closed_on": head[0]["closed_on"],
        "returns": _returns(returned_rows(rows, site, month)),
        "rows": [_shown(row, names[row["employee"]]) for row in found],
        "totals": {name: format_money(sum(row[name] or 0 for row in found)) for name in _SUMS},
    }


def _returns(returned: Iterable[Row]) -> list[Report]:
    """Each run: when it was told last, by whom, and of how many people."""
    runs: dict[str, list[Row]] = {}
    for row in returned:
        runs.setdefault(row["run"], []).append(row)
    found = []
    for run, entries in sorted(runs.items()):
        last = max(entries, key=lambda row: int(row["position"]))
        told = {"position": last["position"], "on": last["on"], "by": last["by"]}
        found.append({"run": run, **told, "people": len(entries)})
    return found


def _shown(row: Row, name: str) -> Report:
    money = {name: None if row[name] is None else format_money(row[name]) for name in _SUMS}
    return {
        "employee": row["employee"],
        "name": name,
        **money,
        "status": row["status"],
        "reason": row["reason"],
        "runs": {run: format_money(amount) for run, amount in row["runs"].items()},
    }
