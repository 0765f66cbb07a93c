"""A report's rows: read from the sheets as they are now, or drawn in memory as of a position (law 7)."""

from operator import itemgetter
from typing import Protocol

from sqlalchemy import Connection, Select, Table, select

from ledger.events import employee_stream
from ledger.projections import appeals, joint_liability, monthly, payroll, public_list, register
from ledger.projections.schema import Row
from ledger.reckoning.payroll import line_order
from ledger.state.hand_off import enforceable
from ledger.state.ledger_state import LedgerState


class Rows(Protocol):
    """The rows of each sheet for a site, sorted as the reports show them. Money in fen."""

    def monthly(self, site: str, month: str) -> list[Row]:
        """By employee."""

    def sanctions_due(self, site: str) -> list[Row]:
        """The monthly rows of all months whose band carries a sanction, by employee and month."""

    def public_list(self, site: str, month: str) -> list[Row]:
        """By employee."""

    def joint_liability(self, site: str, month: str) -> list[Row]:
        """By notice."""

    def payroll(self, site: str, month: str) -> tuple[list[Row], list[Row], list[Row]]:
        """Head, lines by employee, obligation month and component, run by employee."""

    def appeals(self, site: str) -> list[Row]:
        """By appeal."""

    def register(self, site: str, month: str | None = None) -> list[Row]:
        """By employee, month, kind and id; of all months where none is given."""


class ProjectionRows:
    """Rows from caught-up sheets."""

    def __init__(self, connection: Connection, ledger: str) -> None:
        self.connection = connection
        self.ledger = ledger

    def monthly(self, site: str, month: str) -> list[Row]:
        """By employee."""
        return self._rows(self._of_month(monthly.table, site, month), "employee")

    def sanctions_due(self, site: str) -> list[Row]:
        """The monthly rows of all months whose band carries a sanction, by employee and month."""
        columns = monthly.table.c
        query = select(monthly.table).where(
            columns.ledger == self.ledger, columns.site == site, columns.sanction_due.is_not(None)
        )
        return self._rows(query, "employee", "month")

    def public_list(self, site: str, month: str) -> list[Row]:
        """By employee."""
        return self._rows(self._of_month(public_list.table, site, month), "employee")

    def joint_liability(self, site: str, month: str) -> list[Row]:
        """By notice."""
        return self._rows(self._of_month(joint_liability.table, site, month), "notice")

    def payroll(self, site: str, month: str) -> tuple[list[Row], list[Row], list[Row]]:
        """Head, lines by employee, obligation month and component, run by employee."""
        lines = self._rows(self._of_month(payroll.lines, site, month))
        lines.sort(key=lambda row: line_order(row["employee"], row["obligation_month"], row["component"]))
        return (
            self._rows(self._of_month(payroll.head, site, month)),
            lines,
            self._rows(self._of_month(payroll.run, site, month), "employee"),
        )

    def appeals(self, site: str) -> list[Row]:
        """By appeal."""
        table = appeals.table
        query = select(table).where(table.c.ledger == self.ledger, table.c.site == site)
        return self._rows(query, "appeal")

    def register(self, site: str, month: str | None = None) -> list[Row]:
        """By employee, month, kind and id; of all months where none is given."""
        table = register.table
        query = select(table).where(table.c.ledger == self.ledger, table.c.site == site)
        if month is not None:
            query = query.where(table.c.month == month)
        return self._rows(query, "employee", "month", "kind", "id")

    def _of_month(self, table: Table, site: str, month: str) -> Select[tuple[object, ...]]:
        return select(table).where(
            table.c.ledger == self.ledger, table.c.site == site, table.c.month == month
        )

    def _rows(self, query: Select[tuple[object, ...]], *by: str) -> list[Row]:
        """Sorted here: asked for an order SQLite walks an index that has it, through all months of all sites."""
        found = [dict(row) for row in self.connection.execute(query).mappings()]
        for row in found:
            del row["ledger"]
        if by:
            found.sort(key=itemgetter(*by))
        return found


class StateRows:
    """The same rows drawn from what the log says up to a position."""

    def __init__(self, ledger_state: LedgerState) -> None:
        self.state = ledger_state

    def monthly(self, site: str, month: str) -> list[Row]:
        """By employee."""
        return [
            row
            for employee in self._employees(site)
            for row in monthly.rows(
                self.state.cell(employee, month),
                site,
                enforceable(self.state.borne(employee, month)),
            )
        ]

    def sanctions_due(self, site: str) -> list[Row]:
        """The monthly rows of all months whose band carries a sanction, by employee and month."""
        return [
            row
            for employee in self._employees(site)
            for month in self.state.facts(employee).months()
            if self.state.cell(employee, month).sanction_due is not None
            for row in monthly.rows(
                self.state.cell(employee, month),
                site,
                enforceable(self.state.borne(employee, month)),
            )
        ]

    def public_list(self, site: str, month: str) -> list[Row]:
        """By employee."""
        return [
            row
            for employee in self._employees(site)
            for row in public_list.rows(self.state.cell(employee, month), site)
        ]

    def joint_liability(self, site: str, month: str) -> list[Row]:
        """By notice."""
        found = [
            row
            for employee in self._employees(site)
            for row in joint_liability.rows(self.state.cell(employee, month), site)
        ]
        return sorted(found, key=lambda row: str(row["notice"]))

    def payroll(self, site: str, month: str) -> tuple[list[Row], list[Row], list[Row]]:
        """Head, lines by employee, obligation month and component, run by employee."""
        for close in self.state.closes(site):
            if close.month == month:
                return payroll.head_rows(close), payroll.line_rows(close), payroll.run_rows(close)
        return [], [], []

    def appeals(self, site: str) -> list[Row]:
        """By appeal."""
        found = [
            row
            for employee in self._employees(site)
            for appeal in self.state.employee(employee).appeals.values()
            for row in appeals.rows(appeal, employee, site)
        ]
        return sorted(found, key=lambda row: str(row["appeal"]))

    def register(self, site: str, month: str | None = None) -> list[Row]:
        """By employee, month, kind and id; of all months where none is given."""
        found = [
            row
            for employee in self._employees(site)
            for one in self._months(employee, month)
            for row in register.rows(
                self.state.employee(employee),
                self.state.cell(employee, one),
                self.state.policy_of(site, one),
            )
        ]
        return sorted(found, key=lambda row: (row["employee"], row["month"], row["kind"], row["id"]))

    def _months(self, employee: str, month: str | None) -> tuple[str, ...]:
        return self.state.facts(employee).months() if month is None else (month,)

    def _employees(self, site: str) -> list[str]:
        employees = self.state.employee_ids(site)
        self.state.load(map(employee_stream, employees))
        return employees
