"""The reports of the appraisal through somebody's eyes: one's own sheet, and those whose figures are one's to see."""

from collections.abc import Iterable
from datetime import date

from ledger.access.classes import Grant
from ledger.application.guarded_reports import GuardedReports
from ledger.application.look_base import Report
from ledger.errors import NotEntitled
from ledger.terms import month_of


class GuardedAppraisal(GuardedReports):
    """The reports of the appraisal, for one person."""

    def appraisal(self, month: str, site: str | None = None, department: str | None = None) -> list[Report]:
        """The sheets of those whose figures are one's to see."""
        name = self.site(site)
        found = self._seen(super().appraisal(month, name, department), month)
        self._listed(name, f"appraisal {month}", found)
        return found

    def _seen(self, rows: Iterable[Report], month: str) -> list[Report]:
        return [
            row
            for row in rows
            if self._of_month(row["employee"], month, row.get("department")) is Grant.WORDS
        ]

    def appraisal_sheet(self, employee: str, month: str) -> Report:
        """One's own sheet, or that of somebody whose figures are one's to see."""
        owner = self._owner(employee)
        if self._of_month(owner.employee, month) is not Grant.WORDS:
            raise NotEntitled("not_yours_to_read", by=self.standing.person, id=f"appraisal {month}")
        self._read("figures", owner, f"appraisal-sheet {month}")
        return super().appraisal_sheet(owner.employee, month)

    def appraisal_summary(self, month: str, site: str | None = None) -> list[Report]:
        """For whoever sees the figures of the whole site."""
        name = self.site(site)
        self._require_at(name, "figures", f"appraisal-summary {month}")
        return super().appraisal_summary(month, name)

    def appraisal_posting(self, month: str, department: str, site: str | None = None) -> list[Report]:
        """As it hangs on the wall."""
        return super().appraisal_posting(month, department, self.site(site))

    def daily_sheet(self, day: date, department: str, site: str | None = None) -> Report:
        """The rows of those whose figures are one's to see."""
        report = super().daily_sheet(day, department, self.site(site))
        rows = [{**row, "department": department} for row in report["rows"]]
        seen = {row["employee"] for row in self._seen(rows, month_of(day))}
        return {**report, "rows": [row for row in report["rows"] if row["employee"] in seen]}

    def week_sheet(self, monday: date, department: str, site: str | None = None) -> Report:
        """The rows of those whose figures are one's to see."""
        report = super().week_sheet(monday, department, self.site(site))
        rows = [{**row, "department": department} for row in report["rows"]]
        seen = {row["employee"] for row in self._seen(rows, month_of(monday))}
        return {**report, "rows": [row for row in report["rows"] if row["employee"] in seen]}

    def register(self, month: str, site: str | None = None, department: str | None = None) -> Report:
        """The rows and totals of those whose figures are one's to see."""
        name = self.site(site)
        report = super().register(month, name, department)
        rows = self._seen(report["rows"], month)
        people = {row["employee"] for row in rows}
        self._listed(name, f"register {month}", rows)
        totals = [row for row in report["totals"] if row["employee"] in people]
        return {**report, "rows": rows, "totals": totals}

    def bonus(self, quarter: str, site: str | None = None) -> Report:
        """All of it for whoever handles pay; else one's own row."""
        name = self.site(site)
        report = super().bonus(quarter, name)
        if self.standing.at_site(name, "pay") is Grant.WORDS:
            self._listed(name, f"bonus {quarter}", report["rows"])
            return report
        return {**report, "rows": self._own(report["rows"])}
