"""A ledger for a story: opened with a fixed clock, asked for every report at once, or for every sheet row."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from ledger.application.ledger import Ledger
from ledger.errors import Refusal
from ledger.projections.schema import metadata
from ledger.projections.tables import (
    PROJECTIONS,
    appeals,
    joint_liability,
    monthly,
    payroll,
    public_list,
    register,
)
from ledger.reports.source import Rows
from tests.support import office
from tests.support.office import lines

NOW = datetime(2027, 3, 1, 4, 0, tzinfo=UTC)
"""The clock of every story; all its days lie before."""


def open_ledger(file: Path, now: datetime = NOW) -> Ledger:
    """A ledger in a file, with a clock that stands still and the operator `tester`."""
    return Ledger(f"sqlite:///{file}", now=lambda: now, operator=lambda: "tester")


def opened(url: str, ledger: str | None = None) -> Ledger:
    """A ledger by its URL, on 2 September 2026 (`office.NOW`), with the operator `tester`."""
    return Ledger(url, ledger, now=office.now, operator=lambda: "tester")


def told(ledger: Ledger, *commands: dict[str, Any]) -> None:
    """Records commands in a ledger, all of them or none."""
    ledger.record.apply(lines(commands))


def everything(
    ledger: Ledger, sites: Iterable[str], months: Iterable[str], as_of: int | None = None
) -> dict[str, Any]:
    """Every report of these sites and months, as one comparable value. A month not closed has no payroll."""
    found: dict[str, Any] = {}
    wanted = list(months)
    for site in sites:
        found[f"appeals {site}"] = ledger.reports.appeals(site, as_of)
        for month in wanted:
            found[f"monthly {site} {month}"] = ledger.reports.monthly(month, site, as_of)
            found[f"public list {site} {month}"] = ledger.reports.of_month("public-list", month, site, as_of)
            found[f"joint liability {site} {month}"] = ledger.reports.joint_liability(month, site, as_of)
            found[f"sanctions {site} {month}"] = ledger.reports.sanctions(month, site, as_of)
            found[f"rewards {site} {month}"] = ledger.reports.rewards(month, site, as_of)
            try:
                found[f"payroll {site} {month}"] = ledger.reports.payroll(month, site, as_of)
            except Refusal as refusal:
                found[f"payroll {site} {month}"] = refusal.code
    return found


def drawn(rows: Rows, sites: Iterable[str], months: Iterable[str]) -> dict[str, Any]:
    """What the sheets hold of these sites and months, whether read from them or drawn in memory."""
    found: dict[str, Any] = {}
    wanted = list(months)
    for site in sites:
        found[f"appeals {site}"] = rows.of(appeals.PROJECTION, site)
        found[f"register {site}"] = rows.of(register.PROJECTION, site)
        due = rows.waiting(monthly.PROJECTION, site)
        found[f"sanctions due {site}"] = [row for row in due if row["sanction_due"] is not None]
        pending = rows.waiting(appeals.PROJECTION, site)
        found[f"appeals pending {site}"] = [row for row in pending if row["status"] == "pending"]
        for projection in PROJECTIONS:
            open_rows = rows.waiting(projection, site)
            waits = [waiting for row in open_rows for waiting in projection.waiting(row)]
            found[f"waits in {projection.name} {site}"] = waits
        for month in wanted:
            found[f"monthly {site} {month}"] = rows.of(monthly.PROJECTION, site, month)
            found[f"public list {site} {month}"] = rows.of(public_list.PROJECTION, site, month)
            found[f"joint liability {site} {month}"] = rows.of(joint_liability.PROJECTION, site, month)
            handed = (payroll.HEAD, payroll.LINES, payroll.RUN)
            found[f"payroll {site} {month}"] = [rows.of(each, site, month) for each in handed]
    return found


def sheet_rows(ledger: Ledger) -> dict[str, list[dict[str, Any]]]:
    """Every row of every sheet, caught up first, in an order of their own.

    Without the mark of the bytes they were drawn from, which no two ledgers share.
    """
    with ledger.projections.current() as connection:
        return {
            table.name: sorted(
                (
                    {name: value for name, value in row.items() if name != "mark"}
                    for row in connection.execute(select(table)).mappings()
                ),
                key=repr,
            )
            for table in metadata.sorted_tables
        }
