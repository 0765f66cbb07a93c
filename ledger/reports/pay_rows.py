"""What is open of a close's month, person by person, in fen: what reconciliation shows and what is due (finance §13)."""

from collections import defaultdict

from ledger.projections.tables.pay_returns import RETURNS, SETTLEMENTS
from ledger.projections.tables.payroll import RUN
from ledger.reports.shapes import Row
from ledger.reports.source import Rows


def open_by_month(rows: Rows, site: str, month: str | None = None) -> dict[str, list[Row]]:
    """Each close's month (or the one given): everybody of its run or of a return, sorted by employee.

    `expected` None: not in the run, `actual` None: not returned, `since`: the day of the latest entry, None: there is none.
    """
    expected = {(row["month"], row["employee"]): row["deducted"] for row in rows.of(RUN, site, month)}
    settled: defaultdict[tuple[str, str], int] = defaultdict(int)
    for row in rows.paid_by(SETTLEMENTS, site, month):
        settled[row["month"], row["employee"]] += row["amount"]
    entries: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in returned_rows(rows, site, month):
        entries[row["month"], row["employee"]].append(row)
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for key in sorted({*expected, *settled, *entries}):
        found[key[0]].append(_row(key[1], expected.get(key), settled[key], entries[key]))
    return found


def returned_rows(rows: Rows, site: str, month: str | None) -> list[Row]:
    """The entries that stand of a site's close, or of all."""
    return [row for row in rows.paid_by(RETURNS, site, month) if row["amount"] is not None]


def _row(employee: str, expected: int | None, settled: int, entries: list[Row]) -> Row:
    actual = sum(row["amount"] for row in entries) if entries else None
    difference = None if actual is None else (expected or 0) - actual
    left = (expected or 0) - (actual or 0) - settled
    return {
        "employee": employee,
        "expected": expected,
        "actual": actual,
        "difference": difference,
        "settled": settled,
        "open": left,
        "status": _status(expected, difference, settled, left),
        "reason": next((row["reason"] for row in entries if row["reason"] is not None), None),
        "runs": {row["run"]: row["amount"] for row in entries},
        "since": max((row["on"] for row in entries), default=None),
    }


def _status(expected: int | None, difference: int | None, settled: int, left: int) -> str:
    if settled and left == 0:
        return "settled"
    if difference is None and not settled:
        return "not_returned"
    if expected is None:
        return "not_expected"
    return "equal" if left == 0 else "short" if left > 0 else "over"
