"""What each close handed to finance: a head, its lines and its run, as published (domain §7). Money in fen."""

from operator import itemgetter
from typing import Any

from sqlalchemy import Table

from ledger.events.months import MonthClosed
from ledger.projections.projection import Projection
from ledger.projections.schema import Row, key, metadata, number, text
from ledger.reckoning.payroll import line_order

head = Table(
    "sheet_payroll",
    metadata,
    key("ledger"),
    key("site"),
    key("month", 7),
    text("closed_on", 10),
    number("late"),
    number("total"),
    text("digest"),
    sqlite_with_rowid=False,
)

lines = Table(
    "sheet_payroll_lines",
    metadata,
    key("ledger"),
    key("site"),
    key("month", 7),
    key("employee"),
    key("obligation_month", 7),
    key("component", 16),
    number("amount"),
    number("adjustment"),
    text("because", 100_000),
    sqlite_with_rowid=False,
)

run = Table(
    "sheet_payroll_run",
    metadata,
    key("ledger"),
    key("site"),
    key("month", 7),
    key("employee"),
    number("due"),
    number("deducted"),
    number("carried"),
    sqlite_with_rowid=False,
)


def _line_order(row: Row) -> tuple[Any, ...]:
    return line_order(row["employee"], row["obligation_month"], row["component"])


def head_rows(event: MonthClosed) -> list[Row]:
    """The head of a close."""
    return [
        {
            "site": event.site,
            "month": event.month,
            "closed_on": event.on.isoformat(),
            "late": int(event.late),
            "total": event.total_fen,
            "digest": event.digest,
        }
    ]


def line_rows(event: MonthClosed) -> list[Row]:
    """The lines of a close."""
    return [
        {
            "site": event.site,
            "month": event.month,
            "employee": line.employee,
            "obligation_month": line.obligation_month,
            "component": line.component,
            "amount": line.amount_fen,
            "adjustment": int(line.adjustment),
            "because": " ".join(map(str, line.because)),
        }
        for line in event.lines
    ]


def run_rows(event: MonthClosed) -> list[Row]:
    """The run of a close."""
    return [
        {
            "site": event.site,
            "month": event.month,
            "employee": line.employee,
            "due": line.due_fen,
            "deducted": line.deducted_fen,
            "carried": line.carried_fen,
        }
        for line in event.run
    ]


HEAD = Projection(head, of="close", rows=head_rows, order=itemgetter("month"))
LINES = Projection(lines, of="close", rows=line_rows, order=_line_order)
RUN = Projection(run, of="close", rows=run_rows, order=itemgetter("employee"))
